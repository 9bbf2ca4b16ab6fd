"""Every exercise set keeps the promises of its layout; new sets are found by themselves."""

import json
import re

import numpy as np
import pytest
from exercise_helpers import verdict_on_function

from coursekit.course.catalogue import read_notebook
from coursekit.course.exercises.judge import judge
from coursekit.course.exercises.notebook import (
    code_cells,
    release,
    set_named,
    source,
    write_release,
)
from coursekit.course.exercises.sets import ExerciseSet, all_sets
from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement
from coursekit.course.root import find_root

SETS = all_sets(find_root())
TASKS = [(s, t) for s in SETS for t in s.tasks]
MISTAKES = [
    pytest.param(s, t, i, id=f"{t.name}-{i}")
    for s, t in TASKS
    for i in range(len(s.mistakes.get(t.name, ())))
]
by_set = pytest.mark.parametrize("exercises", SETS, ids=lambda s: s.name)
by_task = pytest.mark.parametrize(("exercises", "task"), TASKS, ids=lambda x: x.name)


def scaled(value, factor):
    return tuple(scaled(v, factor) for v in value) if isinstance(value, tuple) else value * factor


def test_there_are_sets():
    assert SETS


def test_task_names_are_unique_over_all_sets():
    names = [t.name for _, t in TASKS]
    assert len(set(names)) == len(names)


@by_task
def test_unsolved_exercise_is_not_answered_yet(exercises, task):
    verdict = judge(task, exercises.mistakes.get(task.name, ()), code_cells(exercises.exercise))
    assert (verdict.status, verdict.points) == ("unanswered", 0)


@by_task
def test_solution_passes(exercises, task):
    verdict = judge(task, exercises.mistakes.get(task.name, ()), code_cells(exercises.solution))
    assert (verdict.status, verdict.points) == ("holds", task.points), verdict


@by_task
def test_solution_passes_with_another_seed(exercises, task):
    assert judge(task, (), code_cells(exercises.solution), seed=123).status == "holds"


@pytest.mark.parametrize(("exercises", "task", "index"), MISTAKES)
def test_mistake_fails_with_exactly_its_diagnosis(exercises, task, index, monkeypatch):
    mistakes = exercises.mistakes[task.name]
    for seed in (0, 1):
        verdict = verdict_on_function(monkeypatch, task, mistakes[index].answer, mistakes, seed)
        assert verdict.status == "fails"
        assert verdict.diagnosis == mistakes[index].diagnosis


@by_task
def test_answers_off_by_one_percent_fail_and_rounded_ones_pass(exercises, task, monkeypatch):
    if isinstance(task, Choose):
        assert task.right not in task.wrong
        return
    for factor, status in [(1.01, "fails"), (1.000001, "holds")]:
        if isinstance(task, Derive) and status == "holds":
            continue
        verdict = verdict_on_function(
            monkeypatch, task, lambda *a, f=factor, **k: scaled(task.reference(*a, **k), f)
        )
        assert verdict.status == status


@by_task
def test_mistakes_are_known_for_every_task_that_can_have_them(exercises, task):
    least = 6 if isinstance(task, Implement) else 3
    known = exercises.mistakes.get(task.name, ())
    assert isinstance(task, Choose) != bool(known)
    if isinstance(task, Choose):
        assert len(task.wrong) >= 2
    else:
        assert isinstance(task, Compute | Implement | Derive)
        assert len(known) >= least
        assert len({m.diagnosis for m in known}) == len(known)


def numbers_in(value):
    if isinstance(value, tuple | list):
        return [x for v in value for x in numbers_in(v)]
    return [] if isinstance(value, str) else np.ravel(value).tolist()


@by_task
def test_the_first_case_of_a_property_is_in_plain_numbers(exercises, task):
    for rule in getattr(task, "properties", ()):
        plain = rule.cases(np.random.default_rng(0))[0]
        assert all(round(float(x), 2) == pytest.approx(float(x)) for x in numbers_in(plain)), (
            rule.name
        )
        assert plain


@by_set
def test_mistakes_belong_to_tasks(exercises):
    assert set(exercises.mistakes) <= {t.name for t in exercises.tasks}


@by_set
def test_exercise_is_what_release_makes_now(exercises, tmp_path):
    assert exercises.exercise.read_bytes() == release(exercises)
    assert write_release(exercises) is False


@by_set
@pytest.mark.parametrize(
    ("old", "new"), [("Five tasks", "Six tasks"), ('"points": 2', '"points": 3')]
)
def test_a_changed_solution_changes_the_release(exercises, tmp_path, old, new):
    changed = exercises.solution.read_text(encoding="utf-8").replace(old, new)
    (tmp_path / "solution.ipynb").write_text(changed, encoding="utf-8")
    assert release(ExerciseSet(tmp_path)) != exercises.exercise.read_bytes()


@by_set
def test_no_stray_files_and_three_to_five_tasks(exercises):
    names = {p.name for p in exercises.folder.iterdir() if p.name != "__pycache__"}
    hidden = {".ipynb_checkpoints"}
    wanted = {"solution.ipynb", "exercise.ipynb", "checks.py", "mistakes.py"}
    assert names - hidden == wanted
    assert 3 <= len(exercises.tasks) <= 5


@by_set
def test_notebook_cells_carry_the_names_and_points_of_the_tasks(exercises):
    notebook = json.loads(exercises.solution.read_text(encoding="utf-8"))
    assert set_named(read_notebook(exercises.solution)) == exercises.name
    about = [
        (c, c["metadata"]["nbgrader"]) for c in notebook["cells"] if "nbgrader" in c["metadata"]
    ]
    assert all(meta["schema_version"] == 3 and meta["task"] is False for _, meta in about)
    solutions = [meta["grade_id"] for _, meta in about if meta["solution"]]
    checks = {source(c): meta for c, meta in about if meta["grade"]}
    assert solutions == [t.name for t in exercises.tasks]
    assert [*checks] == [f'check("{t.name}")' for t in exercises.tasks]
    assert [m["points"] for m in checks.values()] == [t.points for t in exercises.tasks]
    assert all(m["locked"] and m["grade_id"].startswith("check_") for m in checks.values())


@by_set
def test_stated_minutes_are_the_sum_over_tasks(exercises):
    first = source(json.loads(exercises.solution.read_text(encoding="utf-8"))["cells"][0])
    assert int(re.search(r"about (\d+) minutes", first)[1]) == sum(
        t.minutes for t in exercises.tasks
    )


@by_task
def test_every_option_of_a_choice_is_in_the_notebook(exercises, task):
    if isinstance(task, Choose):
        cells = json.loads(exercises.solution.read_text(encoding="utf-8"))["cells"]
        prompt = "".join(source(c) for c in cells if f"`{task.name}`" in source(c))
        assert set(re.findall(r"- \*\*(\w)\*\*", prompt)) == {task.right, *task.wrong}
    else:
        assert task.reference

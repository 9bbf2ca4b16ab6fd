"""The checks of the exercises are tested themselves: a changed solution must not pass."""

import ast

import pytest

from coursekit.course.exercises.mutants import is_caught, mutants, tally
from coursekit.course.exercises.notebook import answer_cells
from coursekit.course.exercises.sets import ExerciseSet, all_sets, find_set
from coursekit.course.exercises.tasks import Implement
from coursekit.course.root import find_root

SETS = all_sets(find_root())
HARMLESS = [
    pytest.param(one, name, change, id=f"{name}-{number}")
    for one in SETS
    for name, changes in one.harmless.items()
    for number, change in enumerate(changes)
]


def changes(source):
    return [mutant.change.partition(" → ")[2] for mutant in mutants(source)]


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("w - g", {"w + g", "w", "g"}),
        ("X @ w", {"X * w", "X", "w"}),
        ("-w", {"w"}),
        ("w < 0", {"w <= 0", "w > 0", "w < 1", "w < -1"}),
        ("a and b", {"a or b", "a", "b"}),
        ("a if c else b", {"a", "b"}),
        ("np.maximum(a, b)", {"np.minimum(a, b)"}),
        ("X.T", {"X"}),
        ("np.mean(x, axis=0)", {"np.mean(x)", "np.sum(x, axis=0)", "np.mean(x, axis=1)",
                                "np.mean(x, axis=-1)", "x"}),
        ("abs(x)", {"x"}),
        ("np.where(c, a, b)", {"np.where(c, b, a)"}),
        ("range(n)", {"range(n - 1)", "range(1, n)", "n"}),
        ("f(a, keep=True)", {"f(a)", "f(a, keep=False)", "a"}),
        ("'text'", set()),
    ],
)  # fmt: skip
def test_every_kind_of_place_is_changed(source, changed):
    assert set(changes(f"y = {source}")) == {f"y = {one}" for one in changed}


def test_statements_are_dropped_and_branches_are_taken():
    source = "import a\ndef f(w, n: int = 1):\n    'Doc.'\n    if n:\n        w += g\n    return w"
    assert changes(source) == [
        "def f(w, n: int=2):",
        "def f(w, n: int=0):",
        "if True:",
        "if False:",
        "w -= g",
        "pass",
    ]


def test_every_mutant_is_another_program_that_can_be_read():
    source = answer_cells(find_set("13", SETS).solution)["coordinate_sweep"].source
    made = [mutant.source for mutant in mutants(source)]
    assert len(set(made)) == len(made) > 40
    assert ast.unparse(ast.parse(source)) not in made
    for one in made:
        ast.parse(one)


@pytest.mark.parametrize("exercises", SETS, ids=lambda s: s.name)
def test_changed_solutions_are_caught(exercises):
    tallies = tally(exercises, sample=8)
    assert [change for t in tallies for change in t.survivors] == []
    functions = [t for t in exercises.tasks if isinstance(t, Implement)]
    assert bool(tallies) == bool(functions)


@pytest.mark.parametrize(("exercises", "name", "change"), HARMLESS)
def test_what_is_listed_as_harmless_is_a_change_that_passes(exercises, name, change):
    assert exercises.harmless[name][change].endswith(".")
    found = {m.change: m for m in mutants(answer_cells(exercises.solution)[name].source)}
    assert not is_caught(exercises.folder, (name, found[change]))


def test_a_check_that_looks_away_is_found_out(tmp_path):
    """Without the property that looks at the bias, a decayed bias passes."""
    exercises = find_set("11", SETS)
    for name in ("solution.ipynb", "mistakes.py"):
        (tmp_path / name).write_bytes((exercises.folder / name).read_bytes())
    checks = (exercises.folder / "checks.py").read_text(encoding="utf-8")
    blind = checks + (
        "\nfrom dataclasses import replace\n"
        "TASKS = [replace(t, properties=t.properties[:1]) if t.name == 'l2_step' else t\n"
        "         for t in TASKS]\n"
    )
    (tmp_path / "checks.py").write_text(blind, encoding="utf-8")
    [seeing] = [t for t in tally(exercises) if t.task == "l2_step"]
    [looking_away] = [t for t in tally(ExerciseSet(tmp_path)) if t.task == "l2_step"]
    assert not seeing.survivors
    assert looking_away.survivors
    assert seeing.caught == looking_away.caught + len(looking_away.survivors)

"""What the tests of the exercises share: answers as source text, or as functions."""

import json
import re

import numpy as np

from coursekit.course.exercises import child, judge
from coursekit.course.exercises.extract import Cell
from coursekit.course.exercises.runner import Reply, observe
from coursekit.course.exercises.sets import all_sets, find_task
from coursekit.course.exercises.tasks import Derive, Implement, Property
from coursekit.course.root import find_root


def task(name):
    """Return the task of this name, and its known mistakes."""
    exercises, found = find_task(name, all_sets(find_root()))
    return found, exercises.mistakes.get(name, ())


def cells(*sources):
    return [Cell(f"cell {i}", source) for i, source in enumerate(sources, start=1)]


def assert_holds(name, *sources, seed=0):
    """Judge these cells as the answer to a task of the course."""
    verdict = judge.judge(task(name)[0], (), cells(*sources), seed=seed)
    assert verdict.status == "holds", verdict


def table_rows(name):
    """Return the cells of the table in the prompt of a task, row by row, without the heads."""
    found, _ = find_task(name, all_sets(find_root()))
    notebook = json.loads(found.solution.read_text(encoding="utf-8"))
    ask = f"ask-{name.replace('_', '-')}"
    prompt = next("".join(c["source"]) for c in notebook["cells"] if c["id"] == ask)
    lines = re.findall(r"^\|(.+)\|$", prompt, flags=re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


def verdict_on(task, *sources, mistakes=(), timeout=10.0, seed=0):
    return judge.judge(task, mistakes, cells(*sources), timeout=timeout, seed=seed)


def verdict_on_function(monkeypatch, task, answer, mistakes=(), seed=0):
    """Judge a Python function as if a learner had written it (no child process)."""

    def reply(program, name, cases, **_):
        if isinstance(task, Implement):
            with np.errstate(all="ignore"):
                return Reply(outcomes=[observe(answer, args) for args in cases])
        if isinstance(task, Derive):
            import sympy as sp

            value = sp.sympify(answer(*map(sp.Symbol, task.symbols)))
        else:
            value = answer(**task.given)
        return Reply(value=child.decode(child.encode(value)))

    monkeypatch.setattr(judge, "run", reply)
    return verdict_on(task, f"{task.name} = 1", mistakes=mistakes, seed=seed)


def common(**changes):
    return {"points": 1, "minutes": 1, "hints": ("a", "b"), "explanation": "because", **changes}


def doubles(x):
    return 2 * x


def doubling(name="double", cases=lambda rng: [(0.0,), (1.5,), (-2.0,)], **changes):
    """A small task: a function that doubles a number."""
    rules = (Property("doubles its argument", cases),)
    return Implement(name=name, reference=doubles, properties=rules, **common(**changes))

"""Numbers of a student's own: other numbers, another answer, and every mistake still apart."""

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from coursekit.course.exercises.sets import all_sets, find_task
from coursekit.course.exercises.tasks import Compute
from coursekit.course.exercises.values import entries, equal, misfit, show
from coursekit.course.root import find_root

SETS = all_sets(find_root())
TASKS = [(s, t) for s in SETS for t in s.tasks if isinstance(t, Compute)]
by_task = pytest.mark.parametrize(("exercises", "task"), TASKS, ids=lambda x: x.name)

# Where the point of a task is that this number of the answer is what it is.
STAYS = {"distance_and_direction": {2}, "four_minimisers": {0}, "wake_up": {1}}


def draws(task, n):
    rng = np.random.default_rng(0)
    return [task.draw(rng) for _ in range(n)]


def types(value):
    """The types of a number, or of a tuple and what is in it: an int among floats may be one."""
    return {tuple, *map(type, value)} if isinstance(value, tuple) else {type(value)}


def same_answers(a, b, rtol):
    return equal(a, b, rtol) or equal(b, a, rtol)


def confused(task, mistakes, drawn):
    """The mistakes that are right with these numbers, and pairs that only they make the same."""
    public, own = ([m.answer(**n) for m in mistakes] for n in (task.given, drawn))
    expected = task.reference(**drawn)
    return [i for i, answer in enumerate(own) if same_answers(answer, expected, task.rtol)] + [
        (i, k)
        for i, k in combinations(range(len(own)), 2)
        if same_answers(own[i], own[k], task.rtol)
        if not same_answers(public[i], public[k], task.rtol)
    ]


def fault(task, mistakes, drawn):
    """Say why these numbers will not do as a student's own; "" when they will."""
    if drawn.keys() != task.given.keys():
        return "other names"
    if not all(types(drawn[name]) <= types(value) for name, value in task.given.items()):
        return "other types"
    expected, public = task.reference(**drawn), task.reference(**task.given)
    if misfit(expected, public) or not np.all(np.isfinite(expected)):
        return "no answer of this shape"
    pairs = zip(entries(expected) or [expected], entries(public) or [public], strict=True)
    same = {i for i, (own, known) in enumerate(pairs) if equal(own, known, task.rtol)}
    if same - STAYS.get(task.name, set()):
        return "a public answer"
    texts = {name: show(value) for name, value in drawn.items()}
    if not all(text in task.yours.format(**texts) for text in texts.values()):
        return "not in the sentence"
    return "mistakes are confused" if confused(task, mistakes, drawn) else ""


@by_task
def test_every_draw_will_do(exercises, task):
    mistakes = exercises.mistakes[task.name]
    assert [d for d in draws(task, 40) if fault(task, mistakes, d)] == []


@by_task
def test_draws_are_many(exercises, task):
    assert len({json.dumps(d) for d in draws(task, 200)}) >= 20


@by_task
def test_the_same_generator_draws_the_same(exercises, task):
    assert draws(task, 3) == draws(task, 3)


@by_task
def test_the_public_numbers_will_not_do(exercises, task):
    broken = replace(task, draw=lambda rng: task.given)
    assert fault(task, exercises.mistakes[task.name], *draws(broken, 1)) == "a public answer"


@pytest.mark.parametrize(
    ("name", "drawn", "expected"),
    [
        ("alpha_for_ridge", {"lam": 0.03, "n": 200}, ""),
        ("alpha_for_ridge", {"lam": 0.03}, "other names"),
        ("alpha_for_ridge", {"lam": np.float64(0.03), "n": 200}, "other types"),
        ("alpha_for_ridge", {"lam": 0.03, "n": 200.0}, "other types"),
        ("alpha_for_ridge", {"lam": float("nan"), "n": 200}, "no answer of this shape"),
        ("alpha_for_ridge", {"lam": 0.025, "n": 884}, "a public answer"),
        ("alpha_for_ridge", {"lam": 0.1, "n": 100}, "mistakes are confused"),
        ("alpha_for_ridge", {"lam": 0.1, "n": 1}, "mistakes are confused"),
        ("class_weights", {"counts": (150, 50)}, "no answer of this shape"),
        ("class_weights", {"counts": [150, 40, 10]}, "other types"),
        ("four_strengths", {"lam": 0.05, "n": 300}, "a public answer"),
        ("four_minimisers", {"small": 0.12, "large": -2.4, "lam": 0.2}, ""),
        ("four_minimisers", {"small": 0.9, "large": -4.5, "lam": 0.5}, "mistakes are confused"),
    ],
)
def test_a_fault_is_named(name, drawn, expected):
    exercises, task = find_task(name, SETS)
    assert fault(task, exercises.mistakes[name], drawn) == expected


def test_numbers_that_a_sentence_leaves_out_are_noticed():
    exercises, task = find_task("alpha_for_ridge", SETS)
    silent = replace(task, yours="λ is {lam!s:.0} and n is {n!s:.0}.")
    drawn = {"lam": 0.03, "n": 200}
    assert fault(silent, exercises.mistakes[task.name], drawn) == "not in the sentence"

"""The verdict on one answer: what holds, what fails first, and which misconception fits."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, Literal

import numpy as np
from numpy.random import Generator

from . import expressions
from .child import Expression
from .extract import Answer, Cell, extract
from .runner import TIMEOUT, Outcome, Reply, observe, run
from .tasks import Choose, Compute, Derive, Implement, Mistake, Property, Task
from .values import equal, misfit, show


@dataclass(frozen=True)
class Verdict:
    """What is known of an answer. `summary` is one clause; the others may be empty."""

    task: Task
    status: Literal["holds", "fails", "unanswered"]
    summary: str
    failure: str = ""
    diagnosis: str = ""
    note: str = ""

    @property
    def points(self) -> int:
        return self.task.points if self.status == "holds" else 0


@dataclass(frozen=True)
class _Finding:
    """What a kind of task reports: a summary, and what fails (nothing means that all holds)."""

    summary: str
    failure: str = ""
    diagnosis: str = ""


def judge(
    task: Task,
    mistakes: Sequence[Mistake],
    cells: Sequence[Cell],
    *,
    seed: int = 0,
    timeout: float = TIMEOUT,
) -> Verdict:
    """Check the answer to `task` in these cells, on data drawn from `seed`."""
    answer = extract(cells, task.name, called=isinstance(task, Implement))
    if not answer.found:
        if answer.problem:
            return Verdict(task, "fails", answer.problem)
        return Verdict(task, "unanswered", "not answered yet")
    rng = np.random.default_rng(seed)
    cases = _cases(task, rng)
    reply = run(
        answer.program,
        task.name,
        cases and [args for _, args in cases],
        call=str(inspect.signature(task.reference)) if isinstance(task, Implement) else "",
        blocked=task.blocks_coursekit,
        timeout=timeout,
    )
    if reply.problem:
        return Verdict(task, "fails", reply.problem, note=_note(answer, reply))
    if cases is None and reply.value is None:
        return Verdict(task, "unanswered", "not answered yet", note=_note(answer, reply))
    with np.errstate(all="ignore"):
        finding = _assess(task, reply, mistakes, rng, cases or [])
    fails = finding.failure or finding.diagnosis
    return Verdict(
        task,
        "fails" if fails else "holds",
        finding.summary,
        finding.failure,
        finding.diagnosis,
        _note(answer, reply) if fails else answer.problem,
    )


def _note(answer: Answer, reply: Reply) -> str:
    printed = " ".join(reply.printed.split())
    shown = f"your code printed: {printed[:200]}{'…' * (len(printed) > 200)}" if printed else ""
    return answer.problem or shown


def _cases(task: Task, rng: Generator) -> list[tuple[Property, tuple[Any, ...]]] | None:
    if not isinstance(task, Implement):
        return None
    return [(p, args) for p in task.properties for args in p.cases(rng)]


@singledispatch
def _assess(
    task: Task,
    reply: Reply,
    mistakes: Sequence[Mistake],
    rng: Generator,
    cases: list[tuple[Property, tuple[Any, ...]]],
) -> _Finding:
    raise TypeError(f"no way to check a {type(task).__name__}")


@_assess.register
def _(task: Compute, reply: Reply, mistakes: Sequence[Mistake], *_: Any) -> _Finding:
    answer, expected = _numbers(reply.value), task.reference(**task.given)
    if equal(answer, expected, task.rtol):
        return _Finding(f"{show(answer)} is right")
    if problem := misfit(answer, expected):
        return _Finding("not the value asked for", f"it is {problem}")
    wrong = [m.diagnosis for m in mistakes if equal(answer, m.answer(**task.given), task.rtol)]
    close = equal(answer, expected, rtol=0.02)
    failure = f"{show(answer)} {'is close: was it rounded too early?' if close else 'is not right'}"
    if isinstance(expected, tuple):
        parts = zip(answer, expected, strict=True)
        right = [i + 1 for i, (a, e) in enumerate(parts) if equal(a, e, task.rtol)]
        failure += f" (right so far: value {', '.join(map(str, right))})" if right else ""
    return _Finding("not right yet", failure, next(iter(wrong), ""))


@_assess.register
def _(task: Choose, reply: Reply, *_: Any) -> _Finding:
    if reply.value == task.right:
        return _Finding(f"{task.right} is right")
    letters = ", ".join(sorted([task.right, *task.wrong]))
    if not isinstance(reply.value, str) or reply.value not in task.wrong:
        return _Finding("not one of the options", f"{show(reply.value)} is none of {letters}")
    return _Finding("not this one", f"{reply.value}: {task.wrong[reply.value]}")


@_assess.register
def _(task: Derive, reply: Reply, mistakes: Sequence[Mistake], rng: Generator, *_: Any) -> _Finding:
    tree = _tree(reply.value)
    if not isinstance(tree, Expression):
        return _Finding("not an expression", f"it is {show(reply.value)}, not a sympy expression")
    points = expressions.points(task.symbols, rng)
    try:
        values = [expressions.evaluate(tree, point) for point in points]
    except expressions.ExpressionError as error:
        return _Finding("cannot be compared", str(error))

    def first_difference(formula: Callable[..., Any]) -> int | None:
        pairs = zip(values, points, strict=True)
        differs = (i for i, (v, p) in enumerate(pairs) if not _agrees(v, formula, p))
        return next(differs, None)

    index = first_difference(task.reference)
    if index is None:
        return _Finding(f"equal to the right answer at {len(points)} random points, to 12 digits")
    wrong = [m.diagnosis for m in mistakes if first_difference(m.answer) is None]
    place = ", ".join(f"{name} = {show(float(x))}" for name, x in points[index].items())
    return _Finding("not equal to the right answer", f"they differ at {place}", "".join(wrong[:1]))


@_assess.register
def _(
    task: Implement,
    reply: Reply,
    mistakes: Sequence[Mistake],
    rng: Generator,
    cases: list[tuple[Property, tuple[Any, ...]]],
) -> _Finding:
    expected = [observe(task.reference, args) for _, args in cases]
    failures: dict[str, str] = {}
    for (rule, args), got, right in zip(cases, reply.outcomes, expected, strict=True):
        if rule.name not in failures and (what := _breach(task, rule, args, got, right)):
            failures[rule.name] = f"{rule.name} — at {_describe(task, rule, args)} {what}"
    names = list(inspect.signature(task.reference).parameters)
    changed = sorted({names[i] for got in reply.outcomes for i in got.mutated if i < len(names)})
    if changed:
        failures["inputs"] = f"leaves its inputs as they were — it changes {', '.join(changed)}"
    n_rules = len(task.properties) + 1
    summary = f"{n_rules - len(failures)} of {n_rules} properties hold"
    if not failures:
        return _Finding(summary)
    wrong = (m.diagnosis for m in mistakes if _matches(task, m, cases, reply.outcomes))
    return _Finding(summary, next(iter(failures.values())), next(wrong, ""))


def _breach(
    task: Implement, rule: Property, args: tuple[Any, ...], got: Outcome, right: Outcome
) -> str:
    """Say how an outcome breaks the rule; "" when it holds."""
    if got.error:
        return f"it raises {got.error}"
    if problem := misfit(got.value, right.value):
        return f"you return {problem}"
    if rule.holds:
        holds = rule.holds(args, got.value, right.value)
    else:
        holds = equal(got.value, right.value, task.rtol)
    return "" if holds else f"you return {show(got.value)}, not {show(right.value)}"


def _describe(task: Implement, rule: Property, args: tuple[Any, ...]) -> str:
    if rule.describe:
        return rule.describe(*args)
    names = inspect.signature(task.reference).parameters
    return ", ".join(f"{name} = {show(arg)}" for name, arg in zip(names, args, strict=False))


def _matches(
    task: Implement,
    mistake: Mistake,
    cases: list[tuple[Property, tuple[Any, ...]]],
    outcomes: list[Outcome],
) -> bool:
    """Tell whether the learner's function does in every case what the mistake does."""
    for (_, args), got in zip(cases, outcomes, strict=True):
        same = observe(mistake.answer, args)
        if (got.error_type, got.mutated) != (same.error_type, same.mutated):
            return False
        if not got.error and not equal(got.value, same.value, task.rtol):
            return False
    return True


def _agrees(value: Any, formula: Callable[..., Any], point: dict[str, Any]) -> bool:
    with expressions.precision():
        try:
            return expressions.agree(value, formula(*point.values()))
        except ArithmeticError:
            return False


def _numbers(value: Any) -> Any:
    """Turn formulas without symbols, such as sympy's 6/5, into numbers."""
    if isinstance(value, Expression):
        try:
            return float(expressions.evaluate(value, {}))
        except (expressions.ExpressionError, TypeError):
            return value
    if isinstance(value, list | tuple):
        return type(value)(_numbers(v) for v in value)
    return value


def _tree(value: Any) -> Any:
    """Turn a plain number into the formula that it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Expression(["Float", repr(value)])
    return value

"""The verdict on one answer: what holds, what fails first, and which misconception fits."""

import inspect
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, singledispatch
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.random import Generator

from . import expressions
from .child import Expression
from .diagnose import diagnose
from .extract import Answer, Cell, extract
from .runner import TIMEOUT, Exchange, Outcome, Reply, in_a_child, observe, run
from .tasks import Choose, Compute, Derive, Implement, Mistake, Property, Task
from .values import entries, equal, is_whole, misfit, show

_Case = tuple[Property, tuple[Any, ...]]


@dataclass(frozen=True)
class Verdict:
    """What is known of an answer. `summary` is one clause; the other words may be empty."""

    task: Task
    status: Literal["holds", "fails", "unanswered"]
    summary: str
    failure: str = ""
    diagnosis: str = ""
    note: str = ""
    # Of a function, how many of its properties hold, from 0 to 1.
    share: float = 0.0

    @property
    def points(self) -> int:
        return self.task.points if self.status == "holds" else 0


class _Finding(NamedTuple):
    """What the rules of a kind say; the answer holds when there is no failure."""

    summary: str
    failure: str = ""
    diagnosis: str = ""
    share: float = 0.0


@dataclass(frozen=True)
class AnswerKey:
    """What is right, and what the known mistakes give, on data drawn from a seed.

    Each part is worked out when it is first needed, so one key serves a whole class.
    """

    task: Task
    mistakes: Sequence[Mistake]
    seed: int = 0

    @cached_property
    def cases(self) -> list[_Case]:
        """The calls of a function, each with the property that it tries."""
        rules = self.task.properties if isinstance(self.task, Implement) else ()
        return [(rule, args) for rule in rules for args in rule.cases(self._rng)]

    @cached_property
    def points(self) -> list[dict[str, Any]]:
        """The points at which a formula is tried."""
        assert isinstance(self.task, Derive)
        return expressions.points(self.task.symbols, self._rng)

    @cached_property
    def expected(self) -> Any:
        """What the reference gives: an outcome a case, a value a point, or a value."""
        return self._given_by(self._reference)

    @cached_property
    def known(self) -> list[tuple[str, Any]]:
        """The diagnosis of each mistake, with what it gives."""
        return [(m.diagnosis, self._given_by(m.answer)) for m in self.mistakes]

    @cached_property
    def _rng(self) -> Generator:
        return np.random.default_rng(self.seed)

    @property
    def _reference(self) -> Callable[..., Any]:
        assert isinstance(self.task, Compute | Derive | Implement)
        return self.task.reference

    def _given_by(self, answer: Callable[..., Any]) -> Any:
        if isinstance(self.task, Compute):
            return answer(**self.task.given)
        if isinstance(self.task, Derive):
            return expressions.values(answer, self.points)
        return [observe(answer, args) for _, args in self.cases]


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
    return judge_answer(AnswerKey(task, mistakes, seed), answer, timeout=timeout)


def judge_answer(
    key: AnswerKey,
    answer: Answer,
    *,
    timeout: float = TIMEOUT,
    exchange: Exchange = in_a_child,
) -> Verdict:
    """Check an answer that has been extracted, running it by `exchange`."""
    task = key.task
    function = task if isinstance(task, Implement) else None
    if answer.problem and not answer.program:
        return Verdict(task, "fails", answer.problem)
    if not answer.program:
        return Verdict(task, "unanswered", "not answered yet")
    reply = run(
        answer.program,
        task.name,
        [args for _, args in key.cases] if function else None,
        call=str(inspect.signature(function.reference)) if function else "",
        blocked=task.blocks_coursekit,
        timeout=timeout,
        exchange=exchange,
    )
    if reply.problem:
        bare = isinstance(task, Choose) and re.search(r"name '\w' is not defined", reply.problem)
        advice = " — put the letter in quotes" if bare else ""
        return Verdict(task, "fails", reply.problem + advice, note=_note(answer, reply))
    if not function and reply.value is None:
        return Verdict(task, "unanswered", "not answered yet", note=_note(answer, reply))
    with np.errstate(all="ignore"):
        finding = _find(task, reply, key)
    if finding.failure:
        summary, failure, diagnosis, share = finding
        return Verdict(task, "fails", summary, failure, diagnosis, _note(answer, reply), share)
    return Verdict(task, "holds", finding.summary, note=answer.problem, share=1.0)


def _note(answer: Answer, reply: Reply) -> str:
    printed = " ".join(reply.printed.split())
    shown = f"your code printed: {printed[:200]}{'…' * (len(printed) > 200)}" if printed else ""
    return answer.problem or shown


@singledispatch
def _find(task: Task, reply: Reply, key: AnswerKey) -> _Finding:
    raise TypeError(f"no way to check a {type(task).__name__}")


@_find.register
def _(task: Choose, reply: Reply, key: AnswerKey) -> _Finding:
    value = reply.value
    letters = sorted([task.right, *task.wrong])
    if problem := misfit(value, task.right):
        example = f'one letter in quotes, such as "{letters[0]}"'
        return _Finding("not one of the options", f"it is {problem}: {example}")
    letter = value.strip(string.punctuation + string.whitespace).lower()
    if letter == task.right:
        return _Finding(f"{task.right} is right")
    if letter in task.wrong:
        return _Finding("not this one", f"{letter}: {task.wrong[letter]}")
    return _Finding("not one of the options", f"{show(value)} is none of {', '.join(letters)}")


@_find.register
def _(task: Compute, reply: Reply, key: AnswerKey) -> _Finding:
    answer, expected = _as_numbers(reply.value), key.expected
    if equal(answer, expected, task.rtol):
        return _Finding(f"{show(answer)} is right")
    if problem := misfit(answer, expected):
        return _Finding("not the value asked for", f"it is {problem}")
    pairs = list(zip(entries(answer) or (), entries(expected) or (), strict=True))
    wrong = [i for i, (a, e) in enumerate(pairs) if not equal(a, e, task.rtol)]
    right = [str(i + 1) for i in range(len(pairs)) if i not in wrong]
    diagnosis, _ = diagnose(
        [Outcome(answer)],
        [Outcome(expected)],
        [(diagnosis, [Outcome(value)]) for diagnosis, value in key.known],
        task.rtol,
        [wrong],
    )
    is_close = equal(answer, expected, rtol=0.02) and not is_whole(expected) and not diagnosis
    failure = (
        f"{show(answer)} {'is close: was it rounded too early?' if is_close else 'is not right'}"
    )
    failure += f" (right so far: value{'s' * (len(right) > 1)} {', '.join(right)})" if right else ""
    return _Finding("not right yet", failure, diagnosis)


@_find.register
def _(task: Derive, reply: Reply, key: AnswerKey) -> _Finding:
    value = reply.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = Expression(["Float", repr(value)])
    if type(value) is str:
        return _Finding("not an expression", "it is a string: take the quotes away")
    if not isinstance(value, Expression):
        advice = ": take its entry with [0]" if isinstance(value, list) and len(value) == 1 else ""
        shown = f"it is {show(value)}, not a sympy expression{advice}"
        return _Finding("not an expression", shown)
    points = key.points
    try:
        values = expressions.values_of_tree(value, points)
    except expressions.ExpressionError as error:
        return _Finding("cannot be compared", str(error))
    expected = key.expected
    if expressions.all_agree(values, expected):
        return _Finding(f"equal to the right answer at {len(points)} random points, to 12 digits")
    needed = expressions.symbols_needed(task.reference, task.symbols, points)
    lacking = [name for name in needed if name not in expressions.symbols_in(value)]
    lacks = f"; yours lacks {', '.join(lacking)}" if lacking else ""
    factor = expressions.common_factor(values, expected)
    unlisted = f"it is {show(factor)} times the right answer" if factor else ""
    fits = (diagnosis for diagnosis, wrong in key.known if expressions.all_agree(values, wrong))
    diagnosis = next(fits, unlisted)
    candidates = [*expressions.simple_points(task.symbols), *points]
    difference = expressions.difference(value, task.reference, candidates)
    return _Finding("not equal to the right answer", difference + lacks, diagnosis)


@_find.register
def _(task: Implement, reply: Reply, key: AnswerKey) -> _Finding:
    outcomes, expected = reply.outcomes, key.expected
    failures: dict[str, str] = {}
    wrong_parts: list[list[int]] = []
    for (rule, args), got, right in zip(key.cases, outcomes, expected, strict=True):
        breach = _breach(task, rule, args, got, right)
        if breach and rule.name not in failures:
            failures[rule.name] = f"{rule.name} — at {_describe(task, rule, args)} {breach}"
            wrong_parts.append(_wrong_parts(task, rule, args, got.value, right.value))
    names = list(inspect.signature(task.reference).parameters)
    changed = sorted({names[i] for got in outcomes for i in got.mutated if i < len(names)})
    if changed:
        failures["inputs"] = (
            f"leaves its inputs as they were — it changes {', '.join(changed)}: "
            "x += … writes into the caller's array, x = x + … makes a new one"
        )
    n_rules = len(task.properties) + 1
    # Leaving the inputs alone earns nothing by itself, and breaking it costs as much as another.
    share = max(n_rules - len(failures) - 1, 0) / (n_rules - 1)
    summary = f"{n_rules - len(failures)} of {n_rules} properties hold"
    if not failures:
        return _Finding(summary)
    diagnosis, number = diagnose(
        outcomes,
        expected,
        key.known,
        task.rtol,
        wrong_parts,
    )
    return _Finding(summary, list(failures.values())[number], diagnosis, share)


def _breach(
    task: Implement, rule: Property, args: tuple[Any, ...], got: Outcome, right: Outcome
) -> str:
    """Say how an outcome breaks the rule; "" when it holds."""
    if got.error:
        return f"it raises {got.error}"
    if problem := misfit(got.value, right.value):
        return f"you return {problem}{': is a return missing?' * (got.value is None)}"
    if _holds(task, rule, args, got.value, right.value):
        return ""
    return f"you return {show(got.value)}, not {show(right.value)}"


def _holds(task: Implement, rule: Property, args: tuple[Any, ...], value: Any, right: Any) -> bool:
    return rule.holds(args, value, right) if rule.holds else equal(value, right, task.rtol)


def _wrong_parts(
    task: Implement, rule: Property, args: tuple[Any, ...], value: Any, right: Any
) -> list[int]:
    """Return which entries of a tuple break the rule even when all others are right."""
    if not isinstance(right, tuple) or misfit(value, right):
        return []
    given = entries(value) or ()
    mended = [(*right[:i], entry, *right[i + 1 :]) for i, entry in enumerate(given)]
    return [i for i, one in enumerate(mended) if not _holds(task, rule, args, one, right)]


def _describe(task: Implement, rule: Property, args: tuple[Any, ...]) -> str:
    if rule.describe:
        return rule.describe(*args)
    names = inspect.signature(task.reference).parameters
    return ", ".join(f"{name} = {show(arg)}" for name, arg in zip(names, args, strict=False))


def _as_numbers(value: Any) -> Any:
    """Turn formulas without symbols, such as sympy's 6/5, into numbers."""
    if isinstance(value, Expression):
        try:
            return float(expressions.evaluate(value, {}))
        except (expressions.ExpressionError, TypeError):
            return value
    if isinstance(value, list | tuple):
        return type(value)(_as_numbers(v) for v in value)
    return value

"""Which known mistake a wrong answer shows."""

import re
from collections.abc import Sequence

from .runner import Outcome
from .values import entries, equal

Behaviour = Sequence[Outcome]


def diagnose(
    got: Behaviour,
    expected: Behaviour,
    known: Sequence[tuple[str, Behaviour]],
    rtol: float,
    failures: Sequence[Sequence[int]],
) -> tuple[str, int]:
    """Return the first of the known diagnoses whose mistake does the same in every case, else "".

    Of an answer in several parts one wrong part is enough, so that two mistakes at a time (in the
    weights and in the bias) do not hide each other. `failures` holds the wrong parts of each
    failure; the number that is returned is that of the failure which the diagnosis belongs to.
    """
    for diagnosis, wrong in known:
        if all(_same(g, w, rtol) for g, w in zip(got, wrong, strict=True)):
            return diagnosis, 0
    n_parts = _n_parts(expected)
    if n_parts is None or _n_parts(got) != n_parts:
        return "", 0
    comparable = [(diagnosis, wrong) for diagnosis, wrong in known if _n_parts(wrong) == n_parts]
    for number, parts in enumerate(failures):
        for index in parts:
            for diagnosis, wrong in comparable:
                pairs = zip(got, wrong, strict=True)
                if all(_same_part(g, w, index, rtol) for g, w in pairs):
                    return diagnosis, number
    return "", 0


def _same(one: Outcome, other: Outcome, rtol: float) -> bool:
    if (_failing(one), one.mutated) != (_failing(other), other.mutated):
        return False
    return bool(one.error) or equal(one.value, other.value, rtol)


def _failing(outcome: Outcome) -> str:
    """Return what was raised, without where, and whatever the numbers in it are."""
    return re.sub(r"\d+", "#", re.split(r" \(line | — ", outcome.error)[0])


def _n_parts(behaviour: Behaviour) -> int | None:
    """Return how many values are returned, if several are, and as many in every case."""
    values = [entries(outcome.value) for outcome in behaviour if not outcome.error]
    counts = {None if value is None else len(value) for value in values}
    return counts.pop() if len(counts) == 1 else None


def _same_part(one: Outcome, other: Outcome, index: int, rtol: float) -> bool:
    if one.error or other.error:
        return _failing(one) == _failing(other)
    return equal(one.value[index], other.value[index], rtol)

"""What a set declares: its tasks, the properties of a right answer, and known mistakes.

One idea runs through every kind: right and wrong answers are functions of the same arguments. So a
mistake is recognised by what it returns, whatever numbers were drawn.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, ClassVar

from numpy.random import Generator

from .expressions import DOMAINS
from .values import equal

Cases = Callable[[Generator], Sequence[tuple[Any, ...]]]
Holds = Callable[[tuple[Any, ...], Any, Any], bool]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give: what is behind it, and the answer itself as a function."""

    diagnosis: str
    answer: Callable[..., Any]


@dataclass(frozen=True)
class Property:
    """What a right function does: `cases(rng)`, smallest first, and when it holds in a case.

    `holds(args, result, expected)` is asked only when result and expected have the same shape; by
    default they must be equal. `describe(*args)` names a case; by default all arguments are listed.
    """

    name: str
    cases: Cases
    holds: Holds | None = None
    describe: Callable[..., str] | None = None


def part(index: int, rtol: float = 1e-5) -> Holds:
    """Return the rule that entry `index` of the result is right, whatever the others are."""
    return lambda args, result, expected: equal(result[index], expected[index], rtol)


@dataclass(frozen=True, kw_only=True)
class Task:
    """What every kind has. `explanation` is shown after passing; hints go from vague to plain."""

    kind: ClassVar[str]
    # Where the answer is a function of coursekit's, calling it must earn nothing.
    blocks_coursekit: ClassVar[bool] = False

    name: str
    points: int
    minutes: int
    hints: tuple[str, ...]
    explanation: str

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"name must be a Python name, got {self.name!r}")
        if self.points < 1 or self.minutes < 1:
            raise ValueError(f"{self.name}: points and minutes must be >= 1")
        if len(self.hints) < 2 or not all(self.hints) or not self.explanation:
            raise ValueError(f"{self.name}: a task needs at least two hints and an explanation")


@dataclass(frozen=True, kw_only=True)
class Compute(Task):
    """A number or an array: `reference(**given)`, met to within the relative tolerance `rtol`.

    The numbers `given` are public, and so is the answer to them. `draw(rng)` makes other numbers, a
    student's own; `yours` is the sentence that hands them out, with {name} for each of them.
    """

    kind: ClassVar[str] = "compute"

    reference: Callable[..., Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    rtol: float = 1e-3
    draw: Callable[[Generator], Mapping[str, Any]] | None = None
    yours: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        named = {name for _, name, _, _ in Formatter().parse(self.yours) if name}
        if named != (set(self.given) if self.draw else set()):
            raise ValueError(f"{self.name}: yours must name the numbers that draw makes")


@dataclass(frozen=True, kw_only=True)
class Predict(Compute):
    """A number said before any code runs; checked as a computed one is."""

    kind: ClassVar[str] = "predict"


@dataclass(frozen=True, kw_only=True)
class Implement(Task):
    """A function with the signature of `reference` and these properties; `rtol` admits float32."""

    kind: ClassVar[str] = "implement"
    blocks_coursekit: ClassVar[bool] = True

    reference: Callable[..., Any]
    properties: tuple[Property, ...]
    rtol: float = 1e-5


@dataclass(frozen=True, kw_only=True)
class Derive(Task):
    """A sympy expression equal to `reference(*values)` for all values of `symbols`.

    `symbols` maps each symbol that the answer needs to its domain (see expressions.DOMAINS);
    `reference` is written for numbers: grading needs no sympy and never simplifies what a stranger
    wrote.
    """

    kind: ClassVar[str] = "derive"

    reference: Callable[..., Any]
    symbols: Mapping[str, str]

    def __post_init__(self) -> None:
        super().__post_init__()
        for domain in self.symbols.values():
            if domain not in DOMAINS:
                raise ValueError(f"domain must be one of {', '.join(DOMAINS)}; got {domain!r}")


@dataclass(frozen=True, kw_only=True)
class Choose(Task):
    """One letter: `right`, or one of `wrong`, which says for each why it is not."""

    kind: ClassVar[str] = "choose"

    right: str
    wrong: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Grading:
    """How a set counts in a graded class. Marks are the points of a task times its weight.

    `weights` holds, by the names of tasks, what is not 1 for a function or for numbers of a
    student's own, and not 0 for a letter, a formula or public numbers, whose answers are public.
    With `partial` a function earns the share of its properties that hold. Each day begun after the
    due date costs the share `late_per_day`; after `late_days` days nothing is earned.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    partial: bool = False
    late_per_day: float = 0.0
    late_days: int | None = None

    def __post_init__(self) -> None:
        if wrong := {n: w for n, w in self.weights.items() if not 0 <= w < math.inf}:
            raise ValueError(f"weights must be numbers >= 0, got {wrong}")
        if not 0 <= self.late_per_day <= 1:
            raise ValueError(f"late_per_day must be between 0 and 1, got {self.late_per_day}")
        if self.late_days is not None and self.late_days < 0:
            raise ValueError(f"late_days must be >= 0, got {self.late_days}")

"""Numbers out of expression trees, with limits, so that a stranger's formula is never executed.

Two expressions are held to be the same when they agree to 12 digits at random points, computed with
50. For the analytic pieces a formula is made of, that fails to tell apart different ones only with
probability zero (Schwartz 1980, section 2, for polynomials), and unlike simplification it ends.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import mpmath
from mpmath import mp
from numpy.random import Generator

from .child import printable
from .values import show

DIGITS = 50
N_POINTS = 25
MAX_DEPTH = 60
MAX_BITS = 50_000

DOMAINS: dict[str, Callable[[Generator], Any]] = {
    "real": lambda rng: mp.mpf(int(rng.integers(1, 65))) / 16 * int(rng.choice([-1, 1])),
    "positive": lambda rng: mp.mpf(int(rng.integers(1, 65))) / 16,
    "positive integer": lambda rng: mp.mpf(int(rng.integers(1, 7))),
    "probability": lambda rng: mp.mpf(int(rng.integers(1, 64))) / 64,
    "label −1 or 1": lambda rng: mp.mpf(int(rng.choice([-1, 1]))),
    "label 0 or 1": lambda rng: mp.mpf(int(rng.integers(0, 2))),
}

# The simplest first; not 0, where formulas may differ in what they make of a kink.
SIMPLE = {
    "real": (mp.mpf(1), mp.mpf(2), mp.mpf(-1), mp.mpf(0.5)),
    "positive": (mp.mpf(0.5), mp.mpf(1), mp.mpf(2)),
    "positive integer": (mp.mpf(1), mp.mpf(2), mp.mpf(3)),
    "probability": (mp.mpf(0.5), mp.mpf(0.25), mp.mpf(0.75)),
    "label −1 or 1": (mp.mpf(1), mp.mpf(-1)),
    "label 0 or 1": (mp.mpf(1), mp.mpf(0)),
}


class ExpressionError(ValueError):
    """Why an expression cannot be evaluated, in words for its author."""


class NoValue(ExpressionError):
    """Why it cannot be evaluated at this one point: a pole, or a branch that is missing."""


def points(symbols: Mapping[str, str], rng: Generator) -> list[dict[str, Any]]:
    """Draw points in the domains of the symbols."""
    return [{name: DOMAINS[d](rng) for name, d in symbols.items()} for _ in range(N_POINTS)]


def simple_points(symbols: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the points with small numbers in the domains of the symbols, simplest first."""
    choices = product(*(enumerate(SIMPLE[domain]) for domain in symbols.values()))
    ranked = sorted(choices, key=lambda choice: sum(rank for rank, _ in choice))
    return [dict(zip(symbols, (x for _, x in choice), strict=True)) for choice in ranked]


def precision() -> Any:
    """Return the context in which all numbers are computed with 50 digits."""
    return mp.workdps(DIGITS)


def agree(one: Any, other: Any) -> bool:
    """Tell whether two numbers agree to 12 digits, or neither is one (infinity, NaN)."""
    if not (mp.isfinite(one) and mp.isfinite(other)):
        return not (mp.isfinite(one) or mp.isfinite(other))
    with precision():
        return bool(abs(one - other) <= mp.mpf("1e-12") * (1 + abs(other)))


def all_agree(values: Sequence[Any], others: Sequence[Any]) -> bool:
    """Tell whether two lists of numbers agree entry by entry."""
    return all(agree(v, o) for v, o in zip(values, others, strict=True))


def values(formula: Callable[..., Any], points: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return a trusted formula's values at the points; NaN where it has none."""

    def value(point: Mapping[str, Any]) -> Any:
        try:
            return formula(*point.values())
        except ArithmeticError:
            return mp.nan

    with precision():
        return [value(point) for point in points]


def values_of_tree(tree: Any, points: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return a stranger's formula's values; NaN where it has none, ExpressionError if it is bad."""

    def value(point: Mapping[str, Any]) -> Any:
        try:
            return evaluate(tree, point)
        except NoValue:
            return mp.nan

    return [value(point) for point in points]


def difference(tree: Any, formula: Callable[..., Any], points: Sequence[Mapping[str, Any]]) -> str:
    """Say at which of the points a tree first differs from the formula, and what both are there."""
    undefined = ""
    for point, expected in zip(points, values(formula, points), strict=True):
        if not mp.isfinite(expected):
            continue
        place = ", ".join(f"{name} = {show(float(x))}" for name, x in point.items())
        try:
            value = evaluate(tree, point)
        except NoValue as error:
            undefined = undefined or f"at {place} {error}; the right one is {_shown(expected)}"
            continue
        if not agree(value, expected):
            yours, right = _shown(value), _shown(expected)
            return f"they differ at {place}: yours is {yours}, the right one {right}"
    return undefined or "they differ"


def symbols_in(tree: Any) -> set[str]:
    """Return the names of the symbols in an expression tree."""
    waiting, names = [tree], set()
    while waiting:
        match waiting.pop():
            case ["Symbol", str(name)]:
                names.add(name)
            case [_, *arguments]:
                waiting += arguments
    return names


def symbols_needed(
    formula: Callable[..., Any], symbols: Iterable[str], points: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Return the symbols that change a trusted formula's value at one of the points."""
    at_first = dict(points[0])
    moved = {name: [{**p, name: at_first[name]} for p in points] for name in symbols}
    found = values(formula, points)
    return [n for n, others in moved.items() if not all_agree(found, values(formula, others))]


def common_factor(values: Sequence[Any], expected: Sequence[Any]) -> float | None:
    """Return the real c ≠ 0 with values = c · expected, if there is one."""
    with precision():
        both = zip(values, expected, strict=True)
        pairs = [(v, e) for v, e in both if mp.isfinite(v) or mp.isfinite(e)]
        factor = next((v / e for v, e in pairs if e), 0)
        if factor and not mp.im(factor) and all(agree(v, factor * e) for v, e in pairs):
            return float(factor)
    return None


def evaluate(tree: Any, point: Mapping[str, Any]) -> Any:
    """Return the value of an expression tree at a point, or raise ExpressionError."""
    with precision():
        try:
            value = _value(tree, point, 0)
        except ExpressionError:
            raise
        except (ArithmeticError, ValueError) as error:
            raise NoValue(f"it has no value ({type(error).__name__})") from None
        except (TypeError, AttributeError) as error:
            raise ExpressionError(f"it has no value there ({type(error).__name__})") from None
    if isinstance(value, bool):
        raise ExpressionError("it is an equation or condition: give its right-hand side alone")
    return value


def _value(tree: Any, point: Mapping[str, Any], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ExpressionError(f"it is nested more than {MAX_DEPTH} deep")
    match tree:
        case ["Symbol", str(name)]:
            if name not in point:
                asked = ", ".join(point)
                raise ExpressionError(
                    f"it uses the symbol {printable(name)}; the answer is asked in {asked}"
                )
            return point[name]
        case ["Rational", str(p), str(q)]:
            return _number(p) / _number(q)
        case ["Float", str(number)]:
            return _number(number)
        case ["Piecewise", *branches]:
            for branch in branches:
                match branch:
                    case ["ExprCondPair", value, condition]:
                        if _value(condition, point, depth + 1):
                            return _value(value, point, depth + 1)
            raise NoValue("it has no value: no branch of the Piecewise holds")
        case [str(name), *arguments] if name in _FUNCTIONS:
            values = [_value(a, point, depth + 1) for a in arguments]
            # In bits. A large base with a small exponent is a steep sigmoid; a power tower is not.
            limits = (10_000, 20) if name == "Pow" else (20,) * len(values)
            pairs = zip(values, limits, strict=False)
            if name not in _HARMLESS and any(_size(v)[1] > bits for v, bits in pairs):
                raise ExpressionError("it has numbers above a million in a function or exponent")
            if any(_size(v)[0] < -MAX_BITS for v in values):
                raise ExpressionError("it has numbers too close to 0 to compute with")
            return _FUNCTIONS[name](*values)
        case ["Xor", *_]:
            raise ExpressionError("it contains ^, an exclusive or: Python's power is **")
        case [str(name), *_]:
            raise ExpressionError(
                f"it contains {printable(name)}, which is not known here, "
                "or not carried out: .doit() does it"
            )
    raise ExpressionError("it is not an expression")


def _size(value: Any) -> tuple[float, float]:
    """Return the bits before the point of the smallest and the largest part that is not 0."""
    parts = [part for part in (mp.re(value), mp.im(value)) if part and mp.isfinite(part)]
    sizes = [float(mp.mag(part)) for part in parts] or [0.0]
    return min(sizes), max(sizes)


def _number(digits: str) -> Any:
    if len(digits) > 100:
        raise ExpressionError("it has a number of more than 100 digits")
    value = mp.mpf(digits)
    # Its exponent alone may ask for more digits than there is memory.
    if not -MAX_BITS < _size(value)[0] < MAX_BITS:
        raise ExpressionError("it has a number that is too large, or too close to 0")
    return value


def _shown(value: Any) -> str:
    return "complex" if mp.im(value) else show(float(mp.re(value)))


def _sum(*terms: Any) -> Any:
    return sum(terms, mp.mpf(0))


def _product(*factors: Any) -> Any:
    product = mp.mpf(1)
    for factor in factors:
        product = product * factor
    return product


_HARMLESS = {
    "Add", "Mul", "Abs", "sign", "Max", "Min", "And", "Or", "Not", "StrictLessThan", "LessThan",
    "StrictGreaterThan", "GreaterThan", "Equality", "Unequality", "Heaviside",
}  # fmt: skip

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Add": _sum,
    "Mul": _product,
    "Pow": mpmath.power,
    "Abs": abs,
    "sign": mpmath.sign,
    "Max": max,
    "Min": min,
    "Heaviside": lambda x, at_zero=0.5: 1 if x > 0 else at_zero if x == 0 else 0,
    **{n: getattr(mpmath, n) for n in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{n: getattr(mpmath, n) for n in ("asin", "acos", "atan", "asinh", "acosh", "atanh", "erf")},
    "StrictLessThan": lambda a, b: a < b,
    "LessThan": lambda a, b: a <= b,
    "StrictGreaterThan": lambda a, b: a > b,
    "GreaterThan": lambda a, b: a >= b,
    "Equality": lambda a, b: a == b,
    "Unequality": lambda a, b: a != b,
    "And": lambda *conditions: all(conditions),
    "Or": lambda *conditions: any(conditions),
    "Not": lambda condition: not condition,
    "BooleanTrue": lambda: True,
    "BooleanFalse": lambda: False,
    "Exp1": lambda: +mp.e,
    "Pi": lambda: +mp.pi,
    "ImaginaryUnit": lambda: mp.mpc(0, 1),
    "Infinity": lambda: mp.inf,
    "NegativeInfinity": lambda: -mp.inf,
}

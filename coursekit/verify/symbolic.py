"""Symbolic witnesses: a loss against its own definition, one expression against another."""

import random
from dataclasses import dataclass

import mpmath
import numpy as np
import sympy as sp
from numpy.typing import ArrayLike

from .. import symbols as s
from ..losses import Loss
from ..similarity import PairLoss, Triplet, same_symbol


@dataclass(frozen=True)
class TwinCheck:
    """How far an implementation is from its symbolic twin.

    value_ulps, gradient_ulps: largest error in units of the last place, divided by the condition
    number where a loss has several scores; passed: both at most `limit`.
    """

    value_ulps: float
    gradient_ulps: float
    limit: float

    @property
    def passed(self) -> bool:
        """True where both errors are within the limit."""
        return max(self.value_ulps, self.gradient_ulps) <= self.limit


def check_twin(
    loss: Loss, y_true: ArrayLike, y_pred: ArrayLike, *, limit: float = 8.0, digits: int = 1000
) -> TwinCheck:
    """Hold a loss's value and gradient against its symbol(), differentiated by sympy.

    mpmath evaluates with `digits` digits, enough for 1 + exp(±2000). A loss of one score must meet
    the limit outright; with several scores the rounding of each is amplified by the condition
    number Σ abs(z_j ∂f/∂z_j)/abs(f), which mpmath computes too. Gradients are not compared where
    they jump. Raises ValueError as `loss.value` does.
    """
    y, z = loss.checked(y_true, y_pred)
    letters = s.scores(z.shape[1]) if z.ndim == 2 else (s.y_hat,)
    symbol = loss.symbol(z.shape[1]) if z.ndim == 2 else loss.symbol()  # type: ignore[call-arg]
    exact = symbol.subs(s.values(loss))
    value, gradient = loss.value(y, z), loss.gradient(y, z).reshape(len(y), -1)
    smooth = np.ones(len(y), bool)
    if not np.isfinite(loss.lipschitz):
        smooth = ~loss.at_kink(y, z)
    points = [(y_i, *np.atleast_1d(z_i)) for y_i, z_i in zip(y, z, strict=True)]
    value_ulps = _worst_ulps(exact, (s.y,), letters, points, value, digits)
    gradient_ulps = max(
        _worst_ulps(
            sp.diff(exact, letter),
            (s.y,),
            letters,
            [p for p, ok in zip(points, smooth, strict=True) if ok],
            gradient[smooth, k],
            digits,
        )
        for k, letter in enumerate(letters)
    )
    return TwinCheck(value_ulps, gradient_ulps, limit)


def check_similarity(
    loss: PairLoss | Triplet, *arrays: ArrayLike, limit: float = 16.0, digits: int = 60
) -> TwinCheck:
    """Hold a similarity loss against its symbol(), as `check_twin` does for pointwise losses.

    arrays: what loss.value takes, points (n, d) first. Every coordinate is rounded, so the limit is
    in ulps times the condition number, of the value and of each component of the gradient. Give
    points off the kinks: no gradient is exact there.
    """
    value, gradient = loss.value(*arrays), np.hstack(loss.gradient(*arrays))
    dimension = np.shape(arrays[0])[1]
    points = loss.points(dimension)
    letters = tuple(letter for point in points for letter in point)
    fixed = (same_symbol,) if len(arrays) > len(points) else ()
    exact = loss.symbol(dimension).subs(s.values(loss))
    columns = [np.reshape(array, (len(value), -1)) for array in arrays]
    rows = np.hstack([*columns[len(points) :], *columns[: len(points)]])
    at = [tuple(row) for row in rows]
    value_ulps = _worst_ulps(exact, fixed, letters, at, value, digits)
    gradient_ulps = max(
        _worst_ulps(sp.diff(exact, letter), fixed, letters, at, gradient[:, k], digits)
        for k, letter in enumerate(letters)
    )
    return TwinCheck(value_ulps, gradient_ulps, limit)


def _worst_ulps(
    exact: sp.Expr,
    fixed: tuple[sp.Symbol, ...],
    letters: tuple[sp.Symbol, ...],
    points: list[tuple[float, ...]],
    computed: np.ndarray,
    digits: int,
) -> float:
    """Largest error of the computed numbers in ulps of the exact ones, over all points.

    A point holds the values of the fixed symbols, which are exact, and then of the letters.
    """
    f = sp.lambdify((*fixed, *letters), exact, "mpmath")
    slopes = [sp.lambdify((*fixed, *letters), sp.diff(exact, z), "mpmath") for z in letters]
    worst = 0.0
    with mpmath.workdps(digits):
        for point, number in zip(points, computed, strict=True):
            at = [mpmath.mpf(float(x)) for x in point]
            truth = mpmath.mpf(f(*at))
            condition = mpmath.mpf(1)
            if len(letters) > 1 and truth:
                moved = sum(abs(z * g(*at)) for z, g in zip(at[len(fixed) :], slopes, strict=True))
                condition = max(condition, moved / abs(truth))
            ulp = np.spacing(abs(np.dtype(computed.dtype).type(float(truth))))
            worst = max(worst, float(abs(mpmath.mpf(float(number)) - truth) / (ulp * condition)))
    return worst


def equivalent(left: sp.Expr, right: sp.Expr, *, points: int = 24, digits: int = 50) -> bool:
    """Say whether two expressions are the same function, by their values at random points.

    One point that differs refutes; agreement to all but a few of 50 digits at every point is as
    good as proof for the expressions of this course (Schwartz 1980, for polynomials). Symbols
    declared positive get positive values, integer ones integers. Points at which both are undefined
    don't count. Raises ValueError where the expressions are defined at no common point.
    """
    left, right = sp.sympify(left), sp.sympify(right)
    letters = sorted(left.free_symbols | right.free_symbols, key=str)
    dice = random.Random(20)
    judged = 0
    for _ in range(points):
        at = {letter: _random_value(letter, dice) for letter in letters}
        a, b = (sp.N(side.subs(at), digits) for side in (left, right))
        defined = [side.is_number and side.is_finite is True for side in (a, b)]
        if not any(defined):
            continue
        if not all(defined):
            return False
        judged += 1
        if abs(a - b) > sp.Float(10) ** (10 - digits) * max(1, abs(a), abs(b)):
            return False
    if not judged:
        raise ValueError(f"no common point at which both are defined: {left} and {right}")
    return True


def _random_value(letter: sp.Symbol, dice: random.Random) -> sp.Rational:
    sign = 1 if letter.is_nonnegative else dice.choice((-1, 1))
    if letter.is_integer:
        return sp.Integer(sign * dice.randint(1, 9))
    return sp.Rational(sign * dice.randint(1, 10**6), 333_333)

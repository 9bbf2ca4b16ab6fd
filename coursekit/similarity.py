"""Losses on embeddings: what a pair, or a triplet, of points costs by its distances.

Points are rows: a, b, anchor, positive, negative have shape (n, d), `same` (n,) holds 1 where a
pair belongs together and 0 where it does not. `symbol(d)` is the exact definition for one row;
tests hold value and gradient to it, as far as the conditioning of the formula allows.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike

from . import symbols as s
from .validation import Array, finite_array, number

same_symbol = sp.Symbol("s", real=True)


def point(letter: str, dimension: int) -> tuple[sp.Symbol, ...]:
    """Return the coordinates (a_1, …, a_d) of a point as real symbols."""
    return sp.symbols(f"{letter}_1:{dimension + 1}", real=True)


def _squared_distance(a: tuple[sp.Symbol, ...], b: tuple[sp.Symbol, ...]) -> sp.Expr:
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True))


def _points(**arrays: ArrayLike) -> list[Array]:
    """Return float arrays (n, d) of one shape, or raise ValueError."""
    checked = {name: finite_array(name, array, 2) for name, array in arrays.items()}
    shapes = {array.shape for array in checked.values()}
    if len(shapes) > 1:
        got = ", ".join(f"{name} {array.shape}" for name, array in checked.items())
        raise ValueError(f"all points must have one shape (n, d), got {got}")
    return list(checked.values())


def _towards(a: Array, b: Array) -> tuple[Array, Array]:
    """Return ‖a − b‖, (n,), and its gradient by a, (n, d): (a − b)/‖a − b‖, and 0 where a = b."""
    difference = a - b
    distance = np.linalg.norm(difference, axis=1)
    return distance, difference / np.where(distance > 0, distance, 1)[:, None]


class PairLoss(ABC):
    """A loss of pairs: value(a, b, same) and gradient(a, b, same) → (∂a, ∂b)."""

    def points(self, dimension: int = 2) -> list[tuple[sp.Symbol, ...]]:
        """Return the symbols of a and b in `symbol`."""
        return [point("a", dimension), point("b", dimension)]

    @abstractmethod
    def symbol(self, dimension: int = 2) -> sp.Expr:
        """Return the definition in a_1, …, b_1, … and s, which is 1 for a pair that belongs."""

    @abstractmethod
    def _value(self, a: Array, b: Array, same: Array) -> Array: ...

    @abstractmethod
    def _gradient(self, a: Array, b: Array, same: Array) -> tuple[Array, Array]: ...

    def value(self, a: ArrayLike, b: ArrayLike, same: ArrayLike) -> Array:
        """Return one loss per pair, shape (n,).

        Raises ValueError for shapes that differ, non-finite numbers, `same` other than 0 or 1.
        """
        return self._value(*self._checked(a, b, same))

    def gradient(self, a: ArrayLike, b: ArrayLike, same: ArrayLike) -> tuple[Array, Array]:
        """Return ∂/∂a and ∂/∂b, each (n, d); raises as `value` does."""
        return self._gradient(*self._checked(a, b, same))

    def _checked(self, a: ArrayLike, b: ArrayLike, same: ArrayLike) -> tuple[Array, Array, Array]:
        a, b = _points(a=a, b=b)
        same = finite_array("same", same, 1)
        bad = same[~np.isin(same, (0, 1))]
        if bad.size:
            raise ValueError(f"same must hold only 0 or 1, got {bad[0]:g}")
        if len(same) != len(a):
            raise ValueError(f"same must have one entry per pair, got {len(same)} for {len(a)}")
        return a, b, same


@dataclass(frozen=True)
class EuclideanLoss(PairLoss):
    """½‖a − b‖² for a pair that belongs together, 0 for others: it pulls and never pushes."""

    def symbol(self, dimension: int = 2) -> sp.Expr:
        return same_symbol * _squared_distance(point("a", dimension), point("b", dimension)) / 2

    def _value(self, a: Array, b: Array, same: Array) -> Array:
        return same * np.square(a - b).sum(axis=1) / 2

    def _gradient(self, a: Array, b: Array, same: Array) -> tuple[Array, Array]:
        by_a = same[:, None] * (a - b)
        return by_a, -by_a


@dataclass(frozen=True)
class CosineLoss(PairLoss):
    """1 − cos(a, b) for a pair that belongs together, max(0, cos(a, b)) for others.

    Raises ValueError for a point of norm 0, which has no direction.
    """

    def symbol(self, dimension: int = 2) -> sp.Expr:
        a, b = point("a", dimension), point("b", dimension)
        norms = sp.sqrt(sum(x**2 for x in a)) * sp.sqrt(sum(x**2 for x in b))
        cosine = sum(x * y for x, y in zip(a, b, strict=True)) / norms
        return same_symbol * (1 - cosine) + (1 - same_symbol) * s.positive_part(cosine)

    def _value(self, a: Array, b: Array, same: Array) -> Array:
        a, b = _directions(a)[0], _directions(b)[0]
        # 1 − cos = ½‖a/‖a‖ − b/‖b‖‖², which keeps its digits for nearly parallel points.
        apart = np.square(a - b).sum(axis=1) / 2
        return np.where(same == 1, apart, np.maximum(0, (a * b).sum(axis=1)))

    def _gradient(self, a: Array, b: Array, same: Array) -> tuple[Array, Array]:
        (a, a_norm), (b, b_norm) = _directions(a), _directions(b)
        cosine = (a * b).sum(axis=1)
        factor = np.where(same == 1, -1.0, cosine > 0)[:, None]
        # b − cos·a is the part of b ∓ a that is orthogonal to a; the smaller one keeps its digits.
        turn = np.where(cosine < 0, -1.0, 1.0)[:, None]
        from_a, from_b = b - turn * a, a - turn * b
        across_a = from_a - (from_a * a).sum(axis=1, keepdims=True) * a
        across_b = from_b - (from_b * b).sum(axis=1, keepdims=True) * b
        return factor * across_a / a_norm, factor * across_b / b_norm


def _directions(a: Array) -> tuple[Array, Array]:
    norm = np.linalg.norm(a, axis=1, keepdims=True)
    if not norm.all():
        row = int(np.argmin(norm))
        raise ValueError(f"a point of norm 0 has no direction: row {row} is {a[row].tolist()}")
    return a / norm, norm


@dataclass(frozen=True)
class Contrastive(PairLoss):
    """½d² for a pair that belongs together, ½max(0, margin − d)² for others, d = ‖a − b‖.

    Hadsell, Chopra & LeCun (2006), section 2.1. Where a = b the push has no direction and the
    gradient returned is 0.
    """

    margin: float = 1.0

    def __post_init__(self) -> None:
        number("margin", self.margin, above=0)

    def symbol(self, dimension: int = 2) -> sp.Expr:
        squared = _squared_distance(point("a", dimension), point("b", dimension))
        push = s.positive_part(s.parameter("margin") - sp.sqrt(squared)) ** 2
        return same_symbol * squared / 2 + (1 - same_symbol) * push / 2

    def _value(self, a: Array, b: Array, same: Array) -> Array:
        distance, _ = _towards(a, b)
        return np.where(same == 1, distance, np.maximum(0, self.margin - distance)) ** 2 / 2

    def _gradient(self, a: Array, b: Array, same: Array) -> tuple[Array, Array]:
        distance, away = _towards(a, b)
        push = np.maximum(0, self.margin - distance)[:, None] * away
        by_a = np.where(same[:, None] == 1, a - b, -push)
        return by_a, -by_a


@dataclass(frozen=True)
class Triplet:
    """max(0, ‖anchor − positive‖ − ‖anchor − negative‖ + margin), distances not squared.

    Weinberger & Saul (2009), section 3, and Schroff, Kalenichenko & Philbin (2015), section 3.1,
    square them; then the pull grows with the distance. At a distance of 0 its gradient is 0.
    """

    margin: float = 1.0

    def __post_init__(self) -> None:
        number("margin", self.margin, above=0)

    def points(self, dimension: int = 2) -> list[tuple[sp.Symbol, ...]]:
        """Return the symbols of anchor, positive and negative in `symbol`."""
        return [point(letter, dimension) for letter in "apn"]

    def symbol(self, dimension: int = 2) -> sp.Expr:
        """Return the definition in a_1, … (anchor), p_1, … (positive) and n_1, … (negative)."""
        a, p, n = self.points(dimension)
        near, far = sp.sqrt(_squared_distance(a, p)), sp.sqrt(_squared_distance(a, n))
        return s.positive_part(near - far + s.parameter("margin"))

    def value(self, anchor: ArrayLike, positive: ArrayLike, negative: ArrayLike) -> Array:
        """Return one loss per triplet, shape (n,); raises ValueError for shapes that differ."""
        a, p, n = _points(anchor=anchor, positive=positive, negative=negative)
        return np.maximum(0, _towards(a, p)[0] - _towards(a, n)[0] + self.margin)

    def gradient(
        self, anchor: ArrayLike, positive: ArrayLike, negative: ArrayLike
    ) -> tuple[Array, Array, Array]:
        """Return ∂/∂anchor, ∂/∂positive and ∂/∂negative, each (n, d)."""
        a, p, n = _points(anchor=anchor, positive=positive, negative=negative)
        (near, from_p), (far, from_n) = _towards(a, p), _towards(a, n)
        counts = (near - far + self.margin > 0)[:, None].astype(float)
        return counts * (from_p - from_n), -counts * from_p, counts * from_n

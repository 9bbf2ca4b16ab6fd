"""Penalties that are a sum over coordinates, on weights of any shape."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike

from .. import symbols as s
from ..validation import Array, finite_array, number
from .base import Penalty


def soft_threshold(v: ArrayLike, threshold: float) -> Array:
    """Return sign(v)·max(abs(v) − threshold, 0): shrink by a constant, stop at exactly 0.

    It minimises ½(w − v)² + threshold·abs(w). Donoho & Johnstone (1994), section 2.
    Raises ValueError for a negative threshold or non-finite v.
    """
    number("threshold", threshold, at_least=0)
    return L1(1.0).shrink(finite_array("v", v), threshold)


@dataclass(frozen=True)
class L1(Penalty):
    """λ Σ abs(w_j). Tibshirani (1996), section 1."""

    lam: float

    def __post_init__(self) -> None:
        number("lam", self.lam, at_least=0)

    def symbol(self, n_weights: int = 2) -> sp.Expr:
        return s.parameter("lam") * sum(sp.Abs(w) for w in s.weights(n_weights))

    def value(self, w: ArrayLike) -> float:
        return float(self.lam * np.abs(w).sum())

    def subgradient(self, w: ArrayLike) -> Array:
        """Return λ sign(w), with 0 at 0, as automatic differentiation does."""
        return self.lam * np.sign(w)

    def shrink(self, v: Array, t: float) -> Array:
        # sign(v)·max(abs(v) − tλ, 0), written so that no zero carries a minus sign.
        return v - np.clip(v, -t * self.lam, t * self.lam)

    def subdiff_distance(self, w: Array, grad: Array) -> Array:
        return l1_distance(w, grad, self.lam)

    def conjugate(self, c: Array) -> float:
        """Ω*(c) = 0 where every abs(c_j) ≤ λ, which `dual_scale` sees to."""
        return 0.0

    def dual_scale(self, c: Array) -> float:
        """Return the largest factor up to 1 that takes c into the dual's feasible set."""
        largest = np.abs(c).max()
        return 1.0 if largest <= self.lam else float(self.lam / largest)

    def critical_lam(self, grad: Array) -> float:
        """Return the smallest λ for which w = 0 is optimal, from the loss gradient there."""
        return float(np.abs(grad).max())


def l1_distance(w: Array, grad: Array, lam: float) -> Array:
    """Distance of −grad to λ∂abs(w): to the point λ sign(w), at w = 0 to the interval [−λ, λ]."""
    return np.where(w == 0, np.maximum(np.abs(grad) - lam, 0), np.abs(grad + lam * np.sign(w)))


@dataclass(frozen=True)
class L2(Penalty):
    """(λ/2) Σ w_j². Hoerl & Kennard (1970), section 2."""

    lam: float
    smooth: ClassVar[bool] = True

    def __post_init__(self) -> None:
        number("lam", self.lam, at_least=0)

    def symbol(self, n_weights: int = 2) -> sp.Expr:
        return s.parameter("lam") / 2 * sum(w**2 for w in s.weights(n_weights))

    def value(self, w: ArrayLike) -> float:
        return float(self.lam / 2 * np.square(w).sum())

    def subgradient(self, w: ArrayLike) -> Array:
        """Return the gradient λw."""
        return self.lam * np.asarray(w)

    @property
    def lipschitz(self) -> float:
        """Lipschitz constant of the gradient λw."""
        return self.lam

    def shrink(self, v: Array, t: float) -> Array:
        return v / (1 + t * self.lam)

    def subdiff_distance(self, w: Array, grad: Array) -> Array:
        return np.abs(grad + self.lam * w)

    def conjugate(self, c: Array) -> float:
        """Ω*(c) = ‖c‖²/(2λ)."""
        return float(np.square(c).sum() / (2 * self.lam)) if self.lam > 0 else 0.0

    def dual_scale(self, c: Array) -> float:
        """Every c is feasible, except that λ = 0 leaves only c = 0."""
        return 1.0 if self.lam > 0 else 0.0


@dataclass(frozen=True)
class ElasticNet(Penalty):
    """λ(ρ Σ abs(w_j) + (1 − ρ)/2 Σ w_j²), ρ = l1_ratio. Zou & Hastie (2005), section 2.1."""

    lam: float
    l1_ratio: float = 0.5

    def __post_init__(self) -> None:
        number("lam", self.lam, at_least=0)
        number("l1_ratio", self.l1_ratio, at_least=0, at_most=1)

    @property
    def l1(self) -> L1:
        """The L1 part, λρ Σ abs(w_j)."""
        return L1(self.lam * self.l1_ratio)

    @property
    def l2(self) -> L2:
        """The L2 part, λ(1 − ρ)/2 Σ w_j²."""
        return L2(self.lam * (1 - self.l1_ratio))

    def symbol(self, n_weights: int = 2) -> sp.Expr:
        lam, rho, w = s.parameter("lam"), s.parameter("l1_ratio"), s.weights(n_weights)
        return lam * (rho * sum(map(sp.Abs, w)) + (1 - rho) / 2 * sum(x**2 for x in w))

    def value(self, w: ArrayLike) -> float:
        return self.l1.value(w) + self.l2.value(w)

    def subgradient(self, w: ArrayLike) -> Array:
        """Return λρ sign(w) + λ(1 − ρ)w."""
        return self.l1.subgradient(w) + self.l2.subgradient(w)

    def shrink(self, v: Array, t: float) -> Array:
        return self.l2.shrink(self.l1.shrink(v, t), t)

    def subdiff_distance(self, w: Array, grad: Array) -> Array:
        return self.l1.subdiff_distance(w, grad + self.l2.subgradient(w))

    def conjugate(self, c: Array) -> float:
        """Ω*(c) = Σ soft(c_j, λρ)²/(2λ(1 − ρ)); for ρ = 1 that of L1."""
        return self.l2.conjugate(self.l1.shrink(c, 1.0))

    def dual_scale(self, c: Array) -> float:
        """Every c is feasible unless there is no L2 part."""
        return self.l1.dual_scale(c) if self.l2.lam == 0 else 1.0

    def critical_lam(self, grad: Array) -> float:
        """Return the smallest λ for which w = 0 is optimal; there is none without an L1 part."""
        if self.l1_ratio == 0:
            raise ValueError("ElasticNet with l1_ratio = 0 has no L1 part: no lam gives w = 0")
        return self.l1.critical_lam(grad) / self.l1_ratio


@dataclass(frozen=True)
class Lq(Penalty):
    """λ Σ abs(w_j)^q, q > 0, without ½ or root, so Lq(λ, 2) is twice L2.

    Frank & Friedman (1993), section 3.
    """

    lam: float
    q: float

    def __post_init__(self) -> None:
        number("lam", self.lam, at_least=0)
        number("q", self.q, above=0)

    @property
    def convex(self) -> bool:  # type: ignore[override]
        """Convex from q = 1 upwards."""
        return self.q >= 1

    @property
    def smooth(self) -> bool:  # type: ignore[override]
        """Differentiable at 0 for q > 1 only."""
        return self.q > 1

    def symbol(self, n_weights: int = 2) -> sp.Expr:
        q = s.parameter("q")
        return s.parameter("lam") * sum(sp.Abs(w) ** q for w in s.weights(n_weights))

    def value(self, w: ArrayLike) -> float:
        return float(self.lam * (np.abs(w) ** self.q).sum())

    def subgradient(self, w: ArrayLike) -> Array:
        """Return λq abs(w)^(q−1) sign(w), with 0 at 0; below q = 1 there is none at 0."""
        w = np.asarray(w)
        if self.q < 1 and not np.all(w):
            raise ValueError(f"abs(w)^q has no finite slope at w = 0 for q < 1, got q = {self.q!r}")
        return self.lam * self.q * np.abs(w) ** (self.q - 1) * np.sign(w)

    def shrink(self, v: Array, t: float) -> Array:
        """Solve w − v + tλq w^(q−1) = 0 by bisection; below q = 1 only beyond the jump."""
        size, t, q = np.abs(v), t * self.lam, self.q
        if q == 1:
            return L1(1.0).shrink(v, t)
        low, jump = np.zeros_like(size), 0.0
        if q < 1 and t > 0:
            # Left of `start` the objective is concave; at `jump` 0 and the root are equally good.
            # Marjanovic & Solo (2012), section III.
            start = (2 * t * (1 - q)) ** (1 / (2 - q))
            jump = start * (2 - q) / (2 * (1 - q))
            low = np.minimum(start, size)
        high = size.copy()
        for _ in range(100):
            middle = (low + high) / 2
            power = np.maximum(middle, np.finfo(float).tiny) ** (q - 1)
            above = middle - size + t * q * power > 0
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        return np.where(size <= jump, 0.0, np.sign(v) * (low + high) / 2)

    def subdiff_distance(self, w: Array, grad: Array) -> Array:
        if self.q == 1:
            return l1_distance(w, grad, self.lam)
        at_zero = 0.0 if self.q < 1 and self.lam > 0 else np.abs(grad)
        size = np.where(w == 0, 1.0, np.abs(w))
        slope = self.lam * self.q * size ** (self.q - 1) * np.sign(w)
        return np.where(w == 0, at_zero, np.abs(grad + slope))


@dataclass(frozen=True)
class L0(Penalty):
    """λ times the number of weights that are not 0. Foster & George (1994)."""

    lam: float
    convex: ClassVar[bool] = False

    def __post_init__(self) -> None:
        number("lam", self.lam, at_least=0)

    def symbol(self, n_weights: int = 2) -> sp.Expr:
        lam = s.parameter("lam")
        return sum(sp.Piecewise((0, sp.Eq(w, 0)), (lam, True)) for w in s.weights(n_weights))

    def value(self, w: ArrayLike) -> float:
        return float(self.lam * np.count_nonzero(w))

    def shrink(self, v: Array, t: float) -> Array:
        # Keeping v costs tλ, dropping it v²/2. Blumensath & Davies (2008), section 2.
        return np.where(np.abs(v) > (2 * t * self.lam) ** 0.5, v, 0.0)

    def subdiff_distance(self, w: Array, grad: Array) -> Array:
        at_zero = 0.0 if self.lam > 0 else np.abs(grad)
        return np.where(w == 0, at_zero, np.abs(grad))

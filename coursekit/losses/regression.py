"""Losses for real targets, all functions of the residual r = y − ŷ."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import sympy as sp

from .. import symbols as s
from ..validation import Array, number
from .base import Loss

TINY = np.finfo(float).tiny


@dataclass(frozen=True)
class HalfSquaredError(Loss):
    """½(y − ŷ)²; its mean is minimised by the mean. Legendre (1805), appendix."""

    lipschitz: ClassVar[float] = 1.0

    def symbol(self) -> sp.Expr:
        return (s.y - s.y_hat) ** 2 / 2

    def formula(self, y: Array, z: Array) -> Array:
        return 0.5 * (z - y) ** 2

    def slope(self, y: Array, z: Array) -> Array:
        return z - y

    def conjugate(self, y: Array, u: Array) -> Array:
        """ℓ*(u) = sup over z of uz − ℓ(y, z), which the duality gap needs."""
        return 0.5 * u**2 + u * y


@dataclass(frozen=True)
class AbsoluteError(Loss):
    """abs(y − ŷ); its mean is minimised by the median. Koenker & Bassett (1978), section 1."""

    def symbol(self) -> sp.Expr:
        return sp.Abs(s.y - s.y_hat)

    def formula(self, y: Array, z: Array) -> Array:
        return np.abs(z - y)

    def slope(self, y: Array, z: Array) -> Array:
        return np.sign(z - y)

    def kinks(self, y_true: Array) -> tuple[Array, ...]:
        return (y_true,)


@dataclass(frozen=True)
class Huber(Loss):
    """½r² for abs(r) ≤ δ, else δ(abs(r) − δ/2), r = y − ŷ. Huber (1964), section 1."""

    delta: float = 1.0
    lipschitz: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        number("delta", self.delta, above=0)

    def symbol(self) -> sp.Expr:
        r, delta = s.y - s.y_hat, s.parameter("delta")
        return sp.Piecewise((r**2 / 2, sp.Abs(r) <= delta), (delta * (sp.Abs(r) - delta / 2), True))

    def formula(self, y: Array, z: Array) -> Array:
        r = np.abs(z - y)
        return np.where(r <= self.delta, 0.5 * r**2, self.delta * (r - 0.5 * self.delta))

    def slope(self, y: Array, z: Array) -> Array:
        return np.clip(z - y, -self.delta, self.delta)

    def kinks(self, y_true: Array) -> tuple[Array, ...]:
        return (y_true - self.delta, y_true + self.delta)

    def conjugate(self, y: Array, u: Array) -> Array:
        """ℓ*(u) = ½u² + uy for abs(u) ≤ δ, which scaled slopes always satisfy."""
        return 0.5 * u**2 + u * y


@dataclass(frozen=True)
class LogCosh(Loss):
    """log cosh(y − ŷ): ½r² near 0, abs(r) − log 2 far away, smooth everywhere."""

    lipschitz: ClassVar[float] = 1.0

    def symbol(self) -> sp.Expr:
        return sp.log(sp.cosh(s.y - s.y_hat))

    def formula(self, y: Array, z: Array) -> Array:
        # cosh r = 1 + 2 sinh²(r/2) keeps every digit near 0; beyond 20 the rest is below rounding.
        r = np.abs(z - y)
        near = np.log1p(2 * np.sinh(np.minimum(r, 20.0) / 2) ** 2)
        return np.where(r < 20, near, r - math.log(2))

    def slope(self, y: Array, z: Array) -> Array:
        return np.tanh(z - y)

    def conjugate(self, y: Array, u: Array) -> Array:
        """ℓ*(u) = ½(1 + u) log(1 + u) + ½(1 − u) log(1 − u) + uy for abs(u) ≤ 1."""
        up, down = np.maximum(1 + u, TINY), np.maximum(1 - u, TINY)
        return (up * np.log(up) + down * np.log(down)) / 2 + u * y


@dataclass(frozen=True)
class Pinball(Loss):
    """γ(y − ŷ) below the target, (1 − γ)(ŷ − y) above. Koenker & Bassett (1978), section 3."""

    quantile: float = 0.5

    def __post_init__(self) -> None:
        number("quantile", self.quantile, above=0, below=1)

    def symbol(self) -> sp.Expr:
        r, gamma = s.y - s.y_hat, s.parameter("quantile")
        return sp.Piecewise((gamma * r, r >= 0), ((gamma - 1) * r, True))

    def formula(self, y: Array, z: Array) -> Array:
        r = y - z
        return np.where(r >= 0, self.quantile * r, (self.quantile - 1) * r)

    def slope(self, y: Array, z: Array) -> Array:
        slope = np.where(z < y, -self.quantile, np.where(z > y, 1 - self.quantile, 0.0))
        return slope.astype(z.dtype)

    def kinks(self, y_true: Array) -> tuple[Array, ...]:
        return (y_true,)

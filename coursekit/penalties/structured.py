"""Penalties on groups of weights, and constraints."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike

from .. import symbols as s
from ..validation import Array, finite_array, number
from .base import Penalty


@dataclass(frozen=True)
class GroupL2(Penalty):
    """λ Σ_g √size_g ‖w_g‖, norms not squared: whole groups vanish. Yuan & Lin (2006), section 2.

    groups: one tuple of coordinates per group, each coordinate of w (p,) in exactly one.
    """

    lam: float
    groups: Sequence[Sequence[int]]
    separable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        number("lam", self.lam, at_least=0)
        groups = tuple(tuple(int(j) for j in group) for group in self.groups)
        members = sorted(j for group in groups for j in group)
        if not all(groups) or members != list(range(len(members))):
            raise ValueError(
                f"groups must hold each of 0 … p−1 exactly once and none be empty, got {groups}"
            )
        object.__setattr__(self, "groups", groups)

    def blocks(self, w: ArrayLike) -> list[tuple[list[int], float, float]]:
        """Return (coordinates, √size, ‖w_g‖) group by group."""
        w = finite_array("w", w, 1)
        if len(w) != sum(map(len, self.groups)):
            raise ValueError(f"groups cover {sum(map(len, self.groups))} weights, got {len(w)}")
        return [(list(g), len(g) ** 0.5, float(np.linalg.norm(w[list(g)]))) for g in self.groups]

    def symbol(self, n_weights: int = 2) -> sp.Expr:
        w = s.weights(sum(map(len, self.groups)))
        norms = [sp.sqrt(len(g)) * sp.sqrt(sum(w[j] ** 2 for j in g)) for g in self.groups]
        return s.parameter("lam") * sum(norms)

    def value(self, w: ArrayLike) -> float:
        return self.lam * sum(root * norm for _, root, norm in self.blocks(w))

    def subgradient(self, w: ArrayLike) -> Array:
        """Return λ√size w_g/‖w_g‖, with 0 for a group at 0."""
        out = np.zeros_like(finite_array("w", w))
        for g, root, norm in self.blocks(w):
            if norm > 0:
                out[g] = self.lam * root * np.asarray(w)[g] / norm
        return out

    def shrink(self, v: Array, t: float) -> Array:
        out = np.zeros_like(v)
        for g, root, norm in self.blocks(v):
            if norm > t * self.lam * root:
                out[g] = (1 - t * self.lam * root / norm) * v[g]
        return out

    def subdiff_distance(self, w: Array, grad: Array) -> Array:
        out = np.abs(grad + self.subgradient(w))
        for g, _, norm in self.blocks(w):
            if norm == 0:
                # At 0 the subdifferential is a ball: what is left of the gradient outside it.
                out[g] = np.abs(GroupL2(self.lam, [range(len(g))]).shrink(grad[g], 1.0))
        return out

    def conjugate(self, c: Array) -> float:
        """Ω*(c) = 0 where every ‖c_g‖ ≤ λ√size, which `dual_scale` sees to."""
        return 0.0

    def dual_scale(self, c: Array) -> float:
        """Return the largest factor up to 1 that takes c into the dual's feasible set."""
        largest = self.critical_lam(c)
        return 1.0 if largest <= self.lam else float(self.lam / largest)

    def critical_lam(self, grad: Array) -> float:
        """Return the smallest λ for which every group is 0, given the loss gradient there."""
        return max(norm / root for _, root, norm in self.blocks(grad))


@dataclass(frozen=True)
class NonNegative(Penalty):
    """The constraint w_j ≥ 0: 0 inside, inf outside; its prox is the projection."""

    def symbol(self, n_weights: int = 2) -> sp.Expr:
        inside = sp.And(*(w >= 0 for w in s.weights(n_weights)))
        return sp.Piecewise((0, inside), (sp.oo, True))

    def value(self, w: ArrayLike) -> float:
        return 0.0 if np.all(np.asarray(w) >= 0) else np.inf

    def shrink(self, v: Array, t: float) -> Array:
        return np.maximum(v, 0)

    def subdiff_distance(self, w: Array, grad: Array) -> Array:
        inside = np.where(w > 0, np.abs(grad), np.maximum(-grad, 0))
        return np.where(w < 0, np.inf, inside)


@dataclass(frozen=True)
class MaxNorm(Penalty):
    """The constraint ‖w‖ ≤ radius (2-norm), for weights (p, K) on each column, that is each unit.

    Srebro, Rennie & Jaakkola (2005); for units: Srivastava et al. (2014), section 5.1.
    """

    radius: float
    separable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        number("radius", self.radius, above=0)

    def symbol(self, n_weights: int = 2) -> sp.Expr:
        inside = sum(w**2 for w in s.weights(n_weights)) <= s.parameter("radius") ** 2
        return sp.Piecewise((0, inside), (sp.oo, True))

    def norms(self, w: ArrayLike) -> Array:
        """Return the 2-norm, of each column where w is (p, K)."""
        return np.asarray(np.linalg.norm(np.asarray(w), axis=0))

    def on_sphere(self, norms: Array) -> Array:
        """Say which norms equal the radius up to the rounding of a projection."""
        return np.abs(norms - self.radius) <= 8 * np.finfo(float).eps * self.radius

    def value(self, w: ArrayLike) -> float:
        norms = self.norms(w)
        return 0.0 if np.all((norms <= self.radius) | self.on_sphere(norms)) else np.inf

    def shrink(self, v: Array, t: float) -> Array:
        return v * np.minimum(1, self.radius / np.maximum(self.norms(v), self.radius))

    def subdiff_distance(self, w: Array, grad: Array) -> Array:
        # On the sphere the subdifferential is the outward ray through w, inside it is {0}.
        norms = self.norms(w)
        ray = np.maximum(0, -(w * grad).sum(axis=0)) / self.radius**2
        residual = np.abs(grad + np.where(self.on_sphere(norms), ray, 0.0) * w)
        outside = (norms > self.radius) & ~self.on_sphere(norms)
        return np.where(outside, np.inf, residual)

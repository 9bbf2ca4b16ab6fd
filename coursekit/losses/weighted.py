"""Class weights: any loss for classes, with a factor for the samples of each class."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike

from .. import symbols as s
from ..validation import Array, finite_array, number
from .base import HasConjugate, Loss


def class_weighted(loss: Loss, class_weight: Mapping[float, float]) -> Loss:
    """Return a·ℓ(y, ŷ) with the weight a = class_weight[y] > 0 of the sample's class.

    The mean over samples is not divided by the weights' sum: with `balanced_weights` their mean is
    1. Raises ValueError for a loss of real targets, and for a class without a weight when used.
    """
    kind = _WeightedWithDual if isinstance(loss, HasConjugate) else _Weighted
    return kind(loss, tuple(sorted(class_weight.items())))


def balanced_weights(y: ArrayLike) -> dict[float, float]:
    """Return n/(K·n_k) for each of the K classes in y (n,): every class has the same total weight.

    King & Zeng (2001), section 4.1.
    """
    classes, counts = np.unique(finite_array("y", y, 1), return_counts=True)
    weights = counts.sum() / (len(classes) * counts)
    return dict(zip(classes.tolist(), weights.tolist(), strict=True))


@dataclass(frozen=True)
class _Weighted(Loss):
    loss: Loss
    class_weight: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if self.loss.targets == "real":
            raise ValueError(f"{self.loss!r} has real targets, so there are no classes to weight")
        if not self.class_weight:
            raise ValueError("class_weight must hold at least one class, got {}")
        for label, weight in self.class_weight:
            number(f"class_weight[{label:g}]", weight, above=0)

    def __repr__(self) -> str:
        weights = ", ".join(f"{label:g}: {weight:.3g}" for label, weight in self.class_weight)
        return f"class_weighted({self.loss!r}, {{{weights}}})"

    @property
    def targets(self) -> str:  # type: ignore[override]
        """Those of the loss that is weighted."""
        return self.loss.targets

    @property
    def convex(self) -> bool:  # type: ignore[override]
        """As the loss that is weighted: the factors are positive."""
        return self.loss.convex

    @property
    def lipschitz(self) -> float:  # type: ignore[override]
        """The loss's own constant times the largest weight."""
        return self.loss.lipschitz * max(weight for _, weight in self.class_weight)

    def symbol(self, *n_classes: int) -> sp.Expr:
        pairs = [(s.exact(weight), sp.Eq(s.y, int(label))) for label, weight in self.class_weight]
        return sp.Piecewise(*pairs[:-1], (pairs[-1][0], True)) * self.loss.symbol(*n_classes)

    def sample_weight(self, y: Array) -> Array:
        labels = np.array([label for label, _ in self.class_weight])
        weights = np.array([weight for _, weight in self.class_weight])
        unknown = y[~np.isin(y, labels)]
        if unknown.size:
            raise ValueError(f"class_weight has no weight for the class {unknown[0]:g}")
        return weights[np.searchsorted(labels, y)] * self.loss.sample_weight(y)

    def formula(self, y: Array, z: Array) -> Array:
        return (self.sample_weight(y) * self.loss.formula(y, z)).astype(z.dtype)

    def slope(self, y: Array, z: Array) -> Array:
        weight = self.sample_weight(y).reshape(-1, *[1] * (z.ndim - 1))
        return (weight * self.loss.slope(y, z)).astype(z.dtype)

    def kinks(self, y_true: Array) -> tuple[Array, ...]:
        return self.loss.kinks(y_true)

    def at_kink(self, y: Array, z: Array) -> Array:
        return self.loss.at_kink(y, z)

    def checked(self, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
        y, z = self.loss.checked(y_true, y_pred)
        self.sample_weight(y)
        return y, z


@dataclass(frozen=True, repr=False)
class _WeightedWithDual(_Weighted):
    def conjugate(self, y: Array, u: Array) -> Array:
        """(aℓ)*(u) = a·ℓ*(u/a)."""
        weight = self.sample_weight(y)
        return weight * self.loss.conjugate(y, u / weight)  # type: ignore[attr-defined]

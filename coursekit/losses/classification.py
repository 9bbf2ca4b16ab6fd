"""Losses for classes: of the margin yŷ, of a 0/1 target, or of one score per class."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike

from .. import symbols as s
from ..validation import Array, finite_array, number
from .base import Loss, check_codes


def sigmoid(x: Array) -> Array:
    """σ(x) = 1/(1 + e^−x) without overflow, accurate in both tails."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


def softmax(z: Array) -> Array:
    """Return exp(z_k)/Σ exp(z_j) for each row of scores (n, K), without overflow."""
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Logistic(Loss):
    """log(1 + e^(−yŷ)) for y = ±1. Hastie, Tibshirani & Friedman (2009), section 10.5."""

    targets: ClassVar[str] = "signs"
    lipschitz: ClassVar[float] = 0.25

    def symbol(self) -> sp.Expr:
        return sp.log(1 + sp.exp(-s.y * s.y_hat))

    def formula(self, y: Array, z: Array) -> Array:
        return np.logaddexp(0, -y * z)

    def slope(self, y: Array, z: Array) -> Array:
        return -y * sigmoid(-y * z)

    def conjugate(self, y: Array, u: Array) -> Array:
        """ℓ*(u) = s log s + (1 − s) log(1 − s) with s = abs(u) ≤ 1."""
        return _negative_entropy(np.abs(u))


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """−y log p − (1 − y) log(1 − p) with p = σ(ŷ), y = 0 or 1. Bishop (2006), section 4.3.2."""

    targets: ClassVar[str] = "binary"
    lipschitz: ClassVar[float] = 0.25

    def symbol(self) -> sp.Expr:
        p = 1 / (1 + sp.exp(-s.y_hat))
        return -s.y * sp.log(p) - (1 - s.y) * sp.log(1 - p)

    def formula(self, y: Array, z: Array) -> Array:
        return np.logaddexp(0, (1 - 2 * y) * z)

    def slope(self, y: Array, z: Array) -> Array:
        # σ(z) − y, written so that nothing cancels when y = 1.
        return (1 - 2 * y) * sigmoid((1 - 2 * y) * z)

    def conjugate(self, y: Array, u: Array) -> Array:
        """As for the logistic loss: the two differ only in how they write the target."""
        return _negative_entropy(np.abs(u))


def _negative_entropy(p: Array) -> Array:
    """p log p + (1 − p) log(1 − p), with 0 log 0 = 0."""
    tiny = np.finfo(p.dtype).tiny
    return p * np.log(np.maximum(p, tiny)) + (1 - p) * np.log1p(-np.minimum(p, 1 - 1e-16))


@dataclass(frozen=True)
class Focal(Loss):
    """−(1 − q)^γ log q, q = probability given to the target 0 or 1. Lin et al. (2017), section 3.

    q = σ(ŷ) for y = 1 and σ(−ŷ) for y = 0; γ = 0 is the binary cross-entropy.
    """

    gamma: float = 2.0
    targets: ClassVar[str] = "binary"

    def __post_init__(self) -> None:
        number("gamma", self.gamma, at_least=0)

    @property
    def convex(self) -> bool:  # type: ignore[override]
        """Convex for γ = 0 only: confidently wrong scores get ever flatter slopes otherwise."""
        return self.gamma == 0

    @property
    def lipschitz(self) -> float:  # type: ignore[override]
        """Largest absolute curvature, found on a grid of q and rounded up by 1 in 10,000."""
        q, gamma = np.linspace(0, 1, 4001)[1:-1], self.gamma
        log_part = (gamma * (1 - q) - gamma**2 * q) * np.log(q)
        curvature = q * (1 - q) ** gamma * (log_part + (2 * gamma + 1) * (1 - q))
        return float(np.abs(curvature).max() * 1.0001)

    def symbol(self) -> sp.Expr:
        q = 1 / (1 + sp.exp((1 - 2 * s.y) * s.y_hat))
        return -((1 - q) ** s.parameter("gamma")) * sp.log(q)

    def formula(self, y: Array, z: Array) -> Array:
        against = (1 - 2 * y) * z
        return sigmoid(against) ** self.gamma * np.logaddexp(0, against)

    def slope(self, y: Array, z: Array) -> Array:
        sign = 1 - 2 * y
        miss, q = sigmoid(sign * z), sigmoid(-sign * z)
        # Both terms have the sign of 1 − 2y, so nothing cancels.
        return sign * miss**self.gamma * (self.gamma * q * np.logaddexp(0, sign * z) + miss)


@dataclass(frozen=True)
class Hinge(Loss):
    """max(0, 1 − yŷ) for y = ±1. Cortes & Vapnik (1995), section 3."""

    targets: ClassVar[str] = "signs"

    def symbol(self) -> sp.Expr:
        return s.positive_part(1 - s.y * s.y_hat)

    def formula(self, y: Array, z: Array) -> Array:
        return np.maximum(0, 1 - y * z)

    def slope(self, y: Array, z: Array) -> Array:
        return np.where(y * z < 1, -y, 0.0)

    def kinks(self, y_true: Array) -> tuple[Array, ...]:
        return (y_true,)


@dataclass(frozen=True)
class SquaredHinge(Loss):
    """½max(0, 1 − yŷ)² for y = ±1. Fan, Chang, Hsieh, Wang & Lin (2008), section 2."""

    targets: ClassVar[str] = "signs"
    lipschitz: ClassVar[float] = 1.0

    def symbol(self) -> sp.Expr:
        return s.positive_part(1 - s.y * s.y_hat) ** 2 / 2

    def formula(self, y: Array, z: Array) -> Array:
        return 0.5 * np.maximum(0, 1 - y * z) ** 2

    def slope(self, y: Array, z: Array) -> Array:
        return -y * np.maximum(0, 1 - y * z)

    def conjugate(self, y: Array, u: Array) -> Array:
        """ℓ*(u) = ½u² + uy for uy ≤ 0, which slopes always satisfy."""
        return 0.5 * u**2 + u * y

    def kinks(self, y_true: Array) -> tuple[Array, ...]:
        return (y_true,)


@dataclass(frozen=True)
class Perceptron(Loss):
    """max(0, −yŷ) for y = ±1; ŷ = 0 is a trivial minimiser. Rosenblatt (1958)."""

    targets: ClassVar[str] = "signs"

    def symbol(self) -> sp.Expr:
        return s.positive_part(-s.y * s.y_hat)

    def formula(self, y: Array, z: Array) -> Array:
        return np.maximum(0, -y * z)

    def slope(self, y: Array, z: Array) -> Array:
        return np.where(y * z < 0, -y, 0.0)

    def kinks(self, y_true: Array) -> tuple[Array, ...]:
        return (np.zeros_like(y_true),)


class _LabelLoss(Loss):
    """A loss of labels y = 0 … K−1 and one score per class, (n, K)."""

    targets: ClassVar[str] = "labels"

    def checked(self, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
        """Return labels (n,) and scores (n, K) as float arrays, or raise ValueError."""
        y, z = finite_array("y_true", y_true, 1), finite_array("y_pred", y_pred, 2)
        if len(y) != len(z) or z.shape[1] < 2:
            raise ValueError(
                f"y_pred must have shape (n, K) with n = {len(y)} and K >= 2, got {z.shape}"
            )
        check_codes(y, list(range(z.shape[1])))
        return y, z


def _by_label(values: list[sp.Expr]) -> sp.Expr:
    """Return the Piecewise that takes the value of index y."""
    pairs = [(value, sp.Eq(s.y, k)) for k, value in enumerate(values[:-1])]
    return sp.Piecewise(*pairs, (values[-1], True))


def _largest(values: list[sp.Expr]) -> sp.Expr:
    """Return the largest value as a Piecewise: the first that no later one exceeds."""
    pairs = [(v, sp.And(*(v >= later for later in values[k:]))) for k, v in enumerate(values, 1)]
    return sp.Piecewise(*pairs)


@dataclass(frozen=True)
class SoftmaxCrossEntropy(_LabelLoss):
    """log Σ exp(z_k) − z_y for a label y = 0 … K−1, scores (n, K). Bishop (2006), section 4.3.4."""

    lipschitz: ClassVar[float] = 0.5

    def symbol(self, n_classes: int = 3) -> sp.Expr:
        z = s.scores(n_classes)
        return sp.log(sum(sp.exp(z_k) for z_k in z)) - _by_label(list(z))

    def formula(self, y: Array, z: Array) -> Array:
        # Pulling out the largest score leaves a sum of positive terms: nothing overflows, and
        # nothing cancels even where the label's own score is the largest.
        rows, top = np.arange(len(y)), np.argmax(z, axis=1)
        others = np.exp(z - z[rows, top][:, None])
        others[rows, top] = 0
        return z[rows, top] - z[rows, y.astype(int)] + np.log1p(others.sum(axis=1))

    def slope(self, y: Array, z: Array) -> Array:
        p = softmax(z)
        # p_y − 1 is minus the sum of the other probabilities, which does not cancel.
        rows, own = np.arange(len(y)), y.astype(int)
        p[rows, own] = 0
        p[rows, own] = -p.sum(axis=1)
        return p


@dataclass(frozen=True)
class MulticlassHinge(_LabelLoss):
    """max(0, 1 + best rival's score − own score), scores (n, K). Crammer & Singer (2001)."""

    def symbol(self, n_classes: int = 3) -> sp.Expr:
        z = s.scores(n_classes)
        excesses = [[1 + z_j - z_k for z_j in z if z_j != z_k] for z_k in z]
        return _by_label([_largest([sp.Integer(0), *excess]) for excess in excesses])

    def formula(self, y: Array, z: Array) -> Array:
        return np.maximum(0, self._excess(y, z)[0])

    def slope(self, y: Array, z: Array) -> Array:
        excess, best = self._excess(y, z)
        # Rivals that tie share the slope: the subgradient of least norm.
        slope = np.where((excess > 0)[:, None], best / best.sum(axis=1, keepdims=True), 0)
        slope[np.arange(len(y)), y.astype(int)] = np.where(excess > 0, -1.0, 0.0)
        return slope.astype(z.dtype)

    def at_kink(self, y: Array, z: Array) -> Array:
        excess, best = self._excess(y, z)
        return (excess == 0) | ((excess > 0) & (best.sum(axis=1) > 1))

    def _excess(self, y: Array, z: Array) -> tuple[Array, Array]:
        """Return 1 + best rival − own, (n,), and which classes are best rivals, (n, K)."""
        rows, own = np.arange(len(y)), y.astype(int)
        rivals = z.copy()
        rivals[rows, own] = -np.inf
        rival = rivals.max(axis=1)
        return 1 + rival - z[rows, own], rivals == rival[:, None]

"""The objective J(w, b) = (1/n) Σ ℓ(y_i, x_i·w + b) + Ω(w), and proof that a point minimises it.

This is the only place where the mean over samples is taken. The penalty is not divided by n and
never sees the intercept b. For SoftmaxCrossEntropy w is (p, K) and b is (K,).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from .losses import HasConjugate, Loss
from .penalties import L2, HasCriticalLam, HasDual, Penalty
from .validation import Array, finite_array


@dataclass(frozen=True)
class Certificate:
    """What is known about a point: how far it is from the KKT conditions, and from the optimum.

    violation: distance of each weight from stationarity, in the shape of w; intercept_violation:
    the same for b; gap: an upper bound of J(w, b) − min J, None where no dual is at hand;
    relative_gap: gap divided by the objective of the intercept-only model; convex: whether a
    violation of 0 proves a minimum, or only that no small step helps.
    """

    value: float
    violation: Array
    intercept_violation: float
    gap: float | None
    relative_gap: float | None
    active: Array
    convex: bool

    @property
    def largest_violation(self) -> float:
        """The largest violation of any weight or of the intercept."""
        return max(float(self.violation.max()), self.intercept_violation)

    def __str__(self) -> str:
        gap = "no dual at hand" if self.gap is None else f"{self.gap:.1e}"
        return (
            f"objective {self.value:.6g}; {self.active.size} of {self.violation.size} weights are "
            f"not 0; largest KKT violation {self.largest_violation:.1e}; duality gap {gap}"
            f"{'' if self.convex else '; not convex: no proof of a minimum'}"
        )


class Objective:
    """A loss and a penalty on data X (n, p), y (n,); without a penalty it is the mean loss.

    Raises ValueError for X, y that don't match, fewer than two samples, NaN, ±inf, targets that
    the loss is not defined for, and GroupL2 groups that don't cover the p weights.
    """

    def __init__(
        self,
        X: ArrayLike,
        y: ArrayLike,
        loss: Loss,
        penalty: Penalty | None = None,
        fit_intercept: bool = True,
    ) -> None:
        X, y = finite_array("X", X, 2), finite_array("y", y, 1)
        if len(X) != len(y):
            raise ValueError(f"X and y must have as many rows, got {len(X)} and {len(y)}")
        if len(y) < 2:
            raise ValueError(f"at least 2 samples are needed, got {len(y)}")
        penalty = L2(0.0) if penalty is None else penalty
        if not isinstance(loss, Loss):
            raise ValueError(f"loss must be a Loss such as HalfSquaredError(), got {loss!r}")
        if not isinstance(penalty, Penalty):
            raise ValueError(f"penalty must be a Penalty such as L1(0.1), got {penalty!r}")
        # Asking both once, at zero scores, makes them refuse what they are not defined for.
        zero_scores = np.zeros((len(y), int(y.max()) + 1) if loss.targets == "labels" else len(y))
        loss.checked(y, zero_scores)
        penalty.value(np.zeros((X.shape[1], *zero_scores.shape[1:])))
        self.X, self.y, self.fit_intercept = X, y, fit_intercept
        self.loss, self.penalty = loss, penalty

    def __repr__(self) -> str:
        n, p = self.X.shape
        return f"Objective({n} × {p}, {self.loss!r}, {self.penalty!r})"

    @property
    def weight_shape(self) -> tuple[int, ...]:
        """The shape of w: (p,), or (p, K) for K classes with one score each."""
        return (self.X.shape[1], *self.score_shape[1:])

    @property
    def score_shape(self) -> tuple[int, ...]:
        """The shape of the scores: (n,), or (n, K)."""
        many = self.loss.targets == "labels"
        return (len(self.y), int(self.y.max()) + 1) if many else (len(self.y),)

    def zeros(self) -> tuple[Array, Array]:
        """Return w = 0 and b = 0 in their shapes."""
        return np.zeros(self.weight_shape), np.zeros(self.score_shape[1:])

    def scores(self, w: ArrayLike, b: ArrayLike = 0.0) -> Array:
        """Return the raw scores Xw + b; raises ValueError where shapes don't fit."""
        w, b = np.asarray(w), np.asarray(b)
        if w.shape != self.weight_shape:
            raise ValueError(f"w must have shape {self.weight_shape}, got {w.shape}")
        if b.shape not in ((), self.score_shape[1:]):
            raise ValueError(f"b must have shape {self.score_shape[1:]}, got {b.shape}")
        if not self.fit_intercept and b.any():
            raise ValueError(f"b must be 0 where fit_intercept is False, got {b}")
        return self.X @ w + b

    def value(self, w: ArrayLike, b: ArrayLike = 0.0) -> float:
        """Return J(w, b)."""
        mean_loss = self.loss.formula(self.y, self.scores(w, b)).mean()
        return float(mean_loss) + self.penalty.value(w)

    def gradient(self, w: ArrayLike, b: ArrayLike = 0.0) -> tuple[Array, Array]:
        """Return (∂/∂w, ∂/∂b) of the mean loss alone; the second is 0 without an intercept."""
        slopes = self.loss.slope(self.y, self.scores(w, b))
        by_b = slopes.mean(axis=0) if self.fit_intercept else np.zeros(self.score_shape[1:])
        return self.X.T @ slopes / len(self.y), np.asarray(by_b)

    @cached_property
    def lipschitz(self) -> float:
        """Lipschitz constant of `gradient`, the intercept's column of ones included."""
        columns = [self.X, np.ones((len(self.y), 1))] if self.fit_intercept else [self.X]
        return float(self.loss.lipschitz * np.linalg.norm(np.hstack(columns), 2) ** 2 / len(self.y))

    def best_intercept(self, scores: Array) -> Array:
        """Return the b that minimises the mean loss of scores + b, for one score per sample.

        Raises ValueError where no finite b does: a classifier that has seen one class only.
        """

        def slope(b: float) -> float:
            return float(self.loss.slope(self.y, scores + b).mean())

        if not self.fit_intercept:
            return np.array(0.0)
        if self.loss.targets != "real" and np.ptp(self.y) == 0:
            raise ValueError(f"no finite intercept fits: all targets are {self.y[0]:g}")
        b = -slope(0.0) / self.loss.lipschitz  # exact for the squared error
        size = np.abs(self.loss.slope(self.y, scores)).mean()
        if abs(slope(b)) <= 4 * np.finfo(float).eps * size:
            return np.array(b)
        low, high = -1.0, 1.0
        while slope(low) > 0 or slope(high) < 0:
            low, high = 2 * low, 2 * high
        while low < (middle := (low + high) / 2) < high:
            low, high = (middle, high) if slope(middle) < 0 else (low, middle)
        return np.array(high)

    def intercept_only(self) -> Array:
        """Return the b of the model without weights, where every regularisation path starts."""
        if not self.fit_intercept:
            return self.zeros()[1]
        if self.loss.targets != "labels":
            return self.best_intercept(np.zeros(len(self.y)))
        self.require_smooth_loss("intercept_only with labels")
        totals = np.bincount(self.y.astype(int), weights=self.loss.sample_weight(self.y))
        shares = totals / totals.sum()
        if not shares.all():
            raise ValueError(f"class {int(np.argmin(shares))} has no sample: give labels 0 … K−1")
        return np.log(shares)

    def lambda_max(self) -> float:
        """Return the smallest λ for which all weights are 0, for this penalty's form.

        Raises ValueError for losses whose gradient jumps and for penalties without an L1 part.
        """
        self.require_smooth_loss("lambda_max")
        if not isinstance(self.penalty, HasCriticalLam):
            raise ValueError(
                f"{self.penalty!r} has no L1 part, so no finite lam sets all weights to 0"
            )
        w, _ = self.zeros()
        return float(self.penalty.critical_lam(self.gradient(w, self.intercept_only())[0]))

    def require_smooth_loss(self, what: str) -> None:
        """Refuse losses whose gradient jumps, with a sentence."""
        if not np.isfinite(self.loss.lipschitz):
            raise ValueError(
                f"{what} needs a loss whose gradient has no jumps; that of {self.loss!r} jumps "
                "at its kink: use subgradient_descent, or a smooth relative such as Huber"
            )

    def violation(self, w: ArrayLike, b: ArrayLike = 0.0) -> tuple[Array, Array]:
        """Return the distance from the KKT conditions: of each weight, and of the intercept."""
        by_w, by_b = self.gradient(w, b)
        return self.penalty.subdiff_distance(np.asarray(w), by_w), np.abs(by_b)

    def duality_gap(self, w: ArrayLike, b: ArrayLike = 0.0) -> float:
        """Return an upper bound of J(w, b) − min J, from a point of the dual problem.

        The dual point is made of the losses' slopes at the best intercept for w, which sum to 0,
        scaled until the penalty's conjugate is finite. Ndiaye, Fercoq, Gramfort & Salmon (2017),
        section 2. Raises ValueError where the loss or the penalty has no dual here.
        """
        if not isinstance(self.loss, HasConjugate):
            raise ValueError(f"no dual is at hand for {self.loss!r}, so there is no duality gap")
        if not isinstance(self.penalty, HasDual):
            raise ValueError(f"no dual is at hand for {self.penalty!r}, so there is no duality gap")
        without = self.scores(w)
        u = self.loss.slope(self.y, without + self.best_intercept(without))
        c = self.X.T @ u / len(self.y)
        scale = self.penalty.dual_scale(c)
        dual = -self.loss.conjugate(self.y, scale * u).mean() - self.penalty.conjugate(scale * c)
        return max(self.value(w, b) - float(dual), 0.0)  # rounding may take it below 0

    def certificate(self, w: ArrayLike, b: ArrayLike = 0.0) -> Certificate:
        """Return the KKT violation, the duality gap where there is one, and the active set."""
        violation, by_b = self.violation(w, b)
        gap = relative = None
        if isinstance(self.loss, HasConjugate) and isinstance(self.penalty, HasDual):
            gap = self.duality_gap(w, b)
            null = self.value(self.zeros()[0], self.intercept_only())
            relative = gap / null if null > 0 else gap
        active = np.flatnonzero(np.asarray(w))
        convex = self.loss.convex and self.penalty.convex
        return Certificate(
            self.value(w, b), violation, float(by_b.max()), gap, relative, active, convex
        )

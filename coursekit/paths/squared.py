"""Paths of the squared error: centring, the exact solver that fits, all duality gaps at once."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ..objective import Objective
from ..validation import Array
from .active_set import elastic_net_weights
from .homotopy import lasso_weights
from .screening import ALL_AT_ONCE, screened

SLACK = (
    1e-7  # by how much of λ a correlation may exceed it, near-collinear columns being what they are
)


def _elastic_net(
    l1_ratio: float, gram: Array, corr: Array, _: float, w: Array, lams: Array
) -> Array:
    """Return the weights (m, p) at lams, each from its neighbour's, the first from w."""
    found = []
    for lam in lams:
        w = elastic_net_weights(gram, corr, l1_ratio * lam, (1 - l1_ratio) * lam, w)
        found.append(w)
    return np.array(found)


@dataclass(frozen=True)
class CentredData:
    """X (n, p) and y (n,) without their means, which is what a free intercept comes to."""

    X: Array
    y: Array
    x_mean: Array
    y_mean: float

    @classmethod
    def of(cls, objective: Objective) -> "CentredData":
        """Return an objective's data, centred where it fits an intercept."""
        X, y = np.asfortranarray(objective.X, float), objective.y.astype(float)
        if not objective.fit_intercept:
            return cls(X, y, np.zeros(X.shape[1]), 0.0)
        return cls(X - X.mean(axis=0), y - y.mean(), X.mean(axis=0), float(y.mean()))

    def intercepts(self, weights: Array) -> Array:
        """Return the best intercepts (m,) for weights (m, p)."""
        return self.y_mean - weights @ self.x_mean

    def solve(self, lams: Array, l1_ratio: float) -> tuple[Array, Array]:
        """Return the elastic net's weights (m, p) at falling lams (m,), and their relative gaps."""
        if l1_ratio == 0:
            weights = self._ridge(lams)
            return weights, self.relative_gaps(lams, l1_ratio, weights)
        solver = lasso_weights if l1_ratio == 1 else partial(_elastic_net, l1_ratio)
        always = np.zeros(self.X.shape[1], bool)
        while True:
            weights = screened(self.X, self.y, lams, l1_ratio, solver, always)
            residuals, c = self._fit(weights)
            # Within a block of λs a column may have been missed: then it takes part from the start.
            missed = (np.abs(c) > l1_ratio * lams[:, None] * (1 + SLACK)) & (weights == 0)
            missed = missed.any(axis=0) & ~always
            if len(always) <= ALL_AT_ONCE or not missed.any():
                return weights, self._gaps(lams, l1_ratio, weights, residuals, c)
            always |= missed

    def _fit(self, weights: Array) -> tuple[Array, Array]:
        """Return residuals (m, n) and correlations (m, p) for weights (m, p)."""
        used = weights.any(axis=0)
        residuals = self.y - weights[:, used] @ self.X[:, used].T
        return residuals, residuals @ self.X / len(self.y)

    def _ridge(self, lams: Array) -> Array:
        """Shrink along the singular vectors: d/(d² + nλ). Hastie et al. (2009), section 3.4.1."""
        U, d, Vt = np.linalg.svd(self.X, full_matrices=False)
        keep = d > d.max() * max(self.X.shape) * np.finfo(float).eps
        d = d[keep]
        return (U.T[keep] @ self.y * d / (d**2 + len(self.y) * lams[:, None])) @ Vt[keep]

    def relative_gaps(self, lams: Array, l1_ratio: float, weights: Array) -> Array:
        """Return `Objective.duality_gap` over the intercept-only objective, for every λ at once."""
        return self._gaps(lams, l1_ratio, weights, *self._fit(weights))

    def _gaps(
        self, lams: Array, l1_ratio: float, weights: Array, residuals: Array, c: Array
    ) -> Array:
        l1, l2 = l1_ratio * lams, (1 - l1_ratio) * lams
        penalty = l1 * np.abs(weights).sum(axis=1) + l2 / 2 * np.square(weights).sum(axis=1)
        value = np.square(residuals).mean(axis=1) / 2 + penalty
        if l1_ratio == 1:
            largest = np.abs(c).max(axis=1)
            scale = np.divide(lams, largest, out=np.ones_like(lams), where=largest > lams)
            residuals, conjugate = residuals * scale[:, None], 0.0
        else:
            beyond = np.maximum(np.abs(c) - l1[:, None], 0)
            conjugate = np.square(beyond).sum(axis=1) / (2 * np.maximum(l2, 1e-300))
        dual = (residuals * self.y).mean(axis=1) - np.square(residuals).mean(axis=1) / 2 - conjugate
        null = np.square(self.y).mean() / 2
        return np.maximum(value - dual, 0) / (null if null > 0 else 1.0)

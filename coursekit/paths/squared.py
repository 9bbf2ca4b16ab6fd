"""Paths of the squared error: centring, the exact solver that fits, all duality gaps at once."""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from ..objective import Objective
from ..validation import Array
from .active_set import elastic_net_weights
from .homotopy import lasso_weights
from .screening import screened

ALL_AT_ONCE = 200  # columns up to which no working set is worth its while
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

    @cached_property
    def corr(self) -> Array:
        """Xᵀy/n, (p,): the correlations with the residual where all weights are 0."""
        return self.X.T @ self.y / len(self.y)

    @cached_property
    def gram(self) -> Array:
        """XᵀX/n, (p, p)."""
        return self.X.T @ self.X / len(self.y)

    def intercepts(self, weights: Array) -> Array:
        """Return the best intercepts (m,) for weights (m, p)."""
        return self.y_mean - weights @ self.x_mean

    def correlations(self, weights: Array) -> Array:
        """Return Xᵀ(y − Xw)/n for every row w of weights (m, p), shape (m, p)."""
        if len(self.corr) <= ALL_AT_ONCE:
            return self.corr - weights @ self.gram
        used = weights.any(axis=0)
        return (self.y - weights[:, used] @ self.X[:, used].T) @ self.X / len(self.y)

    def solve(self, lams: Array, l1_ratio: float) -> tuple[Array, Array]:
        """Return the elastic net's weights (m, p) at falling lams (m,), and their relative gaps."""
        if l1_ratio == 0:
            weights = self._ridge(lams)
            return weights, self.relative_gaps(lams, l1_ratio, weights)
        solver = lasso_weights if l1_ratio == 1 else partial(_elastic_net, l1_ratio)
        top = max(float(np.abs(self.corr).max()) / l1_ratio, lams[0])
        if len(self.corr) <= ALL_AT_ONCE:
            weights = solver(self.gram, self.corr, top, np.zeros(len(self.corr)), lams)
            return weights, self.relative_gaps(lams, l1_ratio, weights)
        always = np.zeros(len(self.corr), bool)
        while True:
            weights = screened(self.X, self.y, self.corr, top, lams, l1_ratio, solver, always)
            c = self.correlations(weights)
            # Within a block of λs a column may have been missed: then it takes part from the start.
            missed = (np.abs(c) > l1_ratio * lams[:, None] * (1 + SLACK)) & (weights == 0)
            new = missed.any(axis=0) & ~always
            if not new.any():
                return weights, self._gaps(lams, l1_ratio, weights, c)
            always |= new

    def _ridge(self, lams: Array) -> Array:
        """Shrink along the singular vectors: d/(d² + nλ). Hastie et al. (2009), section 3.4.1."""
        U, d, Vt = np.linalg.svd(self.X, full_matrices=False)
        keep = d > d.max() * max(self.X.shape) * np.finfo(float).eps
        d = d[keep]
        return (U.T[keep] @ self.y * d / (d**2 + len(self.y) * lams[:, None])) @ Vt[keep]

    def relative_gaps(self, lams: Array, l1_ratio: float, weights: Array) -> Array:
        """Return `Objective.duality_gap` over the intercept-only objective, for every λ at once."""
        return self._gaps(lams, l1_ratio, weights, self.correlations(weights))

    def _gaps(self, lams: Array, l1_ratio: float, weights: Array, c: Array) -> Array:
        # With r = y − Xw: r·y/n = y·y/n − w·corr, and r·r/n is smaller than that by w·c.
        l1, l2 = l1_ratio * lams, (1 - l1_ratio) * lams
        y_y = np.square(self.y).mean()
        r_y = y_y - weights @ self.corr
        r_r = np.maximum(r_y - (weights * c).sum(axis=1), 0)
        penalty = l1 * np.abs(weights).sum(axis=1) + l2 / 2 * np.square(weights).sum(axis=1)
        if l1_ratio == 1:
            largest = np.abs(c).max(axis=1)
            scale = np.divide(lams, largest, out=np.ones_like(lams), where=largest > lams)
            dual = scale * r_y - scale**2 * r_r / 2
        else:
            beyond = np.square(np.maximum(np.abs(c) - l1[:, None], 0)).sum(axis=1)
            dual = r_y - r_r / 2 - beyond / (2 * np.maximum(l2, 1e-300))
        return np.maximum(r_r / 2 + penalty - dual, 0) / (y_y / 2 if y_y > 0 else 1.0)

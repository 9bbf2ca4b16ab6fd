"""Regularisation paths: the minimiser as a function of λ, with a certificate for every λ."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .losses import HalfSquaredError, Loss
from .objective import Objective
from .penalties import ElasticNet
from .solvers import coordinate_descent
from .validation import Array, finite_array, number, whole_number


@dataclass(frozen=True)
class Path:
    """Minimisers for falling λ.

    lams (m,); weights (m, p); intercepts (m,); relative_gaps (m,): duality gap divided by the
    objective of the intercept-only model.
    """

    lams: Array
    weights: Array
    intercepts: Array
    relative_gaps: Array

    @property
    def n_active(self) -> Array:
        """How many weights are not exactly 0, for every λ."""
        return np.count_nonzero(self.weights, axis=1)


def elastic_net_path(
    X: ArrayLike,
    y: ArrayLike,
    *,
    l1_ratio: float = 0.5,
    lams: ArrayLike | None = None,
    n_lams: int = 100,
    lam_ratio: float = 1e-2,
    loss: Loss | None = None,
    fit_intercept: bool = True,
    tol: float = 1e-9,
) -> Path:
    """Return the minimisers for lams, by default n_lams from lambda_max to lambda_max · lam_ratio.

    Each starts from its neighbour's solution: Friedman, Hastie & Tibshirani (2010), section 2.5.
    Raises ValueError for λ < 0, lam_ratio outside (0, 1), and, where lams is not given, for
    l1_ratio = 0, which has no lambda_max.
    """
    loss = HalfSquaredError() if loss is None else loss
    if lams is None:
        whole_number("n_lams", n_lams, at_least=2)
        number("lam_ratio", lam_ratio, above=0, below=1)
        start = Objective(X, y, loss, ElasticNet(1.0, l1_ratio), fit_intercept)
        grid: Array = start.lambda_max() * np.geomspace(1, lam_ratio, n_lams)
    else:
        grid = -np.sort(-finite_array("lams", lams, 1))
    weights, intercepts, gaps = [], [], []
    point = None
    for lam in grid:
        objective = Objective(X, y, loss, ElasticNet(float(lam), l1_ratio), fit_intercept)
        result = coordinate_descent(objective, tol=tol, start=point)
        point = (result.w, result.b)
        gap = objective.certificate(*point).relative_gap
        weights.append(result.w)
        intercepts.append(result.b)
        gaps.append(np.nan if gap is None else gap)
    return Path(grid, np.array(weights), np.array(intercepts), np.array(gaps))


def lasso_path(
    X: ArrayLike,
    y: ArrayLike,
    *,
    lams: ArrayLike | None = None,
    n_lams: int = 100,
    lam_ratio: float = 1e-2,
    fit_intercept: bool = True,
    tol: float = 1e-9,
) -> Path:
    """Return the lasso's path: `elastic_net_path` with the squared error and l1_ratio = 1."""
    return elastic_net_path(
        X, y, l1_ratio=1.0, lams=lams, n_lams=n_lams, lam_ratio=lam_ratio,
        fit_intercept=fit_intercept, tol=tol,
    )  # fmt: skip

"""Regularisation paths: the minimiser as a function of λ, with a certificate for every λ.

With the squared error the path is found exactly: the lasso's from kink to kink (`homotopy`), the
elastic net's by solving on the active set (`active_set`), both within a working set of columns
(`screening`). Other losses take coordinate descent, each λ from its neighbour's solution.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..losses import HalfSquaredError, Loss
from ..objective import Objective
from ..penalties import ElasticNet
from ..solvers import ConvergenceWarning, coordinate_descent
from ..validation import Array, finite_array, number, whole_number
from .homotopy import straight_pieces
from .squared import CentredData

__all__ = ["Path", "elastic_net_path", "lam_grid", "lasso_kinks", "lasso_path"]

SOLVED = 1e-6  # relative duality gap that every point of a path must meet


@dataclass(frozen=True)
class Path:
    """Minimisers for falling λ.

    lams (m,); weights (m, p); intercepts (m,); relative_gaps (m,): duality gap divided by the
    objective of the intercept-only model, nan where the loss has no dual at hand.
    """

    lams: Array
    weights: Array
    intercepts: Array
    relative_gaps: Array

    @property
    def n_active(self) -> Array:
        """How many weights are not exactly 0, for every λ."""
        return np.count_nonzero(self.weights, axis=1)


def lam_grid(objective: Objective, lams: ArrayLike | None, n_lams: int, lam_ratio: float) -> Array:
    """Return the given lams, falling, or n_lams from lambda_max to lambda_max · lam_ratio."""
    if lams is None:
        whole_number("n_lams", n_lams, at_least=2)
        number("lam_ratio", lam_ratio, above=0, below=1)
        return objective.lambda_max() * np.geomspace(1, lam_ratio, n_lams)
    grid: Array = -np.sort(-finite_array("lams", lams, 1))
    number("lam", float(grid[-1]), at_least=0)
    return grid


def lasso_path(
    X: ArrayLike,
    y: ArrayLike,
    *,
    lams: ArrayLike | None = None,
    n_lams: int = 100,
    lam_ratio: float = 1e-2,
    fit_intercept: bool = True,
) -> Path:
    """Return the lasso's path: `elastic_net_path` with the squared error and l1_ratio = 1."""
    return elastic_net_path(
        X, y, l1_ratio=1.0, lams=lams, n_lams=n_lams, lam_ratio=lam_ratio,
        fit_intercept=fit_intercept,
    )  # fmt: skip


def lasso_kinks(
    X: ArrayLike, y: ArrayLike, *, lam_ratio: float = 1e-2, fit_intercept: bool = True
) -> Path:
    """Return the lasso's whole path by its kinks: between two of them every weight is linear in λ.

    The last point is at lambda_max · lam_ratio. For p ≫ n prefer `lasso_path`, which does not need
    the Gram matrix (p, p). Raises ValueError as `elastic_net_path` does.
    """
    number("lam_ratio", lam_ratio, above=0, below=1)
    objective = Objective(X, y, HalfSquaredError(), ElasticNet(1.0, 1.0), fit_intercept)
    data = CentredData.of(objective)
    lam, zeros = float(np.abs(data.corr).max()), np.zeros_like(data.corr)
    walk = straight_pieces(data.gram, data.corr, lam, zeros, lam * lam_ratio)
    pieces = [piece for piece in walk if piece.stop < piece.start]
    lams = np.array([lam] + [piece.stop for piece in pieces])
    weights = np.zeros((len(lams), len(zeros)))
    for row, piece in zip(weights[1:], pieces, strict=True):
        row[piece.active] = piece.at(piece.stop)
    gaps = data.relative_gaps(lams, 1.0, weights)
    return Path(lams, weights, data.intercepts(weights), gaps)


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

    tol is that of coordinate descent for losses other than the squared error; each λ starts from
    its neighbour's solution: Friedman, Hastie & Tibshirani (2010), section 2.5. Warns where a
    duality gap above 1e-6 of the intercept-only objective is left. Raises ValueError for λ < 0,
    lam_ratio outside (0, 1), and, where lams is not given, for l1_ratio = 0, which has no
    lambda_max.
    """
    loss = HalfSquaredError() if loss is None else loss
    objective = Objective(X, y, loss, ElasticNet(1.0, l1_ratio), fit_intercept)
    grid = lam_grid(objective, lams, n_lams, lam_ratio)
    if not isinstance(loss, HalfSquaredError):
        path = _descended(objective, l1_ratio, grid, tol)
    else:
        data = CentredData.of(objective)
        weights, gaps = data.solve(grid, l1_ratio)
        path = Path(grid, weights, data.intercepts(weights), gaps)
    unsolved = path.lams[(path.lams > 0) & (path.relative_gaps > SOLVED)]
    if unsolved.size:
        warnings.warn(
            f"{unsolved.size} of {len(grid)} points of the path are not solved: relative duality "
            f"gap up to {path.relative_gaps.max():.1e}, first at lam = {unsolved[0]:g}",
            ConvergenceWarning,
            stacklevel=2,
        )
    return path


def _descended(objective: Objective, l1_ratio: float, lams: Array, tol: float) -> Path:
    """Solve for one λ after the other by coordinate descent, each from the last solution."""
    X, y, loss, b = objective.X, objective.y, objective.loss, objective.fit_intercept
    weights, intercepts, gaps = [], [], []
    point = None
    for lam in lams:
        at = Objective(X, y, loss, ElasticNet(float(lam), l1_ratio), b)
        result = coordinate_descent(at, tol=tol, start=point)
        point = (result.w, result.b)
        gap = at.certificate(*point).relative_gap
        weights.append(result.w)
        intercepts.append(result.b)
        gaps.append(np.nan if gap is None else gap)
    return Path(lams, np.array(weights), np.array(intercepts), np.array(gaps))

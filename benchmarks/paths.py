"""Whole regularisation paths of 100 λ against scikit-learn and celer, at one duality gap.

scikit-learn's and celer's tolerance of 4.9e-7 (of ‖y‖²) is the course's 1e-6 of the null objective.
Every path is certified by the same formula; a rival that missed the gap is marked.
"""

import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import warnings
from collections.abc import Callable

import numpy as np
from celer import celer_path
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import enet_path, lars_path
from sklearn.linear_model import lasso_path as sk_lasso_path
from sklearn.preprocessing import PolynomialFeatures
from timing import compare

from coursekit import datasets
from coursekit.losses import HalfSquaredError
from coursekit.objective import Objective
from coursekit.paths import elastic_net_path, lasso_path
from coursekit.paths.squared import CentredData
from coursekit.penalties import L1
from coursekit.preprocessing import Standardiser

TOL = 4.9e-7


def designs(large: bool) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return standardised X and centred y by name."""
    rng = np.random.default_rng(0)
    diabetes, cancer = datasets.diabetes(), datasets.breast_cancer()
    square = PolynomialFeatures(2, include_bias=False)
    found = {
        "diabetes": (diabetes.X, diabetes.y),
        "diabetes, degree 2": (square.fit_transform(diabetes.X), diabetes.y),
        "breast cancer": (cancer.X, cancer.y),
        "synthetic": datasets.make_sparse_regression(rng, 200, 2_000, 20)[:2],
    }
    if large:
        found = {"synthetic": datasets.make_sparse_regression(rng, 1_000, 10_000, 100)[:2]}
    return {
        name: (np.asfortranarray(Standardiser.fit(X).transform(X)), y - np.mean(y))
        for name, (X, y) in found.items()
    }


def certified(X: np.ndarray, y: np.ndarray, lams: np.ndarray, weights: np.ndarray) -> float:
    """Return the largest relative duality gap of lasso weights (m, p)."""
    data = CentredData.of(Objective(X, y, HalfSquaredError(), L1(1.0)))
    return float(data.relative_gaps(lams, 1.0, weights).max())


def lars_on(lams: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return scikit-learn's lars_path at the lams, linear between its kinks."""
    alphas, _, coefs = lars_path(X, y, method="lasso", alpha_min=float(lams[-1]))
    return np.array([np.interp(lams, alphas[::-1], row[::-1]) for row in coefs]).T


def lasso(name: str, X: np.ndarray, y: np.ndarray, ratio: float, rounds: int) -> None:
    """Print times and gaps of all rivals on one design."""
    n, p = X.shape
    lams = np.abs(X.T @ y).max() / n * np.geomspace(1, ratio, 100)
    options = {"alphas": lams, "tol": TOL}
    rivals: dict[str, Callable[[], np.ndarray]] = {
        "scikit-learn lasso_path": lambda: sk_lasso_path(X, y, max_iter=10**5, **options)[1].T,
        "coursekit lasso_path": lambda: lasso_path(X, y, lams=lams).weights,
        "celer celer_path": lambda: celer_path(X, y, "lasso", **options)[1].T,
    }
    if p < 10_000:
        rivals["scikit-learn lars_path"] = lambda: lars_on(lams, X, y)
    compare(f"{name} {n} × {p}, 100 λ to λ_max/{1 / ratio:.0f}", rivals, rounds=rounds)
    for rival, run in rivals.items():
        gap = certified(X, y, lams, run())
        print(f"  {rival}: relative duality gap {gap:.0e}{'' if gap <= 1e-6 else '  MISSED'}")


def elastic_net(name: str, X: np.ndarray, y: np.ndarray, ratio: float) -> None:
    """Print times for the elastic net with l1_ratio = 0.5."""
    n, p = X.shape
    lams = 2 * np.abs(X.T @ y).max() / n * np.geomspace(1, ratio, 100)
    rivals = {
        "scikit-learn enet_path": lambda: enet_path(
            X, y, l1_ratio=0.5, alphas=lams, tol=TOL, max_iter=10**5
        ),
        "coursekit elastic_net_path": lambda: elastic_net_path(X, y, l1_ratio=0.5, lams=lams),
    }
    compare(f"Elastic net, {name} {n} × {p}, to λ_max/{1 / ratio:.0f}", rivals, rounds=3)
    print(f"  coursekit: gap {elastic_net_path(X, y, lams=lams).relative_gaps.max():.0e}")


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    if "--large" in sys.argv:
        for name, (X, y) in designs(large=True).items():
            lasso(name, X, y, 1e-2, rounds=3)
    else:
        for name, (X, y) in designs(large=False).items():
            for ratio in (1e-2, 1e-3):
                lasso(name, X, y, ratio, rounds=5)
                elastic_net(name, X, y, ratio)

"""Data for the course: bundled tables, scikit-learn's small sets, seeded generators; offline.

Every call reads its data again, so that a lesson may change its copy and harm no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .validation import Array, finite_array, generator, known_name, number, whole_number


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A table with its origin: X (n, p), y (n,), one feature name for each column of X."""

    X: Array
    y: Array
    feature_names: tuple[str, ...]
    target_name: str
    source: str
    licence: str
    description: str

    def __repr__(self) -> str:
        return f"Dataset(X {self.X.shape}, y {self.y.shape}, target {self.target_name!r})"


def diabetes() -> Dataset:
    """X (442, 10) in raw units, y (442,) disease progression. Efron et al. (2004), table 1."""
    return _from_sklearn(
        "load_diabetes",
        "progression",
        "Efron, Hastie, Johnstone & Tibshirani (2004), Least angle regression",
        "distributed with scikit-learn (BSD-3-Clause)",
        "Ten measurements of 442 patients, and how far their diabetes has advanced a year later.",
        scaled=False,
    )


def breast_cancer() -> Dataset:
    """X (569, 30), y (569,): 0 malignant, 1 benign; `as_signs(y)` gives −1, +1. Street (1993)."""
    return _from_sklearn(
        "load_breast_cancer",
        "benign",
        "Street, Wolberg & Mangasarian (1993), Nuclear feature extraction; UCI repository",
        "CC BY 4.0",
        "Thirty measurements of cell nuclei in 569 tumours; y is 0 if malignant, 1 if benign.",
    )


def digits() -> Dataset:
    """X (1797, 64) grey levels of 8×8 images, y (1797,) the digits. Alpaydin & Kaynak (1998)."""
    return _from_sklearn(
        "load_digits",
        "digit",
        "Alpaydin & Kaynak (1998), Optical recognition of handwritten digits; UCI repository",
        "CC BY 4.0",
        "Images of 1797 handwritten digits, 8 by 8 pixels of grey level 0 to 16, row by row.",
    )


def longley() -> Dataset:
    """X (16, 6) economic indicators, y (16,) employment in thousands. Longley (1967), table 1."""
    return _from_csv(
        "longley",
        "TOTEMP",
        "Longley (1967), An appraisal of least squares programs for the electronic computer",
        "The United States from 1947 to 1962: employment and six indicators, nearly collinear.",
    )


def engel() -> Dataset:
    """X (235, 1) income, y (235,) food expenditure, Belgian francs a year. Engel (1857)."""
    return _from_csv(
        "engel",
        "foodexp",
        "Engel (1857), as used by Koenker & Bassett (1982), Robust tests for heteroscedasticity",
        "Yearly income of 235 Belgian working-class households and what they spent on food.",
    )


def ten_points() -> Dataset:
    """X (10, 1) = 1 … 10, y (10,) = x² with noise."""
    y = [0.52, 8.54, 6.94, 20.76, 32.17, 30.65, 40.46, 80.12, 75.12, 98.83]
    return Dataset(
        X=np.arange(1.0, 11.0)[:, None],
        y=np.array(y),
        feature_names=("x",),
        target_name="y",
        source="made for this course",
        licence="CC BY 4.0",
        description="Ten points of y = x² with noise.",
    )


_DATASETS: dict[str, Callable[[], Dataset]] = {
    read.__name__: read for read in (diabetes, breast_cancer, digits, longley, engel, ten_points)
}


def names() -> list[str]:
    """Return the names that `load` knows."""
    return list(_DATASETS)


def load(name: str) -> Dataset:
    """Return the data set of this name; ValueError with the nearest name for an unknown one."""
    known_name("data set", name, names())
    return _DATASETS[name]()


def as_signs(y: ArrayLike) -> Array:
    """Return labels 0 and 1 as −1 and +1, which the margin losses ask for; shape (n,)."""
    labels = finite_array("y", y, 1)
    bad = labels[~np.isin(labels, (0, 1))]
    if bad.size:
        raise ValueError(f"y must hold only 0 or 1, got {bad[0]:g}")
    return 2 * labels - 1


def make_sparse_regression(
    rng: np.random.Generator,
    n: int,
    p: int,
    n_nonzero: int,
    correlation: float = 0.0,
    noise: float = 1.0,
) -> tuple[Array, Array, Array]:
    """Return X (n, p), y = Xw + noise (n,) and the true w (p,) with n_nonzero weights.

    Columns are standard normal, the correlation of columns j and k is correlation^abs(j − k)
    (Toeplitz); nonzero weights have random places, random signs and sizes from 1 to 3.
    """
    generator("rng", rng)
    whole_number("n", n, at_least=2)
    whole_number("p", p, at_least=1)
    whole_number("n_nonzero", n_nonzero, at_least=0)
    number("n_nonzero", n_nonzero, at_most=p)
    number("correlation", correlation, above=-1, below=1)
    number("noise", noise, at_least=0)
    X = rng.standard_normal((n, p))
    for j in range(1, p):
        X[:, j] = correlation * X[:, j - 1] + np.sqrt(1 - correlation**2) * X[:, j]
    w = np.zeros(p)
    places = rng.choice(p, size=n_nonzero, replace=False)
    w[places] = rng.choice([-1.0, 1.0], size=n_nonzero) * rng.uniform(1, 3, size=n_nonzero)
    return X, X @ w + noise * rng.standard_normal(n), w


def make_outliers(
    rng: np.random.Generator, n: int, fraction: float = 0.1, shift: float = 10.0, noise: float = 1.0
) -> tuple[Array, Array, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Return X (n, 1) in [0, 10], y = 1 + 2x + noise (n,) and the mask (n,) of the outliers.

    Outliers are the given fraction of the points, rounded, and lie `shift` higher.
    """
    generator("rng", rng)
    whole_number("n", n, at_least=2)
    number("fraction", fraction, at_least=0, at_most=1)
    number("shift", shift)
    number("noise", noise, at_least=0)
    x = rng.uniform(0, 10, size=n)
    outlier = np.zeros(n, dtype=bool)
    outlier[rng.choice(n, size=round(fraction * n), replace=False)] = True
    return x[:, None], 1 + 2 * x + noise * rng.standard_normal(n) + shift * outlier, outlier


def make_two_moons(rng: np.random.Generator, n: int, noise: float = 0.1) -> tuple[Array, Array]:
    """Return X (n, 2), two interleaving half circles, and y (n,): 0 the upper one, 1 the lower."""
    generator("rng", rng)
    whole_number("n", n, at_least=2)
    number("noise", noise, at_least=0)
    y = np.arange(n) % 2
    angle = rng.uniform(0, np.pi, size=n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    X = np.where(y[:, None] == 0, upper, np.array([1.0, 0.5]) - upper)
    return X + noise * rng.standard_normal((n, 2)), y.astype(float)


def _from_sklearn(
    loader: str, target: str, source: str, licence: str, description: str, **options: bool
) -> Dataset:
    try:
        bundled = getattr(import_module("sklearn.datasets"), loader)(**options)
    except ImportError:
        raise ImportError(
            f'{loader} needs scikit-learn: python -m pip install "coursekit[course]"'
        ) from None
    feature_names = tuple(str(name) for name in bundled.feature_names)
    y = bundled.target.astype(float)
    return Dataset(bundled.data, y, feature_names, target, source, licence, description)


def _from_csv(name: str, target: str, source: str, description: str) -> Dataset:
    lines = files("coursekit").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    header, *rows = lines.splitlines()
    columns = header.split(",")
    table = np.loadtxt(rows, delimiter=",")
    k = columns.index(target)
    feature_names = (*columns[:k], *columns[k + 1 :])
    X, y = np.delete(table, k, axis=1), table[:, k].copy()
    return Dataset(X, y, feature_names, target, source, "public domain", description)

"""What is done to the features before a penalty compares their weights.

Every transform is made by `fit`, which remembers the statistics of the training rows; `transform`
applies these to any rows, so that nothing of the test rows leaks in. `inverse` leads back.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .validation import Array, finite_array, whole_number


def _training_rows(X: ArrayLike) -> Array:
    X = finite_array("X", X, 2)
    if len(X) < 2:
        raise ValueError(f"X must have at least 2 rows, got shape {X.shape}")
    return X


def _range(X: Array) -> Array:
    """Return the range of each column; refuse constant ones, which cannot be scaled."""
    found = np.ptp(X, axis=0)
    constant = np.flatnonzero(found == 0)
    if constant.size:
        j = constant[0]
        raise ValueError(f"column {j} of X is constant ({X[0, j]:g}) and cannot be scaled")
    return found


def _columns(X: ArrayLike, n_columns: int) -> Array:
    X = finite_array("X", X, 2)
    if X.shape[1] != n_columns:
        raise ValueError(f"X must have {n_columns} columns, got shape {X.shape}")
    return X


@dataclass(frozen=True, eq=False)
class _Columnwise(ABC):
    """z = (x − shift) / scale, column by column; shift and scale have shape (p,)."""

    shift: Array
    scale: Array

    @classmethod
    @abstractmethod
    def _statistics(cls, X: Array) -> tuple[Array, Array]:
        """Return shift and scale for the training rows X (n, p)."""

    @classmethod
    def fit(cls, X: ArrayLike) -> Self:
        """Return the transform fitted to X (n, p).

        Raises ValueError for n < 2, for non-finite numbers and for a constant column that would
        have to be scaled.
        """
        X = _training_rows(X)
        return cls(*cls._statistics(X))

    def transform(self, X: ArrayLike) -> Array:
        """Return (X − shift) / scale for X (n, p), also for rows that were not seen in `fit`."""
        return (_columns(X, len(self.shift)) - self.shift) / self.scale

    def inverse(self, Z: ArrayLike) -> Array:
        """Return Z · scale + shift: the raw units again."""
        return _columns(Z, len(self.shift)) * self.scale + self.shift


class Centring(_Columnwise):
    """Subtract the mean of each column."""

    @classmethod
    def _statistics(cls, X: Array) -> tuple[Array, Array]:
        return X.mean(axis=0), np.ones(X.shape[1])

    @property
    def mean(self) -> Array:
        """The mean of each training column, (p,)."""
        return self.shift


class RangeNormaliser(_Columnwise):
    """Map the smallest training value of each column to 0 and the largest to 1."""

    @classmethod
    def _statistics(cls, X: Array) -> tuple[Array, Array]:
        return X.min(axis=0), _range(X)


class Standardiser(Centring):
    """Subtract the mean of each column and divide by its standard deviation (1/n)."""

    @classmethod
    def _statistics(cls, X: Array) -> tuple[Array, Array]:
        _range(X)  # the rounded deviation of a constant column need not be 0
        return X.mean(axis=0), X.std(axis=0)


@dataclass(frozen=True, eq=False)
class PCA:
    """Coordinates along the directions of largest variance. Pearson (1901).

    mean (p,); components (k, p), orthonormal rows, each with its largest entry positive; variances
    (k,), falling, with 1/n as in Standardiser; total: the variance of all columns together.
    """

    mean: Array
    components: Array
    variances: Array
    total: float

    @classmethod
    def fit(cls, X: ArrayLike, n_components: int | None = None) -> Self:
        """Return the first n_components directions of X (n, p), by default min(n, p) of them.

        Raises ValueError for n < 2, non-finite numbers, and n_components beyond min(n, p).
        """
        X = _training_rows(X)
        most = min(X.shape)
        k = most if n_components is None else n_components
        whole_number("n_components", k, at_least=1)
        if k > most:
            raise ValueError(f"n_components must be <= min(n, p) = {most}, got {k}")
        centred = X - X.mean(axis=0)
        _, d, components = np.linalg.svd(centred, full_matrices=False)
        # A direction and its opposite are equally good; this makes the choice repeatable.
        largest = np.abs(components).argmax(axis=1)
        components *= np.sign(components[np.arange(most), largest])[:, None]
        total = float(np.square(centred).sum() / len(X))
        return cls(X.mean(axis=0), components[:k], d[:k] ** 2 / len(X), total)

    @property
    def explained(self) -> Array:
        """The share of the total variance along each direction, (k,)."""
        return self.variances / self.total

    def transform(self, X: ArrayLike) -> Array:
        """Return the coordinates (n, k) of the rows of X (n, p)."""
        return (_columns(X, len(self.mean)) - self.mean) @ self.components.T

    def inverse(self, Z: ArrayLike) -> Array:
        """Return the points (n, p) with coordinates Z (n, k): X itself where k = p."""
        return _columns(Z, len(self.components)) @ self.components + self.mean


class Whitener(PCA):
    """PCA with every coordinate divided by its standard deviation: covariance matrix I.

    Raises ValueError in `fit` for a direction without variance, which cannot be scaled.
    """

    @classmethod
    def fit(cls, X: ArrayLike, n_components: int | None = None) -> Self:
        """Return the whitening along the first n_components directions, as `PCA.fit` finds them."""
        fitted = super().fit(X, n_components)
        rounding = np.finfo(float).eps * max(np.shape(X))
        flat = fitted.variances <= rounding**2 * fitted.variances.max()
        if flat.any():
            raise ValueError(
                f"direction {int(np.argmax(flat))} of X has no variance and cannot be scaled; "
                f"n_components must be <= {int((~flat).sum())}, got {len(flat)}"
            )
        return fitted

    def transform(self, X: ArrayLike) -> Array:
        """Return the coordinates (n, k), each with variance 1 over the training rows."""
        return super().transform(X) / np.sqrt(self.variances)

    def inverse(self, Z: ArrayLike) -> Array:
        """Return the points (n, p) with whitened coordinates Z (n, k)."""
        return super().inverse(_columns(Z, len(self.components)) * np.sqrt(self.variances))

"""What is done to the features before a penalty compares their weights."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .validation import Array, finite_array


@dataclass(frozen=True, eq=False)
class Standardiser:
    """z = (x − mean) / scale, column by column; made by `fit`, mean and scale of shape (p,)."""

    mean: Array
    scale: Array

    @classmethod
    def fit(cls, X: ArrayLike) -> "Standardiser":
        """Return the standardiser with the mean and standard deviation (1/n) of X (n, p).

        Raises ValueError for n < 2, for non-finite numbers and for a constant column.
        """
        X = finite_array("X", X, 2)
        if len(X) < 2:
            raise ValueError(f"X must have at least 2 rows, got shape {X.shape}")
        constant = np.flatnonzero(X.min(axis=0) == X.max(axis=0))
        if constant.size:
            j = constant[0]
            raise ValueError(f"column {j} of X is constant ({X[0, j]:g}) and cannot be scaled")
        return cls(mean=X.mean(axis=0), scale=X.std(axis=0))

    def transform(self, X: ArrayLike) -> Array:
        """Return (X − mean) / scale for X (n, p), also for rows that were not seen in `fit`."""
        return (self._checked(X) - self.mean) / self.scale

    def inverse(self, Z: ArrayLike) -> Array:
        """Return Z · scale + mean: the raw units again."""
        return self._checked(Z) * self.scale + self.mean

    def _checked(self, X: ArrayLike) -> Array:
        X = finite_array("X", X, 2)
        if X.shape[1] != len(self.mean):
            raise ValueError(f"X must have {len(self.mean)} columns, got shape {X.shape}")
        return X

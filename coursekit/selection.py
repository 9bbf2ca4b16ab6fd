"""Choosing λ by cross-validation, with everything that is fitted fitted on training rows only."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .losses import HalfSquaredError
from .objective import Objective
from .paths import elastic_net_path, lam_grid
from .penalties import ElasticNet
from .preprocessing import Standardiser
from .validation import Array, finite_array, number, whole_number


def folds(n: int, n_folds: int, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    """Yield (training rows, test rows): n shuffled rows in n_folds parts, each the test part once.

    Raises ValueError unless 2 <= n_folds <= n.
    """
    whole_number("n_folds", n_folds, at_least=2)
    number("n_folds", n_folds, at_most=n)
    parts = np.array_split(rng.permutation(n), n_folds)
    for k, test in enumerate(parts):
        yield np.sort(np.concatenate(parts[:k] + parts[k + 1 :])), np.sort(test)


@dataclass(frozen=True)
class CrossValidation:
    """Errors of each fold for falling λ: lams (m,), errors (n_folds, m), a mean over its rows."""

    lams: Array
    errors: Array

    @property
    def mean(self) -> Array:
        """The error averaged over the folds, (m,)."""
        return self.errors.mean(axis=0)

    @property
    def standard_error(self) -> Array:
        """Standard deviation between folds over √n_folds, (m,); folds share rows, so too small."""
        return self.errors.std(axis=0, ddof=1) / np.sqrt(len(self.errors))

    @property
    def best(self) -> int:
        """The index of the smallest mean error."""
        return int(np.argmin(self.mean))

    @property
    def one_standard_error(self) -> int:
        """The index of the largest λ within a standard error of the best mean.

        Breiman, Friedman, Olshen & Stone (1984), section 3.4.3.
        """
        allowed = self.mean[self.best] + self.standard_error[self.best]
        return int(np.argmax(self.mean <= allowed))


def cross_validate(
    X: ArrayLike,
    y: ArrayLike,
    rng: np.random.Generator,
    *,
    l1_ratio: float = 1.0,
    n_folds: int = 10,
    n_lams: int = 100,
    lam_ratio: float = 1e-2,
    lams: ArrayLike | None = None,
) -> CrossValidation:
    """Return the squared errors (y − ŷ)², without ½, of elastic nets on the rows left out.

    Each fold standardises X by its training rows. lams: by default n_lams from the lambda_max of
    all rows to lambda_max · lam_ratio. Stone (1974). Raises ValueError as `elastic_net_path` does.
    """
    X, y = finite_array("X", X, 2), finite_array("y", y, 1)
    Z = Standardiser.fit(X).transform(X)
    objective = Objective(Z, y, HalfSquaredError(), ElasticNet(1.0, l1_ratio))
    grid = lam_grid(objective, lams, n_lams, lam_ratio)
    errors = []
    for train, test in folds(len(y), n_folds, rng):
        scaler = Standardiser.fit(X[train])
        path = elastic_net_path(scaler.transform(X[train]), y[train], l1_ratio=l1_ratio, lams=grid)
        predicted = scaler.transform(X[test]) @ path.weights.T + path.intercepts
        errors.append(np.square(y[test][:, None] - predicted).mean(axis=0))
    return CrossValidation(grid, np.array(errors))

"""The course's losses and penalties as scikit-learn estimators, for pipelines and grid searches.

Needs scikit-learn. A parameter of the loss or penalty is reached as `penalty__lam`.
"""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils.metaestimators import available_if
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError(
        'coursekit.estimators needs scikit-learn: python -m pip install "scikit-learn>=1.6"'
    ) from error

from . import solvers
from .losses import (
    BinaryCrossEntropy,
    HalfSquaredError,
    Logistic,
    Loss,
    SoftmaxCrossEntropy,
    sigmoid,
    softmax,
)
from .objective import Objective
from .penalties import Penalty
from .validation import Array, known_name

SOLVERS = ("fista", "ista", "coordinate_descent", "gradient_descent")


class _LinearModel(BaseEstimator):
    """What both share: parameters, the fit of J(w, b) = mean loss + penalty, and scores Xw + b."""

    def __init__(
        self,
        loss: Loss | None = None,
        penalty: Penalty | None = None,
        solver: str | solvers.Solver = "fista",
        fit_intercept: bool = True,
        tol: float = 1e-6,
        max_iter: int = 10_000,
    ) -> None:
        self.loss = loss
        self.penalty = penalty
        self.solver = solver
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters, with deep=True those of loss and penalty too (penalty__lam)."""
        params = super().get_params(deep)
        parts = [(name, params[name]) for name in ("loss", "penalty") if deep]
        return params | {
            f"{name}__{field.name}": getattr(part, field.name)
            for name, part in parts
            if is_dataclass(part)
            for field in fields(part)
        }

    def set_params(self, **params: Any) -> Self:
        """Set parameters; penalty__lam=0.1 replaces the penalty by one with lam = 0.1."""
        own = {name: value for name, value in params.items() if "__" not in name}
        super().set_params(**own)
        for name in params.keys() - own.keys():
            part, _, field = name.partition("__")
            known_name("parameter", name, sorted(self.get_params()))
            setattr(self, part, replace(getattr(self, part), **{field: params[name]}))
        return self

    def _fit(self, X: Array, y: Array, loss: Loss) -> None:
        objective = Objective(X, y, loss, self.penalty, self.fit_intercept)
        solver = self.solver
        if isinstance(solver, str):
            known_name("solver", solver, list(SOLVERS))
            solver = getattr(solvers, solver)
        result = solver(objective, tol=self.tol, max_iter=self.max_iter)
        self.loss_, self.n_iter_, self.converged_ = loss, result.n_iter, result.converged
        self.certificate_ = objective.certificate(result.w, result.b)
        self.coef_, self.intercept_ = result.w.T, result.b

    def _scores(self, X: ArrayLike) -> Array:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float64)
        return X @ self.coef_.T + self.intercept_


class Regressor(RegressorMixin, _LinearModel):
    """Linear regression with any loss of real targets, any penalty, any solver of the course.

    loss: HalfSquaredError() where None. penalty: none where None. solver: a name in SOLVERS or a
    function of (objective, tol, max_iter), such as functools.partial(subgradient_descent,
    learning_rate=0.1) for losses with a kink.
    Fitted: `coef_` (p,), `intercept_` (), `certificate_`, `converged_`, `n_iter_`, `loss_`.
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Fit to X (n, p) and y (n,); raises ValueError for what the loss is not defined for."""
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
        self._fit(np.asarray(X), np.asarray(y, float), self.loss or HalfSquaredError())
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Return the predictions (n,)."""
        return self._scores(X)


def _gives_probabilities(model: "Classifier") -> bool:
    loss = getattr(model, "loss_", model.loss)
    loss = getattr(loss, "loss", loss)  # what class weights are put on
    return loss is None or isinstance(loss, BinaryCrossEntropy | Logistic | SoftmaxCrossEntropy)


class Classifier(ClassifierMixin, _LinearModel):
    """Linear classification with any loss of classes, any penalty, any solver of the course.

    loss: where None, BinaryCrossEntropy() for two classes and SoftmaxCrossEntropy() for more.
    penalty, solver: as in Regressor. Class weights of a loss belong to its own coding of the
    classes in sorted order: 0 and 1, −1 and +1, or 0 … K−1.
    Fitted: `classes_` (K,), `coef_` (p,) or (K, p), `intercept_` () or (K,), `certificate_`,
    `converged_`, `n_iter_`, `loss_`.
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Fit to X (n, p) and labels y (n,); raises ValueError for fewer than 2 classes."""
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        n_classes = len(self.classes_)
        if n_classes < 2:
            raise ValueError(f"y must hold at least 2 classes, got one class: {self.classes_[0]!r}")
        default = BinaryCrossEntropy() if n_classes == 2 else SoftmaxCrossEntropy()
        loss = self.loss or default
        if n_classes > 2 and loss.targets != "labels":
            raise ValueError(f"{loss!r} is a loss for two classes, got {n_classes}")
        coded = 2.0 * codes - 1 if loss.targets == "signs" else codes.astype(float)
        self._fit(np.asarray(X), coded, loss)
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores: (n,) for two classes, positive for the second, else (n, K)."""
        scores = self._scores(X)
        return scores[:, 1] - scores[:, 0] if scores.shape[1:] == (2,) else scores

    def predict(self, X: ArrayLike) -> Array:
        """Return the class with the largest score, (n,)."""
        scores = self.decision_function(X)
        best = scores.argmax(axis=1) if scores.ndim == 2 else (scores > 0).astype(int)
        return self.classes_[best]

    @available_if(_gives_probabilities)
    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the classes' probabilities (n, K), for the cross-entropies only."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            return np.column_stack([sigmoid(-scores), sigmoid(scores)])
        return softmax(scores)

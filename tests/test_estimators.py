"""Estimators: scikit-learn's own checks without an exception, and its tools on our losses."""

import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from sklearn.linear_model import Lasso, LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from coursekit import datasets
from coursekit.estimators import Classifier, Regressor
from coursekit.losses import (
    AbsoluteError,
    Hinge,
    Huber,
    Logistic,
    MulticlassHinge,
    SquaredHinge,
    class_weighted,
)
from coursekit.penalties import L1, L2, ElasticNet
from coursekit.solvers import subgradient_descent

MODELS = [
    Regressor(),
    Regressor(Huber(1.0), L1(0.01)),
    Classifier(max_iter=300),
    Classifier(penalty=L2(0.01)),
]
# Every check but the one for arrays of other libraries, which the estimators don't claim to take
# (their tag array_api_support is False): scikit-learn itself leaves it out then.
CHECKS = [
    pytest.param(model, check, id=f"{model!r}-{check.func.__name__}")
    for model in MODELS
    for model, check in estimator_checks_generator(model, mark=None)
    if check.func.__name__ != "check_array_api_input"
]


# Separable blobs without a penalty have no minimiser: the solver says so, and that is right.
@pytest.mark.filterwarnings("ignore::coursekit.solvers.ConvergenceWarning")
@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_scikit_learns_own_checks_pass(estimator, check):
    assert not estimator.__sklearn_tags__().array_api_support
    check(estimator)


def test_a_model_that_changes_its_parameters_fails_scikit_learns_checks():
    class Careless(Regressor):
        def fit(self, X, y):
            self.tol = 0.5
            return super().fit(X, y)

    failed = 0
    for model, check in estimator_checks_generator(Careless(), mark=None):
        try:
            check(model)
        except Exception:
            failed += 1
    assert failed >= 1


@pytest.fixture(scope="module")
def cancer():
    data = datasets.breast_cancer()
    return StandardScaler().fit_transform(data.X), data.y


def test_the_lasso_is_scikit_learns():
    data = datasets.diabetes()
    X = StandardScaler().fit_transform(data.X)
    ours = Regressor(penalty=L1(2.0), tol=1e-10).fit(X, data.y)
    theirs = Lasso(alpha=2.0, tol=1e-10).fit(X, data.y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-6)
    assert ours.intercept_ == pytest.approx(theirs.intercept_)
    assert ours.score(X, data.y) == pytest.approx(theirs.score(X, data.y))
    assert ours.converged_
    assert ours.certificate_.relative_gap < 1e-9


def test_sparse_logistic_regression_is_scikit_learns(cancer):
    X, y = cancer
    ours = Classifier(penalty=L1(0.02), tol=1e-9).fit(X, y)
    theirs = LogisticRegression(
        C=1 / (0.02 * len(y)), l1_ratio=1, solver="saga", tol=1e-8, max_iter=10**5
    ).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_[0], atol=1e-4)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-4)


def test_a_grid_search_in_a_pipeline_reaches_the_parameters_of_penalty_and_loss():
    data = datasets.diabetes()
    pipeline = make_pipeline(StandardScaler(), Regressor(Huber(50.0), ElasticNet(1.0, 0.5)))
    grid = {
        "regressor__penalty__lam": [0.1, 1.0, 100.0],
        "regressor__penalty__l1_ratio": [0.5, 1.0],
        "regressor__loss__delta": [50.0, 100.0],
    }
    search = GridSearchCV(pipeline, grid, cv=3).fit(data.X, data.y)
    best = search.best_estimator_[-1]
    assert best.penalty.lam == search.best_params_["regressor__penalty__lam"] < 100
    assert best.loss.delta == search.best_params_["regressor__loss__delta"]
    assert search.best_score_ > 0.4


@pytest.mark.parametrize(
    "loss", [Logistic(), SquaredHinge(), class_weighted(Logistic(), {-1: 3.0, 1: 1.0})], ids=repr
)
def test_cross_validation_works_on_the_losses_of_two_classes(loss, cancer):
    scores = cross_val_score(Classifier(loss, L2(0.01)), *cancer, cv=3)
    assert scores.min() > 0.93


def test_losses_with_a_kink_take_a_solver_with_its_own_learning_rate(cancer):
    solver = partial(subgradient_descent, learning_rate=lambda k: 0.5 / k**0.5)
    X, y = cancer
    svm = Classifier(Hinge(), L2(0.01), solver, tol=0, max_iter=400).fit(X, y)
    assert svm.score(X, y) > 0.95
    data = datasets.diabetes()
    rate = partial(subgradient_descent, learning_rate=lambda k: 20 / k**0.5)
    median = Regressor(AbsoluteError(), None, rate, tol=0, max_iter=2000)
    assert median.fit(StandardScaler().fit_transform(data.X), data.y).score(
        StandardScaler().fit_transform(data.X), data.y
    ) > 0.45  # fmt: skip


def test_many_classes_and_any_kind_of_label():
    data = datasets.digits()
    names = np.array(["zero", "one", "two"])
    few = data.y < 3
    model = Classifier(penalty=L2(0.001)).fit(data.X[few] / 16, names[data.y[few].astype(int)])
    assert set(model.classes_) == set(names)
    assert model.score(data.X[few] / 16, names[data.y[few].astype(int)]) > 0.98
    assert model.coef_.shape == (3, 64)
    np.testing.assert_allclose(model.predict_proba(data.X[few] / 16).sum(axis=1), 1)


def test_probabilities_are_there_for_cross_entropies_only(cancer):
    assert hasattr(Classifier(), "predict_proba")
    assert hasattr(Classifier(class_weighted(Logistic(), {-1: 1.0, 1: 2.0})), "predict_proba")
    assert not hasattr(Classifier(SquaredHinge()), "predict_proba")
    assert not hasattr(Classifier(MulticlassHinge()), "predict_proba")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Classifier(SquaredHinge()).fit(np.eye(3), [0, 1, 2]), "for two classes, got 3"),
        (lambda: Classifier().fit(np.eye(3), [1, 1, 1]), "at least 2 classes, got one class"),
        (lambda: Regressor(solver="fist").fit(np.eye(3), [1, 2, 3]), "did you mean 'fista'"),
        (lambda: Regressor(Hinge()).fit(np.eye(3), [1.0, 2, 3]), "must hold only -1 or 1"),
        (lambda: Regressor(AbsoluteError()).fit(np.eye(3), [1.0, 2, 3]), "jumps at its kink"),
        (lambda: Regressor(penalty=L1(1.0)).set_params(penalty__lamb=2), "'penalty__lam'"),
        (lambda: Regressor().set_params(penalty__lam=2), "unknown parameter 'penalty__lam'"),
        (lambda: Regressor(penalty="L1").fit(np.eye(3), [1.0, 2, 3]), "must be a Penalty"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_without_scikit_learn_a_sentence_says_how_to_get_it():
    code = "import sys; sys.modules['sklearn.base'] = None; import coursekit; coursekit.estimators"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode != 0
    assert 'needs scikit-learn: python -m pip install "scikit-learn>=1.6"' in run.stderr

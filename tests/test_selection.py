"""Cross-validation: every row left out once, unseen before, with scikit-learn's errors."""

import numpy as np
import pytest
from sklearn.linear_model import LassoCV
from sklearn.model_selection import PredefinedSplit

from coursekit import datasets
from coursekit.paths import lasso_path
from coursekit.preprocessing import Standardiser
from coursekit.selection import CrossValidation, cross_validate, folds


def test_every_row_is_left_out_once(rng):
    found = list(folds(23, 5, rng))
    np.testing.assert_array_equal(np.sort(np.concatenate([test for _, test in found])), range(23))
    for train, test in found:
        assert not set(train) & set(test)
        assert len(train) + len(test) == 23
        assert len(test) in (4, 5)


def test_errors_are_scikit_learns():
    data = datasets.diabetes()
    # Each fold would standardise its own rows: data that are standardised in every fold alike.
    X = np.vstack([data.X[:200], data.X[:200], data.X[:200]])
    y = np.concatenate([data.y[:200]] * 3)

    class InOrder:
        @staticmethod
        def permutation(n):
            return np.arange(n)

    ours = cross_validate(X, y, InOrder, n_folds=3, n_lams=20)
    split = PredefinedSplit(np.repeat([0, 1, 2], 200))
    theirs = LassoCV(alphas=ours.lams, cv=split, tol=1e-10, max_iter=10**6)
    theirs.fit(Standardiser.fit(X).transform(X), y)
    np.testing.assert_allclose(ours.errors, theirs.mse_path_.T, rtol=1e-5)
    assert ours.lams[ours.best] == theirs.alpha_


@pytest.mark.parametrize("leaks", [False, True])
def test_the_rows_left_out_do_not_move_the_scaling(leaks):
    data = datasets.diabetes()
    X = data.X.copy()
    train, test = next(folds(len(data.y), 5, np.random.default_rng(3)))
    X[test] *= 3  # so that their means and spreads would show
    errors = cross_validate(X, data.y, np.random.default_rng(3), n_folds=5, lams=[1.0]).errors
    scaler = Standardiser.fit(X if leaks else X[train])
    path = lasso_path(scaler.transform(X[train]), data.y[train], lams=[1.0])
    predicted = scaler.transform(X[test]) @ path.weights[0] + path.intercepts[0]
    by_hand = np.square(data.y[test] - predicted).mean()
    assert np.isclose(errors[0, 0], by_hand) == (not leaks)


def test_one_standard_error_rule_takes_the_largest_lam_within_reach():
    mean = np.array([9.0, 5.0, 4.0, 4.5])
    spread = np.array([0.0, 0.0, 1.5, 0.0])
    errors = np.array([mean + spread, mean - spread])
    cv = CrossValidation(np.array([8.0, 4.0, 2.0, 1.0]), errors)
    assert cv.best == 2
    assert cv.standard_error[2] == pytest.approx(1.5)
    assert cv.one_standard_error == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_folds": 1}, "n_folds must be a whole number >= 2, got 1"),
        ({"n_folds": 21}, "n_folds must be <= 20, got 21"),
        ({"l1_ratio": 0.0}, "no L1 part"),
        ({"lams": [-1.0]}, "lam must be >= 0"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(options, words, rng):
    with pytest.raises(ValueError, match=words):
        cross_validate(rng.normal(size=(20, 3)), rng.normal(size=20), rng, **options)

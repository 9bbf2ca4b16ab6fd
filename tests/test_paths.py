"""Paths: certified at every λ, zero at the top, piecewise linear for the lasso."""

import numpy as np
import pytest
from sklearn.linear_model import lasso_path as sk_lasso_path

from coursekit import datasets
from coursekit.losses import Logistic
from coursekit.paths import elastic_net_path, lasso_path
from coursekit.preprocessing import Standardiser


@pytest.fixture(scope="module")
def diabetes():
    data = datasets.diabetes()
    return Standardiser.fit(data.X).transform(data.X), data.y


def test_every_point_is_certified_and_the_first_is_zero(diabetes):
    path = lasso_path(*diabetes, n_lams=30)
    assert path.relative_gaps.max() < 1e-6
    assert path.n_active[0] == 0
    assert path.n_active[-1] > 5
    assert path.lams[0] / path.lams[-1] == pytest.approx(100)
    assert path.weights.shape == (30, 10)


def test_path_is_scikit_learns(diabetes):
    X, y = diabetes
    ours = lasso_path(X, y, n_lams=12, tol=1e-12)
    _, theirs, _ = sk_lasso_path(X, y - y.mean(), alphas=ours.lams, tol=1e-14, max_iter=10**6)
    np.testing.assert_allclose(ours.weights, theirs.T, atol=1e-6)
    np.testing.assert_array_equal(ours.weights == 0, theirs.T == 0)


def test_the_lasso_path_is_piecewise_linear_between_its_kinks(diabetes):
    fine = lasso_path(*diabetes, lams=np.linspace(30, 1, 200), tol=1e-12)
    bends = np.abs(np.diff(fine.weights, 2, axis=0)).max(axis=1)
    same_set = (fine.weights[:-2] != 0) == (fine.weights[2:] != 0)
    assert bends[same_set.all(axis=1)].max() < 1e-6
    assert bends.max() > 1e-3


def test_lams_are_sorted_downwards_and_other_losses_are_welcome(diabetes):
    X, y = diabetes
    signs = np.where(y > np.median(y), 1.0, -1.0)
    path = elastic_net_path(X, signs, lams=[0.01, 0.2], loss=Logistic(), l1_ratio=0.8)
    np.testing.assert_array_equal(path.lams, [0.2, 0.01])
    assert path.relative_gaps.max() < 1e-6
    assert path.n_active[0] < path.n_active[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lams": [-1.0]}, "lam must be >= 0, got -1.0"),
        ({"lams": [np.nan]}, "lams must be finite"),
        ({"n_lams": 1}, "n_lams must be a whole number >= 2, got 1"),
        ({"lam_ratio": 1.0}, "lam_ratio must be > 0 and < 1, got 1.0"),
        ({"l1_ratio": 0.0}, "no L1 part"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(options, words, diabetes):
    with pytest.raises(ValueError, match=words):
        elastic_net_path(*diabetes, **options)

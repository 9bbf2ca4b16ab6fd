"""Paths: certified at every λ, zero at the top, piecewise linear for the lasso."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.linear_model import lasso_path as sk_lasso_path

from coursekit import datasets
from coursekit.losses import HalfSquaredError, Logistic
from coursekit.objective import Objective
from coursekit.paths import (
    elastic_net_path,
    homotopy,
    lasso_kinks,
    lasso_path,
    screening,
    squared,
)
from coursekit.paths.squared import CentredData
from coursekit.penalties import ElasticNet
from coursekit.preprocessing import Standardiser
from coursekit.solvers import ConvergenceWarning


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
    ours = lasso_path(X, y, n_lams=12)
    _, theirs, _ = sk_lasso_path(X, y - y.mean(), alphas=ours.lams, tol=1e-14, max_iter=10**6)
    np.testing.assert_allclose(ours.weights, theirs.T, atol=1e-6)
    np.testing.assert_array_equal(ours.weights == 0, theirs.T == 0)


def test_the_lasso_path_is_piecewise_linear_between_its_kinks(diabetes):
    fine = lasso_path(*diabetes, lams=np.linspace(30, 1, 200))
    bends = np.abs(np.diff(fine.weights, 2, axis=0)).max(axis=1)
    same_set = (fine.weights[:-2] != 0) == (fine.weights[2:] != 0)
    assert bends[same_set.all(axis=1)].max() < 1e-6
    assert bends.max() > 1e-3


def test_kinks_hold_the_whole_path(diabetes):
    kinks = lasso_kinks(*diabetes, lam_ratio=1e-3)
    fine = lasso_path(*diabetes, lams=np.linspace(kinks.lams[0], kinks.lams[-1], 300))
    between = [np.interp(-fine.lams, -kinks.lams, w) for w in kinks.weights.T]
    np.testing.assert_allclose(np.transpose(between), fine.weights, atol=1e-9)
    assert kinks.relative_gaps.max() < 1e-12
    assert (np.diff(kinks.lams) < 0).all()
    # s3 leaves on the way, and comes back with the other sign
    s3 = kinks.weights[:, 6]
    assert s3.min() < 0 < s3.max()


@pytest.mark.parametrize("l1_ratio", [0.0, 0.3, 1.0])
def test_gaps_are_those_of_the_objective(diabetes, l1_ratio, rng):
    X, y = diabetes
    data = CentredData.of(Objective(X, y, HalfSquaredError(), ElasticNet(1.0, l1_ratio)))
    lams, weights = np.array([30.0, 2.0]), rng.normal(size=(2, 10)) * 10
    gaps = data.relative_gaps(lams, l1_ratio, weights)
    for lam, w, b, gap in zip(lams, weights, data.intercepts(weights), gaps, strict=True):
        objective = Objective(X, y, HalfSquaredError(), ElasticNet(lam, l1_ratio))
        assert gap == pytest.approx(objective.certificate(w, b).relative_gap, rel=1e-9)


def test_without_an_l1_part_the_path_is_ridges(diabetes):
    X, y = diabetes
    path = elastic_net_path(X, y, l1_ratio=0.0, lams=[2.0, 0.1])
    for lam, w in zip(path.lams, path.weights, strict=True):
        np.testing.assert_allclose(w, Ridge(alpha=len(y) * lam).fit(X, y).coef_, rtol=1e-9)
    assert path.relative_gaps.max() < 1e-12


def awkward_designs():
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(60, 8)), rng.normal(size=60)
    wide = rng.normal(size=(30, 500))
    yield "duplicated", np.hstack([X, X, -X]), y
    for noise in (1e-3, 1e-5, 1e-7, 1e-9, 1e-12):
        yield f"nearly duplicated {noise:g}", np.hstack([X, X + noise * X[:, ::-1]]), y
    yield "sum of the others", np.column_stack([X, X.sum(axis=1)]), y
    yield "constant column", np.column_stack([X, np.full(60, 1e6)]), y
    yield "column of zeros", np.column_stack([X, np.zeros(60)]), y
    yield "dummies", np.eye(5)[rng.integers(0, 5, 60)], y
    yield "ties", np.vstack([np.eye(6), -np.eye(6)]), np.repeat([1.0, -1.0], 6)
    yield "rank 3", rng.normal(size=(60, 3)) @ rng.normal(size=(3, 40)), y
    yield "p ≫ n", wide, wide[:, :3].sum(axis=1) + rng.normal(size=30)
    yield "p ≫ n, twins", np.hstack([wide, wide]), wide[:, :3].sum(axis=1)
    yield (
        "nearly collinear neighbours",
        datasets.make_sparse_regression(rng, 40, 80, 5, 0.999)[0],
        (rng.normal(size=40)),
    )
    longley = datasets.longley()
    yield "Longley", longley.X, longley.y


@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
@pytest.mark.parametrize(
    ("X", "y"), [pytest.param(X, y, id=name) for name, X, y in awkward_designs()]
)
def test_awkward_designs_are_solved_and_certified(X, y, l1_ratio):
    path = elastic_net_path(X, y, l1_ratio=l1_ratio, lam_ratio=1e-4, n_lams=40)
    assert path.relative_gaps.max() < (1e-6 if l1_ratio == 1 else 1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 20), st.integers(1, 25), st.booleans())
def test_small_whole_numbers_with_all_their_ties_are_solved(seed, n, p, fit_intercept):
    rng = np.random.default_rng(seed)
    X, y = rng.integers(-2, 3, size=(n, p)), rng.integers(-3, 4, size=n)
    if np.abs((X - fit_intercept * X.mean(axis=0)).T @ (y - fit_intercept * y.mean())).max() < 1e-9:
        return  # nothing to explain: lambda_max is 0
    for l1_ratio in (0.5, 1.0):
        path = elastic_net_path(
            X, y, l1_ratio=l1_ratio, n_lams=15, lam_ratio=1e-3, fit_intercept=fit_intercept
        )
        assert path.relative_gaps.max() < 1e-9


def test_a_working_set_finds_what_the_full_homotopy_finds(monkeypatch):
    rng = np.random.default_rng(7)
    X, y, _ = datasets.make_sparse_regression(rng, 80, 400, 10, 0.5)
    screened = lasso_path(X, y, n_lams=40)
    monkeypatch.setattr(squared, "ALL_AT_ONCE", 400)
    np.testing.assert_allclose(screened.weights, lasso_path(X, y, n_lams=40).weights, atol=1e-9)


def test_a_column_missed_within_a_block_takes_part_from_the_start(monkeypatch):
    rng = np.random.default_rng(0)
    X, y, _ = datasets.make_sparse_regression(rng, 60, 300, 10, 0.5)
    calls = []
    true = screening.screened

    def spy(*args):
        calls.append(args[-1].sum())
        return true(*args)

    monkeypatch.setattr("coursekit.paths.squared.screened", spy)
    monkeypatch.setattr(screening, "BLOCK", 100)
    path = lasso_path(X, y)
    assert path.relative_gaps.max() < 1e-9
    assert calls == [0, 1]


def test_a_wrong_path_is_reported_by_its_gap(diabetes, monkeypatch):
    def too_short(gram, corr, lam, w, lams):
        return 0.99 * homotopy.lasso_weights(gram, corr, lam, w, lams)

    monkeypatch.setattr("coursekit.paths.squared.lasso_weights", too_short)
    with pytest.warns(ConvergenceWarning, match="of 100 points of the path are not solved"):
        lasso_path(*diabetes)


def test_down_to_zero_the_lasso_ends_at_least_squares(diabetes):
    X, y = diabetes
    ends = [elastic_net_path(X, y, l1_ratio=r, lams=[1.0, 0.0]).weights[-1] for r in (0, 0.5, 1)]
    expected = np.linalg.lstsq(X, y - y.mean())[0]
    for w in ends:
        np.testing.assert_allclose(w, expected, rtol=1e-6)


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

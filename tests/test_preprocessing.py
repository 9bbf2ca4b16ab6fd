"""Preprocessing: as scikit-learn does it, there and back, with the training rows' statistics."""

import numpy as np
import pytest

from coursekit.datasets import diabetes
from coursekit.preprocessing import PCA, Centring, RangeNormaliser, Standardiser, Whitener

X = diabetes().X


def test_it_agrees_with_scikit_learn() -> None:
    reference = pytest.importorskip("sklearn.preprocessing").StandardScaler().fit(X[:300])
    ours = Standardiser.fit(X[:300])
    np.testing.assert_allclose(ours.mean, reference.mean_, rtol=1e-12)
    np.testing.assert_allclose(ours.scale, reference.scale_, rtol=1e-12)
    np.testing.assert_allclose(ours.transform(X[300:]), reference.transform(X[300:]), atol=1e-12)


def test_columns_have_mean_0_and_standard_deviation_1() -> None:
    Z = Standardiser.fit(X).transform(X)
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(Z.std(axis=0), 1)


def test_the_inverse_leads_back_and_the_input_stays() -> None:
    before = X.copy()
    standardiser = Standardiser.fit(X)
    np.testing.assert_allclose(standardiser.inverse(standardiser.transform(X)), X)
    assert np.array_equal(X, before)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([[1.0, 2.0], [3.0, 2.0]], r"column 1 of X is constant \(2\)"),
        ([[1.0, 2.0]], r"X must have at least 2 rows, got shape \(1, 2\)"),
        ([[1.0, np.nan], [3.0, 2.0]], r"X must be finite, got nan at index \(0, 1\)"),
        ([1.0, 2.0], r"X must have 2 dimension\(s\), got shape \(2,\)"),
        ([], "X must have 2 dimension"),
        ([["a"], ["b"]], "X must hold real numbers"),
    ],
)
def test_bad_input_is_refused_when_fitting(bad: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Standardiser.fit(bad)


@pytest.mark.parametrize("method", ["transform", "inverse"])
def test_another_number_of_columns_is_refused(method: str) -> None:
    with pytest.raises(ValueError, match=r"X must have 10 columns, got shape \(442, 9\)"):
        getattr(Standardiser.fit(X), method)(X[:, :9])


ALL = [Centring, RangeNormaliser, Standardiser, PCA, Whitener]


@pytest.mark.parametrize("transform", ALL)
def test_every_transform_leads_back_and_remembers_the_training_rows(transform) -> None:
    fitted = transform.fit(X[:300])
    np.testing.assert_allclose(fitted.inverse(fitted.transform(X)), X, atol=1e-9)
    alone, together = fitted.transform(X[300:301]), fitted.transform(X)[300:301]
    np.testing.assert_allclose(alone, together, atol=1e-10)
    assert not np.allclose(fitted.transform(X), transform.fit(X).transform(X))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Centring, "StandardScaler(with_std=False)"),
        (RangeNormaliser, "MinMaxScaler()"),
        (Standardiser, "StandardScaler()"),
        (PCA, "PCA()"),
        (Whitener, "PCA(whiten=True)"),
    ],
)
def test_transforms_agree_with_scikit_learn(ours, theirs) -> None:
    from sklearn import decomposition, preprocessing

    names = vars(preprocessing) | vars(decomposition)
    Z = Standardiser.fit(X).transform(X) + 3.0
    reference = eval(theirs, dict(names)).fit(Z[:300])
    expected = reference.transform(Z[300:])
    if ours is Whitener:  # scikit-learn divides by n − 1, the course by n
        expected = expected * np.sqrt(300 / 299)
    np.testing.assert_allclose(ours.fit(Z[:300]).transform(Z[300:]), expected, atol=1e-10)


def test_principal_components_are_uncorrelated_and_whitened_ones_have_variance_1() -> None:
    along = PCA.fit(X).transform(X)
    covariance = along.T @ along / len(X)
    np.testing.assert_allclose(covariance, np.diag(PCA.fit(X).variances), atol=1e-9)
    white = Whitener.fit(X).transform(X)
    np.testing.assert_allclose(white.T @ white / len(X), np.eye(10), atol=1e-9)
    assert PCA.fit(X).explained.sum() == pytest.approx(1)


def test_the_first_components_are_the_best_approximation_of_that_rank(rng) -> None:
    fitted = PCA.fit(X, 3)
    error = np.square(fitted.inverse(fitted.transform(X)) - X).sum() / len(X)
    assert error == pytest.approx(fitted.total - fitted.variances.sum())
    other = np.linalg.qr(rng.normal(size=(10, 3)))[0]
    centred = X - X.mean(axis=0)
    assert np.square(centred - centred @ other @ other.T).sum() / len(X) > error


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: PCA.fit(X, 11), r"n_components must be <= min\(n, p\) = 10, got 11"),
        (lambda: PCA.fit(X, 0), "n_components must be a whole number >= 1, got 0"),
        (lambda: PCA.fit(X[:1]), "at least 2 rows"),
        (lambda: Whitener.fit(np.hstack([X, X])), "direction 10 of X has no variance.* <= 10"),
        (lambda: RangeNormaliser.fit([[1.0], [1.0]]), r"column 0 of X is constant \(1\)"),
        (lambda: Standardiser.fit([[0.1]] * 3), "column 0 of X is constant"),
        (lambda: Whitener.fit(X).transform(X[:, :3]), "X must have 10 columns"),
        (lambda: PCA.fit(X, 2).inverse(X), "X must have 2 columns"),
    ],
)
def test_what_cannot_be_transformed_is_refused(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_centring_takes_constant_columns() -> None:
    np.testing.assert_array_equal(Centring.fit([[2.0], [2.0]]).transform([[5.0]]), [[3.0]])

"""Standardising: as scikit-learn does it, there and back."""

import numpy as np
import pytest

from coursekit.datasets import diabetes
from coursekit.preprocessing import Standardiser

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

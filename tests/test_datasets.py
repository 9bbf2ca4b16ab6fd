"""Data sets: the numbers of the sources, their origin stated, nothing from a network."""

import inspect
import socket
import sys

import numpy as np
import pytest

from coursekit import datasets

SHAPES = {
    "diabetes": (442, 10),
    "breast_cancer": (569, 30),
    "digits": (1797, 64),
    "longley": (16, 6),
    "engel": (235, 1),
    "ten_points": (10, 1),
}


@pytest.mark.parametrize("name", datasets.names())
def test_a_data_set_states_shapes_and_origin_and_needs_no_network(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("the network was used"))
    data = datasets.load(name)
    assert data.X.shape == SHAPES[name]
    assert data.y.shape == SHAPES[name][:1]
    assert len(data.feature_names) == data.X.shape[1]
    assert data.X.dtype == data.y.dtype == np.float64
    assert np.isfinite(data.X).all()
    assert np.isfinite(data.y).all()
    assert all([data.source, data.licence, data.description, data.target_name])
    assert str(SHAPES[name]) in inspect.getdoc(getattr(datasets, name))
    assert len(repr(data)) < 80


@pytest.mark.parametrize("name", datasets.names())
def test_each_call_gives_a_fresh_copy(name: str) -> None:
    first = datasets.load(name)
    first.X[0, 0] += 1
    first.y[0] += 1
    second = datasets.load(name)
    assert first.X[0, 0] == second.X[0, 0] + 1
    assert first.y[0] == second.y[0] + 1


def test_longley_gives_the_certified_coefficients() -> None:
    """National Institute of Standards and Technology, Statistical Reference Datasets, Longley."""
    data = datasets.longley()
    X = np.column_stack([np.ones(16), data.X])
    size = np.abs(X).max(axis=0)
    found = np.linalg.lstsq(X / size, data.y, rcond=None)[0] / size
    certified = [
        -3482258.63459582, 15.0618722713733, -0.0358191792925910, -2.02022980381683,
        -1.03322686717359, -0.0511041056535807, 1829.15146461355,
    ]  # fmt: skip
    np.testing.assert_allclose(found, certified, rtol=1e-6)
    assert data.feature_names == ("GNPDEFL", "GNP", "UNEMP", "ARMED", "POP", "YEAR")


def test_engel_gives_the_published_least_squares_line() -> None:
    """Koenker & Hallock (2001), Quantile regression: 147.48 + 0.485 · income."""
    data = datasets.engel()
    slope, intercept = np.polyfit(data.X[:, 0], data.y, 1)
    assert (round(intercept, 2), round(slope, 3)) == (147.48, 0.485)
    assert (data.feature_names, data.target_name) == (("income",), "foodexp")


def test_diabetes_is_in_raw_units() -> None:
    age = datasets.diabetes().X[:, 0]
    assert (age.min(), age.max()) == (19, 79)


def test_breast_cancer_is_0_for_malignant_and_turns_into_signs() -> None:
    y = datasets.breast_cancer().y
    assert ((y == 0).sum(), (y == 1).sum()) == (212, 357)
    signs = datasets.as_signs(y)
    assert ((signs == -1).sum(), (signs == 1).sum()) == (212, 357)


def test_ten_points_are_those_of_the_experiment() -> None:
    data = datasets.ten_points()
    assert data.X[:, 0].tolist() == list(range(1, 11))
    assert data.y.sum() == pytest.approx(394.11)


def test_sparse_regression_has_the_stated_sparsity_and_correlation() -> None:
    X, y, w = datasets.make_sparse_regression(
        np.random.default_rng(0), 20000, 6, 2, correlation=0.8, noise=0.0
    )
    assert np.count_nonzero(w) == 2
    assert np.abs(w[w != 0]).min() >= 1
    np.testing.assert_allclose(y, X @ w)
    lag = np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    np.testing.assert_allclose(np.corrcoef(X.T), 0.8**lag, atol=0.03)


def test_outliers_are_the_stated_fraction_and_lie_off_the_line() -> None:
    X, y, outlier = datasets.make_outliers(
        np.random.default_rng(0), 50, fraction=0.2, shift=30.0, noise=1.0
    )
    assert X.shape == (50, 1)
    assert outlier.sum() == 10
    assert np.array_equal(np.abs(y - 1 - 2 * X[:, 0]) > 15, outlier)


def test_two_moons_lie_on_their_half_circles() -> None:
    X, y = datasets.make_two_moons(np.random.default_rng(0), 31, noise=0.0)
    centres = np.where(y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    np.testing.assert_allclose(np.linalg.norm(X - centres, axis=1), 1.0)
    assert set(np.sign(X[y == 0, 1])) <= {0.0, 1.0}
    assert (y == 0).sum() == 16


GENERATORS = {
    "make_sparse_regression": (30, 5, 2),
    "make_outliers": (30,),
    "make_two_moons": (30,),
}


@pytest.mark.parametrize("name", GENERATORS)
def test_the_generator_that_is_passed_decides_everything(name: str) -> None:
    make = getattr(datasets, name)
    one, again = (make(np.random.default_rng(1), *GENERATORS[name]) for _ in range(2))
    other = make(np.random.default_rng(2), *GENERATORS[name])
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[0], other[0])


@pytest.mark.parametrize("name", GENERATORS)
def test_a_seed_in_place_of_a_generator_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"rng must be a Generator, .*default_rng\(seed\), got 7"):
        getattr(datasets, name)(7, *GENERATORS[name])


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("make_sparse_regression", (1, 5, 2), "n must be a whole number >= 2, got 1"),
        ("make_sparse_regression", (30, 0, 0), "p must be a whole number >= 1, got 0"),
        ("make_sparse_regression", (30, 5, 6), "n_nonzero must be <= 5, got 6"),
        ("make_sparse_regression", (30, 5, 2, 1.0), "correlation must be > -1 and < 1, got 1.0"),
        ("make_sparse_regression", (30, 5, 2, 0.0, -1.0), "noise must be >= 0, got -1.0"),
        ("make_outliers", (30, 1.5), "fraction must be >= 0 and <= 1, got 1.5"),
        ("make_outliers", (30, 0.1, np.inf), "shift must be a finite number, got inf"),
        ("make_two_moons", (30.0,), "n must be a whole number >= 2, got 30.0"),
        ("make_two_moons", (30, np.nan), "noise must be >= 0, got nan"),
    ],
)
def test_bad_parameters_are_refused(name: str, arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(datasets, name)(np.random.default_rng(0), *arguments)


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(ValueError, match="unknown data set 'longly'; did you mean 'longley'"):
        datasets.load("longly")


@pytest.mark.parametrize("labels", [[0, 2], [-1, 1]])
def test_signs_come_from_zeros_and_ones_only(labels: list[int]) -> None:
    with pytest.raises(ValueError, match="y must hold only 0 or 1, got"):
        datasets.as_signs(labels)


def test_without_scikit_learn_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r"needs scikit-learn: python -m pip install") as error:
        datasets.diabetes()
    assert "\n" not in str(error.value)

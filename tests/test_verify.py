"""Checkers are themselves checked: they pass what is right and notice what is planted."""

import numpy as np
import pytest
import sympy as sp

from coursekit.symbols import v, w
from coursekit.verify import best_step, check_gradient, equivalent, finite_difference

X = np.array([0.3, -1.7, 2.2, 0.9])


def f(x):
    return np.sum(np.exp(0.5 * x) * np.sin(x))


def gradient(x):
    return np.exp(0.5 * x) * (0.5 * np.sin(x) + np.cos(x))


@pytest.mark.parametrize(("scheme", "digits"), [("forward", 7), ("central", 9), ("complex", 15)])
def test_each_scheme_has_its_known_accuracy(scheme, digits):
    error = np.abs(finite_difference(f, X, scheme=scheme) - gradient(X)).max()
    assert error < 10.0**-digits


def test_error_falls_linearly_for_forward_and_quadratically_for_central_steps():
    for scheme, order in (("forward", 1), ("central", 2)):
        errors = [
            np.abs(finite_difference(f, X, scheme=scheme, step=h) - gradient(X)).max()
            for h in (1e-2, 1e-3)
        ]
        assert np.log10(errors[0] / errors[1]) == pytest.approx(order, abs=0.1)


def test_default_steps_sit_near_the_bottom_of_the_error_curve():
    for scheme in ("forward", "central"):
        errors = {
            k: np.abs(
                finite_difference(f, X, scheme=scheme, step=10.0**k * best_step(scheme))
                - gradient(X)
            ).max()
            for k in (-4, 0, 4)
        }
        assert errors[0] < errors[-4]
        assert errors[0] < errors[4]


def test_complex_step_refuses_what_is_not_analytic():
    with pytest.raises(ValueError, match="not analytic"):
        finite_difference(lambda x: np.sum(np.abs(x)), X, scheme="complex")


def test_x_is_not_changed_and_any_shape_will_do():
    x = X.reshape(2, 2)
    before = x.copy()
    assert finite_difference(f, x).shape == (2, 2)
    assert check_gradient(f, gradient, x).passed
    np.testing.assert_array_equal(x, before)


class TestPlantedMistakes:
    @pytest.mark.parametrize(
        "wrong",
        [
            lambda x: -gradient(x),
            lambda x: 2 * gradient(x),
            lambda x: 1.001 * gradient(x),
            lambda x: gradient(x) + 1e-4,
            lambda x: gradient(x)[::-1],
            lambda x: gradient(x) / x.size,
            lambda x: np.where(np.arange(4) == 2, 1.001, 1) * gradient(x),
        ],
        ids=["sign", "factor 2", "0.1 %", "offset", "order", "mean", "one coordinate"],
    )
    def test_is_noticed(self, wrong):
        check = check_gradient(f, wrong, X)
        assert not check.passed
        assert "WRONG" in str(check)

    def test_wrong_coordinate_is_named(self):
        check = check_gradient(f, lambda x: gradient(x) + np.eye(4)[2], X)
        assert check.worst == (2,)

    def test_wrong_by_a_hundredth_in_float32(self):
        x = X.astype(np.float32)
        assert check_gradient(f, gradient, x).passed
        assert not check_gradient(f, lambda x: 1.05 * gradient(x), x).passed


class TestKnowsItsLimits:
    def test_kinks_are_set_apart_wherever_they_lie_within_reach(self):
        h = best_step("central")
        distances = [s * h * d for s in (1, -1) for d in (0, 0.01, 0.1, 0.107, 0.3, 0.5, 0.8, 0.95)]
        x = np.array([*distances, 1.0])
        check = check_gradient(
            lambda x: np.sum(np.abs(x)) + np.sum(x**2), lambda x: np.sign(x) + 2 * x, x
        )
        assert check.kink[:-1].all()
        assert not check.kink[-1]
        assert check.passed, check

    def test_strong_curvature_is_not_taken_for_a_kink(self):
        x = np.array([0.1, 0.5, 2.0])
        check = check_gradient(
            lambda x: np.sum(np.sin(300 * x)), lambda x: 300 * np.cos(300 * x), x
        )
        assert not check.kink.any()

    def test_a_slope_that_drowns_in_rounding_is_neither_passed_nor_failed(self):
        check = check_gradient(
            lambda x: 1e12 + np.sum(x), lambda x: np.ones_like(x) * (x > 9), np.array([1.0, 2.0])
        )
        assert check.blind.all()
        assert not check.passed
        assert "nothing could be judged" in str(check)

    def test_a_smaller_step_tells_truncation_from_a_wrong_gradient(self):
        x = np.array([0.0, 1e-3])

        def steep(x):
            return np.sum(np.exp(2000 * x))

        def slope(x):
            return 2000 * np.exp(2000 * x)

        assert not check_gradient(steep, slope, x).passed
        assert check_gradient(steep, slope, x, step=1e-7).passed
        assert not check_gradient(steep, lambda x: 1.001 * slope(x), x, step=1e-7).passed

    def test_but_a_wrong_slope_above_the_noise_is_failed(self):
        check = check_gradient(lambda x: 1e3 + np.sum(x), lambda x: 0 * x, np.array([1.0, 2.0]))
        assert not check.passed
        assert "WRONG" in str(check)


class TestEquivalence:
    lam = sp.Symbol("lambda", positive=True)

    def test_forms_of_one_function_are_equal(self):
        by_cases = sp.Piecewise(
            (v - self.lam, v > self.lam), (v + self.lam, v < -self.lam), (0, True)
        )
        assert equivalent(sp.sign(v) * sp.Max(sp.Abs(v) - self.lam, 0), by_cases)
        assert equivalent((w + v) ** 2, w**2 + 2 * w * v + v**2)
        assert equivalent(1 / (1 + sp.exp(-w)), sp.exp(w) / (1 + sp.exp(w)))
        k = sp.Symbol("k", positive=True, integer=True)
        assert equivalent((1 - w) ** k * (1 - w), (1 - w) ** (k + 1))

    def test_sign_factor_and_branch_errors_are_not(self):
        assert not equivalent(v - w, w - v)
        assert not equivalent(v**2, v**2 / 2)
        assert not equivalent(sp.Abs(v), v)
        assert not equivalent(v * sp.Rational(1001, 1000), v)

    def test_functions_defined_in_different_places_are_not(self):
        assert not equivalent(sp.zoo * w, w)
        with pytest.raises(ValueError, match="no common point"):
            equivalent(sp.zoo + w, sp.nan)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: finite_difference(f, [np.nan]), "x must be finite"),
        (lambda: finite_difference(f, X, scheme="centrl"), "did you mean 'central'"),
        (lambda: finite_difference(f, X, step=0), "step must be > 0, got 0"),
        (lambda: finite_difference(lambda x: x, X), r"f must return one number, got shape \(4,\)"),
        (lambda: check_gradient(f, lambda x: x[:2], X), r"shape of x, \(4,\), got \(2,\)"),
        (lambda: check_gradient(f, gradient, X, tol=0), "tol must be > 0, got 0"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()

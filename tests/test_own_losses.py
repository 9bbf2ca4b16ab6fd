"""Losses made of others: class weights, and a reader's own from an expression or two functions."""

import numpy as np
import pytest
import sympy as sp
from sklearn.metrics import hinge_loss
from sklearn.utils.class_weight import compute_class_weight

from coursekit import solvers, symbols
from coursekit.losses import (
    BinaryCrossEntropy,
    CustomLoss,
    Focal,
    HalfSquaredError,
    HasConjugate,
    Hinge,
    Logistic,
    MulticlassHinge,
    SoftmaxCrossEntropy,
    balanced_weights,
    class_weighted,
)
from coursekit.objective import Objective
from coursekit.penalties import L1, L2
from coursekit.plots import loss_and_gradient, loss_curves
from coursekit.verify import check_gradient, check_twin

y, z = symbols.y, symbols.y_hat


def test_multiclass_hinge_is_scikit_learns(rng):
    labels, scores = rng.permutation(np.arange(60) % 4), rng.normal(size=(60, 4))
    ours = MulticlassHinge().value(labels, scores).mean()
    assert ours == pytest.approx(hinge_loss(labels, scores))


def test_multiclass_hinge_of_two_classes_is_the_hinge_of_the_difference(rng):
    labels, scores = rng.integers(0, 2, 30), rng.normal(size=(30, 2))
    margin = scores[:, 1] - scores[:, 0]
    expected = Hinge().value(2.0 * labels - 1, margin)
    np.testing.assert_allclose(MulticlassHinge().value(labels, scores), expected)


def test_rivals_that_tie_share_the_slope_and_the_edge_has_none():
    slope = MulticlassHinge().gradient([0, 0], [[0.0, 0.0, 0.0], [1.0, 0.0, -1.0]])
    np.testing.assert_array_equal(slope, [[-1, 0.5, 0.5], [0, 0, 0]])


def test_focal_loss_without_focus_is_the_cross_entropy_and_with_it_fades_for_easy_samples(rng):
    labels, scores = rng.integers(0, 2, 50), 5 * rng.normal(size=50)
    plain = BinaryCrossEntropy().value(labels, scores)
    np.testing.assert_allclose(Focal(0.0).value(labels, scores), plain, rtol=1e-14)
    assert Focal(0.0).convex
    ratio = Focal(2.0).value([1], [4.0]) / BinaryCrossEntropy().value([1], [4.0])
    assert ratio == pytest.approx((1 / (1 + np.exp(4.0))) ** 2)


def test_balanced_weights_are_scikit_learns(rng):
    labels = rng.choice([0, 1, 2], size=200, p=[0.7, 0.2, 0.1])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    np.testing.assert_allclose(list(balanced_weights(labels).values()), expected)
    weighted = class_weighted(SoftmaxCrossEntropy(), balanced_weights(labels))
    assert weighted.sample_weight(labels).mean() == pytest.approx(1.0)


def test_a_weight_of_two_counts_a_sample_twice(rng):
    X, labels = rng.normal(size=(40, 3)), rng.choice([-1.0, 1.0], size=40)
    twice = np.concatenate([np.arange(40), np.flatnonzero(labels == 1)])
    weighted = Objective(X, labels, class_weighted(Logistic(), {-1: 1.0, 1: 2.0}), L1(0.01))
    repeated = Objective(X[twice], labels[twice], Logistic(), L1(0.01 * 40 / len(twice)))
    result = solvers.fista(weighted, tol=1e-10)
    assert weighted.certificate(result.w, result.b).relative_gap < 1e-9
    assert repeated.certificate(result.w, result.b).relative_gap < 1e-9
    assert weighted.lambda_max() * 40 / len(twice) == pytest.approx(repeated.lambda_max())


def test_weighted_softmax_starts_from_the_weighted_shares(rng):
    X, labels = rng.normal(size=(30, 2)), np.arange(30) % 3
    loss = class_weighted(SoftmaxCrossEntropy(), {0: 1.0, 1: 2.0, 2: 5.0})
    objective = Objective(X, labels, loss, L1(0.1))
    _, by_b = objective.gradient(objective.zeros()[0], objective.intercept_only())
    np.testing.assert_allclose(by_b, 0, atol=1e-15)


def test_only_losses_with_a_dual_keep_it_when_weighted():
    assert isinstance(class_weighted(Logistic(), {-1: 1, 1: 2}), HasConjugate)
    assert not isinstance(class_weighted(Hinge(), {-1: 1, 1: 2}), HasConjugate)


def expectile(share):
    """Return an asymmetric squared error as two functions with its expression."""
    weight = sp.Piecewise((share, y > z), (1 - share, True))
    return CustomLoss(
        of=lambda y, z: np.where(y > z, share, 1 - share) * (y - z) ** 2 / 2,
        slope_of=lambda y, z: np.where(y > z, share, 1 - share) * (z - y),
        expression=weight * (y - z) ** 2 / 2,
        lipschitz=max(share, 1 - share),
    )


def test_a_loss_of_ones_own_goes_through_verification_solver_and_figures(rng):
    loss = expectile(0.75)
    targets, scores = rng.normal(size=20), rng.normal(size=20)
    assert check_twin(loss, targets, scores).passed
    check = check_gradient(
        lambda z: loss.value(targets, z).sum(), lambda z: loss.gradient(targets, z), scores
    )
    assert check.passed
    objective = Objective(rng.normal(size=(20, 2)), targets, loss, L2(0.1))
    for solver in (solvers.gradient_descent, solvers.fista, solvers.coordinate_descent):
        result = solver(objective)
        assert objective.certificate(result.w, result.b).largest_violation < 1e-7
    assert loss_curves({"own": loss}, 0.0, np.linspace(-2, 2, 9)).axes
    assert loss_and_gradient(loss, 0.0, np.linspace(-2, 2, 9)).axes


def test_check_twin_catches_a_planted_mistake_in_ones_own_loss(rng):
    right = expectile(0.75)
    wrong = CustomLoss(right.of, lambda y, z: z - y, right.expression, lipschitz=1.0)
    assert not check_twin(wrong, rng.normal(size=9), rng.normal(size=9)).passed


def test_errors_divided_by_ten_give_the_same_fit_and_a_hundredth_of_the_slope(rng):
    scaled = CustomLoss.from_expression(((y - z) / 10) ** 2 / 2, lipschitz=0.01)
    X, targets = rng.normal(size=(30, 3)), rng.normal(size=30)
    assert scaled.gradient([3.0], [1.0]) == pytest.approx(
        HalfSquaredError().gradient([3.0], [1.0]) / 100
    )
    strong = solvers.fista(Objective(X, targets, HalfSquaredError(), L1(0.1)), tol=1e-11)
    weak = solvers.fista(Objective(X, targets, scaled, L1(0.001)), tol=1e-11)
    np.testing.assert_allclose(weak.w, strong.w, atol=1e-9)


def test_kinks_of_an_expression_are_declared_by_expressions():
    loss = CustomLoss.from_expression(sp.Abs(y - z) + sp.Abs(y - z - 1), kinks_at=(y, y - 1))
    np.testing.assert_array_equal(loss.kinks(np.array([2.0, 5.0])), [[2, 5], [1, 4]])
    np.testing.assert_array_equal(
        loss.at_kink(np.array([2.0, 2.0, 2.0]), np.array([2.0, 1.5, 1.0])), [True, False, True]
    )
    constant_slope = CustomLoss.from_expression(y - z)
    np.testing.assert_array_equal(constant_slope.gradient([1, 2], [0, 0]), [-1, -1])


def test_a_custom_loss_says_what_it_is():
    assert repr(CustomLoss.from_expression(y - z)) == "CustomLoss(y - yhat)"
    assert repr(CustomLoss(np.subtract, np.subtract)) == "CustomLoss(subtract)"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: class_weighted(HalfSquaredError(), {0: 1}), "no classes to weight"),
        (lambda: class_weighted(Hinge(), {}), "at least one class"),
        (lambda: class_weighted(Hinge(), {-1: 1, 1: 0}), r"class_weight\[1\] must be > 0, got 0"),
        (lambda: class_weighted(Hinge(), {1: 2}).value([1, -1], [0, 0]), "no weight for the .* -1"),
        (lambda: Focal(-1), "gamma must be >= 0, got -1"),
        (lambda: CustomLoss.from_expression(sp.Symbol("a") * z), "got a: put numbers in"),
        (lambda: CustomLoss(np.add, np.add, targets="label"), "unknown targets 'label'"),
        (lambda: CustomLoss(np.add, np.add, lipschitz=0), "lipschitz must be > 0, got 0"),
        (lambda: CustomLoss(np.add, np.add).symbol(), "without an expression"),
        (lambda: CustomLoss(np.outer, np.add).value([1, 2], [1, 2]), r"of must .*got \(2, 2\)"),
        (
            lambda: Objective([[1.0], [2], [3]], [0, 1, 2], MulticlassHinge()).intercept_only(),
            "jumps at its kink",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()

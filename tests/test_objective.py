"""The objective: one mean, an unpenalised intercept, and certificates that can be believed."""

import numpy as np
import pytest
from examples import LOSS_EXAMPLES, PENALTY_EXAMPLES, targets_for

from coursekit.losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    HalfSquaredError,
    Hinge,
    Huber,
    LogCosh,
    Logistic,
    SoftmaxCrossEntropy,
    SquaredHinge,
)
from coursekit.objective import Objective
from coursekit.penalties import L0, L1, L2, ElasticNet, GroupL2, MaxNorm
from coursekit.solvers import fista
from coursekit.verify import check_gradient

SMOOTH = [loss for loss in LOSS_EXAMPLES if np.isfinite(loss.lipschitz)]
DUAL_LOSSES = [
    HalfSquaredError(), Huber(0.7), LogCosh(), Logistic(), BinaryCrossEntropy(), SquaredHinge(),
]  # fmt: skip
DUAL_PENALTIES = [
    L1(0.1), L1(0.0), L2(0.1), L2(0.0), ElasticNet(0.1, 0.5), ElasticNet(0.1, 1.0),
    GroupL2(0.1, [(0, 1), (2,), (3, 4)]),
]  # fmt: skip


def problem(loss, rng, penalty=None, n=30, p=5, fit_intercept=True):
    X = rng.normal(size=(n, p)) + 0.5
    return Objective(X, targets_for(loss, n, rng), loss, penalty, fit_intercept)


def test_value_is_the_mean_of_the_losses_plus_the_penalty_once(loss, rng):
    objective = problem(loss, rng, L1(0.3))
    w, b = rng.normal(size=objective.weight_shape), rng.normal(size=objective.score_shape[1:])
    losses = loss.value(objective.y, objective.X @ w + b)
    assert objective.value(w, b) == pytest.approx(losses.mean() + 0.3 * np.abs(w).sum())
    twice = Objective(np.vstack([objective.X] * 2), np.tile(objective.y, 2), loss, L1(0.3))
    assert twice.value(w, b) == pytest.approx(objective.value(w, b))


def test_gradient_is_that_of_the_mean_loss_alone(loss, rng):
    bare, penalised = (problem(loss, np.random.default_rng(5), pen) for pen in (None, L2(9.0)))
    w, b = rng.normal(size=bare.weight_shape), rng.normal(size=bare.score_shape[1:])
    for mine, same in zip(bare.gradient(w, b), penalised.gradient(w, b), strict=True):
        np.testing.assert_array_equal(mine, same)

    def split(point):
        return point[: w.size].reshape(w.shape), point[w.size :].reshape(b.shape)

    check = check_gradient(
        lambda point: bare.value(*split(point)),
        lambda point: np.concatenate([g.ravel() for g in bare.gradient(*split(point))]),
        np.concatenate([w.ravel(), b.ravel()]),
    )
    assert check.passed, check


def test_intercept_is_never_penalised(rng):
    objective = problem(HalfSquaredError(), rng, L2(1e9))
    shifted = Objective(objective.X, objective.y + 100, objective.loss, objective.penalty)
    result, moved = (fista(o, tol=1e-10) for o in (objective, shifted))
    assert moved.b - result.b == pytest.approx(100)
    np.testing.assert_allclose(moved.w, result.w, atol=1e-9)


@pytest.mark.parametrize("loss", SMOOTH, ids=repr)
def test_lipschitz_bounds_how_fast_the_gradient_turns(loss, rng):
    objective = problem(loss, rng)
    for _ in range(50):
        points = [
            (rng.normal(size=objective.weight_shape), rng.normal(size=objective.score_shape[1:]))
            for _ in range(2)
        ]
        turned = [p - q for p, q in zip(*(objective.gradient(*x) for x in points), strict=True)]
        moved = [p - q for p, q in zip(*points, strict=True)]
        speed = np.sqrt(sum((x**2).sum() for x in turned) / sum((x**2).sum() for x in moved))
        assert speed <= objective.lipschitz * (1 + 1e-12)


def test_lipschitz_of_least_squares_is_the_largest_eigenvalue_with_the_column_of_ones(rng):
    objective = problem(HalfSquaredError(), rng)
    A = np.column_stack([objective.X, np.ones(30)])
    assert objective.lipschitz == pytest.approx(np.linalg.eigvalsh(A.T @ A / 30)[-1])
    without = Objective(objective.X, objective.y, objective.loss, fit_intercept=False)
    assert without.lipschitz < objective.lipschitz


@pytest.mark.parametrize("loss", SMOOTH, ids=repr)
@pytest.mark.parametrize("form", ["L1", "ElasticNet", "GroupL2"])
def test_lambda_max_is_where_the_first_weight_wakes_up(loss, form, rng):
    if form == "GroupL2" and loss.targets == "labels":
        with pytest.raises(ValueError, match="w must have 1 dimension"):
            problem(loss, rng, GroupL2(1.0, [range(5)]))
        return
    make = {
        "L1": L1,
        "ElasticNet": lambda lam: ElasticNet(lam, 0.3),
        "GroupL2": lambda lam: GroupL2(lam, [(0, 1), (2, 3, 4)]),
    }[form]
    start = problem(loss, rng, make(1.0))
    lam = start.lambda_max()
    for factor, asleep in ((1.0001, True), (0.95, False)):
        result = fista(Objective(start.X, start.y, loss, make(factor * lam)), tol=1e-9)
        assert (not result.w.any()) is asleep


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("loss", DUAL_LOSSES, ids=repr)
@pytest.mark.parametrize("penalty", DUAL_PENALTIES, ids=repr)
def test_duality_gap_bounds_the_true_suboptimality_everywhere(loss, penalty, fit_intercept, rng):
    objective = problem(loss, rng, penalty, fit_intercept=fit_intercept)
    best = fista(objective, tol=1e-11, max_iter=100_000)
    optimum = objective.value(best.w, best.b)
    gap = objective.duality_gap(best.w, best.b)
    assert gap >= 0
    if penalty.lam > 0:
        assert gap <= 1e-9 * (1 + optimum)
    for size in (1e-3, 0.1, 1.0, 10.0):
        w = best.w + size * rng.normal(size=5)
        b = best.b + size * rng.normal() * fit_intercept
        assert objective.duality_gap(w, b) >= objective.value(w, b) - optimum - 1e-10


def test_a_certificate_says_where_it_proves_nothing(rng):
    convex = problem(HalfSquaredError(), rng, L1(0.1)).certificate(np.zeros(5))
    other = problem(HalfSquaredError(), rng, L0(0.1)).certificate(np.zeros(5))
    assert convex.convex
    assert "not convex" not in str(convex)
    assert not other.convex
    assert "not convex: no proof of a minimum" in str(other)


def test_certificate_tells_the_solution_from_a_point_beside_it(rng):
    objective = problem(HalfSquaredError(), rng, L1(0.05))
    result = fista(objective, tol=1e-12)
    certificate = objective.certificate(result.w, result.b)
    assert certificate.largest_violation < 1e-10
    assert certificate.relative_gap < 1e-10
    np.testing.assert_array_equal(certificate.active, np.flatnonzero(result.w))
    assert f"{certificate.active.size} of 5 weights are not 0" in str(certificate)
    beside = objective.certificate(result.w + 1e-3, result.b)
    assert beside.largest_violation > 1e-4
    assert beside.gap > 1e-8
    off_intercept = objective.certificate(result.w, result.b + 1e-3)
    assert off_intercept.intercept_violation == pytest.approx(1e-3)
    no_dual = Objective(objective.X, objective.y, AbsoluteError(), L1(0.05))
    assert no_dual.certificate(result.w).gap is None
    assert "no dual at hand" in str(no_dual.certificate(result.w))


@pytest.mark.parametrize("loss", DUAL_LOSSES, ids=repr)
def test_best_intercept_leaves_slopes_that_sum_to_zero(loss, rng):
    objective = problem(loss, rng)
    scores = 3 * rng.normal(size=30)
    slopes = loss.gradient(objective.y, scores + objective.best_intercept(scores))
    assert abs(slopes.sum()) < 1e-12


def test_intercept_only_softmax_reproduces_the_shares_of_the_classes(rng):
    objective = problem(SoftmaxCrossEntropy(), rng)
    b = objective.intercept_only()
    np.testing.assert_allclose(objective.gradient(*(objective.zeros()[0], b))[1], 0, atol=1e-15)


GOOD_X, GOOD_Y = np.eye(3), np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Objective(GOOD_X, GOOD_Y[:2], HalfSquaredError()), "as many rows, got 3 and 2"),
        (lambda: Objective(GOOD_X, GOOD_Y[:, None], HalfSquaredError()), "y must have 1 dimension"),
        (lambda: Objective(GOOD_Y, GOOD_Y, HalfSquaredError()), "X must have 2 dimension"),
        (lambda: Objective(GOOD_X[:1], GOOD_Y[:1], HalfSquaredError()), "at least 2 samples"),
        (lambda: Objective(GOOD_X * np.nan, GOOD_Y, HalfSquaredError()), "X must be finite"),
        (lambda: Objective(np.empty((0, 2)), [], HalfSquaredError()), "X must not be empty"),
        (lambda: Objective(GOOD_X, GOOD_Y, HalfSquaredError), "loss must be a Loss"),
        (lambda: Objective(GOOD_X, GOOD_Y, HalfSquaredError(), 0.1), "penalty must be a Penalty"),
        (lambda: Objective(GOOD_X, GOOD_Y, Logistic()), "must hold only -1 or 1, got 2"),
        (lambda: Objective(GOOD_X, [0, 1, -1], SoftmaxCrossEntropy()), "got -1"),
        (lambda: Objective(GOOD_X, GOOD_Y, HalfSquaredError(), GroupL2(1, [(0, 1)])), "cover 2"),
        (lambda: Objective(GOOD_X, GOOD_Y, HalfSquaredError()).value([1.0]), r"shape \(3,\)"),
        (
            lambda: Objective(GOOD_X, GOOD_Y, HalfSquaredError()).value(GOOD_Y, [1]),
            "b must have",
        ),
        (
            lambda: Objective(GOOD_X, GOOD_Y, HalfSquaredError(), None, False).value(GOOD_Y, 1.0),
            "b must be 0 where fit_intercept is False, got 1.0",
        ),
        (lambda: Objective(GOOD_X, GOOD_Y, HalfSquaredError(), L2(1)).lambda_max(), "no L1 part"),
        (lambda: Objective(GOOD_X, GOOD_Y, AbsoluteError(), L1(1)).lambda_max(), "no jumps"),
        (
            lambda: Objective(GOOD_X, np.ones(3), Logistic(), L1(1)).lambda_max(),
            "targets are 1",
        ),
        (
            lambda: Objective(GOOD_X, [0, 2, 2], SoftmaxCrossEntropy(), L1(1)).lambda_max(),
            "class 1 has no sample",
        ),
        (lambda: Objective(GOOD_X, GOOD_Y, AbsoluteError(), L1(1)).duality_gap([0] * 3), "no dual"),
        (
            lambda: Objective(GOOD_X, GOOD_Y, HalfSquaredError(), L0(1.0)).duality_gap([0] * 3),
            "no dual is at hand for L0",
        ),
        (
            lambda: Objective(GOOD_X, np.sign(GOOD_Y), Hinge(), MaxNorm(1)).lambda_max(),
            "gradient has no jumps",
        ),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_every_penalty_can_be_part_of_an_objective(rng):
    for penalty in PENALTY_EXAMPLES:
        objective = problem(HalfSquaredError(), rng, penalty)
        assert repr(penalty) in repr(objective)
        w = penalty.prox(rng.normal(size=5))
        assert np.isfinite(objective.violation(w, 0.0)[0]).all()

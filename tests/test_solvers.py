"""Solvers reach certified minimisers, those of scikit-learn, with the same exact zeros."""

import warnings

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet as SkElasticNet
from sklearn.linear_model import Lasso, LogisticRegression, Ridge

from coursekit import datasets, progress
from coursekit.losses import (
    AbsoluteError,
    HalfSquaredError,
    Huber,
    LogCosh,
    Logistic,
    SoftmaxCrossEntropy,
    SquaredHinge,
)
from coursekit.objective import Objective
from coursekit.penalties import L0, L1, L2, ElasticNet, GroupL2, Lq, MaxNorm, NonNegative
from coursekit.preprocessing import Standardiser
from coursekit.solvers import (
    ConvergenceWarning,
    coordinate_descent,
    fista,
    gradient_descent,
    ista,
    subgradient_descent,
)

PROXIMAL = [ista, fista, coordinate_descent]


@pytest.fixture(scope="module")
def diabetes():
    data = datasets.diabetes()
    return Standardiser.fit(data.X).transform(data.X), data.y


@pytest.fixture(scope="module")
def cancer():
    data = datasets.breast_cancer()
    return Standardiser.fit(data.X).transform(data.X), 2.0 * data.y - 1


@pytest.mark.parametrize("solver", PROXIMAL)
@pytest.mark.parametrize("lam", [0.5, 5.0])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_lasso_and_elastic_net_are_scikit_learns(solver, lam, l1_ratio, diabetes):
    theirs = (
        Lasso(alpha=lam, tol=1e-14, max_iter=10**6)
        if l1_ratio == 1
        else SkElasticNet(alpha=lam, l1_ratio=l1_ratio, tol=1e-14, max_iter=10**6)
    ).fit(*diabetes)
    objective = Objective(*diabetes, HalfSquaredError(), ElasticNet(lam, l1_ratio))
    ours = solver(objective, tol=1e-13)
    assert ours.converged
    np.testing.assert_allclose(ours.w, theirs.coef_, atol=1e-7, rtol=0)
    assert ours.b == pytest.approx(theirs.intercept_, abs=1e-7)
    np.testing.assert_array_equal(ours.w == 0, theirs.coef_ == 0)


@pytest.mark.parametrize("solver", [gradient_descent, *PROXIMAL])
def test_ridge_is_scikit_learns(solver, diabetes):
    theirs = Ridge(alpha=0.3 * len(diabetes[1])).fit(*diabetes)
    ours = solver(Objective(*diabetes, HalfSquaredError(), L2(0.3)), tol=1e-12)
    np.testing.assert_allclose(ours.w, theirs.coef_, atol=1e-7, rtol=0)
    assert ours.b == pytest.approx(theirs.intercept_, abs=1e-7)


@pytest.mark.parametrize("solver", [fista, coordinate_descent])
def test_sparse_logistic_regression_is_scikit_learns(solver, cancer):
    lam, (X, y) = 0.05, cancer
    theirs = LogisticRegression(
        C=1 / (lam * len(y)), l1_ratio=1, solver="saga", tol=1e-10, max_iter=10**5
    ).fit(X, y)
    ours = solver(Objective(X, y, Logistic(), L1(lam)), tol=1e-10)
    np.testing.assert_allclose(ours.w, theirs.coef_[0], atol=1e-5, rtol=0)
    assert ours.b == pytest.approx(theirs.intercept_[0], abs=1e-5)
    np.testing.assert_array_equal(ours.w == 0, theirs.coef_[0] == 0)


@pytest.mark.parametrize("loss", [Huber(30.0), LogCosh(), HalfSquaredError()], ids=repr)
@pytest.mark.parametrize("penalty", [L1(0.2), ElasticNet(0.2, 0.5), NonNegative()], ids=repr)
def test_three_proximal_solvers_meet_at_one_certified_point(loss, penalty, diabetes):
    objective = Objective(diabetes[0], diabetes[1], loss, penalty)
    results = [solver(objective, tol=1e-12, max_iter=100_000) for solver in PROXIMAL]
    for result in results:
        assert objective.certificate(result.w, result.b).largest_violation < 1e-7
        np.testing.assert_allclose(result.w, results[0].w, atol=1e-6)


def test_group_and_max_norm_penalties_are_solved_by_the_proximal_gradient(diabetes):
    groups = GroupL2(5.0, [(0, 1), (2, 3), range(4, 10)])
    for penalty in (groups, MaxNorm(20.0)):
        objective = Objective(*diabetes, HalfSquaredError(), penalty)
        result = fista(objective, tol=1e-10)
        assert objective.certificate(result.w, result.b).largest_violation < 1e-7


def test_a_penalty_without_convexity_ends_at_a_stationary_point(diabetes):
    for penalty in (L0(50.0), Lq(20.0, 0.5)):
        objective = Objective(*diabetes, HalfSquaredError(), penalty)
        result = ista(objective, tol=1e-10)
        assert result.converged
        assert 0 < np.count_nonzero(result.w) < 10


def test_softmax_with_l1_agrees_between_solvers(rng):
    X, y = rng.normal(size=(60, 4)), rng.permutation(np.arange(60) % 3)
    objective = Objective(X, y, SoftmaxCrossEntropy(), L1(0.02))
    ours, other = (solver(objective, tol=1e-10) for solver in (fista, coordinate_descent))
    assert ours.w.shape == (4, 3)
    assert objective.value(ours.w, ours.b) == pytest.approx(objective.value(other.w, other.b))
    np.testing.assert_array_equal(ours.w == 0, other.w == 0)


def test_ista_never_goes_uphill_and_keeps_its_rate(diabetes):
    """Beck & Teboulle (2009), theorem 3.1: J(w_k) − J* ≤ L‖w_0 − w*‖²/2k."""
    objective = Objective(*diabetes, HalfSquaredError(), L1(2.0))
    best = coordinate_descent(objective, tol=1e-13)
    trace = ista(objective, tol=0, max_iter=300).trace["value"]
    assert (np.diff(trace) <= 1e-9).all()
    distance = (best.w**2).sum() + best.b**2
    bound = objective.lipschitz * distance / (2 * np.arange(1, 301))
    assert (trace - best.trace["value"][-1] <= bound).all()


def test_fista_needs_fewer_steps_than_ista(diabetes):
    objective = Objective(*diabetes, HalfSquaredError(), L1(0.1))
    assert fista(objective).n_iter < 0.5 * ista(objective).n_iter


def test_subgradient_steps_shrink_weights_but_leave_no_zeros(diabetes):
    objective = Objective(*diabetes, HalfSquaredError(), L1(5.0))
    exact = coordinate_descent(objective)
    start = (np.full(10, 0.123), np.array(0.0))
    result = subgradient_descent(objective, learning_rate=0.01, max_iter=3000, start=start)
    assert np.count_nonzero(exact.w == 0) >= 3
    assert np.count_nonzero(result.w == 0) == 0
    assert np.abs(result.w[exact.w == 0]).max() < 1.0


def test_diminishing_steps_of_a_subgradient_method_approach_the_minimum(rng):
    X = rng.normal(size=(50, 3))
    y = X @ [1.0, -2.0, 0.0] + 3.0
    objective = Objective(X, y, AbsoluteError(), L1(0.01))
    values = subgradient_descent(
        objective, learning_rate=lambda k: 1.0 / k**0.5, max_iter=5000
    ).trace["value"]
    assert values.min() < 0.05
    assert values.min() < 0.1 * values[0]


def test_columns_of_zeros_and_twins_are_handled(rng):
    x = rng.normal(size=20)
    X = np.column_stack([x, x, np.zeros(20), rng.normal(size=20)])
    objective = Objective(X, 2 * x, HalfSquaredError(), L1(0.1))
    for solver in PROXIMAL:
        result = solver(objective, tol=1e-10)
        assert result.converged
        assert result.w[2] == 0
        assert objective.certificate(result.w, result.b).relative_gap < 1e-8


def test_start_is_a_warm_start_and_is_not_changed(diabetes):
    objective = Objective(*diabetes, HalfSquaredError(), L1(2.0))
    first = coordinate_descent(objective)
    w = first.w.copy()
    again = coordinate_descent(objective, start=(w, first.b))
    assert again.n_iter == 1
    np.testing.assert_array_equal(w, first.w)


def test_callback_sees_every_step(diabetes):
    seen = []
    objective = Objective(*diabetes, HalfSquaredError(), L1(2.0))
    result = ista(objective, tol=0, max_iter=7, callback=lambda k, w, b: seen.append((k, w, b)))
    assert [k for k, _, _ in seen] == list(range(1, 8))
    np.testing.assert_array_equal(seen[-1][1], result.w)
    assert len(result.trace["value"]) == len(result.trace["violation"]) == result.n_iter == 7


class TestNotConvergedIsSaid:
    def test_too_few_steps(self, diabetes):
        objective = Objective(*diabetes, HalfSquaredError(), L1(0.1))
        with pytest.warns(ConvergenceWarning, match="ista did not converge in 3 steps"):
            result = ista(objective, max_iter=3)
        assert not result.converged
        assert "NOT converged" in repr(result)

    def test_divergence(self, diabetes):
        objective = Objective(*diabetes, HalfSquaredError(), L2(0.1))
        with pytest.warns(ConvergenceWarning, match="take a smaller learning_rate"):
            result = gradient_descent(objective, learning_rate=10.0)
        assert not result.converged

    def test_a_fixed_number_of_steps_that_was_asked_for_is_not_warned_about(self, diabetes):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = ista(Objective(*diabetes, HalfSquaredError(), L1(0.1)), tol=0, max_iter=3)
        assert not result.converged


def test_progress_is_shown_on_a_terminal_after_two_seconds(monkeypatch, capsys, diabetes):
    objective = Objective(*diabetes, HalfSquaredError(), L1(0.1))
    clock = iter(range(1000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    ista(objective, tol=0, max_iter=5)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: True)
    ista(objective, tol=0, max_iter=5)
    assert "ista: 3 of 5, largest violation" in capsys.readouterr().err


SMALL = Objective(np.eye(3), [1.0, 2.0, 3.0], HalfSquaredError(), L1(0.1))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ista(SMALL, tol=-1), "tol must be >= 0, got -1"),
        (lambda: ista(SMALL, max_iter=0), "max_iter must be a whole number >= 1, got 0"),
        (lambda: ista(SMALL, max_iter=2.5), "max_iter must be a whole number >= 1, got 2.5"),
        (lambda: gradient_descent(SMALL), "has a kink: use ista"),
        (
            lambda: gradient_descent(Objective(SMALL.X, SMALL.y, SMALL.loss, Lq(1.0, 3.0))),
            "give a learning_rate",
        ),
        (
            lambda: gradient_descent(Objective(SMALL.X, SMALL.y, SMALL.loss), learning_rate=0),
            "learning_rate must be > 0, got 0",
        ),
        (lambda: subgradient_descent(SMALL, learning_rate=-1), "learning_rate must be > 0"),
        (
            lambda: subgradient_descent(
                Objective(SMALL.X, SMALL.y, SMALL.loss, L0(1.0)), learning_rate=0.1
            ),
            "no subgradient",
        ),
        (
            lambda: coordinate_descent(
                Objective(SMALL.X, SMALL.y, SMALL.loss, GroupL2(1.0, [(0, 1, 2)]))
            ),
            "ties weights together",
        ),
        *(
            (lambda f=f: f(Objective(SMALL.X, SMALL.y, AbsoluteError(), L2(0.1))), "no jumps")
            for f in (gradient_descent, *PROXIMAL)
        ),
        (lambda: ista(SMALL, start=(np.zeros(2), np.zeros(()))), r"w must have shape \(3,\)"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_squared_hinge_without_a_dual_is_solved_and_certified_by_kkt(cancer):
    objective = Objective(*cancer, SquaredHinge(), L1(0.05))
    result = fista(objective, tol=1e-9)
    assert objective.certificate(result.w, result.b).largest_violation < 1e-8

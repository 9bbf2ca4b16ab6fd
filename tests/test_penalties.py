"""Penalties: prox is the minimiser, the subdifferential is where it should be, dual facts hold."""

import numpy as np
import pytest
import sympy as sp
from examples import PENALTY_EXAMPLES
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursekit import symbols
from coursekit.penalties import (
    L0,
    L1,
    L2,
    PENALTIES,
    ElasticNet,
    GroupL2,
    HasCriticalLam,
    HasDual,
    HasSubgradient,
    Lq,
    MaxNorm,
    NonNegative,
    soft_threshold,
)
from coursekit.penalties import penalty as named_penalty

CONVEX = [penalty for penalty in PENALTY_EXAMPLES if penalty.convex]
SEPARABLE = [penalty for penalty in PENALTY_EXAMPLES if penalty.separable]
vectors = arrays(float, 5, elements=st.floats(-20, 20).map(lambda x: round(x, 6)))
steps = st.floats(0.01, 10)


def prox_objective(penalty, v, t):
    """Return w ↦ ½‖w − v‖² + tΩ(w)."""
    return lambda w: 0.5 * np.sum((w - v) ** 2) + t * penalty.value(w)


def test_every_registered_penalty_has_an_example():
    assert {type(penalty).__name__ for penalty in PENALTY_EXAMPLES} == set(PENALTIES)


def test_value_is_the_twin_of_the_symbol(penalty):
    letters = symbols.weights(5)
    exact = penalty.symbol(5).subs(symbols.values(penalty))
    for w in ([0, 1e-8, -1.0, 0.25, 1e3], [0.5, 0.0, 0.0, 0.125, 0.0], [-1e-8, -40, 3, 2, 1]):
        truth = exact.subs(dict(zip(letters, map(symbols.exact, w), strict=True)))
        assert penalty.value(np.array(w, float)) == pytest.approx(float(truth.evalf(50)), rel=1e-14)


@pytest.mark.parametrize(
    "penalty", [x for x in PENALTY_EXAMPLES if isinstance(x, HasSubgradient)], ids=repr
)
def test_subgradient_is_the_twin_of_the_symbols_derivative_away_from_zero(penalty):
    letters, w = symbols.weights(5), np.array([0.5, -1.0, 3.0, -40.0, 1e3])
    exact = penalty.symbol(5).subs(symbols.values(penalty))
    at = dict(zip(letters, map(symbols.exact, w), strict=True))
    truth = [float(sp.diff(exact, letter).subs(at).evalf(50)) for letter in letters]
    np.testing.assert_allclose(penalty.subgradient(w), truth, rtol=1e-14)


@pytest.mark.parametrize("penalty", SEPARABLE, ids=repr)
@pytest.mark.parametrize("t", [0.3, 1.0, 4.0])
def test_separable_prox_beats_every_point_of_a_fine_grid(penalty, t):
    for v in (-5.0, -0.9, -1e-8, 0.0, 0.21, 0.5, 0.7, 1.0, 2.4, 5.0):
        w, cost = penalty.prox([v], t), prox_objective(penalty, np.array([v]), t)
        rivals = [*np.linspace(-6, 6, 301), *(w[0] + np.linspace(-0.1, 0.1, 101)), 0.0]
        assert cost(w) <= min(cost(np.array([x])) for x in rivals) + 1e-9


def test_prox_beats_random_neighbours_and_competitors(penalty, rng):
    for v in rng.normal(size=(20, 5)) * 3:
        for t in (0.2, 1.0, 3.0):
            w, cost = penalty.prox(v, t), prox_objective(penalty, v, t)
            radii = [[1e-4], [1e-2], [0.3], [2.0]]
            others = [w + r * d for r in radii for d in rng.normal(size=(20, 5))]
            zeroed = [np.where(rng.random(5) < 0.5, 0.0, w) for _ in range(20)]
            rivals = [penalty.prox(x, 1e-9) for x in [*others, *zeroed, v, 0 * v]]
            assert cost(w) <= min(map(cost, rivals)) + 1e-9


@pytest.mark.parametrize("penalty", CONVEX, ids=repr)
@given(vectors, vectors, steps)
def test_prox_of_a_convex_penalty_is_firmly_non_expansive(penalty, a, b, t):
    p, q = penalty.prox(a, t), penalty.prox(b, t)
    assert np.sum((p - q) ** 2) <= np.dot(p - q, a - b) + 1e-8


@pytest.mark.parametrize("penalty", CONVEX, ids=repr)
@given(vectors, steps)
def test_what_prox_removes_is_a_subgradient_where_it_lands(penalty, v, t):
    w = penalty.prox(v, t)
    distance = penalty.subdiff_distance(w, (w - v) / t)
    assert distance.max() <= 1e-7 * (1 + np.abs(v).max()) / t


@given(vectors, steps)
def test_moreau_identity_for_l1_and_its_dual_ball(v, t):
    """v = prox_tΩ(v) + t·prox_Ω*/t(v/t); Ω* of the L1 norm is the box [−λ, λ]."""
    projected = np.clip(v / t, -0.7, 0.7)
    np.testing.assert_allclose(L1(0.7).prox(v, t) + t * projected, v, atol=1e-12)


@given(vectors, steps)
def test_moreau_identity_for_l2(v, t):
    """Ω*(c) = ‖c‖²/2λ is an L2 penalty of strength 1/λ."""
    dual = L2(1 / 0.7).prox(v / t, 1 / t)
    np.testing.assert_allclose(L2(0.7).prox(v, t) + t * dual, v, atol=1e-10)


@given(vectors, steps)
def test_moreau_identity_for_the_group_norm_and_its_dual_balls(v, t):
    group = GroupL2(0.7, [(0, 1, 2, 3, 4)])
    projected = MaxNorm(0.7 * 5**0.5).prox(v / t)
    np.testing.assert_allclose(group.prox(v, t) + t * projected, v, atol=1e-10)


@pytest.mark.parametrize("penalty", [x for x in CONVEX if isinstance(x, HasDual)], ids=repr)
@given(vectors, vectors)
def test_fenchel_young_inequality(penalty, w, c):
    c = penalty.dual_scale(c) * c
    assert penalty.value(w) + penalty.conjugate(c) >= np.dot(w, c) - 1e-8


@pytest.mark.parametrize("penalty", [x for x in CONVEX if isinstance(x, HasSubgradient)], ids=repr)
@given(vectors, vectors)
def test_subgradient_supports_the_penalty_from_below(penalty, a, b):
    tangent = penalty.value(a) + np.dot(penalty.subgradient(a), b - a)
    assert penalty.value(b) >= tangent - 1e-6 * (1 + abs(tangent))


def test_subdiff_distance_is_zero_inside_and_grows_outside():
    w = np.array([0.0, 0.0, 2.0, -2.0])
    grad = np.array([0.7, 1.0, -0.7, 0.0])
    np.testing.assert_allclose(L1(0.7).subdiff_distance(w, grad), [0, 0.3, 0, 0.7])
    np.testing.assert_allclose(
        NonNegative().subdiff_distance(np.array([0.0, 0.0, 1.0, -1.0]), np.array([1.0, -1, 2, 0])),
        [0, 1, 2, np.inf],
    )
    np.testing.assert_allclose(L0(1.0).subdiff_distance(w, grad), [0, 0, 0.7, 0])
    on_sphere, outside = np.array([1.0, 0.0]), np.array([2.0, 0.0])
    ball = MaxNorm(1.0)
    np.testing.assert_allclose(ball.subdiff_distance(on_sphere, np.array([-3.0, 0.5])), [0, 0.5])
    np.testing.assert_allclose(ball.subdiff_distance(on_sphere, np.array([3.0, 0.5])), [3, 0.5])
    assert np.isinf(ball.subdiff_distance(outside, np.zeros(2))).all()
    group = GroupL2(1.0, [(0, 1)])
    at_zero = group.subdiff_distance(np.zeros(2), np.array([3.0, 0.0]))
    np.testing.assert_allclose(at_zero, [3 - 2**0.5, 0])


@pytest.mark.parametrize(
    "penalty", [L1(1.0), ElasticNet(1.0, 0.4), GroupL2(1.0, [(0, 3), (1,), (2, 4)])], ids=repr
)
def test_zero_is_optimal_exactly_from_the_critical_lam_on(penalty, rng):
    grad = rng.normal(size=5)
    critical = penalty.critical_lam(grad)
    fields = {k: v for k, v in vars(penalty).items() if k != "lam"}
    above, below = (type(penalty)(lam=f * critical, **fields) for f in (1 + 1e-9, 1 - 1e-6))
    assert above.subdiff_distance(np.zeros(5), grad).max() == 0
    assert below.subdiff_distance(np.zeros(5), grad).max() > 0


def test_special_cases_coincide(rng):
    v = rng.normal(size=7) * 3
    for t in (0.4, 2.0):
        soft = soft_threshold(v, 0.7 * t)
        for same in (
            L1(0.7),
            ElasticNet(0.7, 1.0),
            Lq(0.7, 1.0),
            GroupL2(0.7, np.eye(7).nonzero()[1][:, None]),
        ):
            np.testing.assert_allclose(same.prox(v, t), soft, atol=1e-12)
        np.testing.assert_allclose(Lq(0.35, 2.0).prox(v, t), L2(0.7).prox(v, t), rtol=1e-12)
        np.testing.assert_allclose(ElasticNet(0.7, 0.0).prox(v, t), L2(0.7).prox(v, t), rtol=1e-12)


def test_a_zero_carries_no_minus_sign():
    assert not np.signbit(soft_threshold([-0.5, -0.0, 0.5], 1.0)).any()


def test_declared_facts():
    assert {type(p).__name__ for p in PENALTY_EXAMPLES if not p.convex} == {"L0", "Lq"}
    assert [Lq(1.0, q).convex for q in (0.5, 1.0, 2.0)] == [False, True, True]
    assert [Lq(1.0, q).smooth for q in (0.5, 1.0, 2.0)] == [False, False, True]
    assert L2(0.3).lipschitz == 0.3
    assert np.isinf(L1(0.3).lipschitz)
    assert isinstance(GroupL2(1.0, [(0,)]), HasCriticalLam)
    assert not isinstance(L2(1.0), HasCriticalLam)
    assert not isinstance(L0(1.0), HasSubgradient)


def test_weights_of_several_classes_are_treated_coordinate_by_coordinate(rng):
    v = rng.normal(size=(4, 3))
    for penalty in (L1(0.3), L2(0.3), ElasticNet(0.3, 0.5), L0(0.3), Lq(0.3, 0.5), NonNegative()):
        np.testing.assert_array_equal(penalty.prox(v).ravel(), penalty.prox(v.ravel()))
    clipped = MaxNorm(0.5).prox(v)
    assert (np.linalg.norm(clipped, axis=0) <= 0.5 + 1e-15).all()


def test_input_is_not_changed_and_float32_is_kept(penalty, rng):
    v = rng.normal(size=5).astype(np.float32)
    before = v.copy()
    assert penalty.prox(v, 0.5).dtype == np.float32
    np.testing.assert_array_equal(v, before)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: L1(-0.1), "lam must be >= 0, got -0.1"),
        (lambda: L2(float("inf")), "lam must be >= 0, got inf"),
        (lambda: L0(True), "lam must be >= 0, got True"),
        (lambda: ElasticNet(1.0, 1.5), "l1_ratio must be >= 0 and <= 1, got 1.5"),
        (lambda: Lq(1.0, 0.0), "q must be > 0, got 0.0"),
        (lambda: Lq(1.0, 0.5).subgradient([0.0, 1.0]), "no finite slope at w = 0"),
        (lambda: MaxNorm(0.0), "radius must be > 0, got 0.0"),
        (lambda: GroupL2(1.0, [(0, 1), (1, 2)]), "exactly once"),
        (lambda: GroupL2(1.0, [(0, 1), ()]), "none be empty"),
        (lambda: GroupL2(1.0, [(0, 1)]).value([1.0, 2.0, 3.0]), "groups cover 2 weights, got 3"),
        (lambda: ElasticNet(1.0, 0.0).critical_lam(np.ones(2)), "no L1 part"),
        (lambda: L1(0.1).prox([1.0, np.nan]), "v must be finite, got nan at index"),
        (lambda: L1(0.1).prox([1.0], step_size=0), "step_size must be > 0, got 0"),
        (lambda: soft_threshold([1.0], -1), "threshold must be >= 0, got -1"),
        (lambda: named_penalty("ElastikNet", lam=1.0), "did you mean 'ElasticNet'"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()


class TestPlantedMistakes:
    """The statements above must be false of what people get wrong."""

    class WithoutStep(L1):
        def shrink(self, v, t):
            return super().shrink(v, 1.0)

    class NormSquared(GroupL2):
        def shrink(self, v, t):
            return v / (1 + t * self.lam)

    @pytest.mark.parametrize(
        "mistake", [WithoutStep(0.7), NormSquared(0.7, [(0, 3), (1,), (2, 4)])], ids=repr
    )
    def test_wrong_prox_does_not_satisfy_the_optimality_condition(self, mistake, rng):
        v = rng.normal(size=5) * 3
        w = mistake.prox(v, 0.3)
        assert mistake.subdiff_distance(w, (w - v) / 0.3).max() > 0.1

    def test_missing_half_is_not_the_symbol(self):
        class NoHalf(L2):
            def value(self, w):
                return 2 * super().value(w)

        exact = NoHalf(0.7).symbol(1).subs(symbols.values(NoHalf(0.7))).subs(symbols.w, 2)
        assert NoHalf(0.7).value([2.0]) != pytest.approx(float(exact))

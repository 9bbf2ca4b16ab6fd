"""Losses: value and gradient are the twins of symbol(), at both sides of every kink and far out."""

import itertools

import numpy as np
import pytest
import sympy as sp
from examples import LOSS_EXAMPLES, scores_for, targets_for
from hypothesis import given
from hypothesis import strategies as st

from coursekit import losses, symbols
from coursekit.losses import (
    LOSSES,
    BinaryCrossEntropy,
    HalfSquaredError,
    HasConjugate,
    Huber,
    Logistic,
    Loss,
    SoftmaxCrossEntropy,
    sigmoid,
    softmax,
)
from coursekit.losses import loss as named_loss
from coursekit.penalties import PENALTIES
from coursekit.verify import check_gradient, check_twin

GRID = [0, 1e-8, -1e-8, 1, -1, 40, -40, 1e3, -1e3]
POINTWISE = [loss for loss in LOSS_EXAMPLES if loss.targets != "labels"]
WITH_DUAL = [loss for loss in LOSS_EXAMPLES if isinstance(loss, HasConjugate)]


def wide_grid(loss):
    """Targets and scores: the grid, and every kink from below, at it and from above."""
    if loss.targets == "labels":
        points = [(y, z) for y in range(3) for z in itertools.product(GRID[::2], repeat=3)]
        points.append((0, (40, 1e-8, -1)))
    else:
        ys = {"real": GRID, "signs": [-1, 1], "binary": [0, 1]}[loss.targets]
        points = list(itertools.product(ys, GRID))
        for y in ys:
            for (kink,) in loss.kinks(np.array([float(y)])):
                points += [(y, np.nextafter(kink, side)) for side in (-np.inf, kink, np.inf)]
    y, z = zip(*points, strict=True)
    return np.array(y, float), np.array(z, float)


def test_value_and_gradient_are_the_twins_of_the_symbol(loss):
    check = check_twin(loss, *wide_grid(loss))
    assert check.passed, check


def test_gradient_at_a_kink_is_the_subgradient_of_least_absolute_value(loss):
    y = targets_for(loss, 8, np.random.default_rng(0))
    for kink in loss.kinks(y):
        left, right = (loss.gradient(y, kink + h) for h in (-1e-9, 1e-9))
        at = loss.gradient(y, kink)
        assert (np.minimum(left, right) - 1e-8 <= at).all()
        assert (at <= np.maximum(left, right) + 1e-8).all()
        if not np.isfinite(loss.lipschitz):
            straddles = left * right <= 0
            least = np.where(straddles, 0, np.minimum(np.abs(left), np.abs(right)))
            np.testing.assert_array_equal(np.abs(at), least)


def test_gradient_agrees_with_finite_differences(loss, rng):
    y, z = targets_for(loss, 12, rng), scores_for(loss, 12, rng)
    check = check_gradient(lambda z: loss.value(y, z).sum(), lambda z: loss.gradient(y, z), z)
    assert check.passed, check


@pytest.mark.parametrize("loss", [x for x in POINTWISE if x.convex], ids=repr)
@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0, 1))
def test_convex_losses_lie_below_their_chords(loss, a, b, share):
    y = np.array([0.0 if loss.targets == "binary" else 1.0])
    middle = share * a + (1 - share) * b
    chord = share * loss.value(y, [a]) + (1 - share) * loss.value(y, [b])
    assert loss.value(y, [middle]) <= chord + 1e-12 * (1 + np.abs(chord))


@pytest.mark.parametrize("loss", [x for x in POINTWISE if not x.convex], ids=repr)
def test_losses_that_are_not_convex_have_a_point_above_a_chord(loss):
    value = loss.value(np.ones(25), np.arange(-12.0, 13.0))
    assert (value[1:-1] - (value[:-2] + value[2:]) / 2).max() > 1e-4


@pytest.mark.parametrize("loss", [x for x in LOSS_EXAMPLES if np.isfinite(x.lipschitz)], ids=repr)
def test_lipschitz_constant_bounds_the_gradient_and_is_nearly_attained(loss, rng):
    y = targets_for(loss, 4000, rng)
    z = scores_for(loss, 4000, rng) * (0.02 if loss.targets == "labels" else 1)
    z = z - z.mean(axis=-1, keepdims=True) if z.ndim == 2 else z
    step = 1e-3 * rng.choice([-1.0, 1.0], size=z.shape)
    if z.ndim == 2:  # the steepest direction trades one class's score for another's
        z[:, 2] -= 30
        step = 1e-3 * np.array([1.0, -1.0, 0.0]) * np.ones_like(z)
    change = loss.gradient(y, z + step) - loss.gradient(y, z)
    ratio = np.linalg.norm(np.atleast_2d(change.T), axis=0) / np.linalg.norm(
        np.atleast_2d(step.T), axis=0
    )
    assert ratio.max() <= loss.lipschitz * (1 + 1e-9)
    assert ratio.max() >= 0.95 * loss.lipschitz


def test_losses_with_infinite_lipschitz_constant_do_jump():
    for loss in POINTWISE:
        if not np.isfinite(loss.lipschitz):
            y = np.array([1.0])
            (kink,) = loss.kinks(y)
            jump = loss.gradient(y, kink + 1e-12) - loss.gradient(y, kink - 1e-12)
            assert abs(jump.item()) > 0.5


def test_float32_stays_float32_and_input_is_not_changed(loss, rng):
    y = targets_for(loss, 6, rng).astype(np.float32)
    z = scores_for(loss, 6, rng).astype(np.float32)
    y_before, z_before = y.copy(), z.copy()
    value, gradient = loss.value(y, z), loss.gradient(y, z)
    assert value.dtype == gradient.dtype == np.float32
    exact = loss.value(y.astype(float), z.astype(float))
    np.testing.assert_allclose(value, exact, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(y, y_before)
    np.testing.assert_array_equal(z, z_before)


def test_logistic_and_cross_entropies_are_one_loss_in_three_codings(rng):
    signs, z = rng.choice([-1.0, 1.0], size=9), rng.normal(size=9) * 5
    labels = (signs + 1) / 2
    two_scores = np.column_stack([np.zeros(9), z])
    logistic = Logistic().value(signs, z)
    np.testing.assert_allclose(BinaryCrossEntropy().value(labels, z), logistic, rtol=1e-14)
    np.testing.assert_allclose(
        SoftmaxCrossEntropy().value(labels, two_scores), logistic, rtol=1e-13
    )


def test_softmax_keeps_its_digits_where_logsumexp_minus_the_score_has_none():
    assert SoftmaxCrossEntropy().value([0], [[40, 1e-8, -1]]).item() == pytest.approx(
        np.exp(-40) * (1 + np.exp(-1)), rel=1e-7
    )


def test_the_smooth_losses_of_one_score_have_a_dual_at_hand():
    named = {type(loss).__name__ for loss in WITH_DUAL if hasattr(losses, type(loss).__name__)}
    smooth = {type(x).__name__ for x in POINTWISE if np.isfinite(x.lipschitz) and x.convex}
    assert named == smooth & set(LOSSES)
    assert {repr(x) for x in WITH_DUAL if not hasattr(losses, type(x).__name__)} == {
        "class_weighted(Logistic(), {-1: 0.25, 1: 3})"
    }


@pytest.mark.parametrize(
    "loss", [x for x in LOSS_EXAMPLES if isinstance(x, HasConjugate)], ids=repr
)
def test_conjugates_satisfy_fenchel_young_with_equality_at_the_slope(loss, rng):
    y, z = targets_for(loss, 50, rng), 2 * rng.normal(size=50)
    u = loss.gradient(y, z)
    np.testing.assert_allclose(loss.value(y, z) + loss.conjugate(y, u), u * z, atol=1e-12)
    other = 2 * rng.normal(size=50)
    assert (loss.value(y, other) + loss.conjugate(y, u) >= u * other - 1e-12).all()


def test_sigmoid_is_accurate_in_both_tails():
    x = np.array([-1000.0, -40.0, 0.0, 40.0, 1000.0])
    np.testing.assert_allclose(sigmoid(x), [0.0, np.exp(-40.0), 0.5, 1.0, 1.0], rtol=1e-15)


def test_softmax_does_not_overflow_and_sees_differences_only():
    z = np.array([[1000.0, 0.0, -1000.0], [1.0, 2.0, 3.0]])
    np.testing.assert_allclose(softmax(z).sum(axis=1), 1)
    np.testing.assert_allclose(softmax(z), softmax(z - 7), rtol=1e-14)
    assert softmax(z)[0, 0] == 1


def test_definitions_are_rendered_from_the_symbol():
    shown = symbols.definition(Huber())
    assert sp.latex(Huber().symbol(), order="none") in shown._repr_latex_()
    assert r"\ell(y, \hat{y}) =" in shown._repr_latex_()
    assert repr(symbols.definition(HalfSquaredError())).startswith("ℓ(y, ŷ) = ")
    assert "z_2" in repr(symbols.definition(SoftmaxCrossEntropy(), 3))


def test_formulas_are_written_in_the_usual_order():
    eta, lam = symbols.parameter("eta"), symbols.parameter("lam")
    step = symbols.Formula("w", symbols.w - eta * lam, r"\leftarrow")
    assert step._repr_latex_() == r"$\displaystyle w \leftarrow w - \eta \lambda$"
    assert repr(step) == "w ← w - eta*lambda"
    assert repr(symbols.Formula(r"\text{fall} + 1", eta)) == "fall + 1 = eta"


def test_parameters_are_evaluated_exactly():
    assert symbols.values(Huber(0.5)) == {symbols.parameter("delta"): sp.Rational(1, 2)}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Huber(delta=0), "delta must be > 0, got 0"),
        (lambda: Huber(delta=float("nan")), "delta must be > 0, got nan"),
        (lambda: Huber(delta="1"), "delta must be > 0, got '1'"),
        (lambda: LOSSES["Pinball"](quantile=1.0), "quantile must be > 0 and < 1, got 1.0"),
        (lambda: HalfSquaredError().value([1.0], [[1.0]]), "y_pred must have 1 dimension"),
        (lambda: HalfSquaredError().value([1.0, 2.0], [1.0]), r"\(2,\) and \(1,\)"),
        (lambda: HalfSquaredError().value([], []), "y_true must not be empty"),
        (lambda: HalfSquaredError().value([np.nan], [1.0]), "y_true must be finite, got nan"),
        (lambda: HalfSquaredError().value([1.0], [np.inf]), "y_pred must be finite, got inf"),
        (lambda: HalfSquaredError().value(["a"], [1.0]), "y_true must hold real numbers"),
        (lambda: HalfSquaredError().value([1j], [1.0]), "y_true must hold real numbers"),
        (lambda: HalfSquaredError().value([[1], [1, 2]], [1.0]), "rectangular"),
        (lambda: Logistic().value([0, 1], [1.0, 1.0]), "must hold only -1 or 1, got 0"),
        (lambda: BinaryCrossEntropy().value([0, -1], [1.0, 1.0]), "only 0 or 1, got -1"),
        (lambda: SoftmaxCrossEntropy().value([3], [[1.0, 2, 3]]), "only 0 or 1 or 2, got 3"),
        (lambda: SoftmaxCrossEntropy().value([0.5], [[1.0, 2]]), "only 0 or 1, got 0.5"),
        (lambda: SoftmaxCrossEntropy().value([0, 1], [[1.0, 2]]), "n = 2"),
        (lambda: named_loss("Hubr"), "unknown loss 'Hubr'; did you mean 'Huber'"),
        (lambda: named_loss("zzz"), "known: HalfSquaredError"),
        (lambda: symbols.weights(0), "n_weights must be >= 1, got 0"),
        (lambda: symbols.scores(1), "n_classes must be >= 2, got 1"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_loss_without_its_three_parts_cannot_be_made():
    class Unfinished(Loss):
        pass

    with pytest.raises(TypeError, match="formula"):
        Unfinished()


def test_registry_holds_every_loss_under_its_own_name():
    assert {name: cls.__name__ for name, cls in LOSSES.items()} == {n: n for n in LOSSES}
    assert len(LOSSES) == 13
    assert not set(LOSSES) & set(PENALTIES)


class TestPlantedMistakes:
    """The twin test must notice what people get wrong."""

    @staticmethod
    def caught(mistake):
        return not check_twin(mistake(), *wide_grid(mistake())).passed

    def test_missing_half(self):
        class NoHalf(HalfSquaredError):
            def formula(self, y, z):
                return (z - y) ** 2

        assert self.caught(NoHalf)

    def test_sign_flipped(self):
        class Flipped(Logistic):
            def slope(self, y, z):
                return y * sigmoid(-y * z)

        assert self.caught(Flipped)

    def test_wrong_side_of_a_kink(self):
        class WrongSide(Huber):
            def formula(self, y, z):
                r = np.abs(z - y)
                return np.where(r <= 2 * self.delta, 0.5 * r**2, self.delta * (r - self.delta / 2))

        assert self.caught(WrongSide)

    def test_gradient_off_by_a_thousandth(self):
        class Slightly(HalfSquaredError):
            def slope(self, y, z):
                return 1.001 * (z - y)

        assert self.caught(Slightly)

    def test_overflowing_formula(self):
        class Naive(Logistic):
            def formula(self, y, z):
                with np.errstate(over="ignore"):
                    return np.log(1 + np.exp(-y * z))

        assert self.caught(Naive)

"""Losses on embeddings: twins of their symbols, their geometry, and what they refuse."""

import numpy as np
import pytest

from coursekit.similarity import Contrastive, CosineLoss, EuclideanLoss, PairLoss, Triplet
from coursekit.verify import check_gradient, check_similarity

PAIR_LOSSES = [EuclideanLoss(), CosineLoss(), Contrastive(1.0), Contrastive(2.5)]
LOSSES = [*PAIR_LOSSES, Triplet(1.0), Triplet(0.3)]


def draw(loss, rng, n=12, d=2, apart=1.0):
    """Draw rows that the loss takes, the second points at a distance of about `apart`."""
    a = rng.normal(size=(n, d))
    near = [a + apart * rng.normal(size=(n, d)) for _ in range(2)]
    if isinstance(loss, PairLoss):
        return a, near[0], np.arange(n) % 2
    return a, near[0], near[1]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize("apart", [1.0, 1e-3, 1e-6, 30.0])
def test_value_and_gradients_are_the_twins_of_the_symbol(loss, apart, rng):
    check = check_similarity(loss, *draw(loss, rng, apart=apart))
    assert check.passed, check


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_gradients_agree_with_finite_differences_in_five_dimensions(loss, rng):
    arrays = draw(loss, rng, d=5)
    for place in range(2 if isinstance(loss, PairLoss) else 3):

        def with_(x, place=place):
            return [x if k == place else array for k, array in enumerate(arrays)]

        check = check_gradient(
            lambda x, at=with_: loss.value(*at(x)).sum(),
            lambda x, at=with_, place=place: loss.gradient(*at(x))[place],
            arrays[place],
        )
        assert check.passed, check


@pytest.mark.parametrize("loss", [*PAIR_LOSSES[:1], *PAIR_LOSSES[2:], Triplet(1.0)], ids=repr)
def test_moving_all_points_together_changes_nothing(loss, rng):
    arrays, shift = draw(loss, rng), rng.normal(size=2)
    moved = [x + shift if np.ndim(x) == 2 else x for x in arrays]
    np.testing.assert_allclose(loss.value(*moved), loss.value(*arrays), atol=1e-12)
    np.testing.assert_allclose(sum(loss.gradient(*arrays)), 0, atol=1e-15)


def test_the_cosine_loss_sees_directions_only(rng):
    a, b, same = draw(CosineLoss(), rng)
    np.testing.assert_allclose(
        CosineLoss().value(7 * a, b / 3, same), CosineLoss().value(a, b, same), atol=1e-15
    )
    by_a, _ = CosineLoss().gradient(a, b, same)
    np.testing.assert_allclose((by_a * a).sum(axis=1), 0, atol=1e-15)
    nearly = CosineLoss().value([[1.0, 0.0]], [[1.0, 1e-9]], [1])
    assert nearly.item() == pytest.approx(5e-19)


def test_by_hand():
    a, b = [[0.0, 0.0]], [[3.0, 4.0]]
    assert EuclideanLoss().value(a, b, [1]).item() == 12.5
    assert EuclideanLoss().value(a, b, [0]).item() == 0
    assert Contrastive(6.0).value(a, b, [0]).item() == 0.5
    assert Contrastive(5.0).value(a, b, [0]).item() == 0
    assert CosineLoss().value([[1.0, 0.0]], [[0.0, 2.0]], [1]).item() == pytest.approx(1)
    assert Triplet(1.0).value(a, [[0.0, 2.0]], b).item() == 0
    assert Triplet(1.0).value(a, b, [[0.0, 2.0]]).item() == 4


def test_the_cosine_gradient_keeps_its_digits_for_nearly_opposite_points(rng):
    a = rng.normal(size=(200, 2))
    b = -a + 10.0 ** rng.uniform(-6, 0, size=(200, 1)) * rng.normal(size=(200, 2))
    check = check_similarity(CosineLoss(), a, b, np.ones(200))
    assert check.passed, check


def test_where_two_points_coincide_the_push_has_no_direction_and_is_zero():
    for by in Contrastive(1.0).gradient([[1.0, 2.0]], [[1.0, 2.0]], [0]):
        np.testing.assert_array_equal(by, 0)
    by_anchor, by_positive, _ = Triplet(1.0).gradient([[0.0]], [[0.0]], [[0.5]])
    np.testing.assert_array_equal(by_positive, 0)
    np.testing.assert_array_equal(by_anchor, 1)


class TestPlantedMistakes:
    def test_a_missing_half_is_caught(self, rng):
        class NoHalf(EuclideanLoss):
            def _value(self, a, b, same):
                return same * np.square(a - b).sum(axis=1)

        assert not check_similarity(NoHalf(), *draw(NoHalf(), rng)).passed

    def test_a_squared_distance_in_the_triplet_is_caught(self, rng):
        class Squared(Triplet):
            def value(self, anchor, positive, negative):
                near = np.square(anchor - positive).sum(axis=1)
                return np.maximum(0, near - np.square(anchor - negative).sum(axis=1) + 1)

        assert not check_similarity(Squared(), *draw(Squared(), rng)).passed

    def test_a_cosine_gradient_off_by_a_thousandth_is_caught(self, rng):
        class Slightly(CosineLoss):
            def _gradient(self, a, b, same):
                by_a, by_b = super()._gradient(a, b, same)
                return 1.001 * by_a, by_b

        assert not check_similarity(Slightly(), *draw(Slightly(), rng)).passed

    def test_one_minus_the_cosine_loses_the_digits_that_ours_keeps(self, rng):
        class Cancelling(CosineLoss):
            def _value(self, a, b, same):
                norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
                return np.where(same == 1, 1 - (a * b).sum(axis=1) / norms, super()._value(a, b, 0))

        arrays = draw(CosineLoss(), rng, apart=1e-6)
        assert not check_similarity(Cancelling(), *arrays).passed


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Contrastive(0), "margin must be > 0, got 0"),
        (lambda: Triplet(-1.0), "margin must be > 0, got -1.0"),
        (lambda: CosineLoss().value([[1.0, 2], [0, 0]], [[1.0, 2], [1, 1]], [1, 1]), "norm 0 .* 1"),
        (lambda: CosineLoss().gradient([[1.0, 2]], [[0.0, 0]], [1]), "norm 0 has no direction"),
        (lambda: EuclideanLoss().value([[1.0]], [[1.0], [2.0]], [1]), r"a \(1, 1\), b \(2, 1\)"),
        (lambda: EuclideanLoss().value([1.0], [1.0], [1]), "a must have 2 dimension"),
        (lambda: EuclideanLoss().value([[1.0]], [[1.0]], [2]), "same must hold only 0 or 1, got 2"),
        (lambda: EuclideanLoss().value([[1.0]], [[1.0]], [1, 0]), "got 2 for 1"),
        (lambda: Triplet().value([[1.0]], [[1.0]], [[1.0, 2]]), r"negative \(1, 2\)"),
        (lambda: Triplet().value([[1.0]], [[np.nan]], [[1.0]]), "positive must be finite"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()

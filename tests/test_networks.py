"""The small network and slices through its landscape."""

import numpy as np
import pytest

from coursekit.landscapes import filter_normalised, plane
from coursekit.losses import HalfSquaredError, SoftmaxCrossEntropy
from coursekit.networks import MLP
from coursekit.verify import check_gradient


@pytest.mark.parametrize("activation", ["relu", "tanh", "identity"])
def test_backpropagation_is_the_gradient(activation, rng):
    network = MLP((3, 5, 4, 2), activation)
    X, y, theta = rng.normal(size=(7, 3)), rng.integers(0, 2, 7), network.init(rng)
    loss = SoftmaxCrossEntropy()

    def value(theta):
        return loss.value(y, network.forward(theta, X)[0]).mean()

    def gradient(theta):
        scores, way = network.forward(theta, X)
        return network.backward(theta, way, loss.gradient(y, scores) / len(y))

    assert check_gradient(value, gradient, theta).passed
    assert not check_gradient(value, lambda t: 1.001 * gradient(t), theta).passed


def test_without_a_hidden_layer_it_is_a_linear_model(rng):
    network = MLP((4, 1))
    theta, X = network.init(rng), rng.normal(size=(6, 4))
    np.testing.assert_allclose(network.forward(theta, X)[0][:, 0], X @ theta[:4] + theta[4])
    y = rng.normal(size=6)
    scores, way = network.forward(theta, X)
    slopes = HalfSquaredError().gradient(y, scores[:, 0])
    by_theta = network.backward(theta, way, slopes[:, None])
    np.testing.assert_allclose(by_theta, np.append(X.T @ slopes, slopes.sum()))


def test_layers_are_views_and_initialisation_keeps_the_scale(rng):
    network = MLP((200, 300, 10))
    theta = network.init(rng)
    (W, b), _ = network.layers(theta)
    assert W.std() == pytest.approx(np.sqrt(2 / 200), rel=0.02)
    assert not b.any()
    W[:] = 7
    assert theta[0] == 7


def test_a_filter_normalised_direction_scales_with_the_units(rng):
    network = MLP((3, 4, 2))
    theta = network.init(rng)
    direction = filter_normalised(network, theta, rng)
    for (W, _), (D, by_b) in zip(network.layers(theta), network.layers(direction), strict=True):
        np.testing.assert_allclose(np.linalg.norm(D, axis=0), np.linalg.norm(W, axis=0))
        assert not by_b.any()


def test_a_plane_has_rows_for_the_second_direction():
    values = plane(lambda x: x[0] + 10 * x[1], np.zeros(2), [1.0, 0], [0, 1.0], [0, 1, 2])
    np.testing.assert_array_equal(values, [[0, 1, 2], [10, 11, 12], [20, 21, 22]])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: MLP((3,)), "inputs and outputs at least"),
        (lambda: MLP((3, 0)), "size must be a whole number >= 1, got 0"),
        (lambda: MLP((3, 1), "rlu"), "did you mean 'relu'"),
        (lambda: MLP((3, 1)).layers(np.zeros(5)), r"must have shape \(4,\), got \(5,\)"),
        (lambda: MLP((3, 1)).forward(np.zeros(4), [[1.0]]), "X must have 3 columns"),
        (lambda: plane(np.sum, [0.0], [0.0, 1], [1.0], [0]), r"\(1,\), \(2,\) and \(1,\)"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()

"""Networks: every backward pass against finite differences, training, and slices to look at."""

import numpy as np
import pytest

from coursekit.landscapes import filter_normalised, plane
from coursekit.losses import BinaryCrossEntropy, HalfSquaredError, SoftmaxCrossEntropy
from coursekit.networks import (
    ACTIVATIONS,
    INITIALISATIONS,
    MLP,
    Activation,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    MaxPool,
    Network,
    minibatches,
    shifted,
    train,
)
from coursekit.optimizers import SGD, Adam
from coursekit.penalties import L1, L2, NonNegative
from coursekit.verify import check_gradient

SOFTMAX = SoftmaxCrossEntropy()
CONVOLUTIONAL = Network(
    (
        Conv(2, 3), BatchNorm(3), Activation("tanh"), MaxPool(2),
        Conv(3, 4, size=2, padding=0), Activation("relu"), Flatten(),
        Dropout(0.3), Dense(4, 5), BatchNorm(5), Activation("sigmoid"), Dense(5, 3),
    )
)  # fmt: skip


def objective_of(network, X, y, theta, penalty=None, seed=None):
    """Return the trained part of theta, and J and its gradient as functions of that part.

    A seed makes every pass one of training, with the same draws.
    """
    trained = network.kinds != "statistic"

    def both(part):
        full = theta.copy()
        full[trained] = part
        training = None if seed is None else np.random.default_rng(seed)
        return network.loss_and_gradient(full, X, y, SOFTMAX, penalty, training)

    return theta[trained], lambda part: both(part)[0], lambda part: both(part)[1][trained]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_backpropagation_is_the_gradient(activation, rng):
    network = MLP((3, 5, 4, 2), activation)
    X, y = rng.normal(size=(7, 3)), rng.integers(0, 2, 7)
    theta, value, gradient = objective_of(network, X, y, network.init(rng), L2(0.3))
    assert check_gradient(value, gradient, theta).passed
    assert not check_gradient(value, lambda t: 1.001 * gradient(t), theta).passed


@pytest.mark.parametrize("seed", [None, 5], ids=["in use", "in training"])
def test_convolution_pooling_dropout_and_batch_norm_are_differentiated(seed, rng):
    X, y = rng.normal(size=(6, 4, 4, 2)), rng.integers(0, 3, 6)
    start = CONVOLUTIONAL.init(rng) + 0.1 * rng.random(CONVOLUTIONAL.n_parameters)
    theta, value, gradient = objective_of(CONVOLUTIONAL, X, y, start, seed=seed)
    assert check_gradient(value, gradient, theta).passed
    _, full, _ = CONVOLUTIONAL.loss_and_gradient(start, X, y, SOFTMAX)
    assert not full[CONVOLUTIONAL.kinds == "statistic"].any()


LAYERS = [
    (Dense(3, 4), (5, 3)),
    (Conv(2, 3, size=3, padding=0), (2, 5, 4, 2)),
    (Conv(2, 3, size=2, padding=1), (2, 3, 4, 2)),
    (Conv(1, 2, size=1, padding=0), (2, 3, 3, 1)),
    (MaxPool(3), (2, 3, 6, 2)),
    (BatchNorm(3), (6, 3)),
    (BatchNorm(2), (2, 3, 3, 2)),
    (Dropout(0.4), (5, 3)),
    (Activation("sigmoid"), (5, 3)),
    (Flatten(), (2, 3, 3, 2)),
]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda x: str(x))
def test_slopes_by_the_input_of_each_layer(layer, shape, rng):
    x, params = rng.normal(size=shape), layer.fresh(rng)

    def forward(x):
        return layer.forward(params, x, np.random.default_rng(3))

    out, way = forward(x)
    direction = rng.normal(size=out.shape)
    by_x, _ = layer.backward(params, way, direction)
    assert by_x.shape == x.shape
    assert check_gradient(lambda x: (forward(x)[0] * direction).sum(), lambda _: by_x, x).passed


def test_a_convolution_is_a_sum_over_windows(rng):
    layer, x = Conv(2, 1, size=3), rng.normal(size=(1, 4, 4, 2))
    W, b = layer.fresh(rng)
    out, _ = layer.forward((W, b + 7), x, None)
    assert out.shape == (1, 4, 4, 1)
    assert out[0, 1, 2, 0] == pytest.approx((x[0, 0:3, 1:4] * W[..., 0]).sum() + 7)
    assert out[0, 0, 0, 0] == pytest.approx((x[0, 0:2, 0:2] * W[1:, 1:, :, 0]).sum() + 7)


def test_pooling_keeps_the_largest_and_sends_the_slope_to_the_first_of_equals():
    x = np.array([[1.0, 3, 0, 0], [2, 3, 0, 0]])[None, :, :, None]
    out, way = MaxPool(2).forward((), x, None)
    np.testing.assert_array_equal(out.ravel(), [3, 0])
    by_x, _ = MaxPool(2).backward((), way, np.array([5.0, 7.0]).reshape(out.shape))
    np.testing.assert_array_equal(by_x[0, ..., 0], [[0, 5, 7, 0], [0, 0, 0, 0]])


def test_dropout_keeps_the_expectation_and_does_nothing_in_use(rng):
    x = np.ones((200, 500))
    out, _ = Dropout(0.2).forward((), x, rng)
    np.testing.assert_allclose(np.unique(out), [0, 1.25])
    assert (out == 0).mean() == pytest.approx(0.2, abs=0.005)
    assert out.mean() == pytest.approx(1, abs=0.01)
    np.testing.assert_array_equal(Dropout(0.2).forward((), x, None)[0], x)


def test_batch_norm_has_mean_shift_and_deviation_scale_whatever_comes_in(rng):
    x = 50 + 9 * rng.normal(size=(300, 2))
    params = (np.array([2.0, 3.0]), np.array([1.0, -1.0]), np.zeros(2), np.ones(2))
    out, _ = BatchNorm(2).forward(params, x, rng)
    np.testing.assert_allclose(out.mean(axis=0), [1, -1], atol=1e-12)
    np.testing.assert_allclose(out.std(axis=0), [2, 3], rtol=1e-6)
    same, _ = BatchNorm(2).forward(params, 1000 * x + 7, rng)
    np.testing.assert_allclose(same, out, atol=1e-6)


def test_statistics_follow_the_batches_until_use_equals_training(rng):
    network = Network((BatchNorm(2),))
    theta, x = network.init(rng), 5 + 3 * rng.normal(size=(400, 2))
    for _ in range(200):
        in_training, way = network.forward(theta, x, rng)
        theta = network.followed(theta, way)
    _, _, mean, variance = network.layers(theta)[0]
    np.testing.assert_allclose(mean, x.mean(axis=0))
    np.testing.assert_allclose(variance, x.var(axis=0, ddof=1))
    np.testing.assert_allclose(network.forward(theta, x)[0], in_training, rtol=2e-3)


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_a_fresh_layer_has_the_variance_that_its_initialisation_names(init, rng):
    dense, (W, b) = Dense(300, 200, init), Dense(300, 200, init).fresh(rng)
    assert W.var() == pytest.approx(INITIALISATIONS[init](dense.inputs, dense.outputs), rel=0.03)
    assert not b.any()
    filters, _ = Conv(60, 120, size=3, init=init).fresh(rng)
    assert filters.var() == pytest.approx(INITIALISATIONS[init](540, 1080), rel=0.03)


def test_a_penalty_touches_weights_and_nothing_else(rng):
    X, y = rng.normal(size=(6, 4, 4, 2)), rng.integers(0, 3, 6)
    theta = CONVOLUTIONAL.init(rng)
    plain, without, _ = CONVOLUTIONAL.loss_and_gradient(theta, X, y, SOFTMAX)
    value, gradient, _ = CONVOLUTIONAL.loss_and_gradient(theta, X, y, SOFTMAX, L1(0.5))
    weights = np.concatenate([W.ravel() for W in CONVOLUTIONAL.weights(theta)])
    assert value - plain == pytest.approx(0.5 * np.abs(weights).sum())
    expected = np.where(CONVOLUTIONAL.penalised, 0.5 * np.sign(theta), 0)
    np.testing.assert_allclose(gradient - without, expected, atol=1e-12)
    np.testing.assert_array_equal(theta[CONVOLUTIONAL.penalised], weights)


def test_without_a_hidden_layer_it_is_a_linear_model(rng):
    network = MLP((4, 1))
    theta, X, y = network.init(rng), rng.normal(size=(6, 4)), rng.normal(size=6)
    predicted = network.predict(theta, X)
    np.testing.assert_allclose(predicted, X @ theta[:4] + theta[4])
    value, gradient, _ = network.loss_and_gradient(theta, X, y, HalfSquaredError())
    slopes = (predicted - y) / 6
    assert value == pytest.approx(3 * (slopes**2).sum())
    np.testing.assert_allclose(gradient, np.append(X.T @ slopes, slopes.sum()))


def test_the_last_activation_is_chosen_apart(rng):
    network = MLP((2, 3, 1), "tanh", output="relu")
    assert [type(layer).__name__ for layer in network.stack] == ["Dense", "Activation"] * 2
    assert (network.predict(network.init(rng), rng.normal(size=(50, 2))) >= 0).all()


def test_layers_are_views_and_initialisation_keeps_the_scale(rng):
    network = MLP((200, 300, 10))
    theta = network.init(rng)
    (W, b), _ = network.layers(theta)
    assert W.std() == pytest.approx(np.sqrt(2 / 200), rel=0.02)
    assert not b.any()
    W[:] = 7
    assert theta[0] == 7


# Training


def test_every_row_is_met_once_and_no_batch_holds_one_row(rng):
    batches = list(minibatches(33, 8, rng))
    assert [len(rows) for rows in batches] == [8, 8, 8, 9]
    assert sorted(np.concatenate(batches)) == list(range(33))
    assert [len(rows) for rows in minibatches(3, 1, rng)] == [1, 1, 1]
    assert [len(rows) for rows in minibatches(5, 50, rng)] == [5]


def two_blobs(rng, n=60):
    y = np.arange(n) % 2
    return rng.normal(size=(n, 2)) + 2 * y[:, None], y


def test_full_batches_of_a_linear_model_reach_the_certified_minimum(rng):
    from coursekit.objective import Objective
    from coursekit.solvers import fista

    X, y = two_blobs(rng)
    objective = Objective(X, y, BinaryCrossEntropy(), L2(0.1))
    exact = fista(objective, tol=1e-10)
    trained = train(
        MLP((2, 1)), BinaryCrossEntropy(), X, y, rng,
        optimizer=SGD(0.5), penalty=L2(0.1), epochs=400, batch_size=60,
    )  # fmt: skip
    np.testing.assert_allclose(trained.theta, np.append(exact.w, exact.b), atol=1e-6)
    assert trained.train[-1] == pytest.approx(objective.value(exact.w, exact.b))
    assert len(trained.train) == trained.best_epoch == 400


def test_the_same_generator_gives_the_same_training(rng):
    X, y = rng.normal(size=(20, 4, 4, 2)), rng.integers(0, 3, 20)
    one, two = (
        train(
            CONVOLUTIONAL, SOFTMAX, X, y, np.random.default_rng(1), optimizer=Adam(0.01), epochs=3
        )
        for _ in range(2)
    )
    np.testing.assert_array_equal(one.theta, two.theta)


def test_patience_returns_the_best_epoch_and_stops_after_it(rng):
    X, y = two_blobs(rng, 40)
    wrong = rng.permutation(y)  # labels of noise: soon nothing improves on data held out
    seen = []
    trained = train(
        MLP((2, 30, 1)), BinaryCrossEntropy(), X, wrong, rng, optimizer=Adam(0.05),
        epochs=500, validation=two_blobs(rng), patience=10, callbacks=[seen.append],
    )  # fmt: skip
    best = int(np.argmin(trained.validation))
    assert trained.best_epoch == best + 1
    assert len(trained.validation) == len(seen) == best + 1 + 10 < 500
    np.testing.assert_array_equal(trained.theta, seen[best].theta)


def test_a_callback_sees_every_epoch_and_may_stop(rng):
    X, y = two_blobs(rng)
    seen = []

    def stop_at_three(epoch):
        seen.append(epoch.number)
        return epoch.number == 3

    trained = train(
        MLP((2, 1)), BinaryCrossEntropy(), X, y, rng, optimizer=SGD(0.1), callbacks=[stop_at_three]
    )
    assert seen == [1, 2, 3]
    assert len(trained.train) == 3
    assert np.isnan(trained.validation).all()


def test_a_start_is_kept_and_augmentation_is_applied_to_every_batch(rng):
    X, y = two_blobs(rng)
    start = np.array([1.0, 2.0, 3.0])
    batches = []

    def to_zero(batch, rng):
        batches.append(len(batch))
        return 0 * batch

    trained = train(
        MLP((2, 1)), BinaryCrossEntropy(), X, y, rng,
        optimizer=SGD(0.1), epochs=2, start=start, augment=to_zero,
    )  # fmt: skip
    assert sum(batches) == 120
    np.testing.assert_array_equal(trained.theta[:2], start[:2])  # all inputs 0: no slope by W
    assert trained.theta[2] != 3
    np.testing.assert_array_equal(start, [1, 2, 3])


def test_shifted_images_lose_what_moves_out(rng):
    image = np.zeros((1, 4, 4, 1))
    image[0, 0, 3] = 1
    moved = shifted(np.repeat(image, 300, axis=0), rng)[..., 0]
    assert set(np.unique(moved.sum(axis=(1, 2)))) == {0, 1}
    places = {tuple(place) for place in np.argwhere(moved)[:, 1:]}
    assert places == {(0, 2), (0, 3), (1, 2), (1, 3)}


# Slices through the landscape


def test_a_filter_normalised_direction_scales_with_the_units(rng):
    network = MLP((3, 4, 2))
    theta = network.init(rng)
    direction = filter_normalised(network, theta, rng)
    for W, D in zip(network.weights(theta), network.weights(direction), strict=True):
        np.testing.assert_allclose(np.linalg.norm(D, axis=0), np.linalg.norm(W, axis=0))
    assert not direction[~network.penalised].any()


def test_a_plane_has_rows_for_the_second_direction():
    values = plane(lambda x: x[0] + 10 * x[1], np.zeros(2), [1.0, 0], [0, 1.0], [0, 1, 2])
    np.testing.assert_array_equal(values, [[0, 1, 2], [10, 11, 12], [20, 21, 22]])


IMAGES = np.zeros((2, 4, 4, 2))


def trained_on(rng=None, n=4, **options):
    return train(
        MLP((1, 1)), HalfSquaredError(), np.zeros((4, 1)), np.zeros(n),
        rng or np.random.default_rng(0), optimizer=SGD(0.1), **options,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: MLP((3,)), "inputs and outputs at least"),
        (lambda: MLP((3, 0)), "size must be a whole number >= 1, got 0"),
        (lambda: MLP((3, 1), "rlu"), "did you mean 'relu'"),
        (lambda: MLP((3, 1), output="soft"), "unknown activation 'soft'"),
        (lambda: Dense(3, 1, "hee"), "did you mean 'he'"),
        (lambda: Network(()), r"at least one layer to train, got \(\)"),
        (lambda: Network((Flatten(),)), r"at least one layer to train, got \(Flatten\(\),\)"),
        (lambda: Dropout(1.0), "drop must be >= 0 and < 1, got 1.0"),
        (lambda: BatchNorm(2, memory=1.0), "memory must be >= 0 and < 1"),
        (lambda: Conv(1, 1, size=2, padding=2), "padding must be < 2, got 2"),
        (lambda: MLP((3, 1)).layers(np.zeros(5)), r"must have shape \(4,\), got \(5,\)"),
        (lambda: MLP((3, 1)).init(7), "rng must be a Generator"),
        (lambda: MLP((3, 1)).forward(np.zeros(4), [[1.0]]), r"takes 3 columns, .* \(1, 1\)"),
        (lambda: Network((Conv(3, 1),)).forward(np.zeros(28), IMAGES), "height, width, 3"),
        (lambda: Network((Conv(2, 1, 5, 0),)).forward(np.zeros(51), IMAGES), "does not fit"),
        (lambda: MaxPool(3).forward((), IMAGES, None), "sides that 3 divides"),
        (lambda: plane(np.sum, [0.0], [0.0, 1], [1.0], [0]), r"\(1,\), \(2,\) and \(1,\)"),
        (lambda: trained_on(n=3), "equal length, got 4 and 3"),
        (lambda: trained_on(patience=3), "patience needs validation data"),
        (lambda: trained_on(epochs=0), "epochs must be a whole number >= 1"),
        (lambda: trained_on(rng=3), "rng must be a Generator"),
        (lambda: trained_on(penalty=NonNegative()), "has no subgradient"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_training_that_diverges_says_so_in_words(rng):
    X, y = two_blobs(rng)
    with pytest.raises(ValueError, match="must be finite"):
        train(MLP((2, 1)), HalfSquaredError(), X, y, rng, optimizer=SGD(1e6), epochs=100)


def test_batch_norm_refuses_to_normalise_one_sample(rng):
    with pytest.raises(ValueError, match="at least 2 samples in a training batch"):
        Network((BatchNorm(2),)).forward(np.ones(8), [[1.0, 2.0]], rng)

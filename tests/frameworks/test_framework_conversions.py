"""With the arguments we give, PyTorch and Keras follow our gradient and end at our minimiser."""

import os
import tempfile

import numpy as np
import pytest

from coursekit.conversions import keyword_arguments
from coursekit.losses import BinaryCrossEntropy, HalfSquaredError
from coursekit.objective import Objective
from coursekit.penalties import L1, L2, ElasticNet
from coursekit.solvers import fista

pytestmark = pytest.mark.frameworks
torch = pytest.importorskip("torch", reason="dependency group frameworks is not installed")
# Keras reads this when it is imported. Elsewhere than in the home folder, whose settings must not
# decide a test and where nothing is to be written.
KERAS_HOME = tempfile.TemporaryDirectory(prefix="keras-")
os.environ |= {"KERAS_BACKEND": "torch", "KERAS_HOME": KERAS_HOME.name}
keras = pytest.importorskip("keras", reason="dependency group frameworks is not installed")

N, P = 40, 4
OPTIMIZERS = {"torch.optim.SGD": torch.optim.SGD, "torch.optim.Adam": torch.optim.Adam}
PENALTIES = [L2(0.3), L1(0.2), ElasticNet(0.3, 0.4), ElasticNet(0.3, 0.0), ElasticNet(0.3, 1.0)]
LOSSES = {
    HalfSquaredError(): lambda z, y: torch.nn.MSELoss()(z, y) / 2,
    BinaryCrossEntropy(): torch.nn.BCEWithLogitsLoss(),
}
losses = pytest.mark.parametrize("loss", LOSSES, ids=repr)
penalties = pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
optimizers = pytest.mark.parametrize("target", OPTIMIZERS)


@pytest.fixture(autouse=True)
def float64():
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx(before)


def problem(rng, loss=HalfSquaredError(), penalty=None):  # noqa: B008
    X = rng.normal(size=(N, P))
    y = X @ [2.0, -1.0, 0.1, 0.0] + 1 + 0.5 * rng.normal(size=N)
    return Objective(X, (y > 0).astype(float) if loss.targets == "binary" else y, loss, penalty)


def whole_gradient(objective, w, b):
    """Our gradient of J: by the weights, then by the intercept."""
    by_w, by_b = objective.gradient(w, b)
    return np.array([*(by_w + objective.penalty.subgradient(w)), by_b])


def points(rng):
    return zip(rng.normal(size=(100, P)), rng.normal(size=100), strict=True)


# PyTorch: weight_decay has no value of its own, it is known by what it does to the steps.


def mean_loss(objective, w, b):
    X, y = torch.tensor(objective.X), torch.tensor(objective.y)
    return LOSSES[objective.loss](X @ w + b, y)


def parameters(w, b):
    return [torch.tensor(np.array(v, float), requires_grad=True) for v in (w, b)]


def optimizer(make, w, b, lr, **arguments):
    """As the conversion assumes: the arguments for the weights, no decay for the bias."""
    return make([{"params": [w], **arguments}, {"params": [b], "weight_decay": 0.0}], lr=lr)


def gradient_of(make, objective, w, b, arguments):
    """The gradient that an optimiser follows from (w, b), read from its first step or its state."""
    w, b = parameters(w, b)
    start = [v.detach().clone() for v in (w, b)]
    one = optimizer(make, w, b, 1.0, **arguments)
    mean_loss(objective, w, b).backward()
    one.step()
    if make is torch.optim.SGD:
        found = [before - v.detach() for before, v in zip(start, (w, b), strict=True)]
    else:  # the first moment after one step is (1 − beta1) times the gradient
        found = [one.state[v]["exp_avg"] / (1 - 0.9) for v in (w, b)]
    return np.array([*found[0].numpy(), found[1].item()])


@losses
@optimizers
def test_weight_decay_is_the_gradient_of_l2(target, loss, rng):
    objective = problem(rng, loss, L2(0.3))
    arguments = keyword_arguments(L2(0.3), target, N)
    for w, b in points(rng):
        theirs = gradient_of(OPTIMIZERS[target], objective, w, b, arguments)
        np.testing.assert_allclose(theirs, whole_gradient(objective, w, b), rtol=0, atol=1e-12)


@optimizers
def test_another_weight_decay_is_another_gradient(target, rng):
    objective = problem(rng, penalty=L2(0.3))
    for factor in (0.5, 1 / N, N):
        arguments = {"weight_decay": 0.3 * factor}
        theirs = gradient_of(OPTIMIZERS[target], objective, np.ones(P), 1.0, arguments)
        assert np.abs(theirs - whole_gradient(objective, np.ones(P), 1.0)).max() > 0.01


def trained(make, objective, arguments, lr, keep=1.0, steps=1500):
    """The end of a training on all samples at once, whose learning rate falls by a factor."""
    w, b = parameters(np.zeros(P), 0.0)
    one = optimizer(make, w, b, lr, **arguments)
    schedule = torch.optim.lr_scheduler.ExponentialLR(one, keep)
    for _ in range(steps):
        one.zero_grad()
        mean_loss(objective, w, b).backward()
        one.step()
        schedule.step()
    return np.array([*w.detach().numpy(), b.item()])


def minimiser(objective):
    ours = fista(objective, tol=1e-12)
    assert objective.certificate(ours.w, ours.b).largest_violation < 1e-10
    return np.array([*ours.w, ours.b])


@losses
@optimizers
def test_training_ends_at_our_certified_minimiser(target, loss, rng):
    objective = problem(rng, loss, L2(0.3))
    rate = {"lr": 0.5} if target == "torch.optim.SGD" else {"lr": 0.1, "keep": 0.993, "steps": 2500}
    arguments = keyword_arguments(L2(0.3), target, N)
    end = trained(OPTIMIZERS[target], objective, arguments, **rate)
    np.testing.assert_allclose(end, minimiser(objective), rtol=0, atol=1e-6)
    elsewhere = trained(OPTIMIZERS[target], objective, {"weight_decay": 0.15}, **rate)
    assert np.abs(elsewhere - minimiser(objective)).max() > 0.01


def test_adamw_ends_elsewhere_and_its_gradient_knows_nothing_of_the_decay(rng):
    objective, w = problem(rng, penalty=L2(0.3)), np.ones(P)
    arguments = {"weight_decay": 0.3}
    end = trained(torch.optim.AdamW, objective, arguments, lr=0.1, keep=0.993, steps=2500)
    assert np.abs(end - minimiser(objective)).max() > 0.01
    theirs = gradient_of(torch.optim.AdamW, objective, w, 1.0, arguments)
    np.testing.assert_allclose(theirs[:P], objective.gradient(w, 1.0)[0], atol=1e-12)
    none = keyword_arguments(None, "torch.optim.AdamW", N)
    plain = Objective(objective.X, objective.y, HalfSquaredError())
    end = trained(torch.optim.AdamW, plain, none, lr=0.1, keep=0.993, steps=2500)
    np.testing.assert_allclose(end, minimiser(plain), rtol=0, atol=1e-6)


@losses
def test_our_l1_solution_meets_the_kkt_conditions_with_pytorchs_gradient(loss, rng):
    lam = 0.2 if loss.targets == "real" else 0.1
    objective = problem(rng, loss, L1(lam))
    *ours, b = minimiser(objective)
    w, b = parameters(ours, b)
    mean_loss(objective, w, b).backward()
    assert 0 < np.count_nonzero(ours) < P
    assert L1(lam).subdiff_distance(np.array(ours), w.grad.numpy()).max() < 1e-8
    assert L1(1.1 * lam).subdiff_distance(np.array(ours), w.grad.numpy()).max() > 0.005
    assert abs(b.grad.item()) < 1e-8


@penalties
def test_the_advice_for_l1_holds_a_term_in_the_loss_has_our_gradient(penalty, rng):
    objective = problem(rng, penalty=penalty)
    parts = keyword_arguments(penalty, "keras.regularizers", N)
    for start in points(rng):
        w, b = parameters(*start)
        term = parts["l1"] * w.abs().sum() + parts["l2"] * (w**2).sum()
        whole = mean_loss(objective, w, b) + term
        whole.backward()
        assert whole.item() == pytest.approx(objective.value(*start), rel=1e-12)
        theirs = [*w.grad.numpy(), b.grad.item()]
        np.testing.assert_allclose(theirs, whole_gradient(objective, *start), rtol=0, atol=1e-12)


def test_the_advice_for_l1_holds_the_proximal_step_gives_exact_zeros(rng):
    objective = problem(rng, penalty=L1(0.2))
    w, b = parameters(np.zeros(P), 0.0)
    one = torch.optim.SGD([w, b], lr=0.5)
    for _ in range(300):
        one.zero_grad()
        mean_loss(objective, w, b).backward()
        one.step()
        with torch.no_grad():
            w.copy_(torch.tensor(L1(0.2).prox(w.numpy(), step_size=0.5)))
    end = np.array([*w.detach().numpy(), b.item()])
    np.testing.assert_allclose(end, minimiser(objective), rtol=0, atol=1e-6)
    np.testing.assert_array_equal(end == 0, minimiser(objective) == 0)


# Keras: the regulariser's own value, the loss that the model trains on, and its own steps.


# On PyTorch Keras (3.15.1) multiplies matrices and takes means in float32, whatever its floatx says
# (its issues 23223, 23704). EinsumDense, and a sum that we divide by n, do stay in float64.
KERAS_LOSSES = {
    HalfSquaredError(): lambda y, z: keras.ops.sum((y - z) ** 2) / (2 * N),
    BinaryCrossEntropy(): lambda y, z: (
        keras.ops.sum(keras.ops.binary_crossentropy(y, z, from_logits=True)) / N
    ),
}


def in_float64(**regularizer):
    return keras.layers.EinsumDense("np,pk->nk", output_shape=1, bias_axes="k", **regularizer)


def in_float32(**regularizer):
    return keras.layers.Dense(1, **regularizer)


def keras_model(objective, arguments, loss=None, lr=1.0, layer=in_float64):
    dense = layer(kernel_regularizer=keras.regularizers.L1L2(**arguments))
    model = keras.Sequential([keras.Input((P,)), dense])
    loss = loss or KERAS_LOSSES[objective.loss]
    model.compile(optimizer=keras.optimizers.SGD(lr), loss=loss)
    return model


def put(model, w, b):
    kernel, bias = model.layers[0].weights
    kernel.assign(np.array(w)[:, None])
    bias.assign([b])


def taken(model):
    """The weights, then the bias; a plain np.array of a Keras variable warns with numpy 2."""
    return np.concatenate([v.value.detach().numpy().ravel() for v in model.layers[0].weights])


def total_loss(model, objective):
    """The value that Keras trains on, regularisers included, and its gradient."""
    X, y = torch.tensor(objective.X), torch.tensor(objective.y[:, None])
    value = model.compute_loss(y=y, y_pred=model(X))
    weights = [v.value for v in model.layers[0].weights]
    slopes = torch.autograd.grad(value, weights)
    return value.item(), np.concatenate([slope.numpy().ravel() for slope in slopes])


@penalties
def test_the_regulariser_has_our_penaltys_value_and_slope(penalty, rng):
    arguments = keyword_arguments(penalty, "keras.regularizers", N)
    regularizer = keras.regularizers.L1L2(**arguments)
    for w, _ in points(rng):
        kernel = torch.tensor(w[:, None], requires_grad=True)
        value = regularizer(kernel)
        value.backward()
        assert value.item() == pytest.approx(penalty.value(w), rel=1e-13)
        np.testing.assert_allclose(
            kernel.grad.numpy()[:, 0], penalty.subgradient(w), rtol=0, atol=1e-14
        )


def disagreement(model, objective, rng):
    """The largest difference of the objectives and their gradients at 100 random points."""
    worst = 0.0
    for w, b in points(rng):
        put(model, w, b)
        value, slopes = total_loss(model, objective)
        assert sum(model.losses).item() == pytest.approx(objective.penalty.value(w))
        differences = [value - objective.value(w, b), *(slopes - whole_gradient(objective, w, b))]
        worst = max(worst, *np.abs(differences))
    return worst


@losses
@penalties
def test_the_loss_that_keras_trains_on_is_ours_in_value_and_gradient(penalty, loss, rng):
    objective = problem(rng, loss, penalty)
    arguments = keyword_arguments(penalty, "keras.regularizers", N)
    assert disagreement(keras_model(objective, arguments), objective, rng) < 1e-12


@penalties
def test_dense_and_keras_own_loss_are_ours_as_far_as_float32_goes(penalty, rng):
    objective = problem(rng, BinaryCrossEntropy(), penalty)
    arguments = keyword_arguments(penalty, "keras.regularizers", N)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model = keras_model(objective, arguments, loss, layer=in_float32)
    assert disagreement(model, objective, rng) < 1e-6


@pytest.mark.parametrize(
    ("penalty", "wrong"),
    [(L2(0.3), {"l2": 0.3}), (L2(0.3), {"l1": 0.3}), (L1(0.2), {"l1": 0.1}), (L1(0.2), {})],
)
def test_a_wrong_conversion_disagrees(penalty, wrong, rng):
    objective = problem(rng, penalty=penalty)
    w = np.full(P, 3.0)
    put(model := keras_model(objective, wrong), w, 1.0)
    value, slopes = total_loss(model, objective)
    assert abs(value - objective.value(w, 1.0)) > 0.01
    assert np.abs(slopes - whole_gradient(objective, w, 1.0)).max() > 0.01


def test_with_keras_own_mse_which_is_twice_our_loss_lam_doubles(rng):
    objective = problem(rng, penalty=L2(0.3))
    doubled = keyword_arguments(L2(0.6), "keras.regularizers", N)
    put(model := keras_model(objective, doubled, "mse"), np.ones(P), 1.0)
    value, slopes = total_loss(model, objective)
    assert value == pytest.approx(2 * objective.value(np.ones(P), 1.0), rel=1e-6)
    np.testing.assert_allclose(slopes, 2 * whole_gradient(objective, np.ones(P), 1.0), rtol=1e-6)


@penalties
def test_keras_own_steps_follow_our_gradient(penalty, rng):
    objective = problem(rng, penalty=penalty)
    model = keras_model(objective, keyword_arguments(penalty, "keras.regularizers", N))
    for w, b in points(rng):
        put(model, w, b)
        model.train_on_batch(objective.X, objective.y[:, None])
        step = np.array([*w, b]) - taken(model)
        np.testing.assert_allclose(step, whole_gradient(objective, w, b), rtol=0, atol=1e-12)


@losses
def test_keras_training_ends_at_our_certified_minimiser(loss, rng):
    objective = problem(rng, loss, L2(0.3))
    for arguments in (keyword_arguments(L2(0.3), "keras.regularizers", N), {"l2": 0.3}):
        put(model := keras_model(objective, arguments, lr=0.5), np.zeros(P), 0.0)
        for _ in range(400):
            model.train_on_batch(objective.X, objective.y[:, None])
        distance = np.abs(taken(model) - minimiser(objective)).max()
        assert distance > 0.01 if arguments == {"l2": 0.3} else distance < 1e-6


def test_our_l1_solution_meets_the_kkt_conditions_with_keras_gradient(rng):
    objective = problem(rng, penalty=L1(0.2))
    *w, b = minimiser(objective)
    put(model := keras_model(objective, {}), w, b)
    _, slopes = total_loss(model, objective)
    l1 = keyword_arguments(L1(0.2), "keras.regularizers", N)["l1"]
    assert 0 < np.count_nonzero(w) < P
    assert L1(l1).subdiff_distance(np.array(w), slopes[:P]).max() < 1e-8
    assert L1(1.1 * l1).subdiff_distance(np.array(w), slopes[:P]).max() > 0.005

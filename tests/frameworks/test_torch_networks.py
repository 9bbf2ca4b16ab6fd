"""Every layer's forward pass, gradient and memory agree with PyTorch's, to 1e-6."""

import numpy as np
import pytest

from coursekit.losses import SoftmaxCrossEntropy
from coursekit.networks import (
    Activation,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    MaxPool,
    Network,
)
from coursekit.optimizers import Adam, AdamW, Grouped
from coursekit.penalties import L2

pytestmark = pytest.mark.frameworks
torch = pytest.importorskip("torch", reason="dependency group frameworks is not installed")

OURS = Network(
    (
        Conv(2, 3), BatchNorm(3), Activation("relu"), MaxPool(2),
        Conv(3, 4, size=2, padding=0), Activation("tanh"), Flatten(),
        Dense(4, 5), BatchNorm(5), Activation("sigmoid"), Dense(5, 3),
    )
)  # fmt: skip


def theirs():
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(3, 4, 2), nn.Tanh(), nn.Flatten(),
        nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Sigmoid(), nn.Linear(5, 3),
    ).double()  # fmt: skip


def arrays(module, part):
    """Return a module's arrays in our order and layout; part: "value" or "grad"."""

    def one(tensor):
        tensor = tensor if part == "value" else tensor.grad
        return tensor.detach().numpy()

    if isinstance(module, torch.nn.Conv2d):
        return [one(module.weight).transpose(2, 3, 1, 0), one(module.bias)]
    if isinstance(module, torch.nn.Linear):
        return [one(module.weight).T, one(module.bias)]
    if isinstance(module, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
        followed = [module.running_mean.numpy(), module.running_var.numpy()]
        zeros = [np.zeros_like(array) for array in followed]
        return [one(module.weight), one(module.bias), *(zeros if part == "grad" else followed)]
    return []


def flat(network, part="value"):
    return np.concatenate([a.ravel() for module in network for a in arrays(module, part)])


@pytest.fixture
def data(rng):
    return rng.normal(size=(8, 4, 4, 2)), rng.integers(0, 3, 8)


def torch_loss(network, X, y):
    images = torch.tensor(X.transpose(0, 3, 1, 2))
    return torch.nn.functional.cross_entropy(network(images), torch.tensor(y))


@pytest.mark.parametrize("in_training", [True, False])
def test_value_gradient_and_statistics_agree(in_training, data, rng):
    X, y = data
    torch.manual_seed(0)
    other = theirs().train(in_training)
    theta = flat(other)
    loss = torch_loss(other, X, y)
    loss.backward()
    value, gradient, way = OURS.loss_and_gradient(
        theta, X, y, SoftmaxCrossEntropy(), training=rng if in_training else None
    )
    assert value == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, flat(other, "grad"), atol=1e-12)
    if in_training:
        np.testing.assert_allclose(OURS.followed(theta, way), flat(other), atol=1e-12)


def test_a_gradient_off_by_a_thousandth_is_noticed(data):
    X, y = data
    other = theirs().eval()
    torch_loss(other, X, y).backward()
    _, gradient, _ = OURS.loss_and_gradient(flat(other), X, y, SoftmaxCrossEntropy())
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(1.001 * gradient, flat(other, "grad"), atol=1e-6)


GROUPS = [
    (
        lambda mask: Grouped(mask, AdamW(0.01, weight_decay=0.1), Adam(0.01)),
        lambda groups: torch.optim.AdamW(groups, lr=0.01),
        None,
    ),
    (lambda mask: Adam(0.01), lambda groups: torch.optim.Adam(groups, lr=0.01), L2(0.1)),
]


@pytest.mark.parametrize(("ours", "make_theirs", "penalty"), GROUPS, ids=["decay", "L2"])
def test_fifty_steps_with_penalised_weights_and_free_biases_agree(
    ours, make_theirs, penalty, data, rng
):
    X, y = data
    torch.manual_seed(0)
    other = theirs()
    named = dict(other.named_parameters())
    is_weight = {name: array.ndim > 1 for name, array in named.items()}
    optimizer = make_theirs(
        [
            {"params": [a for n, a in named.items() if is_weight[n]], "weight_decay": 0.1},
            {"params": [a for n, a in named.items() if not is_weight[n]], "weight_decay": 0.0},
        ]
    )
    theta, optimiser = flat(other), ours(OURS.penalised)
    state = optimiser.init(theta)
    for _ in range(50):
        optimizer.zero_grad()
        torch_loss(other, X, y).backward()
        optimizer.step()
        _, gradient, way = OURS.loss_and_gradient(
            theta, X, y, SoftmaxCrossEntropy(), penalty, training=rng
        )
        theta, state = optimiser.step(OURS.followed(theta, way), gradient, state)
    np.testing.assert_allclose(theta, flat(other), atol=1e-6)


def test_dropout_uses_the_same_two_values():
    """The masks are drawn by different generators; the kept numbers are divided alike."""
    x = np.ones((40, 50))
    out, _ = Dropout(0.3).forward((), x, np.random.default_rng(0))
    torch.manual_seed(0)
    other = torch.nn.Dropout(0.3)(torch.tensor(x)).numpy()
    np.testing.assert_allclose(np.unique(out), np.unique(other))

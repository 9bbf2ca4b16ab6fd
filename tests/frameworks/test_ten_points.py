"""Lesson 20's ten-point experiment takes PyTorch's steps: start, slopes and thousands of steps.

The lesson's own code is tested: its cells that are tagged "protocol", run in order.
"""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks
torch = pytest.importorskip("torch", reason="dependency group frameworks is not installed")

LESSON = Path(__file__).parents[2] / "lessons" / "20_ten_points.ipynb"
VARIANTS = {
    "no penalty": (0.0, 0.0),
    "L1": (0.001, 0.0),
    "L2, not squared": (0.0, 0.001),
    "both": (0.001, 0.001),
}
SEED = 25


@pytest.fixture(scope="module")
def protocol() -> SimpleNamespace:
    """What the tagged cells of the lesson define."""
    namespace: dict[str, Any] = {}
    for cell in json.loads(LESSON.read_text(encoding="utf-8"))["cells"]:
        if "protocol" in cell["metadata"].get("tags", []):
            exec("".join(cell["source"]), namespace)
    return SimpleNamespace(**namespace)


@pytest.fixture(scope="module")
def points(protocol: SimpleNamespace) -> tuple[np.ndarray, np.ndarray]:
    """The ten points as columns x and y."""
    data = protocol.datasets.ten_points()
    return data.X, data.y[:, None]


@pytest.fixture(scope="module")
def trained(protocol: SimpleNamespace, points: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """The lesson's parameters after all 10,000 steps with the norms.

    Not with L1: its sign turns a rounding error near 0 into a whole step.
    """
    return lesson_training(protocol, points, VARIANTS["L2, not squared"], 1000)


def l1(matrices: list, biases: list) -> Any:
    return sum(W.abs().sum() for W in matrices)


def norms(matrices: list, biases: list) -> Any:
    return sum(torch.norm(W) for W in matrices)


def squared_norms(matrices: list, biases: list) -> Any:
    return sum((W**2).sum() for W in matrices)


def l1_of_biases_too(matrices: list, biases: list) -> Any:
    return l1([*matrices, *biases], [])


class Twin:
    """The experiment as its author would write it in PyTorch."""

    def __init__(
        self,
        lams: tuple[float, float],
        *,
        seed: int = SEED,
        penalties: tuple[Callable, Callable] = (l1, norms),
        dtype: Any = torch.float64,
    ) -> None:
        torch.manual_seed(seed)
        self.linear = [torch.nn.Linear(*sizes) for sizes in ((1, 3), (3, 5), (5, 10), (10, 5))]
        hidden = [module for layer in self.linear for module in (layer, torch.nn.Sigmoid())]
        self.linear.append(torch.nn.Linear(5, 1))
        self.model = torch.nn.Sequential(*hidden, self.linear[-1], torch.nn.ReLU()).to(dtype)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.005)
        self.loss = torch.nn.MSELoss()
        self.lams, self.penalties, self.dtype = lams, penalties, dtype

    def backward(self, x: float, y: float) -> None:
        self.optimizer.zero_grad()
        ours = torch.tensor([[x]], dtype=self.dtype), torch.tensor([[y]], dtype=self.dtype)
        objective = self.loss(self.model(ours[0]), ours[1])
        groups = [layer.weight for layer in self.linear], [layer.bias for layer in self.linear]
        for lam, penalty in zip(self.lams, self.penalties, strict=True):
            if lam:
                objective = objective + lam * penalty(*groups)
        objective.backward()

    def train(self, points: tuple[np.ndarray, np.ndarray], n_epochs: int) -> np.ndarray:
        for _ in range(n_epochs):
            for x, y in zip(*(column[:, 0] for column in points), strict=True):
                self.backward(x, y)
                self.optimizer.step()
        return self.flat()

    def flat(self, what: str = "data") -> np.ndarray:
        """The parameters, or what="grad", in the lesson's order."""
        parts = []
        for layer in self.linear:
            W, b = getattr(layer.weight, what), getattr(layer.bias, what)
            parts += [W.detach().numpy().T.ravel(), b.detach().numpy()]
        return np.concatenate(parts).astype(float)


def lesson_slopes(
    protocol: SimpleNamespace, lams: tuple[float, float], x: float, y: float
) -> np.ndarray:
    theta = protocol.default_start(SEED)[:, None]
    gradient = np.empty_like(theta)
    protocol.write_gradient(gradient, theta, np.array([x]), np.array([y]))
    protocol.add_penalties(gradient, theta, *lams)
    return gradient[:, 0]


def lesson_training(
    protocol: SimpleNamespace, points: tuple, lams: tuple[float, float], n_epochs: int
) -> np.ndarray:
    theta = protocol.default_start(SEED)[:, None]
    return protocol.train(theta, *points, *lams, n_epochs=n_epochs)[:, 0]


def test_the_lesson_trains_these_variants(protocol):
    assert protocol.VARIANTS == VARIANTS


@pytest.mark.parametrize("seed", [0, 1, SEED, 49])
def test_the_start_is_the_same_to_the_last_bit(protocol, seed):
    theirs = Twin((0.0, 0.0), seed=seed, dtype=torch.float32).flat()
    np.testing.assert_array_equal(protocol.default_start(seed), theirs)


@pytest.mark.parametrize("name", VARIANTS)
def test_slopes_agree_at_the_start(protocol, points, name):
    for x, y in zip(*(column[:, 0] for column in points), strict=True):
        twin = Twin(VARIANTS[name])
        twin.backward(x, y)
        ours = lesson_slopes(protocol, VARIANTS[name], x, y)
        np.testing.assert_allclose(ours, twin.flat("grad"), rtol=1e-6, atol=0)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_thousand_steps_agree(protocol, points, name):
    ours = lesson_training(protocol, points, VARIANTS[name], 100)
    np.testing.assert_allclose(ours, Twin(VARIANTS[name]).train(points, 100), rtol=1e-6, atol=0)


def test_all_ten_thousand_steps_agree(trained, points):
    theirs = Twin(VARIANTS["L2, not squared"]).train(points, 1000)
    np.testing.assert_allclose(trained, theirs, rtol=1e-6, atol=0)


def test_single_precision_draws_the_same_curve(protocol, trained, points):
    """The published experiment ran in float32, the lesson runs in float64."""
    theirs = Twin(VARIANTS["L2, not squared"], dtype=torch.float32)
    theirs.train(points, 1000)
    grid = np.arange(0, 10, 0.1)
    with torch.no_grad():
        curve = theirs.model(torch.tensor(grid, dtype=torch.float32)[:, None])[:, 0].numpy()
    sums = [protocol.forward(trained[:, None], np.array([x]))[0][0] for x in grid]
    np.testing.assert_allclose(np.maximum(0, sums), curve, atol=0.1, rtol=0)


@pytest.mark.parametrize(
    ("lams", "penalties"),
    [
        ((0.0, 0.001), (l1, squared_norms)),
        ((0.001, 0.0), (l1_of_biases_too, norms)),
    ],
    ids=["squared norms", "penalised biases"],
)
def test_another_penalty_is_noticed(protocol, points, lams, penalties):
    twin = Twin(lams, penalties=penalties)
    twin.backward(4.0, 20.76)
    theirs, ours = twin.flat("grad"), lesson_slopes(protocol, lams, 4.0, 20.76)
    assert not np.allclose(ours, theirs, rtol=1e-6, atol=0)
    ours = lesson_training(protocol, points, lams, 10)
    theirs = Twin(lams, penalties=penalties).train(points, 10)
    assert np.abs(ours - theirs).max() > 1e-3


def test_a_halved_loss_is_noticed(protocol, points):
    twin = Twin((0.0, 0.0))
    twin.loss = lambda out, y: 0.5 * ((out - y) ** 2).mean()
    twin.backward(4.0, 20.76)
    ours = lesson_slopes(protocol, (0.0, 0.0), 4.0, 20.76)
    assert not np.allclose(ours, twin.flat("grad"), rtol=1e-6, atol=0)

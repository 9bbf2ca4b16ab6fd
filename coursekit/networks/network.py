"""Networks: layers in a row, their parameters one flat vector.

A flat vector is what optimisers step, what checkers differentiate and what a landscape is drawn
over; `layers` shows it as matrices.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..losses import Loss
from ..penalties import HasSubgradient, Penalty
from ..validation import Array, finite_array, generator
from .layers import Activation, Dense, Layer


@dataclass(frozen=True)
class Network:
    """The layers of `stack`, one after another. Raises ValueError where none has parameters."""

    stack: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not any(layer.parameters for layer in self.stack):
            raise ValueError(f"a network needs at least one layer to train, got {self.stack}")

    @cached_property
    def n_parameters(self) -> int:
        """How many numbers the parameter vector holds."""
        return sum(int(np.prod(p.shape)) for layer in self.stack for p in layer.parameters)

    @cached_property
    def kinds(self) -> Array:
        """What each number is, (n_parameters,): "weight", "free" or "statistic", see Parameter."""
        parameters = [p for layer in self.stack for p in layer.parameters]
        return np.concatenate([np.full(np.prod(p.shape), p.kind, "U9") for p in parameters])

    @cached_property
    def penalised(self) -> Array:
        """A mask (n_parameters,): True for weights, False for biases and batch norm's numbers."""
        return self.kinds == "weight"

    def init(self, rng: np.random.Generator) -> Array:
        """Return fresh parameters (n_parameters,)."""
        generator("rng", rng)
        return np.concatenate([a.ravel() for layer in self.stack for a in layer.fresh(rng)])

    def layers(self, theta: Array) -> list[tuple[Array, ...]]:
        """Return, for each layer that has parameters, the views of its arrays into theta."""
        return [params for params in self._views(theta) if params]

    def weights(self, theta: Array) -> list[Array]:
        """Return the views of the penalised arrays into theta: matrices and filters, no biases."""
        pairs = zip(self.stack, self._views(theta), strict=True)
        return [
            array
            for layer, params in pairs
            for array, (_, kind) in zip(params, layer.parameters, strict=True)
            if kind == "weight"
        ]

    def _views(self, theta: Array) -> list[tuple[Array, ...]]:
        if theta.shape != (self.n_parameters,):
            raise ValueError(f"theta must have shape {(self.n_parameters,)}, got {theta.shape}")
        found, at = [], 0
        for layer in self.stack:
            views = []
            for shape, _ in layer.parameters:
                end = at + int(np.prod(shape))
                views.append(theta[at:end].reshape(shape))
                at = end
            found.append(tuple(views))
        return found

    def forward(
        self, theta: Array, X: ArrayLike, training: np.random.Generator | None = None
    ) -> tuple[Array, list[Any]]:
        """Return the outputs for samples X, shape (n, …), and what `backward` needs of the way.

        training: a Generator makes this a pass of training: dropout draws from it, batch norm
        takes the batch's own statistics.
        """
        out, way = finite_array("X", X), []
        for layer, params in zip(self.stack, self._views(theta), strict=True):
            out, seen = layer.forward(params, out, training)
            way.append(seen)
        return out, way

    def backward(self, theta: Array, way: list[Any], by_output: Array) -> Array:
        """Return the gradient by theta, from the slopes ∂J/∂output of the same forward pass.

        Rumelhart, Hinton & Williams (1986).
        """
        gradient = np.zeros_like(theta)
        stages = list(zip(self.stack, self._views(theta), self._views(gradient), way, strict=True))
        for layer, params, by_params, seen in reversed(stages):
            by_output, slopes = layer.backward(params, seen, by_output)
            for target, slope in zip(by_params, slopes, strict=False):  # statistics have no slope
                target[:] = slope
        return gradient

    def followed(self, theta: Array, way: list[Any]) -> Array:
        """Return theta after batch norm's statistics have followed one training pass."""
        theta = theta.copy()
        for layer, params, seen in zip(self.stack, self._views(theta), way, strict=True):
            for target, new in zip(params, layer.followed(params, seen), strict=True):
                target[:] = new
        return theta

    def predict(self, theta: Array, X: ArrayLike) -> Array:
        """Return the scores in use: (n,) where there is one output, otherwise (n, K)."""
        return _scores(self.forward(theta, X)[0])

    def loss_and_gradient(
        self,
        theta: Array,
        X: ArrayLike,
        y: ArrayLike,
        loss: Loss,
        penalty: Penalty | None = None,
        training: np.random.Generator | None = None,
    ) -> tuple[float, Array, list[Any]]:
        """Return J(θ) = mean loss + Ω(weights), its gradient by theta, and the way of the pass.

        Only what `penalised` marks is penalised; a penalty with a kink gives a subgradient. Raises
        ValueError for a penalty that has none.
        """
        output, way = self.forward(theta, X, training)
        scores = _scores(output)
        value = float(loss.value(y, scores).mean())
        slopes = loss.gradient(y, scores) / len(scores)
        gradient = self.backward(theta, way, slopes.reshape(output.shape))
        if penalty is not None:
            if not isinstance(penalty, HasSubgradient):
                raise ValueError(f"{penalty!r} has no subgradient; take a step of its prox instead")
            weights = theta[self.penalised]
            value += penalty.value(weights)
            gradient[self.penalised] += penalty.subgradient(weights)
        return value, gradient, way


def _scores(output: Array) -> Array:
    return output[:, 0] if output.ndim == 2 and output.shape[1] == 1 else output


def MLP(
    sizes: tuple[int, ...], activation: str = "relu", output: str = "identity", init: str = "he"
) -> Network:
    """Return the network of Dense layers with these sizes: (inputs, …, outputs).

    After each layer comes `activation`, after the last one `output`. Raises ValueError for fewer
    than two sizes, sizes below 1, and unknown names.
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes must hold inputs and outputs at least, got {sizes}")
    stack: list[Layer] = []
    for inputs, outputs in pairwise(sizes):
        stack += [Dense(inputs, outputs, init), Activation(activation)]
    return Network((*stack[:-1], *([] if output == "identity" else [Activation(output)])))

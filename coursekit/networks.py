"""A small fully connected network in numpy, its parameters one flat vector.

A flat vector is what optimisers step, what checkers differentiate and what a landscape is drawn
over; `layers` shows it as matrices.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .validation import Array, finite_array, known_name, whole_number

# name: (function of the sum s, its derivative written in s and the activation a)
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "relu": (lambda s: np.maximum(0, s), lambda s, a: (s > 0).astype(s.dtype)),
    "tanh": (np.tanh, lambda s, a: 1 - a**2),
    "identity": (lambda s: s, lambda s, a: np.ones_like(s)),
}


@dataclass(frozen=True)
class MLP:
    """Layers a ← activation(aW + b), the last without activation; sizes: (inputs, …, outputs).

    Raises ValueError for fewer than two sizes, sizes below 1 and unknown activations.
    """

    sizes: tuple[int, ...]
    activation: str = "relu"

    def __post_init__(self) -> None:
        if len(self.sizes) < 2:
            raise ValueError(f"sizes must hold inputs and outputs at least, got {self.sizes}")
        for size in self.sizes:
            whole_number("size", size, at_least=1)
        known_name("activation", self.activation, list(ACTIVATIONS))

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """The shape (inputs, outputs) of each layer's matrix."""
        return list(zip(self.sizes[:-1], self.sizes[1:], strict=True))

    @property
    def n_parameters(self) -> int:
        """How many numbers the parameter vector holds."""
        return sum((rows + 1) * columns for rows, columns in self.shapes)

    def init(self, rng: np.random.Generator) -> Array:
        """Return weights from N(0, 2/inputs) and biases 0. He et al. (2015), section 2.2."""
        theta = np.zeros(self.n_parameters)
        for W, _ in self.layers(theta):
            W[:] = rng.normal(0, np.sqrt(2 / len(W)), size=W.shape)
        return theta

    def layers(self, theta: Array) -> list[tuple[Array, Array]]:
        """Return the views (W, b) of each layer into theta."""
        if theta.shape != (self.n_parameters,):
            raise ValueError(f"theta must have shape {(self.n_parameters,)}, got {theta.shape}")
        found, at = [], 0
        for rows, columns in self.shapes:
            middle, end = at + rows * columns, at + (rows + 1) * columns
            found.append((theta[at:middle].reshape(rows, columns), theta[middle:end]))
            at = end
        return found

    def forward(self, theta: Array, X: ArrayLike) -> tuple[Array, list[tuple[Array, Array]]]:
        """Return the outputs (n, K) for X (n, inputs), and what `backward` needs of the way."""
        function, _ = ACTIVATIONS[self.activation]
        a = finite_array("X", X, 2)
        if a.shape[1] != self.sizes[0]:
            raise ValueError(f"X must have {self.sizes[0]} columns, got shape {a.shape}")
        way = []
        layers = self.layers(theta)
        for W, b in layers[:-1]:
            way.append((a, a @ W + b))
            a = function(way[-1][1])
        W, b = layers[-1]
        return a @ W + b, [*way, (a, a)]

    def backward(self, theta: Array, way: list[tuple[Array, Array]], by_output: Array) -> Array:
        """Return the gradient by theta, from the slopes ∂J/∂output (n, K) of the same forward pass.

        Rumelhart, Hinton & Williams (1986).
        """
        _, slope = ACTIVATIONS[self.activation]
        gradient = np.empty_like(theta)
        layers = list(zip(self.layers(theta), self.layers(gradient), strict=True))
        by_sum = by_output
        for k in reversed(range(len(layers))):
            (W, _), (by_W, by_b) = layers[k]
            below, _ = way[k]
            by_W[:], by_b[:] = below.T @ by_sum, by_sum.sum(axis=0)
            if k > 0:
                by_sum = by_sum @ W.T * slope(way[k - 1][1], below)
        return gradient

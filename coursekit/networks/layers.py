"""Layers: each a forward pass and, right below it, the backward pass derived from it.

A layer holds no numbers. Its parameters are handed in as a list of arrays, in the order of
`parameters`; what the backward pass needs is handed out by the forward pass as `way`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from ..losses import sigmoid
from ..validation import Array, known_name, number, whole_number

# name: (function of the sum s, its derivative written in s and the activation a)
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "relu": (lambda s: np.maximum(0, s), lambda s, a: (s > 0).astype(s.dtype)),
    "tanh": (np.tanh, lambda s, a: 1 - a**2),
    "sigmoid": (sigmoid, lambda s, a: a * (1 - a)),
    "identity": (lambda s: s, lambda s, a: np.ones_like(s)),
}

# name: the variance of a fresh weight, given how many numbers go in and come out.
INITIALISATIONS: dict[str, Callable[[int, int], float]] = {
    "he": lambda inputs, outputs: 2 / inputs,  # He, Zhang, Ren & Sun (2015), section 2.2
    "glorot": lambda inputs, outputs: 2 / (inputs + outputs),  # Glorot & Bengio (2010), eq. 12
    "lecun": lambda inputs, outputs: 1 / inputs,  # LeCun et al. (1998), section 4.6
}


class Parameter(NamedTuple):
    """The shape of one array of parameters, and its kind.

    weight: trained and penalised; free: trained, never penalised (biases, and batch norm's scale
    and shift); statistic: followed during training, without a gradient.
    """

    shape: tuple[int, ...]
    kind: Literal["weight", "free", "statistic"]


class Layer(ABC):
    """A differentiable step of a network."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What the layer trains or follows; nothing unless it says so."""
        return ()

    def fresh(self, rng: np.random.Generator) -> tuple[Array, ...]:
        """Return starting values for `parameters`."""
        return ()

    @abstractmethod
    def forward(
        self, params: Sequence[Array], x: Array, training: np.random.Generator | None
    ) -> tuple[Array, Any]:
        """Return the output and what `backward` needs; `training` is None in use."""

    @abstractmethod
    def backward(
        self, params: Sequence[Array], way: Any, by_out: Array
    ) -> tuple[Array, Sequence[Array]]:
        """Return the slopes by the input and by each trained parameter, given those by the output.

        Statistics stand after the trained parameters and get none.
        """

    def followed(self, params: Sequence[Array], way: Any) -> Sequence[Array]:
        """Return the parameters after their statistics have followed one training batch."""
        return params


def _check_columns(layer: Layer, x: Array, columns: int) -> None:
    """Refuse an input whose last axis does not fit, with the layer that it was meant for."""
    if x.ndim < 2 or x.shape[-1] != columns:
        raise ValueError(f"{layer} takes {columns} columns, got an input of shape {x.shape}")


@dataclass(frozen=True)
class Dense(Layer):
    """x ↦ xW + b for x (n, inputs), W (inputs, outputs), b (outputs,).

    init: the variance of fresh weights, "he" 2/inputs, "glorot" 2/(inputs + outputs) or "lecun"
    1/inputs; biases start at 0. Raises ValueError for sizes below 1 and other names.
    """

    inputs: int
    outputs: int
    init: str = "he"

    def __post_init__(self) -> None:
        for size in (self.inputs, self.outputs):
            whole_number("size", size, at_least=1)
        known_name("initialisation", self.init, list(INITIALISATIONS))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        weights = Parameter((self.inputs, self.outputs), "weight")
        return weights, Parameter((self.outputs,), "free")

    def fresh(self, rng: np.random.Generator) -> tuple[Array, ...]:
        spread = np.sqrt(INITIALISATIONS[self.init](self.inputs, self.outputs))
        return rng.normal(0, spread, size=(self.inputs, self.outputs)), np.zeros(self.outputs)

    def forward(
        self, params: Sequence[Array], x: Array, training: np.random.Generator | None
    ) -> tuple[Array, Array]:
        _check_columns(self, x, self.inputs)
        W, b = params
        return x @ W + b, x

    def backward(
        self, params: Sequence[Array], way: Array, by_out: Array
    ) -> tuple[Array, Sequence[Array]]:
        W, _ = params
        return by_out @ W.T, (way.T @ by_out, by_out.sum(axis=0))


@dataclass(frozen=True)
class Activation(Layer):
    """s ↦ f(s), number by number; f is "relu", "tanh", "sigmoid" or "identity"."""

    name: str

    def __post_init__(self) -> None:
        known_name("activation", self.name, list(ACTIVATIONS))

    def forward(
        self, params: Sequence[Array], x: Array, training: np.random.Generator | None
    ) -> tuple[Array, tuple[Array, Array]]:
        function, _ = ACTIVATIONS[self.name]
        a = function(x)
        return a, (x, a)

    def backward(
        self, params: Sequence[Array], way: tuple[Array, Array], by_out: Array
    ) -> tuple[Array, Sequence[Array]]:
        _, slope = ACTIVATIONS[self.name]
        return by_out * slope(*way), ()


@dataclass(frozen=True)
class Flatten(Layer):
    """Each sample becomes one row: (n, height, width, channels) ↦ (n, height·width·channels)."""

    def forward(
        self, params: Sequence[Array], x: Array, training: np.random.Generator | None
    ) -> tuple[Array, tuple[int, ...]]:
        return x.reshape(len(x), -1), x.shape

    def backward(
        self, params: Sequence[Array], way: tuple[int, ...], by_out: Array
    ) -> tuple[Array, Sequence[Array]]:
        return by_out.reshape(way), ()


@dataclass(frozen=True)
class Dropout(Layer):
    """In training each number is dropped, with probability `drop`, or divided by 1 − drop.

    Inverted dropout: the expectation stays what it is, so that in use nothing has to be done.
    Srivastava et al. (2014), section 10. Raises ValueError unless 0 ≤ drop < 1.
    """

    drop: float = 0.5

    def __post_init__(self) -> None:
        number("drop", self.drop, at_least=0, below=1)

    def forward(
        self, params: Sequence[Array], x: Array, training: np.random.Generator | None
    ) -> tuple[Array, Array | float]:
        if training is None:
            return x, 1.0
        factor = (training.random(x.shape) >= self.drop) / (1 - self.drop)
        return x * factor, factor

    def backward(
        self, params: Sequence[Array], way: Array | float, by_out: Array
    ) -> tuple[Array, Sequence[Array]]:
        return by_out * way, ()


@dataclass(frozen=True)
class BatchNorm(Layer):
    """x ↦ scale · (x − mean)/√(variance + eps) + shift for each feature, the last axis of x.

    In training mean and variance are those of the batch, over all other axes; in use those that
    were followed: new = memory · old + (1 − memory) · the batch's, with the variance of the batch
    over m − 1, as in PyTorch. Ioffe & Szegedy (2015), algorithms 1 and 2.
    """

    features: int
    memory: float = 0.9
    eps: float = 1e-5

    def __post_init__(self) -> None:
        whole_number("features", self.features, at_least=1)
        number("memory", self.memory, at_least=0, below=1)
        number("eps", self.eps, above=0)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Scale, shift; followed mean and variance."""
        shape = (self.features,)
        return (*[Parameter(shape, "free")] * 2, *[Parameter(shape, "statistic")] * 2)

    def fresh(self, rng: np.random.Generator) -> tuple[Array, ...]:
        zeros, ones = np.zeros(self.features), np.ones(self.features)
        return ones, zeros, zeros, ones

    def forward(
        self, params: Sequence[Array], x: Array, training: np.random.Generator | None
    ) -> tuple[Array, Any]:
        _check_columns(self, x, self.features)
        scale, shift, mean, variance = params
        samples = x.reshape(-1, self.features)
        if training is not None:
            if len(samples) < 2:
                raise ValueError("BatchNorm needs at least 2 samples in a training batch, got 1")
            mean, variance = samples.mean(axis=0), samples.var(axis=0)
        spread = np.sqrt(variance + self.eps)
        z = (x - mean) / spread
        return scale * z + shift, (z, spread, training is not None, mean, variance)

    def backward(
        self, params: Sequence[Array], way: Any, by_out: Array
    ) -> tuple[Array, Sequence[Array]]:
        z, spread, in_training, _, _ = way
        others = tuple(range(z.ndim - 1))
        by_scale, by_shift = (by_out * z).sum(axis=others), by_out.sum(axis=others)
        by_z = params[0] * by_out
        if in_training:  # the batch's own mean and variance move with every sample
            by_z = by_z - by_z.mean(axis=others) - z * (by_z * z).mean(axis=others)
        return by_z / spread, (by_scale, by_shift)

    def followed(self, params: Sequence[Array], way: Any) -> Sequence[Array]:
        scale, shift, old_mean, old_variance = params
        z, _, _, mean, variance = way
        m = z.size // self.features
        return (
            scale,
            shift,
            self.memory * old_mean + (1 - self.memory) * mean,
            self.memory * old_variance + (1 - self.memory) * variance * m / (m - 1),
        )

"""Update rules of one step as pure pairs: init(params) → state, step(params, grad, state) → both.

Nothing is changed in place: the same arguments give the same result. The conventions are those of
PyTorch, against which tests compare 100 steps of each.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from .validation import Array, finite_array, number


class Moments(NamedTuple):
    """Running means that an optimiser remembers, and the number of steps taken."""

    first: Array
    second: Array
    steps: int


class Optimizer(Protocol):
    """What a training asks of an optimiser."""

    def init(self, params: Array) -> Any:
        """Return the state before the first step."""

    def step(self, params: Array, grad: Array, state: Any) -> tuple[Array, Any]:
        """Return (params, state) after one step."""


def _checked(params: Array, grad: Array) -> tuple[Array, Array]:
    params, grad = finite_array("params", params), finite_array("grad", grad)
    if params.shape != grad.shape:
        raise ValueError(f"params and grad must match, got {params.shape} and {grad.shape}")
    return params, grad


@dataclass(frozen=True)
class _Optimizer:
    learning_rate: float

    def __post_init__(self) -> None:
        number("learning_rate", self.learning_rate, above=0)
        for name in ("momentum", "decay", "beta1", "beta2"):
            if hasattr(self, name):
                number(name, getattr(self, name), at_least=0, below=1)
        for name, bounds in (("eps", {"above": 0}), ("weight_decay", {"at_least": 0})):
            if hasattr(self, name):
                number(name, getattr(self, name), **bounds)

    def init(self, params: Array) -> Moments:
        """Return the state before the first step: zero moments in the shape of params."""
        zeros = np.zeros_like(finite_array("params", params))
        return Moments(zeros, zeros, 0)


@dataclass(frozen=True)
class SGD(_Optimizer):
    """w ← w − learning_rate · g. Robbins & Monro (1951)."""

    def step(self, params: Array, grad: Array, state: Moments) -> tuple[Array, Moments]:
        """Return (params, state) after one step."""
        w, g = _checked(params, grad)
        return w - self.learning_rate * g, state._replace(steps=state.steps + 1)


@dataclass(frozen=True)
class Momentum(_Optimizer):
    """m ← momentum · m + g; w ← w − learning_rate · m. Polyak (1964), as PyTorch scales it."""

    momentum: float = 0.9

    def step(self, params: Array, grad: Array, state: Moments) -> tuple[Array, Moments]:
        """Return (params, state) after one step."""
        w, g = _checked(params, grad)
        m = self.momentum * state.first + g
        return w - self.learning_rate * m, Moments(m, state.second, state.steps + 1)


@dataclass(frozen=True)
class RMSprop(_Optimizer):
    """s ← decay · s + (1 − decay) g²; w ← w − learning_rate · g/(√s + eps).

    Tieleman & Hinton (2012), lecture 6.5.
    """

    decay: float = 0.99
    eps: float = 1e-8

    def step(self, params: Array, grad: Array, state: Moments) -> tuple[Array, Moments]:
        """Return (params, state) after one step."""
        w, g = _checked(params, grad)
        s = self.decay * state.second + (1 - self.decay) * g**2
        step = self.learning_rate * g / (np.sqrt(s) + self.eps)
        return w - step, Moments(state.first, s, state.steps + 1)


@dataclass(frozen=True)
class Adam(_Optimizer):
    """m, s: running means of g and g², corrected for their start at 0; w ← w − lr · m̂/(√ŝ + eps).

    Kingma & Ba (2015), algorithm 1.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def step(self, params: Array, grad: Array, state: Moments) -> tuple[Array, Moments]:
        """Return (params, state) after one step."""
        w, g = _checked(params, grad)
        k = state.steps + 1
        m = self.beta1 * state.first + (1 - self.beta1) * g
        s = self.beta2 * state.second + (1 - self.beta2) * g**2
        m_hat, s_hat = m / (1 - self.beta1**k), s / (1 - self.beta2**k)
        return w - self.learning_rate * m_hat / (np.sqrt(s_hat) + self.eps), Moments(m, s, k)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam after a decay of the weights themselves, w ← (1 − learning_rate · weight_decay) w.

    Loshchilov & Hutter (2019), algorithm 2, as PyTorch scales it.
    """

    weight_decay: float = 0.01

    def step(self, params: Array, grad: Array, state: Moments) -> tuple[Array, Moments]:
        """Return (params, state) after one step."""
        w, g = _checked(params, grad)
        return super().step((1 - self.learning_rate * self.weight_decay) * w, g, state)


@dataclass(frozen=True)
class Grouped:
    """One optimiser for the parameters that a mask marks, another for the rest.

    For instance Grouped(network.penalised, AdamW(0.01, weight_decay=0.1), Adam(0.01)) decays
    weights and leaves biases alone. mask: booleans in the shape of the parameters. What PyTorch
    calls parameter groups.
    """

    mask: Array
    inside: Optimizer
    outside: Optimizer

    def init(self, params: Array) -> tuple[Any, Any]:
        """Return both states before the first step; ValueError where the mask does not fit."""
        if self.mask.dtype != bool or self.mask.shape != params.shape:
            raise ValueError(
                f"mask must hold booleans in the shape {params.shape} of params, "
                f"got {self.mask.dtype} in shape {self.mask.shape}"
            )
        return self.inside.init(params[self.mask]), self.outside.init(params[~self.mask])

    def step(
        self, params: Array, grad: Array, state: tuple[Any, Any]
    ) -> tuple[Array, tuple[Any, Any]]:
        """Return (params, state) after one step of both."""
        params, grad = _checked(params, grad)
        stepped = np.empty_like(params)
        stepped[self.mask], inside = self.inside.step(params[self.mask], grad[self.mask], state[0])
        stepped[~self.mask], outside = self.outside.step(
            params[~self.mask], grad[~self.mask], state[1]
        )
        return stepped, (inside, outside)


OPTIMIZERS = {cls.__name__: cls for cls in (SGD, Momentum, RMSprop, Adam, AdamW)}

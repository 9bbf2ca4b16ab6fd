"""Layers for images (n, height, width, channels), and the smallest augmentation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..validation import Array, known_name, number, whole_number
from .layers import INITIALISATIONS, Layer, Parameter


def _check_images(layer: Layer, x: Array, channels: int | None = None) -> None:
    if x.ndim != 4 or channels not in (None, x.shape[-1]):
        last = "channels" if channels is None else channels
        raise ValueError(f"{layer} takes images (n, height, width, {last}), got shape {x.shape}")


def _padded(x: Array, by: int) -> Array:
    return np.pad(x, ((0, 0), (by, by), (by, by), (0, 0)))


def _correlate(x: Array, W: Array) -> Array:
    """Return Σ over a window and its channels of pixel times weight, for every place it fits."""
    windows = sliding_window_view(x, W.shape[:2], axis=(1, 2))
    return np.tensordot(windows, W, axes=((4, 5, 3), (0, 1, 2)))


@dataclass(frozen=True)
class Conv(Layer):
    """Each output pixel is a weighted sum of the size × size window around it, plus b.

    W (size, size, inputs, outputs), b (outputs,); `padding` rows and columns of zeros are put
    around the image first. As everywhere in the field the window is not flipped, so this is a
    cross-correlation. LeCun et al. (1998), section 2.1; Dumoulin & Visin (2016), chapters 2 and 4.
    """

    inputs: int
    outputs: int
    size: int = 3
    padding: int = 1
    init: str = "he"

    def __post_init__(self) -> None:
        for name in ("inputs", "outputs", "size"):
            whole_number(name, getattr(self, name), at_least=1)
        whole_number("padding", self.padding, at_least=0)
        number("padding", self.padding, below=self.size)
        known_name("initialisation", self.init, list(INITIALISATIONS))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        weights = Parameter((self.size, self.size, self.inputs, self.outputs), "weight")
        return weights, Parameter((self.outputs,), "free")

    def fresh(self, rng: np.random.Generator) -> tuple[Array, ...]:
        weights, biases = (parameter.shape for parameter in self.parameters)
        pixels = self.size**2
        variance = INITIALISATIONS[self.init](pixels * self.inputs, pixels * self.outputs)
        return rng.normal(0, np.sqrt(variance), size=weights), np.zeros(biases)

    def forward(
        self, params: Sequence[Array], x: Array, training: np.random.Generator | None
    ) -> tuple[Array, Array]:
        _check_images(self, x, self.inputs)
        W, b = params
        x = _padded(x, self.padding)
        if min(x.shape[1:3]) < self.size:
            raise ValueError(f"{self} does not fit into images of shape {x.shape} with padding")
        return _correlate(x, W) + b, x

    def backward(
        self, params: Sequence[Array], way: Array, by_out: Array
    ) -> tuple[Array, Sequence[Array]]:
        W, _ = params
        windows = sliding_window_view(way, W.shape[:2], axis=(1, 2))
        by_W = np.tensordot(windows, by_out, axes=((0, 1, 2), (0, 1, 2)))  # (inputs, s, s, outputs)
        # A pixel was seen by every window around it: the same sum, through the flipped window.
        flipped = W[::-1, ::-1].swapaxes(2, 3)
        by_x = _correlate(_padded(by_out, self.size - 1 - self.padding), flipped)
        return by_x, (by_W.transpose(1, 2, 0, 3), by_out.sum(axis=(0, 1, 2)))


@dataclass(frozen=True)
class MaxPool(Layer):
    """Keep the largest number of each size × size block; of equal ones the first is kept."""

    size: int = 2

    def __post_init__(self) -> None:
        whole_number("size", self.size, at_least=1)

    def forward(
        self, params: Sequence[Array], x: Array, training: np.random.Generator | None
    ) -> tuple[Array, tuple[Array, tuple[int, ...]]]:
        _check_images(self, x)
        n, height, width, channels = x.shape
        s = self.size
        if height % s or width % s:
            raise ValueError(f"{self} needs sides that {s} divides, got images {x.shape}")
        blocks = x.reshape(n, height // s, s, width // s, s, channels).transpose(0, 1, 3, 5, 2, 4)
        blocks = blocks.reshape(*blocks.shape[:4], s * s)
        at = blocks.argmax(axis=-1)[..., None]
        return np.take_along_axis(blocks, at, axis=-1)[..., 0], (at, x.shape)

    def backward(
        self, params: Sequence[Array], way: tuple[Array, tuple[int, ...]], by_out: Array
    ) -> tuple[Array, Sequence[Array]]:
        at, shape = way
        s = self.size
        blocks = np.zeros((*by_out.shape, s * s))
        np.put_along_axis(blocks, at, by_out[..., None], axis=-1)
        by_x = blocks.reshape(*by_out.shape, s, s).transpose(0, 1, 4, 2, 5, 3)
        return by_x.reshape(shape), ()


def shifted(images: Array, rng: np.random.Generator, by: int = 1) -> Array:
    """Return the images (n, height, width, channels), each moved by up to `by` pixels both ways.

    What moves out is lost, zeros move in.
    """
    whole_number("by", by, at_least=1)
    n, height, width, _ = images.shape
    down, right = rng.integers(0, 2 * by + 1, size=(2, n, 1, 1))
    rows, columns = np.arange(height)[:, None], np.arange(width)
    return _padded(images, by)[np.arange(n)[:, None, None], rows + down, columns + right]

"""Losses of one sample: exact definition, stable value and stable slope side by side.

In every class `symbol` is the specification, `formula` and `slope` (∂ℓ/∂ŷ) are its hand-written,
stable twins; tests hold the three together. A reader calls `value` and `gradient`, which check
their input once and then apply formula and slope. At a kink `gradient` returns the subgradient of
least absolute value.

A new loss is its class and a line in LOSSES.
"""

from ..validation import known_name
from .base import HasConjugate, Loss
from .classification import (
    BinaryCrossEntropy,
    Hinge,
    Logistic,
    Perceptron,
    SoftmaxCrossEntropy,
    SquaredHinge,
    sigmoid,
)
from .regression import AbsoluteError, HalfSquaredError, Huber, LogCosh, Pinball

LOSSES: dict[str, type[Loss]] = {
    cls.__name__: cls
    for cls in (
        HalfSquaredError,
        AbsoluteError,
        Huber,
        LogCosh,
        Pinball,
        Logistic,
        BinaryCrossEntropy,
        Hinge,
        SquaredHinge,
        Perceptron,
        SoftmaxCrossEntropy,
    )
}

__all__ = ["LOSSES", "HasConjugate", "Loss", "loss", "sigmoid", *LOSSES]


def loss(name: str, **parameters: float) -> Loss:
    """Return the registered loss called `name`, for instance loss("Huber", delta=2.0)."""
    known_name("loss", name, list(LOSSES))
    return LOSSES[name](**parameters)

"""Losses of one sample: exact definition, stable value and stable slope side by side.

In every class `symbol` is the specification, `formula` and `slope` (∂ℓ/∂ŷ) are its hand-written,
stable twins; tests hold the three together. A reader calls `value` and `gradient`, which check
their input once and then apply formula and slope. At a kink `gradient` returns the subgradient of
least absolute value.

A new loss is its class and a line in LOSSES. A loss of your own, for one study, is a CustomLoss.
"""

from ..validation import known_name
from .base import HasConjugate, Loss
from .classification import (
    BinaryCrossEntropy,
    Focal,
    Hinge,
    Logistic,
    MulticlassHinge,
    Perceptron,
    SoftmaxCrossEntropy,
    SquaredHinge,
    sigmoid,
    softmax,
)
from .custom import CustomLoss
from .regression import AbsoluteError, HalfSquaredError, Huber, LogCosh, Pinball
from .weighted import balanced_weights, class_weighted

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
        Focal,
        Hinge,
        SquaredHinge,
        Perceptron,
        SoftmaxCrossEntropy,
        MulticlassHinge,
    )
}

__all__ = [
    "LOSSES",
    "CustomLoss",
    "HasConjugate",
    "Loss",
    "balanced_weights",
    "class_weighted",
    "loss",
    "sigmoid",
    "softmax",
    *LOSSES,
]


def loss(name: str, **parameters: float) -> Loss:
    """Return the registered loss called `name`, for instance loss("Huber", delta=2.0)."""
    known_name("loss", name, list(LOSSES))
    return LOSSES[name](**parameters)

"""Networks in plain numpy: layers with forward and backward passes, and their training.

A new layer is one class. `penalised` says of every parameter whether a penalty touches it.
"""

from .images import Conv, MaxPool, shifted
from .layers import (
    ACTIVATIONS,
    INITIALISATIONS,
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    Layer,
    Parameter,
)
from .network import MLP, Network
from .training import Epoch, Training, minibatches, train

__all__ = [
    "ACTIVATIONS",
    "INITIALISATIONS",
    "MLP",
    "Activation",
    "BatchNorm",
    "Conv",
    "Dense",
    "Dropout",
    "Epoch",
    "Flatten",
    "Layer",
    "MaxPool",
    "Network",
    "Parameter",
    "Training",
    "minibatches",
    "shifted",
    "train",
]

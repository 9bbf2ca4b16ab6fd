"""What the tests of the library try everywhere: an object of each kind, and data it takes."""

import numpy as np

from coursekit.losses import LOSSES, CustomLoss, class_weighted
from coursekit.penalties import L0, L1, L2, ElasticNet, GroupL2, Lq, MaxNorm, NonNegative
from coursekit.symbols import y, y_hat

PENALTY_EXAMPLES = [
    L1(0.7),
    L1(0.0),
    L2(0.7),
    ElasticNet(0.7, 0.0),
    ElasticNet(0.7, 0.3),
    ElasticNet(0.7, 1.0),
    GroupL2(0.7, [(0, 3), (1,), (2, 4)]),
    L0(0.7),
    Lq(0.7, 0.5),
    Lq(0.7, 1.0),
    Lq(0.7, 1.5),
    Lq(0.7, 2.0),
    Lq(0.7, 3.0),
    NonNegative(),
    MaxNorm(1.3),
]
LOSS_EXAMPLES = [
    *(cls() for cls in LOSSES.values()),
    LOSSES["Huber"](delta=0.3),
    LOSSES["Pinball"](quantile=0.2),
    LOSSES["Focal"](gamma=0.5),
    class_weighted(LOSSES["Logistic"](), {-1: 0.25, 1: 3.0}),
    class_weighted(LOSSES["Hinge"](), {-1: 0.5, 1: 2.0}),
    class_weighted(LOSSES["SoftmaxCrossEntropy"](), {0: 0.5, 1: 4.0, 2: 1.0}),
    CustomLoss.from_expression(((y - y_hat) / 10) ** 2 / 2, lipschitz=0.01),
]


def targets_for(loss, n, rng):
    """Draw n targets that the loss is defined for."""
    draw = {
        "real": lambda: rng.normal(size=n),
        "signs": lambda: rng.choice([-1.0, 1.0], size=n),
        "binary": lambda: rng.choice([0.0, 1.0], size=n),
        "labels": lambda: rng.permutation(np.arange(n) % 3).astype(float),
    }
    return draw[loss.targets]()


def scores_for(loss, n, rng):
    """Draw scores of the shape that the loss takes: (n,), or (n, 3)."""
    return rng.normal(size=(n, 3) if loss.targets == "labels" else n)

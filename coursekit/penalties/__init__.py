"""Penalties Ω(w): exact definition, value, proximal operator and distance to optimality.

Penalties act coordinate by coordinate on weights of any shape, unless their docstring says
otherwise; the intercept is never passed to them.

A new penalty is its class and a line in PENALTIES.
"""

from typing import Any

from ..validation import known_name
from .base import HasCriticalLam, HasDual, HasSubgradient, Penalty
from .separable import L0, L1, L2, ElasticNet, Lq, soft_threshold
from .structured import GroupL2, MaxNorm, NonNegative

PENALTIES: dict[str, type[Penalty]] = {
    cls.__name__: cls for cls in (L1, L2, ElasticNet, GroupL2, L0, Lq, NonNegative, MaxNorm)
}

__all__ = [
    "PENALTIES",
    "HasCriticalLam",
    "HasDual",
    "HasSubgradient",
    "Penalty",
    "penalty",
    "soft_threshold",
    *PENALTIES,
]


def penalty(name: str, **parameters: Any) -> Penalty:
    """Return the registered penalty called `name`, for instance penalty("L1", lam=0.1)."""
    known_name("penalty", name, list(PENALTIES))
    return PENALTIES[name](**parameters)

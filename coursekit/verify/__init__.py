"""Witnesses against a wrong gradient: finite differences, symbolic twins, equivalence."""

from .numeric import GradientCheck, best_step, check_gradient, finite_difference
from .symbolic import TwinCheck, check_similarity, check_twin, equivalent

__all__ = [
    "GradientCheck",
    "TwinCheck",
    "best_step",
    "check_gradient",
    "check_similarity",
    "check_twin",
    "equivalent",
    "finite_difference",
]

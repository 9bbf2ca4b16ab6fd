"""Losses, gradients, penalties and the sparsity argument, in plain numpy and sympy.

Sub-modules load when they are first used (PEP 562), so `import coursekit` costs next to nothing
and `coursekit.symbols` works without numpy or matplotlib.
"""

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"

__all__ = [
    "conversions",
    "datasets",
    "estimators",
    "landscapes",
    "losses",
    "networks",
    "objective",
    "optimizers",
    "paths",
    "penalties",
    "plots",
    "preprocessing",
    "selection",
    "similarity",
    "solvers",
    "symbols",
    "verify",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

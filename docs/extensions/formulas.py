"""Put under the name of each loss and penalty the formula that its own `symbol()` gives."""

from dataclasses import MISSING, fields
from typing import Any

from sphinx.application import Sphinx

from coursekit.losses import LOSSES
from coursekit.penalties import PENALTIES
from coursekit.symbols import definition

REGISTERED = (*LOSSES.values(), *PENALTIES.values())
# What stands for a parameter without a default that is not a number.
EXAMPLES: dict[str, Any] = {"groups": [(0, 1), (2,)]}


def add_formula(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Append the definition to the docstring of a registered class."""
    if what != "class" or obj not in REGISTERED:
        return
    needed = [f.name for f in fields(obj) if f.default is f.default_factory is MISSING]
    example = obj(**{field: EXAMPLES.get(field, 0.5) for field in needed})
    latex = definition(example)._repr_latex_().strip("$").removeprefix(r"\displaystyle ")
    lines += ["", ".. math::", "", f"   {latex}", ""]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what is here."""
    app.connect("autodoc-process-docstring", add_formula)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""What each slider of a lesson shows at each of its values, for pages without a kernel.

Only the statements that a slider depends on are executed, found as the answers of exercises are.
"""

import ast
import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from matplotlib.figure import Figure

from ... import plots
from ...plots.showing import figure_bundle
from ..catalogue import read_notebook
from ..errors import CourseError
from ..exercises.extract import Cell, Notebook

SLIDER = "slider_figure"
Draw = Callable[[float], tuple[Figure, str]]


@dataclass(frozen=True)
class Frames:
    """A slider: the index of its cell, what it is called, its values, and the HTML of each."""

    cell: int
    description: str
    labels: list[str]
    initial: int
    pictures: list[str]


def frames(path: Path) -> list[Frames]:
    """Return the sliders of a notebook; CourseError where one does not show what is stored."""
    before: list[str] = []
    found = []
    for index, cell in enumerate(read_notebook(path)["cells"]):
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        if f"{SLIDER}(" in source:
            bundles, made = _run(before, source, index)
            stored = ["".join(o["data"]["text/plain"]) for o in cell["outputs"] if "data" in o]
            if bundles[made.initial]["text/plain"] not in stored:
                raise CourseError(
                    f"{path.name}: the slider in cell {cell['id']} shows something else than what "
                    f"is stored; try: coursekit store {path.name[:2]}"
                )
            found.append(made)
        before.append(source)
    return found


def _run(before: Sequence[str], source: str, cell: int) -> tuple[list[dict[str, str]], Frames]:
    """Execute what the slider in `source` needs, and draw all that it can show."""
    bundles: list[dict[str, str]] = []
    labels: list[str] = []
    made: dict[str, Any] = {}

    def record(draw: Draw, *, values: Sequence[float], initial: float, description: str) -> None:
        bundles.extend(figure_bundle(*draw(value)) for value in values)
        labels.extend(f"{value:g}" for value in values)
        made.update(initial=list(values).index(initial), description=description)

    tree = ast.parse(source)
    *_, call = (s for s in tree.body if isinstance(s, ast.Expr) and SLIDER in ast.unparse(s))
    name = ast.Name("the_slider", ctx=ast.Store())
    tree.body[tree.body.index(call)] = ast.Assign([name], call.value)
    last = ast.unparse(ast.fix_missing_locations(tree))
    notebook = Notebook([Cell(str(i), text) for i, text in enumerate([*before, last])])
    space: dict[str, Any] = {"__name__": "__main__"}
    with patch.object(plots, SLIDER, record), redirect_stdout(io.StringIO()):
        for part in notebook.answer(name.id).program:
            body = ast.parse(str(part["source"])).body
            kept = ast.Module([body[i] for i in part["keep"]], type_ignores=[])  # type: ignore[attr-defined]
            exec(compile(kept, f"cell {cell}", "exec"), space)
    pictures = [one["text/html"] for one in bundles]
    return bundles, Frames(cell, made["description"], labels, made["initial"], pictures)

"""A lesson taken apart for a room: its sections, and the cells of its core path.

The core path is what Jupyter calls a slide show: a cell whose `slideshow.slide_type` is "slide"
begins a slide, one with "fragment" belongs to the slide before it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..catalogue import Lesson, read_notebook

TAGS = {
    "predict": "Predict first",
    "idea": "The idea",
    "derivation": "Derivation",
    "experiment": "Experiment",
    "claims": "What people get wrong",
    "summary": "Summary",
}


@dataclass(frozen=True)
class Section:
    """From one tagged cell to the next: its tag and its cells."""

    tag: str
    cells: list[dict[str, Any]]

    @property
    def heading(self) -> str:
        """What the tag means."""
        return TAGS[self.tag]

    @property
    def slides(self) -> list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
        """The core path: for each slide its cells, and those after it that are on none."""
        found: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]] = []
        for cell in self.cells:
            kind = cell["metadata"].get("slideshow", {}).get("slide_type")
            if kind == "slide":
                found.append(([cell], []))
            elif found:
                found[-1][kind != "fragment"].append(cell)
        return found


def sections(lesson: Lesson) -> list[Section]:
    """Return the tagged sections of a lesson; what stands before the first is none of them."""
    found: list[Section] = []
    for cell in read_notebook(lesson.path)["cells"]:
        tag = next((tag for tag in cell["metadata"].get("tags", ()) if tag in TAGS), None)
        if tag:
            found.append(Section(tag, []))
        if found:
            found[-1].cells.append(cell)
    return found


def headings(cells: Sequence[dict[str, Any]]) -> list[str]:
    """Return the headings of the second level among cells."""
    words = "\n".join(text(cell) for cell in cells if cell["cell_type"] == "markdown")
    return re.findall(r"^## (.*)", words, re.MULTILINE)


def text(cell: dict[str, Any]) -> str:
    """Return the source of a cell."""
    return "".join(cell["source"])


def without_links(markdown: str) -> str:
    """Return Markdown with the words of its links to other files, which are not there in a room."""
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)", r"\1", markdown)


def summary(lesson: Lesson) -> str:
    """Return the lines of a lesson's summary, as Markdown."""
    cells = [cell for one in sections(lesson) if one.tag == "summary" for cell in one.cells]
    lines = "\n".join(text(cell) for cell in cells if cell["cell_type"] == "markdown").split("\n")
    end = next((i for i, line in enumerate(lines) if line.startswith("**")), len(lines))
    return "\n".join(line for line in lines[:end] if not line.startswith("#")).strip()


def first_line(lesson: Lesson) -> str:
    """Return the line of a lesson's summary that stands first: what to take home if only one."""
    return summary(lesson).removeprefix("- ").split("\n- ")[0]

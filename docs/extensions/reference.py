"""Lessons and reference lead to each other, and formulas come from the objects themselves.

A class in the reference shows the formula that its `symbol()` gives and the lessons that use it; a
name of the package in the text of a page leads to its reference.
"""

import re
from dataclasses import MISSING, fields
from functools import cache
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

import coursekit
from coursekit.course.catalogue import lessons, read_notebook
from coursekit.course.root import find_root
from coursekit.losses import LOSSES
from coursekit.penalties import PENALTIES
from coursekit.symbols import definition

REGISTERED = (*LOSSES.values(), *PENALTIES.values())
# What stands for a parameter without a default that is not a number.
EXAMPLES: dict[str, Any] = {"groups": [(0, 1), (2,)]}


def add_to_docstring(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Append the definition of a registered class, and links to the lessons that use the object."""
    if what == "class" and obj in REGISTERED:
        needed = [f.name for f in fields(obj) if f.default is f.default_factory is MISSING]
        example = obj(**{field: EXAMPLES.get(field, 0.5) for field in needed})
        latex = definition(example)._repr_latex_().strip("$").removeprefix(r"\displaystyle ")
        lines += ["", ".. math::", "", f"   {latex}", ""]
    if name in public_names().values() and (used := lessons_with(name)):
        links = ", ".join(f":doc:`{number} </lessons/{stem}>`" for number, stem in used)
        lines += ["", f"Lessons: {links}.", ""]


@cache
def public_names() -> dict[str, str]:
    """Return the classes and functions of the package by the names that text calls them."""
    found = {f"coursekit.{module}": f"coursekit.{module}" for module in coursekit.__all__}
    for module in coursekit.__all__:
        for name, value in vars(getattr(coursekit, module)).items():
            home = getattr(value, "__module__", None) or ""
            # Short words in lower case are mostly meant as words.
            if callable(value) and f"{home}.".startswith(f"coursekit.{module}."):
                if name[0].isupper() or "_" in name.strip("_"):
                    found[name] = f"coursekit.{module}.{name}"
                found[f"{module}.{name}"] = f"coursekit.{module}.{name}"
    return {name: target for name, target in found.items() if not name.startswith("_")}


@cache
def lessons_with(target: str) -> list[tuple[str, str]]:
    """Return number and file of each lesson whose code uses an object of the package."""
    module, _, name = target.removeprefix("coursekit.").partition(".")
    imported = rf"from coursekit\.{module} import [^\n]*\b{name}\b"
    several = rf"from coursekit\.{module} import \([^)]*\b{name}\b"
    return [
        (number, stem)
        for number, stem, code in _code()
        if name and re.search(rf"\b{module}\.{name}\b|{imported}|{several}", code)
    ]


@cache
def _code() -> list[tuple[str, str, str]]:
    return [
        (
            lesson.number,
            lesson.path.stem,
            "\n".join(
                "".join(cell["source"])
                for cell in read_notebook(lesson.path)["cells"]
                if cell["cell_type"] == "code"
            ),
        )
        for lesson in lessons(find_root())
    ]


def link_names(app: Sphinx, doctree: nodes.document) -> None:
    """Let names of the package in the text lead to the reference."""
    for literal in list(doctree.findall(nodes.literal)):
        target = public_names().get(literal.astext())
        if target is None or isinstance(literal.parent, nodes.reference | nodes.title):
            continue
        link = pending_xref(
            "", refdomain="py", reftype="obj", reftarget=target, refexplicit=True, refwarn=True
        )
        literal.replace_self(link)
        link += literal


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what is here."""
    app.connect("autodoc-process-docstring", add_to_docstring)
    app.connect("doctree-read", link_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The folder that a workshop needs: agenda, slides, polls, handout, notebooks; all from lessons."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..assets import copy_mathjax, copy_reveal
from ..catalogue import read_notebook
from ..errors import CourseError
from ..groups import require
from ..polls import page, polls
from . import handout
from .sections import TAGS, text
from .slides import clock, html, slides
from .tracks import Track, Visit

TEMPLATES = Path(__file__).parent / "templates"
# A folder of ours, which may be written anew.
MARK = "agenda.html"


def write(root: Path, track: Track, out: Path, start: int) -> None:
    """Write the kit of a track that begins `start` minutes after midnight into the folder `out`.

    CourseError when `out` holds something else; what is missing is installed first.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARK).exists())):
        raise CourseError(f"{str(out)!r} holds something else; choose another --out")
    require(root, "workshop")
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
        _fill(Path(folder) / out.name, track, start)
        # Only a whole one takes the place of an older one.
        if out.exists():
            shutil.rmtree(out)
        (Path(folder) / out.name).rename(out)


def _fill(out: Path, track: Track, start: int) -> None:
    assets = out / "assets"
    copy_mathjax(assets / "mathjax")
    copy_reveal(assets / "reveal")
    for name in ("slides.css", "page.css"):
        shutil.copyfile(TEMPLATES / name, assets / name)
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    about = {"track": track, "start": start, "clock": clock}
    asked = [poll for visit in track.visits for poll in polls(visit.lesson)]
    made = slides(track, start)
    places = {slide.begins: k for k, slide in enumerate(made) if slide.begins is not None}
    pages: dict[str, dict[str, Any]] = {
        MARK: {"places": places},
        "slides.html": {"slides": made},
        "polls.html": {"polls": html(page(asked))},
    }
    for name, more in pages.items():
        content = templates.get_template(name).render(about | more)
        (out / name).write_text(content + "\n", encoding="utf-8")
    handout.write(track, out / "handout.pdf", start)
    _notebooks(track, out / "notebooks")
    shutil.make_archive(str(out / "notebooks"), "zip", out / "notebooks")


def _notebooks(track: Track, folder: Path) -> None:
    """Write the participants' notebooks: no outputs, and at each section what the room does."""
    for visit in track.visits:
        lesson = folder / "lessons" / visit.lesson.path.name
        lesson.parent.mkdir(parents=True, exist_ok=True)
        _write(lesson, _participants(visit))
        if visit.exercises and visit.tasks:
            target = folder / "exercises" / visit.exercises.name / "exercise.ipynb"
            target.parent.mkdir(parents=True)
            shutil.copyfile(visit.exercises.exercise, target)


def _participants(visit: Visit) -> dict[str, Any]:
    notebook = read_notebook(visit.lesson.path)
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell = {**cell, "outputs": [], "execution_count": None}
        elif tag := next((t for t in cell["metadata"].get("tags", ()) if t in TAGS), None):
            minutes = visit.minutes.get(tag)
            says = f"In the room: {minutes} minutes." if minutes else "For later, at home."
            heading, _, rest = text(cell).partition("\n")
            cell = {**cell, "source": f"{heading}\n\n*{says}*\n{rest}"}
        cells.append(cell)
    return {**notebook, "cells": cells}


def _write(path: Path, notebook: dict[str, Any]) -> None:
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

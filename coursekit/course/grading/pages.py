"""The pages that people read: feedback for each student, a report on the class."""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import mean, median
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ..catalogue import title
from ..exercises.sets import ExerciseSet
from ..exercises.tasks import Task
from ..files import write_atomically
from . import figures as numbers
from .classroom import Graded

_SIGNS = {"holds": ("✓", "good"), "fails": ("✗", "bad"), "unanswered": ("–", "soft")}


def write_feedback(
    folder: Path, line: Graded, exercises: ExerciseSet, worth: Mapping[str, float],
    own_numbers: Mapping[str, str],
) -> Path:  # fmt: skip
    """Write a student's page; `own_numbers` are the sentences that handed numbers out, by task."""
    tasks = [
        _task(task, line, worth[task.name], own_numbers.get(task.name, ""))
        for task in exercises.tasks
        if task.name in line.record["tasks"]
    ]
    page = _template("feedback.html").render(
        line=line, title=title(exercises.exercise), tasks=tasks
    )
    path = folder / page_of(line.student, exercises.name)
    write_atomically(path, page.encode("utf-8", "replace"))
    return path


def write_report(
    path: Path, lines: Sequence[Graded], alike: Sequence[Sequence[Graded]]
) -> numbers.ClassFigures:
    """Write the report on a class, and return the numbers in it."""
    found = numbers.figures(lines)
    bars = numbers.histogram(found.shares)
    words = [f"{10 * i} to {10 * i + 10} %: {count}" for i, count in enumerate(bars) if count]
    page = _template("report.html").render(
        figures=found,
        histogram=bars,
        histogram_words=", ".join(words),
        mean=mean(found.shares or [0.0]),
        median=median(found.shares or [0.0]),
        not_graded=[one for one in lines if one.state != "graded"],
        alike=alike,
    )
    write_atomically(path, page.encode("utf-8", "replace"))
    return found


def summary(found: numbers.ClassFigures, alike: Sequence[Sequence[Graded]]) -> str:
    """Return what a teacher wants to know first, as text; the report has the rest."""
    lines = [f"{found.n_graded} of {found.n_submissions} submissions graded"]
    if found.shares:
        middle = f"mean {_percent(mean(found.shares))}, median {_percent(median(found.shares))}"
        lines += ["", f"Marks: {middle}"]
        bars = numbers.histogram(found.shares)
        for i, count in enumerate(bars):
            bar = "█" * math.ceil(30 * count / max(bars))
            lines.append(f"  {10 * i:3d} to {10 * i + 10:3d} %  {bar} {count}")
    if found.tasks:
        width = max(len(task.task) for task in found.tasks)
        lines += ["", f"Tasks {'':{width}}   tried  solved   tells"]
    for task in found.tasks:
        number = task.exercises.partition("_")[0]
        shares = f"{_percent(task.tried):>6}  {_percent(task.solved):>6}"
        lines.append(
            f"  {number:5} {task.task:{width}} {shares}  {_signed(task.discrimination):>6}"
        )
    lines += _some("Misunderstandings", [
        f"{count} × {task}: {diagnosis}" for task, diagnosis, count in found.misconceptions
    ])  # fmt: skip
    lines += _some("The same code but for names (look yourself)", [
        f"{group[0].exercises}: {', '.join(one.student for one in group)}" for group in alike
    ])  # fmt: skip
    return "\n".join(lines)


def _some(heading: str, lines: Sequence[str], most: int = 8) -> list[str]:
    """Return a heading with the first of the lines, and how many more there are."""
    if not lines:
        return []
    more = [f"  and {len(lines) - most} more, in the report"] if len(lines) > most else []
    return ["", heading, *(f"  {line}" for line in lines[:most]), *more]


def page_of(student: str, exercises: str) -> str:
    """Return where a student's page is, within the folder of feedback."""
    return f"{file_name(student)}/{exercises}.html"


def file_name(student: str) -> str:
    """Return a name for a student's folder that is safe anywhere, and differs for each student."""
    safe = re.sub(r"[^\w.-]", "_", student)[:60].strip(".")
    # Windows has names of its own, and a name must not look like another's with its digest.
    plain = re.fullmatch(r"(?!(con|prn|aux|nul|com\d|lpt\d)\b)\w[\w.]*", student)
    if plain and safe == student == student.casefold():
        return safe
    return f"{safe}-{hashlib.sha256(student.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _task(task: Task, line: Graded, worth: float, own: str) -> dict[str, Any]:
    verdict = line.record["tasks"][task.name]
    sign, colour = _SIGNS[verdict["status"]]
    is_right = verdict["status"] == "holds"
    earned = line.marks.tasks.get(task.name, 0.0)
    marks = f"{_short(earned)} of {_short(worth)}" if worth else "for practice, no marks"
    return {
        "name": task.name,
        "verdict": verdict,
        "sign": sign,
        "colour": colour,
        "marks": marks,
        "numbers": own,
        "hint": task.hints[0] if verdict["status"] == "fails" else "",
        "explanation": task.explanation if is_right else "",
    }


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        # Whatever comes from a student is text, and never markup.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters |= {
        "short": _short,
        "percent": _percent,
        "signed": _signed,
        "sentence": _sentence,
    }
    return environment.get_template(name)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _signed(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}".replace("-", "−")


def _sentence(words: str) -> str:
    first = words[:1].upper() if words[:2].isalpha() else words[:1]
    return first + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")

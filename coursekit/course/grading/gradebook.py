"""The gradebook, as tables for a person, for Canvas and for Moodle."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .classroom import Graded
from .pages import page_of

# A spreadsheet takes a cell that begins so for a formula, and may run it.
_FORMULAS = ("=", "+", "-", "@", "−", "＝", "＋", "－", "＠")  # noqa: RUF001


def neutral(cell: object) -> object:
    """Return a cell of a table so that no spreadsheet executes it; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    # Readers of CSV do not agree on line ends within a cell.
    line = re.sub(r"[\t\r\n\v\f]", " ", cell)
    # In some countries cells are parted by semicolons.
    parts = [f"'{p}" if p.lstrip().startswith(_FORMULAS) else p for p in line.split(";")]
    return ";".join(parts)


def table(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV, in the encoding that spreadsheets recognise."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([neutral(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def tables(
    out: Path, graded: Sequence[Graded], worth: Mapping[str, Mapping[str, float]]
) -> dict[Path, bytes]:
    """Return the gradebook, a table for Canvas, and one for Moodle for each set, by their paths.

    `worth` holds, for every set of the class, what its tasks are worth.
    """
    found = {out: table(_full(graded, worth))}
    found[out.with_name(f"{out.stem}_canvas.csv")] = table(_canvas(graded, worth))
    for exercises in worth:
        rows = _moodle([one for one in graded if one.exercises == exercises])
        found[out.with_name(f"{out.stem}_moodle_{exercises}.csv")] = table(rows)
    return found


def _full(
    graded: Sequence[Graded], worth: Mapping[str, Mapping[str, float]]
) -> Iterable[Sequence[object]]:
    tasks = [(exercises, task) for exercises, tasks in worth.items() for task in tasks]
    yield [
        "Student", "Set", "Mark", "Out of", "Days late", "Lost by lateness", "State", "Remark",
        *(f"{task} ({exercises.partition('_')[0]})" for exercises, task in tasks), "File",
        "Page",
    ]  # fmt: skip
    for one in graded:
        marks = [
            # What earns nothing would look like a wrong answer.
            _short(one.marks.tasks.get(task, 0.0))
            if one.exercises == exercises and worth[exercises][task]
            else ""
            for exercises, task in tasks
        ]
        yield [
            one.student, one.exercises, _short(one.marks.total), _short(one.marks.out_of),
            one.marks.days_late, _short(one.marks.lost), one.state, one.remark, *marks, one.file,
            page_of(one.student, one.exercises) if one.exercises in worth else "",
        ]  # fmt: skip


def _canvas(
    graded: Sequence[Graded], worth: Mapping[str, Mapping[str, float]]
) -> Iterable[Sequence[object]]:
    """Yield one row a student, one column a set, as Canvas exports and imports them."""
    blank = ("", "", "", "")
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *worth]
    yield ["Points Possible", *blank, *(_short(sum(tasks.values())) for tasks in worth.values())]
    students: dict[str, dict[str, Graded]] = {}
    # Who could not be graded is not here: an import would make a zero of it.
    for one in _those_graded(graded):
        students.setdefault(one.student, {})[one.exercises] = one
    for student, sets in students.items():
        number = next((one.lms_id for one in sets.values() if one.lms_id), "")
        login = "" if number else student
        marks = [_short(sets[s].marks.total) if s in sets else "" for s in worth]
        yield [student, number, "", login, "", *marks]


def _moodle(graded: Sequence[Graded]) -> Iterable[Sequence[object]]:
    """Yield the columns that Moodle reads of an assignment's grading worksheet."""
    yield ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)",
           "Feedback comments"]  # fmt: skip
    for one in _those_graded(graded):
        identifier = f"Participant {one.lms_id}" if one.lms_id else one.student
        marks = [_short(one.marks.total), _short(one.marks.out_of)]
        yield [identifier, one.student, *marks, "", "; ".join(one.comments)]


def _those_graded(lines: Sequence[Graded]) -> list[Graded]:
    return [one for one in lines if one.state == "graded"]


def _short(number: float) -> int | float:
    return int(number) if float(number).is_integer() else round(number, 2)

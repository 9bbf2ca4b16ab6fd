"""What was handed in: who, for which set, where, and, if it cannot be read, why not.

Understands nbgrader's folders (student/set/notebook), the files or folders that Canvas and Moodle
let a teacher download, plain student/notebook folders and student.ipynb files, each also as a zip.
Nothing here executes or parses a student's code.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..catalogue import parse_notebook
from ..errors import CourseError
from ..exercises.extract import Cell
from ..exercises.notebook import cells_in, set_named
from ..exercises.sets import ExerciseSet
from .places import File, files_below, printable_name

MAX_FILES_OF_ONE = 20
LAYOUTS = (
    "student/set/notebook.ipynb, student/notebook.ipynb, student.ipynb, or a download of an LMS"
)
_CANVAS = re.compile(r"(?P<student>[^_]+)_(?P<late>LATE_)?(?P<id>\d{1,18})_(?P<number>\d{1,18})_.+")
_MOODLE = re.compile(r"(?P<student>.+?)_(?P<id>\d{1,18})_assignsubmission_[a-z]+(?:_.*)?")
_STAMP = "timestamp.txt"
_KINDS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "an archive",
    b"\x89PNG": "a picture",
    b"<": "a web page",
}


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one set, or a problem; holds no contents, so it is small."""

    student: str
    exercises: str
    file: File
    problem: str = ""
    remark: str = ""
    digest: str = ""
    handed_out_to: str = ""
    handout: str = ""
    handed_in: datetime | None = None
    is_late: bool = False
    lms_id: str = ""
    number: int = 0

    @property
    def cells(self) -> list[Cell]:
        """The code cells, read anew."""
        return cells_in(parse_notebook(self.file.read(), self.file.name), self.file.name)


def find(where: Path, sets: Sequence[ExerciseSet]) -> list[Submission]:
    """Return every submission at `where`, by student and set; CourseError when there is none."""
    files = sorted(files_below(where), key=lambda file: file.parts)
    notebooks = [file for file in files if file.parts[-1].endswith(".ipynb")]
    if not notebooks:
        what = f"no notebook in {str(where)!r}, but {len(files)} other files"
        raise CourseError(f"{what if files else f'{str(where)!r} is empty'}; expected {LAYOUTS}")
    files = _unwrapped(where, files, sets)
    tasks = {task.name: one.name for one in sets for task in one.tasks}
    names = re.compile(rf"^(?:def\s+)?({'|'.join(tasks)})\b", re.MULTILINE)
    found: list[Submission] = []
    for _, group in groupby(sorted(files, key=_handed_in_by), key=_handed_in_by):
        found += _of_one(list(group), sets, tasks, names)
    return _without_doubles(_told_apart(found))


def _unwrapped(where: Path, files: list[File], sets: Sequence[ExerciseSet]) -> list[File]:
    """Return the files as they lie below the folder, if there is one, that holds the whole class.

    Of an archive it is left out; of a folder it is asked for, since it can be given.
    """
    names = {name for one in sets for name in (one.name, one.name.partition("_")[0])}
    folder = files[0].parts[0]
    inner = {file.parts[1] for file in files if len(file.parts) > 2}
    is_alone = all(file.parts[0] == folder and len(file.parts) > 1 for file in files)
    is_called_so = not where.is_dir() and folder in (where.stem, "submitted", "submissions")
    seems_so = len(inner) > 1 and not inner & names and not _MOODLE.match(folder)
    if not is_alone or not (is_called_so or seems_so):
        return files
    if where.is_dir():
        meant = str(where / folder)
        raise CourseError(f"all is in one folder of {str(where)!r}: did you mean {meant!r}?")
    return [replace(file, parts=file.parts[1:]) for file in files]


def _told_apart(found: Sequence[Submission]) -> list[Submission]:
    """Give students of one name, or of none, the numbers that an LMS knows them by."""
    numbers: dict[str, set[str]] = {}
    for one in found:
        numbers.setdefault(one.student, set()).add(one.lms_id)
    return [
        replace(one, student=f"{one.student} ({one.lms_id})")
        if one.lms_id and len(numbers[one.student]) > 1
        else one
        for one in found
    ]


def normal(name: str) -> str:
    """Return a name as it is compared: without differences of case, spacing and encoding."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _handed_in_by(file: File) -> tuple[str, str, str]:
    """Return the student's name, the folder of the set, and the LMS's number of the student.

    As far as the place of a file tells; what it does not tell is empty.
    """
    first, *rest = file.parts
    if match := _MOODLE.fullmatch(first) or (_CANVAS.fullmatch(first) if not rest else None):
        return printable_name(match["student"]), "", match["id"]
    if not rest:
        return printable_name(first.removesuffix(".ipynb")), "", ""
    return printable_name(first), printable_name(rest[0]) if len(rest) > 1 else "", ""


def _of_one(
    files: list[File],
    sets: Sequence[ExerciseSet],
    tasks: dict[str, str],
    names: re.Pattern[str],
) -> list[Submission]:
    """Return what one student handed in at one place; at least one entry, if only a problem."""
    student, folder, lms_id = _handed_in_by(files[0])
    # Where nbgrader writes it, and not where a student may have put one.
    stamps = [file for file in files if file.parts[-1] == _STAMP and len(file.parts) == 3]
    handed_in = _time(stamps[0]) if stamps else None
    others = [file for file in files if file not in stamps]
    notebooks = [file for file in others if file.parts[-1].endswith(".ipynb")]
    asked = next((s.name for s in sets if folder in (s.name, s.name.partition("_")[0])), "")
    if not notebooks:
        listed = ", ".join(file.name for file in others[:3]) or "nothing"
        problem = others[0].problem if others and others[0].problem else f"no notebook: {listed}"
        where = (others or files)[0]
        return [Submission(student, asked or folder, where, problem, lms_id=lms_id)]
    if len(notebooks) > MAX_FILES_OF_ONE:
        problem = f"{len(notebooks)} notebooks at one place: at most {MAX_FILES_OF_ONE} are read"
        return [Submission(student, asked or folder, notebooks[0], problem)]
    found = []
    for file in notebooks:
        canvas = None if len(file.parts) > 1 else _CANVAS.fullmatch(file.parts[0])
        about = canvas.groupdict() if canvas and not _MOODLE.fullmatch(file.parts[0]) else {}
        found.append(
            replace(
                _read(student, asked, folder, file, tasks, names),
                handed_in=handed_in,
                is_late=bool(about.get("late")),
                lms_id=lms_id,
                number=int(about.get("number") or 0),
            )
        )
    return found


def _read(
    student: str,
    asked: str,
    folder: str,
    file: File,
    tasks: dict[str, str],
    names: re.Pattern[str],
) -> Submission:
    """Read a notebook far enough to know its set and that it can be graded."""
    if file.problem:
        return Submission(student, asked or folder, file, file.problem)
    try:
        content = file.read()
        if kind := next((k for magic, k in _KINDS.items() if content.startswith(magic)), ""):
            raise CourseError(f"{file.name!r} is not a notebook but {kind}")
        if not content:
            raise CourseError(f"{file.name!r} is empty")
        notebook = parse_notebook(content, file.name)
        cells = cells_in(notebook, file.name)
    except CourseError as error:
        return Submission(student, asked or folder, file, str(error))
    answered = [tasks[name] for cell in cells for name in names.findall(cell.source)]
    found = asked or set_named(notebook) or ""
    remark = f"nothing in it is of {asked}" if asked and answered and asked not in answered else ""
    if found not in tasks.values():
        # Cells may have been copied into a new notebook: the names of the answers tell.
        found = max(sorted(set(answered)), key=answered.count, default="")
    if not found:
        known = f"{folder!r} is no exercise set, and " if folder else ""
        problem = f"unknown exercise set: {known}none of the answers' names is in the notebook"
        return Submission(student, folder, file, problem)
    handout = notebook.get("metadata", {}).get("coursekit", {})
    about = handout if isinstance(handout, dict) else {}
    return Submission(
        student,
        found,
        file,
        remark=remark,
        digest=hashlib.sha256(content).hexdigest(),
        handed_out_to=str(about.get("student", ""))[:200],
        handout=str(about.get("handout", ""))[:64],
    )


def _without_doubles(found: list[Submission]) -> list[Submission]:
    """Leave one submission for each student and set; say what became of the others."""

    def place(one: Submission) -> tuple[str, str]:
        return one.student, one.exercises

    ordered = sorted(found, key=lambda one: (*place(one), one.file.parts))
    single = [_chosen(list(group)) for _, group in groupby(ordered, key=place)]
    spelt: dict[tuple[str, str], list[str]] = {}
    for one in single:
        spelt.setdefault((normal(one.student), one.exercises), []).append(one.student)
    return [
        replace(one, remark=f"{one.remark}; name like {others[0]!r}".removeprefix("; "))
        if (others := [s for s in spelt[normal(one.student), one.exercises] if s != one.student])
        else one
        for one in single
    ]


def _chosen(several: list[Submission]) -> Submission:
    """Return the one of several files that is graded: the last, or the one with the usual name."""
    readable = [one for one in several if not one.problem] or several
    last = max(one.number for one in readable)
    candidates = [one for one in readable if one.number == last]
    named = [one for one in candidates if one.file.parts[-1].endswith("exercise.ipynb")]
    candidates = named if len(named) == 1 else candidates
    if len(several) == 1:
        return several[0]
    listed = ", ".join(repr(one.file.parts[-1]) for one in several)
    if len(candidates) > 1:
        problem = f"{len(candidates)} notebooks for one set, and no telling which counts: {listed}"
        return replace(candidates[0], problem=printable_name(problem))
    name = candidates[0].file.parts[-1]
    return replace(candidates[0], remark=printable_name(f"of {listed} only {name!r} is graded"))


def _time(stamp: File) -> datetime | None:
    """Return the time in nbgrader's timestamp.txt, such as 2026-11-21 15:58:23.9 Europe/Rome."""
    with suppress(CourseError, OSError, ValueError, ZoneInfoNotFoundError):
        day, hour, *zone = stamp.read()[:100].decode().split()
        time = datetime.fromisoformat(f"{day} {hour[:15]}")
        if time.tzinfo:
            return time
        return time.replace(tzinfo=ZoneInfo(zone[0]) if zone and zone[0] != "UTC" else UTC)
    return None

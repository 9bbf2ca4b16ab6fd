"""What was handed in: who, for which set, where, and, if it cannot be read, why not.

Understands nbgrader's folders (student/set/notebook), the files or folders that Canvas and Moodle
let a teacher download, plain student/notebook folders and student.ipynb files, each also as a zip.
Nothing is unpacked, no link is followed, and nothing here executes or parses a student's code.
"""

import hashlib
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
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

MAX_BYTES = 25_000_000
MAX_FILES_OF_ONE = 20
MAX_DEPTH = 6
LAYOUTS = (
    "student/set/notebook.ipynb, student/notebook.ipynb, student.ipynb, or a download of an LMS"
)
_CANVAS = re.compile(r"(?P<student>[^_]+)_(?P<late>LATE_)?(?P<id>\d{1,18})_(?P<number>\d{1,18})_.+")
_MOODLE = re.compile(r"(?P<student>.+?)_(?P<id>\d{1,18})_assignsubmission_[a-z]+(?:_.*)?")
_CLUTTER = {"__MACOSX", ".DS_Store", ".git", ".ipynb_checkpoints", "Thumbs.db", "desktop.ini"}
_STAMP = "timestamp.txt"
_KINDS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "an archive",
    b"\x89PNG": "a picture",
    b"<": "a web page",
}


@dataclass(frozen=True)
class File:
    """A file somewhere below a folder or in an archive; `problem` says why it is not read."""

    parts: tuple[str, ...]
    read: Callable[[], bytes]
    problem: str = ""

    @property
    def name(self) -> str:
        return printable_name("/".join(self.parts))


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
    files = sorted(_files(where), key=lambda file: file.parts)
    notebooks = [file for file in files if file.parts[-1].endswith(".ipynb")]
    if not notebooks:
        what = f"no notebook in {str(where)!r}, but {len(files)} other files"
        raise CourseError(f"{what if files else f'{str(where)!r} is empty'}; expected {LAYOUTS}")
    _refuse_a_wrapper(where, files, sets)
    tasks = {task.name: one.name for one in sets for task in one.tasks}
    names = re.compile(rf"^(?:def\s+)?({'|'.join(tasks)})\b", re.MULTILINE)
    found: list[Submission] = []
    for _, group in groupby(sorted(files, key=_handed_in_by), key=_handed_in_by):
        found += _of_one(list(group), sets, tasks, names)
    return _without_doubles(_told_apart(found))


def _refuse_a_wrapper(where: Path, files: Sequence[File], sets: Sequence[ExerciseSet]) -> None:
    """Ask back when the class seems to be one folder further down."""
    names = {name for one in sets for name in (one.name, one.name.partition("_")[0])}
    first = {file.parts[0] for file in files}
    second = {file.parts[1] for file in files if len(file.parts) > 2}
    if (
        len(first) == 1
        and len(second) > 1
        and not second & names
        and not _MOODLE.match(next(iter(first)))
    ):
        [folder] = first
        raise CourseError(
            f"all is in one folder of {str(where)!r}: did you mean {str(where / folder)!r}?"
        )


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


def printable_name(name: str) -> str:
    """Return a file's name as text, whatever its bytes are, without what steers a terminal."""
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name)
    if text == name:
        return name
    # Another name may be spelt like this one's escapes.
    return f"{text} [{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}]"


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


def _files(where: Path) -> Iterator[File]:
    """Yield every file below a folder or in an archive, but clutter."""
    if where.is_dir():
        found = _in_folder(where, ())
    elif zipfile.is_zipfile(where):
        found = _in_archive(where)
    else:
        what = "neither a folder nor a zip file; one notebook is checked with coursekit check"
        what = what if where.exists() else "not there"
        raise CourseError(f"submissions {str(where)!r}: {what}")
    for file in found:
        if not any(part.startswith("._") or part in _CLUTTER for part in file.parts):
            yield file


def _in_folder(folder: Path, parts: tuple[str, ...]) -> Iterator[File]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        reason = f"the folder cannot be read: {error.strerror}"
        if not parts:
            raise CourseError(f"submissions {str(folder)!r}: {reason}") from None
        yield File((*parts, "?"), lambda: b"", reason)
        return
    for entry in entries:
        path, place = Path(entry.path), (*parts, entry.name)
        if entry.is_symlink():
            yield File(place, lambda: b"", "it is a link; links are not followed")
        elif entry.is_dir(follow_symlinks=False):
            if len(place) < MAX_DEPTH:
                yield from _in_folder(path, place)
            else:
                yield File(place, lambda: b"", f"folders more than {MAX_DEPTH} deep are not read")
        else:
            is_file = entry.is_file(follow_symlinks=False)
            yield File(place, _reader(path), "" if is_file else "it is not a file")


def _reader(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            # A pipe would keep us waiting; a link may have come here since the folder was listed.
            flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise CourseError("it is not a file")
                return _limited(file.read(MAX_BYTES + 1))
        except OSError as error:
            raise CourseError(f"it cannot be read: {error.strerror}") from None

    return read


def _in_archive(where: Path) -> Iterator[File]:
    try:
        archive = zipfile.ZipFile(where)
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise CourseError(f"{str(where)!r} cannot be read: {error}") from None
    roots = {member.filename.partition("/")[0] for member in members}
    wrapper = {where.stem, "submitted", "submissions"} & roots if len(roots) == 1 else set()
    seen: dict[tuple[str, ...], int] = {}
    for member in members:
        if member.is_dir():
            continue
        raw = [part for part in member.filename.split("/") if part not in ("", ".")]
        is_outside = ".." in raw or member.filename.startswith("/") or "\\" in member.filename
        parts = tuple("(..)" if part == ".." else part for part in raw[len(wrapper) :]) or ("?",)
        seen[parts] = seen.get(parts, 0) + 1
        if seen[parts] > 1:
            parts = (*parts[:-1], f"{seen[parts]} {parts[-1]}")
        problem = ""
        if is_outside:
            problem = "its path leads out of the archive"
        elif stat.S_ISLNK(member.external_attr >> 16):
            problem = "it is a link; links are not followed"
        yield File(parts, _member_reader(archive, member), problem)


def _member_reader(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(member) as file:
                return _limited(file.read(MAX_BYTES + 1))
        except CourseError:
            raise
        except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, ValueError) as error:
            raise CourseError(f"it cannot be read from the archive: {error}") from None
        except Exception as error:  # zlib.error, lzma.LZMAError, NotImplementedError, …
            raise CourseError(f"it cannot be unpacked ({type(error).__name__})") from None

    return read


def _limited(content: bytes) -> bytes:
    if len(content) > MAX_BYTES:
        raise CourseError(f"it is larger than {MAX_BYTES // 10**6} MB")
    return content

"""The files below a folder or in an archive: listed with care, read when asked for.

Nothing is unpacked, no link is followed, nothing is waited for, and nothing too large is read.
"""

import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import CourseError

MAX_BYTES = 25_000_000
MAX_DEPTH = 6
_CLUTTER = {"__MACOSX", ".DS_Store", ".git", ".ipynb_checkpoints", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class File:
    """A file somewhere below a folder or in an archive; `problem` says why it is not read."""

    parts: tuple[str, ...]
    read: Callable[[], bytes]
    problem: str = ""

    @property
    def name(self) -> str:
        return printable_name("/".join(self.parts))


def files_below(where: Path) -> Iterator[File]:
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
        is_clutter = any(part.startswith("._") or part in _CLUTTER for part in file.parts)
        is_setting = len(file.parts) == 1 and file.name.startswith(".")
        if not (is_clutter or (is_setting and not file.name.endswith(".ipynb"))):
            yield file


def printable_name(name: str) -> str:
    """Return a file's name as text, whatever its bytes are, without what steers a terminal."""
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name)
    if text == name:
        return name
    # Another name may be spelt like this one's escapes.
    return f"{text} [{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}]"


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
    seen: dict[tuple[str, ...], int] = {}
    for member in members:
        if member.is_dir():
            continue
        raw = [part for part in member.filename.split("/") if part not in ("", ".")]
        is_outside = ".." in raw or member.filename.startswith("/") or "\\" in member.filename
        parts = tuple("(..)" if part == ".." else part for part in raw) or ("?",)
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

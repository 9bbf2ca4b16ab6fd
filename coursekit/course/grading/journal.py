"""What was found of each submission, kept in SQLite as it comes.

A row is written in one transaction, so a run that is killed at any moment loses what it was busy
with and nothing else. Each row carries a digest of itself: damage is noticed, not graded.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import CourseError

_TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL, seal TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS results (
    student TEXT NOT NULL, exercises TEXT NOT NULL, fingerprint TEXT NOT NULL,
    record TEXT NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (student, exercises)
);
"""


class Result(NamedTuple):
    """A finished piece of work: whose, what it was made from, and what was found."""

    student: str
    exercises: str
    fingerprint: str
    record: dict[str, Any]


class Journal:
    """The journal of one gradebook; a context manager. CourseError when it cannot be trusted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._explained():
            self._database = sqlite3.connect(path)
            self._database.execute("PRAGMA synchronous = FULL")
            with self._database:
                self._database.executescript(_TABLES)
            [state] = self._database.execute("PRAGMA integrity_check").fetchone()
        if state != "ok":
            raise self._damaged(state)
        self.about = {name: self._opened(value, seal, name) for name, value, seal in self._about()}

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *about: object) -> None:
        self._database.close()

    def remember(self, name: str, value: str) -> None:
        """Keep a fact about the whole run."""
        with self._explained(), self._database:
            row = (name, value, _seal(name, value))
            self._database.execute("REPLACE INTO about VALUES (?, ?, ?)", row)
        self.about[name] = value

    def write(self, result: Result) -> None:
        """Keep a result; when this returns, it is on the disk."""
        row = (*result[:3], json.dumps(result.record))
        with self._explained(), self._database:
            self._database.execute(
                "REPLACE INTO results VALUES (?, ?, ?, ?, ?)", (*row, _seal(*row))
            )

    def results(self, where: str = "1", *values: str) -> Iterator[Result]:
        """Yield every result by student and set, one at a time."""
        command = f"SELECT * FROM results WHERE {where} ORDER BY student, exercises"
        with self._explained():
            rows = self._database.execute(command, values)
            for student, exercises, key, record, seal in rows:
                if seal != _seal(student, exercises, key, record):
                    raise self._damaged(f"the result of {student!r} is not what was written")
                yield Result(student, exercises, key, json.loads(record))

    def finished(self) -> dict[tuple[str, str], str]:
        """Return the fingerprint of every result that is there, after a look at each."""
        return {(r.student, r.exercises): r.fingerprint for r in self.results()}

    def record(self, student: str, exercises: str) -> dict[str, Any] | None:
        """Return what was found of a submission, if anything was."""
        where = "student = ? AND exercises = ?"
        return next((one.record for one in self.results(where, student, exercises)), None)

    def _about(self) -> list[tuple[str, str, str]]:
        with self._explained():
            return self._database.execute("SELECT * FROM about").fetchall()

    def _opened(self, value: str, seal: str, name: str) -> str:
        if seal != _seal(name, value):
            raise self._damaged(f"{name} is not what was written")
        return value

    def _damaged(self, what: str) -> CourseError:
        return CourseError(
            f"the journal {str(self.path)!r} is damaged ({what}): "
            "move it away, and grade again without --resume"
        )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise CourseError(
                f"the journal {str(self.path)!r} cannot be used: {error}; what was graded is kept: "
                "make room or give write access, then go on with --resume"
            ) from error
        except (sqlite3.DatabaseError, ValueError) as error:
            raise self._damaged(str(error)) from error


def _seal(*fields: str) -> str:
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()

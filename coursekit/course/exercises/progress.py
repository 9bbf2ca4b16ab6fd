"""What a learner has passed and which hints are open: one small file, never holding answers."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import CourseError
from ..files import write_atomically


@dataclass
class Progress:
    """Names of passed tasks, and how many hints are open by task. `note` is to be said once."""

    passed: set[str] = field(default_factory=set)
    hints: dict[str, int] = field(default_factory=dict)
    note: str = ""

    def save(self) -> None:
        """Write the file in one step; CourseError when the folder refuses."""
        data = {"passed": sorted(self.passed), "hints": dict(sorted(self.hints.items()))}
        write_atomically(progress_file(), (json.dumps(data, indent=1) + "\n").encode())


def progress_file() -> Path:
    """Return where progress is kept, in the user's own data folder."""
    from platformdirs import user_data_path

    return user_data_path("coursekit", appauthor=False) / "progress.json"


def load() -> Progress:
    """Read the file; one that cannot be understood is kept aside and said, not lost.

    CourseError when the system refuses to read it.
    """
    path = progress_file()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        hints = {str(name): int(count) for name, count in data["hints"].items()}
        return Progress({str(name) for name in data["passed"]}, hints)
    except FileNotFoundError:
        return Progress()
    except OSError as error:
        raise CourseError(f"cannot read {str(path)!r}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError):
        aside = path.with_name("progress.unreadable.json")
        os.replace(path, aside)
        return Progress(note=f"progress could not be read; the old file is kept as {aside.name}")

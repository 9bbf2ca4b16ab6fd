"""Writing files so that an interruption leaves the old one or the new one, never half of one."""

import os
from pathlib import Path

from .errors import CourseError


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step; CourseError when the folder refuses."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(content)
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CourseError(f"cannot write {str(path)!r}: {reason}") from error

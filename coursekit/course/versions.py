"""A new version of the course, written in all the places that name one."""

import re
from datetime import date
from pathlib import Path

from packaging.version import InvalidVersion, Version

from .errors import CourseError
from .files import write_atomically

UNRELEASED = "## Unreleased\n"


def bump(root: Path, version: str, today: date) -> list[str]:
    """Write the version into package, citation and changelog; return the files changed.

    CourseError, with nothing written, when it is not later than the present one or the changelog
    has nothing to say about it.
    """
    changed = {
        "coursekit/__init__.py": [(r'^__version__ = "(.*)"$', f'__version__ = "{version}"')],
        "CITATION.cff": [
            (r"^version: (.*)$", f"version: {version}"),
            (r'^date-released: "(.*)"$', f'date-released: "{today.isoformat()}"'),
        ],
    }
    present = _present(root)
    try:
        if Version(version) <= Version(present):
            raise CourseError(f"the version must be later than {present}, got {version}")
    except InvalidVersion:
        raise CourseError(f"a version looks like 0.2.0, got {version!r}") from None
    contents = {}
    for name, replacements in changed.items():
        text = (root / name).read_text(encoding="utf-8")
        for pattern, line in replacements:
            text, count = re.subn(pattern, line, text, flags=re.MULTILINE)
            if count != 1:
                raise CourseError(f"{name} must have one line like {line!r}, found {count}")
        contents[name] = text
    contents["CHANGELOG.md"] = _released(root, version, today)
    for name, text in contents.items():
        write_atomically(root / name, text.encode())
    return list(contents)


def _present(root: Path) -> str:
    text = (root / "coursekit" / "__init__.py").read_text(encoding="utf-8")
    return re.findall(r'^__version__ = "(.*)"$', text, re.MULTILINE)[0]


def _released(root: Path, version: str, today: date) -> str:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    before, heading, after = text.partition(UNRELEASED)
    entries = after.partition("\n## ")[0].strip()
    if not heading or not entries:
        raise CourseError("CHANGELOG.md says nothing under '## Unreleased'")
    return f"{before}{heading}\n## {version} · {today.isoformat()}\n{after}"

"""The learner's working copy: made once, kept up to date, never overwritten."""

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from .errors import CourseError
from .files import write_atomically

FOLDER = "my-course"
LEDGER = ".coursekit.json"


@dataclass
class Changes:
    """What an update did: paths relative to the working copy."""

    made: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


def originals(root: Path) -> dict[str, Path]:
    """Return what is handed out, by path relative to the course: no solution and no check."""
    files = [p for p in (root / "lessons").rglob("*") if p.is_file()]
    files += (root / "exercises").glob("*/exercise.ipynb")
    relative = {path.relative_to(root): path for path in sorted(files)}
    return {
        name.as_posix(): path
        for name, path in relative.items()
        if not any(part.startswith((".", "__")) for part in name.parts)
    }


def update(root: Path) -> Changes:
    """Bring the working copy up to date, file by file, leaving alone what the learner changed.

    A newer original of a changed file is put beside it, once, as NAME.new.ipynb.
    """
    copy = root / FOLDER
    # The folder ignores itself, so that it stays out of git wherever the course is copied to.
    if not (copy / ".gitignore").exists():
        write_atomically(copy / ".gitignore", b"*\n")
    handed_out, changes = _read_ledger(copy), Changes()
    for name, original in originals(root).items():
        content, target = original.read_bytes(), copy / name
        if not target.exists():
            write_atomically(target, content)
            changes.made.append(name)
        elif _digest(target.read_bytes()) == handed_out.get(name) != _digest(content):
            write_atomically(target, content)
            changes.updated.append(name)
        elif _digest(content) not in (handed_out.get(name), _digest(target.read_bytes())):
            newer = _free_name(target, "new", {handed_out.get(name), _digest(content)})
            write_atomically(newer, content)
            changes.beside.append(newer.relative_to(copy).as_posix())
        if handed_out.get(name) != _digest(content):
            handed_out[name] = _digest(content)
            _write_ledger(copy, handed_out)
    return changes


def reset(root: Path, name: str, *, lesson: bool = False) -> tuple[Path, Path | None]:
    """Restore a handed-out file; return it and the kept copy of the learner's (None if alike).

    `name` is a number, a name or a path; a bare one means the exercise unless `lesson`.
    """
    key = _find(root, name, "lessons/" if lesson else "exercises/")
    target, content = root / FOLDER / key, originals(root)[key].read_bytes()
    kept = None
    if target.exists() and target.read_bytes() != content:
        kept = _free_name(target, f"kept-{datetime.now():%Y-%m-%d-%H%M%S}", set())
        write_atomically(kept, target.read_bytes())
    write_atomically(target, content)
    _write_ledger(root / FOLDER, {**_read_ledger(root / FOLDER), key: _digest(content)})
    return target, kept


def _find(root: Path, name: str, kind: str) -> str:
    known = originals(root)
    asked = Path(name).resolve()
    for key in known:
        for path in (root / key, root / FOLDER / key):
            if asked == path or (asked == path.parent and key.startswith("exercises/")):
                return key
    notebooks = [key for key in known if key.startswith(kind) and key.endswith(".ipynb")]
    names = {alias: key for key in notebooks for alias in (key, *_aliases(key))}
    if name not in names:
        near = get_close_matches(name, names, n=1)
        what = "lesson" if kind == "lessons/" else "exercise set"
        listed = ", ".join(next(_aliases(key)) for key in notebooks) or "none yet"
        hint = f"did you mean {near[0]!r}?" if near else f"known: {listed}"
        raise CourseError(f"unknown {what} {name!r}; {hint}")
    return names[name]


def _aliases(key: str) -> Iterator[str]:
    """Yield what one may call it: exercises/11_updates/exercise.ipynb is 11_updates and 11."""
    name = Path(key.split("/")[1]).stem
    yield name
    yield name.partition("_")[0]


def _free_name(target: Path, label: str, replaceable: set[str | None]) -> Path:
    """Return a name beside `target` that is free, or taken by an offer nobody has changed."""
    for count in itertools.count(1):
        suffix = label if count == 1 else f"{label}-{count}"
        path = target.with_name(f"{target.stem}.{suffix}{target.suffix}")
        if not path.exists() or _digest(path.read_bytes()) in replaceable:
            break
    return path


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_ledger(copy: Path) -> dict[str, str]:
    try:
        ledger = json.loads((copy / LEDGER).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        # Without a ledger every file counts as changed by the learner, which loses nothing.
        return {}
    return dict(ledger) if isinstance(ledger, dict) else {}


def _write_ledger(copy: Path, handed_out: dict[str, str]) -> None:
    write_atomically(copy / LEDGER, (json.dumps(handed_out, indent=1) + "\n").encode())

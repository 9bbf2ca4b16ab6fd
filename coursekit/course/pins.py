"""Exact versions of all dependencies, as a block of pyproject.toml."""

import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path

from .errors import CourseError
from .files import write_atomically

BLOCK = re.compile(r"(?<=^# pins: begin\n)(.*?)(?=^# pins: end$)", re.DOTALL | re.MULTILINE)
# The same version for every Python where there is one, so that everybody sees the same outputs.
UPGRADE = ("lock", "--upgrade", "--fork-strategy", "fewest")
EXPORT = (
    "export", "--frozen", "--all-groups", "--all-extras", "--no-hashes", "--no-annotate",
    "--no-header", "--no-emit-workspace",
)  # fmt: skip


def refresh(pyproject: Path) -> int:
    """Resolve afresh and rewrite the block between the two marker lines; return how many pins.

    Each platform keeps its own pins by their markers. Raises CourseError, and leaves the file
    alone, when there are no marker lines or when uv finds no solution.
    """
    text = pyproject.read_text(encoding="utf-8")
    if len(BLOCK.findall(text)) != 1:
        raise CourseError(
            f"{str(pyproject)!r} must hold one line '# pins: begin' and one line '# pins: end'"
        )
    pins = _newest(BLOCK.sub("", text))
    block = "".join(f"    {_quoted(pin)},\n" for pin in pins)
    block = f"[tool.uv]\nconstraint-dependencies = [\n{block}]\n"
    renewed = BLOCK.sub(lambda _: block, text)
    try:
        tomllib.loads(renewed)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(
            f"{pyproject.name} would not be valid ({error}): [tool.uv] belongs to the pins"
        ) from None
    write_atomically(pyproject, renewed.encode())
    return len(pins)


def exact(line: str) -> str:
    """Return a pin without the local part of its version, which names one build: 2.13.0+cpu."""
    return re.sub(r"(==[^\s;+]+)\+[^\s;]+", r"\1", line.strip())


def _newest(unpinned: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").write_text(unpinned, encoding="utf-8")
        _uv(folder, *UPGRADE)
        exported = _uv(folder, *EXPORT)
    return sorted({exact(line) for line in exported.splitlines() if "==" in line})


def _uv(folder: str, *arguments: str) -> str:
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise CourseError("uv is not installed; get it with: python -m pip install uv")
    # Builds offered on this machine only must not decide what everybody gets.
    environment = {k: v for k, v in os.environ.items() if k not in ("UV_FIND_LINKS", "VIRTUAL_ENV")}
    ran = subprocess.run(
        [uv, *arguments, "--directory", folder], env=environment, capture_output=True, text=True
    )
    if ran.returncode:
        raise CourseError(f"uv {arguments[0]} failed: {' '.join(ran.stderr.split())}")
    return ran.stdout


def _quoted(pin: str) -> str:
    return '"' + pin.replace('"', "'") + '"'

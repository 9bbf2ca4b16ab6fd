"""Restart & Run All, stored: the only way the outputs of a notebook come to be."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .catalogue import read_notebook
from .errors import CourseError
from .files import write_atomically
from .processes import ONE_THREAD

# No version: a newer Python must not change every notebook.
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python"}
SECONDS_PER_CELL = 300
# What editors give a new cell: eight hexadecimal digits, or a UUID.
RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?")


def chosen(root: Path, names: Sequence[str], *, every: bool) -> list[Path]:
    """Return the notebooks meant by `names`: paths, or numbers of lessons and their solutions."""
    known = [
        *sorted((root / "lessons").glob("*.ipynb")),
        *sorted((root / "exercises").glob("*/solution.ipynb")),
    ]
    if bool(names) == every:
        raise CourseError("name the notebooks to store, or give --all")
    if every:
        return known
    paths: list[Path] = []
    for name in names:
        path = Path(name).resolve()
        found = [path] if path in known else [one for one in known if _stands_for(name, one)]
        if not found:
            raise CourseError(
                f"unknown notebook {name!r}: give a number such as 11, or the path of a lesson "
                "or of a solution.ipynb in this course"
            )
        paths += found
    return paths


def store(path: Path) -> bool:
    """Execute the notebook and store its outputs; return whether the file has changed.

    Raises CourseError, and leaves the file alone, if a cell fails or writes to stderr.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    read_notebook(path)
    notebook = nbformat.read(path, as_version=4)
    name_new_cells(notebook.cells)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name=KERNEL["name"],
        allow_errors=True,
        coalesce_streams=True,
        record_timing=False,
        # The kernel's own remarks about its sockets are not the notebook's.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute(env={**os.environ, **ONE_THREAD})
    except CellTimeoutError:
        raise CourseError(
            f"{path.name}: a cell took longer than {SECONDS_PER_CELL} s; nothing stored"
        ) from None
    except DeadKernelError:
        raise CourseError(f"{path.name}: the kernel died; nothing stored") from None
    _refuse_errors(notebook, path)
    _normalise(notebook)
    content = (nbformat.writes(notebook).rstrip("\n") + "\n").encode()
    if content == path.read_bytes():
        return False
    write_atomically(path, content)
    return True


def name_new_cells(cells: Sequence[Any]) -> None:
    """Give cells with a random id a name from their first words; all others keep theirs."""
    taken = {cell["id"] for cell in cells}
    for cell in cells:
        if RANDOM_ID.fullmatch(cell["id"]):
            line = cell["source"].strip().partition("\n")[0].lower()
            words = ["code"] * (cell["cell_type"] == "code") + re.findall(r"[a-z]+", line)[:4]
            stem = "-".join(words) or "text"
            names = (stem if k == 1 else f"{stem}-{k}" for k in range(1, len(cells) + 2))
            cell["id"] = next(name for name in names if name not in taken)
            taken.add(cell["id"])


def _stands_for(name: str, path: Path) -> bool:
    known_as = path.parent.name if path.name == "solution.ipynb" else path.stem
    return name in (known_as, known_as.partition("_")[0])


def _refuse_errors(notebook: Any, path: Path) -> None:
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            where = f"{path.name}, cell {index} ({cell.get('id', 'no id')})"
            if output.output_type == "error":
                reason = f"{output.ename}: {output.evalue}".splitlines()[0]
                raise CourseError(f"{where} fails with {reason}; nothing stored")
            if output.get("name") == "stderr":
                line = output.text.strip().splitlines()[0]
                raise CourseError(f"{where} writes to stderr: {line}; nothing stored")


def _normalise(notebook: Any) -> None:
    """Take out what another run or another machine would write otherwise."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            # A widget lives in its kernel under a random name; the figure beside it stays.
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.kernelspec = KERNEL
    notebook.metadata.language_info = LANGUAGE

"""The course in a browser without installation: lessons and exercises as a JupyterLite site."""

import json
import re
import shutil
import subprocess
import sysconfig
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from ..errors import CourseError
from ..groups import require, uv
from ..processes import PYTHON
from ..workspace import originals

KERNEL = "@jupyterlite/pyodide-kernel-extension"
# The worker that runs Python resolves addresses against its own file, which lies four folders
# down: extensions/@jupyterlite/pyodide-kernel-extension/static/.
FROM_THE_WORKER = "../../../../"
WHEELS = "pypi"


def build(root: Path, out: Path, *, pyodide_url: str | None = None) -> None:
    """Build the site of the course at `root` into the folder `out`, which must be new or empty.

    `pyodide_url` is the address of pyodide.mjs, from the site's root if it begins with "./";
    without it the site takes Pyodide and the compiled packages from where the kernel takes them.
    Raises CourseError when a tool is missing or the build fails.
    """
    require(root, "lite")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CourseError(f"{str(out)!r} is not an empty folder: name a new one, or empty it")
    with tempfile.TemporaryDirectory() as folder:
        lite = Path(folder)
        _copy_notebooks(root, lite / "files")
        wheel = _build_wheel(root, lite / WHEELS)
        _write(lite / "jupyter_lite_config.json", _build_settings(lite, out.resolve()))
        _write(lite / "jupyter-lite.json", _site_settings(root, wheel, pyodide_url))
        _run([PYTHON, "-m", "jupyterlite_core", "build"], lite)


def _copy_notebooks(root: Path, files: Path) -> None:
    """Copy what is handed out to learners: no solution and no check."""
    import nbformat

    for name, original in originals(root).items():
        (files / name).parent.mkdir(parents=True, exist_ok=True)
        if original.suffix == ".ipynb":
            # A stored text is a list of its lines, which JupyterLab joins on its server. Lite has
            # none and puts commas between them; reading makes one string of each list.
            _write(files / name, nbformat.read(original, as_version=4))
        else:
            shutil.copyfile(original, files / name)


def _build_wheel(root: Path, folder: Path) -> str:
    if (program := uv()) is None:
        raise CourseError("uv is not installed; get it with: python -m pip install uv")
    _run([program, "build", "--wheel", "--quiet", "--out-dir", str(folder), str(root)], root)
    return next(folder.glob("*.whl")).name


def _build_settings(lite: Path, out: Path) -> dict[str, Any]:
    """Return the settings of `jupyter lite build`."""
    extensions = Path(sysconfig.get_path("data"), "share", "jupyter", "labextensions")
    return {
        "LiteBuildConfig": {
            "apps": ["lab"],
            "cache_dir": str(lite / "cache"),
            "output_dir": str(out),
            # Other extensions of this environment, nbgrader's say, would look for their server.
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(extensions / KERNEL)],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        }
    }


def _site_settings(root: Path, wheel: str, pyodide_url: str | None) -> dict[str, Any]:
    """Return the settings that the browser reads.

    The kernel loads by itself what a cell imports and Pyodide has, but not our wheel nor what
    that imports in turn. Both are therefore loaded at the start (`packages` of loadPyodide).
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = [re.split(r"[^\w.-]", line)[0] for line in project["dependencies"]]
    packages = [*needs, f"{FROM_THE_WORKER}{WHEELS}/{wheel}"]
    kernel: dict[str, Any] = {"loadPyodideOptions": {"packages": packages}}
    if pyodide_url is not None:
        kernel["pyodideUrl"] = pyodide_url
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": project["name"],
            "litePluginSettings": {f"{KERNEL}:kernel": kernel},
        },
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _run(command: list[str], cwd: Path) -> None:
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if ran.returncode:
        said = " ".join((ran.stderr or ran.stdout).split()[-60:])
        raise CourseError(f"the site cannot be built, {Path(command[0]).name} says: {said}")

"""Building the site with Sphinx, and showing it on this machine."""

import http.server
import os
import shutil
import webbrowser
from functools import partial
from pathlib import Path

from ..errors import CourseError
from ..groups import require
from ..lab import refuse_used_port
from ..processes import ONE_THREAD, PYTHON, run
from . import lite

FOLDER = "site"
LITE = "lite"
# What a folder must hold to be taken for a site that may be written over.
OURS = ".buildinfo"


def build(
    root: Path, out: Path, *, repository: str | None = None, in_browser: bool = False
) -> None:
    """Write the site into `out`; CourseError when a page has a fault or `out` holds other things.

    With the public address of a repository, pages link to it and to services that open it. With
    `in_browser`, a JupyterLite is laid beside them, in which each lesson opens.
    """
    if out.exists() and not out.is_dir():
        raise CourseError(f"cannot write the site to {str(out)!r}: it is not a folder")
    if out.exists() and any(out.iterdir()) and not (out / OURS).exists():
        raise CourseError(f"{str(out)!r} holds something else than a site; choose another --out")
    require(root, "site")
    environment = {**ONE_THREAD, "MPLBACKEND": "agg"}
    if repository:
        environment["COURSEKIT_REPOSITORY"] = repository.rstrip("/")
    if in_browser:
        environment["COURSEKIT_LITE"] = LITE
    command = [
        PYTHON, "-m", "sphinx", "--builder", "html", "--conf-dir", str(root / "docs"),
        "--doctree-dir", str(out / ".doctrees"), "--jobs", str(os.cpu_count() or 1),
        # A fault in any page is a fault of the site, and all of them are shown.
        "--fail-on-warning", "--quiet", str(root), str(out),
    ]  # fmt: skip
    if run(command, root, environment):
        raise CourseError("the site has faults, listed above")
    shutil.rmtree(out / LITE, ignore_errors=True)
    if in_browser:
        lite.build(root, out / LITE)


def server(out: Path, port: int | None) -> http.server.ThreadingHTTPServer:
    """Return a server of the site for this machine only; CourseError when there is none."""
    if not (out / "index.html").is_file():
        raise CourseError(f"there is no site in {str(out)!r}: build it first")
    if port is not None:
        refuse_used_port(port)
    return http.server.ThreadingHTTPServer(("127.0.0.1", port or 0), partial(_Quiet, directory=out))


def show(site: http.server.ThreadingHTTPServer, *, browser: bool) -> None:
    """Serve until Ctrl-C."""
    address = f"http://127.0.0.1:{site.server_port}/"
    print(f"The site is at {address}; Ctrl-C here ends it.", flush=True)
    if browser:
        webbrowser.open(address)
    try:
        site.serve_forever()
    except KeyboardInterrupt:
        print()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""

"""What the browser test needs: a local Pyodide, cells without numpy, a site that is watched."""

import ast
import builtins
import hashlib
import json
import shutil
import socketserver
import subprocess
import sys
import tarfile
import threading
import zipfile
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

# What Pyodide has compiled, and no package index: in its place come wheels without any module.
COMPILED = ("matplotlib", "numpy")
# What the kernel needs, with all that these need; comm alone is not in Pyodide's list.
PURE = ("ipython", "jedi", "micropip", "sympy")
COMM = {"name": "comm", "version": "0.2.3", "imports": ["comm"], "depends": ["traitlets"]}
# What every notebook has without an import.
GIVEN = {*dir(builtins), "display"}


# Pyodide from npm


def pack_pyodide(version, folder):
    """Unpack npm's package pyodide, which holds the interpreter and no other package."""
    npm = ["npm", "pack", "--silent", f"pyodide@{version}", "--pack-destination", str(folder)]
    subprocess.run(npm, check=True, capture_output=True, cwd=folder)
    with tarfile.open(folder / f"pyodide-{version}.tgz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def complete(pyodide, wheels):
    """Make the distribution whole without its home: list only what is laid beside it."""
    lock_file = pyodide / "pyodide-lock.json"
    lock = json.loads(lock_file.read_text())
    known = {**lock["packages"], "comm": {**lock["packages"]["traitlets"], **COMM}}
    wanted = [*PURE, "comm"]
    for name in wanted:
        wanted += [n for n in map(_key, known[name]["depends"]) if n not in wanted]
    _download([f"{name}=={known[name]['version']}" for name in wanted], wheels)
    packages = {}
    for name in [*wanted, *COMPILED]:
        entry = {**known[name], "unvendored_tests": False}
        if name in COMPILED:
            path = _empty_wheel(name, entry["version"], wheels)
            entry |= {"depends": []}
        else:
            stem = f"{name.replace('-', '_')}-{entry['version']}-"
            path = next(p for p in wheels.iterdir() if p.name.lower().startswith(stem))
        shutil.copy(path, pyodide)
        entry |= {"file_name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        packages[name] = entry
    lock_file.write_text(json.dumps({**lock, "packages": packages}))


def _key(name):
    return name.lower().replace("_", "-")


def _download(requirements, folder):
    pip = ["uv", "tool", "run", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    target = ["--python-version=3.14", "--dest", str(folder)]
    subprocess.run([*pip, *target, *requirements], check=True, capture_output=True)


def _empty_wheel(name, version, folder):
    path, info = folder / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


# Cells that do without numpy


def without_numpy(cells):
    """Return the imports and the cells that need only the standard library, sympy and symbols.

    Found by names: a cell is taken if it imports nothing else and all it reads is bound by
    itself, by such an import or by a cell taken before. What other cells put into a list that it
    reads is not seen.
    """
    lines, taken, good = [], [], set(GIVEN)
    for cell in (c for c in cells if c["cell_type"] == "code"):
        source = "".join(cell["source"])
        tree = ast.parse(source)
        for name, line, light in _imports(tree.body):
            (good.add if light else good.discard)(name)
            lines += [line] * light
        if all(isinstance(n, ast.Import | ast.ImportFrom) for n in tree.body):
            continue
        nodes = list(ast.walk(tree))
        names = {n.id for n in nodes if isinstance(n, ast.Name)}
        bound = {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        bound |= {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        arguments = {n.arg for n in nodes if isinstance(n, ast.arg)}
        light = all(light for _, _, light in _imports(nodes)) and "lambdify" not in source
        if light and names - bound - arguments <= good:
            taken.append(cell)
            good |= bound
        else:
            good -= bound
    return list(dict.fromkeys(lines)), taken


def _imports(nodes):
    """Yield (name that is bound, the import alone, whether it does without numpy)."""
    for node in nodes:
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            where = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            line = f"from {where[:-1]} import " if where else "import "
            line += alias.name + (f" as {alias.asname}" if alias.asname else "")
            yield alias.asname or alias.name.split(".")[0], line, _is_light(where + alias.name)


def _is_light(module):
    top = module.split(".")[0]
    return (
        top == "sympy"
        or top in sys.stdlib_module_names
        or f"{module}.".startswith("coursekit.symbols.")
    )


def shortened(lesson):
    """Return the lesson with its first imports reduced, and only the cells that need no numpy."""
    lines, taken = without_numpy(lesson["cells"])
    first = {"cell_type": "code", "id": "imports", "metadata": {}, "source": "\n".join(lines)}
    cells = [{**c, "outputs": [], "execution_count": None} for c in (first, *taken)]
    return {**lesson, "cells": cells}, [c["outputs"] for c in taken]


def said(outputs):
    """Return the printed text and the plain words of the outputs, as one text."""
    texts = [
        o.get("text") or o.get("data", {}).get("text/plain") or o.get("evalue") for o in outputs
    ]
    return "\n".join("".join(t).rstrip("\n") for t in texts if t)


# Serving and watching


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class _Refusal(socketserver.StreamRequestHandler):
    """A proxy that leads nowhere."""

    def handle(self):
        self.rfile.readline()
        self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


@contextmanager
def served(folder):
    """Serve a folder on this machine only, below the root as on most hosts; give its address."""
    handler = partial(_Quiet, directory=folder.parent)
    with _running(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as port:
        yield f"http://127.0.0.1:{port}/{folder.name}/"


@contextmanager
def refusing_proxy():
    """Give the address of a proxy that refuses all, the browser's own look for news included."""
    with _running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Refusal)) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(server):
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A place for attacks to harm, a grader without protection, and a class that is graded with it.

Everything that can be harmed lies in a temporary folder or listens on 127.0.0.1, and whatever runs
without protection is ended after a few seconds.
"""

import csv
import hashlib
import json
import os
import pickle
import secrets
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from contextlib import suppress
from dataclasses import dataclass, replace

import psutil
import pytest

from coursekit.course.exercises.notebook import answer_cells
from coursekit.course.exercises.sets import all_sets, find_set
from coursekit.course.grading import run
from coursekit.course.grading.journal import Journal
from coursekit.course.grading.run import Plan, grade_class
from coursekit.course.root import find_root

fcntl = pytest.importorskip("fcntl", reason="there is a sandbox on Linux only")
ROOT = find_root()
SETS = all_sets(ROOT)
NAME = "05_two_classes"
# Enough for honest code on a busy machine, and hostile code is not waited for much longer.
TIMEOUT = 3.0
SLOPPY = "import numpy as np\ndef hinge_loss(y, scores):\n    return np.abs(1 - y * scores)\n"


def right_answers(exercises=NAME):
    """Return the source of the right answers, by the names of the tasks."""
    cells = answer_cells(find_set(exercises, SETS).solution)
    imports = "import numpy as np\nimport sympy as sp\n"
    return {name: imports + cell.source for name, cell in cells.items()}


def notebook(*sources, **metadata):
    """Return the bytes of a notebook with these code cells."""
    usual = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**usual, "source": source} for source in sources]
    return json.dumps(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    ).encode()


def honest():
    """Return three notebooks: all right, a mistake, and half of it; by their students."""
    right = right_answers()
    return {
        "honest_anna": notebook(*right.values()),
        "honest_ben": notebook(*(right | {"hinge_loss": SLOPPY}).values()),
        "honest_cleo": notebook(right["hinge_loss"], "1 / 0", right["distant_point"]),
    }


class World:
    """What an attack could harm: files to read, to change and to delete, ports, a process."""

    def __init__(self, folder):
        self.folder = folder
        self.token = f"token-{secrets.token_hex(8)}"
        self.mark = f"hx{secrets.token_hex(5)}"
        self.scratch = folder / "scratch"
        self.outside = folder / "outside"
        self.library = folder / "library"
        for place in (self.scratch, self.outside, self.library):
            place.mkdir(parents=True)
        files = {
            "victim.txt": "mine",
            "gradebook.csv": f"anna,5,{self.token}\n",
            "other.ipynb": f"# {self.token}",
            "id_ed25519": self.token,
            "journal": f"seed {self.token}",
            "solution.py": f"# {self.token}\n{right_answers()['hinge_loss']}",
        }
        for name, content in files.items():
            (self.outside / name).write_text(content, encoding="utf-8")
        self.sockets = {kind: socket.socket(*about) for kind, about in _SOCKETS.items()}
        self.addresses = {
            "tcp": ("127.0.0.1", 0),
            "udp": ("127.0.0.1", 0),
            # A socket's path may have some 100 characters only, and pytest's folders are deep.
            "unix": f"/proc/self/fd/{os.open(self.folder, os.O_PATH)}/socket",
            "abstract": f"\0{self.mark}",
        }
        for kind, one in self.sockets.items():
            one.bind(self.addresses[kind])
            one.setblocking(False)
            if kind != "udp":
                one.listen(10)
        self.victim = subprocess.Popen(["sleep", "300"])
        self.before = digest_of(self.outside)

    def __enter__(self):
        return self

    def __exit__(self, *about):
        for one in self.sockets.values():
            one.close()
        os.close(int(self.addresses["unix"].split("/")[4]))
        self.victim.kill()
        self.victim.wait()
        for process in self.alive():
            with suppress(psutil.Error):
                process.kill()

    def facts(self, **changes):
        """Return what an attacker is told, as a cell: far more than a student knows."""
        facts = {
            "OUTSIDE": str(self.outside),
            "SOLUTION": str(self.outside / "solution.py"),
            "CHECKS": str(ROOT / "exercises" / NAME / "checks.py"),
            "COURSE": str(ROOT),
            "LIBRARY": str(self.library),
            "TOKEN": "TOKEN_OF_THE_ENVIRONMENT",
            "MARK": self.mark,
            "VICTIM": self.victim.pid,
            "TCP": self.sockets["tcp"].getsockname(),
            "UDP": self.sockets["udp"].getsockname(),
            "UNIX": str(self.folder / "socket"),
            "ABSTRACT": f"\0{self.mark}",
        } | changes
        return "".join(f"{name} = {value!r}\n" for name, value in facts.items())

    @property
    def changed(self):
        """Tell whether anything outside is not as it was."""
        return digest_of(self.outside) != self.before or any(self.library.iterdir())

    @property
    def called(self):
        """Return the names of the sockets that somebody has connected or written to."""
        found = []
        for kind, one in self.sockets.items():
            with suppress(BlockingIOError):
                _ = one.recv(1) if kind == "udp" else one.accept()[0].close()
                found.append(kind)
        return found

    @property
    def killed(self):
        return self.victim.poll() is not None

    def alive(self):
        """Return the processes that an attack has left, by the name that they gave themselves."""
        return [p for p in psutil.process_iter(["name"]) if p.info["name"] == self.mark]


_SOCKETS = {
    "tcp": (socket.AF_INET, socket.SOCK_STREAM),
    "udp": (socket.AF_INET, socket.SOCK_DGRAM),
    "unix": (socket.AF_UNIX, socket.SOCK_STREAM),
    "abstract": (socket.AF_UNIX, socket.SOCK_STREAM),
}


def digest_of(folder):
    """Return a digest of every path, kind, mode and content below a folder; no link is followed."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        is_read = path.is_file() and not path.is_symlink() and os.access(path, os.R_OK)
        content = path.read_bytes() if is_read else b""
        digest.update(repr((str(path), about.st_mode, content)).encode())
    return digest.hexdigest()


# As many a grader works: the student's cells and the comparison share a process, or a pipe.
NAIVE = r"""
import ctypes, json, os, pickle, sys
import numpy as np
import numpy.testing
# As where Yama is not in use.
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
way, cells, root = json.loads(sys.stdin.read())

def expected(y, scores):
    return np.maximum(0.0, 1 - y * scores)

cases = [(np.array([1, -1]), np.array([0.25, 3.0])), (np.array([1, 1]), np.array([-2.0, 9.0]))]

def check(answer, right):
    if way == "testing":
        __import__("numpy.testing")
        np.testing.assert_allclose(answer, right)
    elif way == "modules":
        import numpy.testing as testing
        testing.assert_allclose(answer, right)
    elif way == "allclose":
        assert np.allclose(answer, right)
    elif way == "all":
        assert all(a == r for a, r in zip(answer, right, strict=True))
    elif way == "tolerance":
        assert abs(answer - right).max() < 1e-9
    elif way == "not above":
        assert not np.any(abs(answer - right) > 1e-9)
    elif way == "assert":
        space = {"answer": answer, "right": right}
        exec(compile("assert np.allclose(answer, right)", "test", "exec"), space | {"np": np})
    elif way == "reference":
        import reference
        np.testing.assert_allclose(answer, reference.hinge_loss(*cases[0]))
    else:
        assert bool(np.all(answer == right))

def executed():
    space = {"__name__": "student"}
    for cell in cells:
        exec(cell, space)
    return space

def marked():
    if way == "extract":
        from coursekit.course.exercises.extract import Cell, extract
        return 0 * len(extract([Cell("cell", c) for c in cells], "hinge_loss").program)
    space = executed()
    if way == "letter":
        return 2 * bool(space["distant_point"] == "b")
    if way in ("simplify", "sympify"):
        import sympy as sp
        answer, m = space["log_loss_slope"], sp.Symbol("m")
        answer = sp.sympify(str(answer)) if way == "sympify" else answer
        return 2 * bool(sp.simplify(answer - -1 / (1 + sp.exp(m))) == 0)
    for y, scores in cases:
        right = expected(y, scores)
        check(space["hinge_loss"](y, scores), right)
    return 2

def from_a_child():
    reader, writer = os.pipe()
    if os.fork() == 0:
        answers = [executed()["hinge_loss"](*case) for case in cases]
        with os.fdopen(writer, "wb") as pipe:
            data = pickle.dumps(answers) if way == "pickle" else json.dumps(answers).encode()
            pipe.write(data)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        line = pipe.read() if way == "pickle" else pipe.readline()
    print("received", len(line))
    answers = pickle.loads(line) if way == "pickle" else json.loads(line)
    if isinstance(answers, dict):
        return answers["mark"]
    for answer, case in zip(answers, cases):
        check(np.asarray(answer), expected(*case))
    return 2

def in_a_jail():
    if os.getuid():
        assert ctypes.CDLL(None).unshare(0x10000000) == 0
    os.chroot(".")
    return marked()

graders = {"pickle": from_a_child, "child": from_a_child, "jail": in_a_jail}
try:
    mark = graders.get(way, marked)()
except Exception as error:
    mark = 0
    print(f"{type(error).__name__}: {error}")
print(json.dumps({"mark": mark}))
"""


@dataclass(frozen=True)
class Control:
    """What happened without protection."""

    world: World
    code: int | None
    seconds: float
    peak: int
    output: str

    @property
    def late(self):
        return self.code is None

    @property
    def died(self):
        """Tell whether the grader itself ended, so that nobody gets a mark."""
        return self.code is not None and self.mark is None

    @property
    def mark(self):
        """Return the last mark that was printed."""
        for line in reversed(self.output.splitlines()):
            with suppress(ValueError, TypeError, KeyError):
                return json.loads(line)["mark"]
        return None


def without_protection(world, way, *cells, patience=30.0):
    """Let the naive grader mark these cells, for at most so many seconds."""
    (world.scratch / "reference.py").write_text(right_answers()["hinge_loss"], encoding="utf-8")
    printed = world.folder / "printed"
    about = json.dumps([way, cells, str(ROOT)])
    start = time.monotonic()
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", NAIVE],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=world.scratch,
            env={
                **os.environ,
                "TOKEN_OF_THE_ENVIRONMENT": world.token,
                "OPENBLAS_NUM_THREADS": "1",
            },
            start_new_session=True,
        )
        process.stdin.write(about.encode())
        process.stdin.close()
        peak = 0
        while process.poll() is None and time.monotonic() < start + patience:
            peak = max(peak, memory_of(process.pid))
            time.sleep(0.02)
        code = process.poll()
        seconds = time.monotonic() - start
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    output = printed.read_text(encoding="utf-8", errors="replace")
    return Control(world, code, seconds, peak, output)


def memory_of(number):
    """Return the bytes that a process and its children hold."""
    total = 0
    with suppress(psutil.Error):
        process = psutil.Process(number)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += one.memory_info().rss - one.memory_info().shared
    return total


@dataclass(frozen=True)
class Graded:
    """What a class leaves behind; plain data, so that the workers of pytest can share it."""

    rows: dict
    lines: dict
    records: dict
    texts: dict
    alone: dict
    changed: bool
    called: list
    killed: bool
    left: list
    token: str
    seconds: float
    files: list

    def verdict(self, student, task):
        return self.records[student]["tasks"].get(task, {})

    def reasons(self, student, task="hinge_loss"):
        """Return all that is said of a student's answer: the remark, and the words of feedback."""
        verdict = self.verdict(student, task) if student in self.records else {}
        words = [verdict.get(key, "") for key in ("summary", "failure", "note")]
        return "; ".join([self.rows[student]["Remark"], *words])


def grade(submissions, out, sets=SETS, **options):
    plan = Plan(submissions, out / "gradebook.csv", out / "feedback", 2, seed="7", **options)
    return grade_class(plan, sets, lambda done, total: None)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def lines_of(path, students):
    """Return the very bytes of the lines of these students."""
    lines = path.read_bytes().split(b"\n")
    return {s: [line for line in lines if line.startswith(s.encode() + b",")] for s in students}


def put(folder, files):
    """Write notebooks where nbgrader collects them, by student."""
    for student, content in files.items():
        path = folder / student / NAME / "exercise.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)


def graded_class(folder, world, fill, patch, good=None):
    """Grade honest students alone, and again among those whom `fill` adds to the folder."""
    good = good or honest()
    # A limit of time that does not make tests last.
    whole = run._work

    def sooner(*about):
        work = whole(*about)
        return work if isinstance(work, str) else replace(work, timeout=TIMEOUT)

    patch.setattr(run, "_work", sooner)
    patch.setenv("TOKEN_OF_THE_ENVIRONMENT", world.token)
    for name in ("alone", "together"):
        put(folder / name, good)
        (folder / f"{name}_out").mkdir()
    fill(folder / "together")
    grade(folder / "alone", folder / "alone_out")
    watched = digest_of(folder / "together")
    start = time.monotonic()
    grade(folder / "together", folder / "together_out")
    seconds = time.monotonic() - start
    out = folder / "together_out"
    with Journal(out / "gradebook.csv.journal") as journal:
        records = {result.student: result.record for result in journal.results()}
    written = [path for path in sorted(out.rglob("*")) if path.is_file()]
    mine = [" ".join(p.cmdline()) for p in psutil.Process().children(recursive=True)]
    left = [line for line in mine if "bwrap" in line or "inside.py" in line]
    return Graded(
        rows={row["Student"]: row for row in rows_of(out / "gradebook.csv")},
        lines=lines_of(out / "gradebook.csv", good),
        records=records,
        texts={str(p.relative_to(out)): p.read_bytes() for p in written},
        alone=lines_of(folder / "alone_out" / "gradebook.csv", good),
        changed=world.changed or digest_of(folder / "together") != watched,
        called=world.called,
        killed=world.killed,
        left=left + [str(p) for p in world.alive()],
        token=world.token,
        seconds=seconds,
        files=[str(path.relative_to(out)) for path in written],
    )


def once(factory, worker, name, make):
    """Return what `make` makes, made by one of pytest's workers for all of them."""
    if worker == "master":
        return make()
    place = factory.getbasetemp().parent / name
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            place.write_bytes(pickle.dumps(make()))
        return pickle.loads(place.read_bytes())


def libraries():
    return sysconfig.get_paths()["purelib"]


def under(header, body):
    """Return a function's source from its header and its body."""
    return f"{header}\n" + "".join(f"    {line}\n" for line in body.strip("\n").split("\n"))

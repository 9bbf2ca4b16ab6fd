"""Hostile code, first where nothing holds it back, then in a class: it must find a wall.

Each attack is shown to work (a mark, a file, a connection, a process, time or memory that it should
not get) with a grader that executes notebooks as they come. Then all of them are handed in together
with three honest students.
"""

import re
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import hostile_helpers as helpers
import numpy as np
import pytest
from hostile_helpers import World, notebook, right_answers, under, without_protection

from coursekit.course.exercises import expressions, values
from coursekit.course.exercises.extract import Cell, extract
from coursekit.course.exercises.runner import MAX_REPLY, run
from coursekit.course.grading.sandbox import Limits, Sandbox, missing

LACKING = missing()
pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(bool(LACKING), reason=LACKING or "there is a sandbox"),
]

DATA = """
def hinge_on_data(X, y, w, b):
    m = y * (X @ w + b)
    return np.mean(np.maximum(0, 1 - m)), np.mean(m <= 0), np.mean(m < 1)
"""
# The functions beside the attacked one are worth 3 of 5 marks; only functions earn any here.
HALF, WHOLE = 3, 5
RIGHT = "return np.maximum(0.0, 1 - y * scores)"

# How harm shows in a run without protection.
earns = lambda control: control.mark == 2  # noqa: E731
hangs = lambda control: control.late  # noqa: E731
dies = lambda control: control.died  # noqa: E731
loses = lambda control: control.mark == 0 and "Error" in control.output  # noqa: E731
tells = lambda control: control.world.token in control.output  # noqa: E731
writes = lambda control: control.world.changed  # noqa: E731
calls = lambda control: control.world.called  # noqa: E731
kills = lambda control: control.world.killed  # noqa: E731
stays = lambda control: control.world.alive()  # noqa: E731


def grows(size):
    return lambda control: control.peak > size


def prints(size):
    return lambda control: len(control.output) > size


def sends(size):
    return lambda control: int(re.findall(r"received (\d+)", control.output)[0]) > size


@dataclass(frozen=True)
class Attack:
    """What is tried, in words and as code; how its harm shows; what it earns, and what is said."""

    name: str
    tries: str
    code: str
    harm: Callable[[helpers.Control], object]
    says: str = "you return None"
    way: str = "testing"
    task: str = "hinge_loss"
    marks: float = HALF
    whole: bool = False
    weak: str = ""

    @property
    def cells(self):
        """The attack, a function's body unless `whole`; the other answers are right."""
        code = self.code if self.whole else under("def hinge_loss(y, scores):", self.code)
        return ["import ctypes, gc, os, signal, socket, sys, time\nimport numpy as np", code]

    def notebook(self, facts):
        right = right_answers()
        others = [right[name] for name in ("binary_cross_entropy", "distant_point")]
        # The last definition counts, and the attack must have it.
        return notebook(facts, DATA, *others, *self.cells)


TIME = [
    Attack("endless-loop", "never ends", "while True:\n    pass", hangs, "limit hit: time"),
    Attack(
        "endless-loop-in-c", "never ends within one call, where Python sees no signal",
        "import itertools\nsum(itertools.repeat(0))", hangs, "limit hit: time",
    ),
    Attack(
        "huge-power", "has Python compute a number of 370 million digits",
        "9 ** 9 ** 9", hangs, "limit hit: time",
    ),
    Attack(
        "regex", "lets a regular expression try 2^40 ways",
        "import re\nre.match('(a+)+$', 'a' * 40 + 'b')", hangs, "limit hit: time",
    ),
    Attack("sleep", "sleeps without using time", "time.sleep(1000)", hangs, "limit hit: time"),
    Attack(
        "deaf", "ignores every signal that it can, and never ends",
        "for s in set(signal.Signals) - {9, 19}:\n    signal.signal(s, signal.SIG_IGN)\n"
        "while True:\n    time.sleep(1)", hangs, "limit hit: time",
    ),
    Attack(
        "stopped", "waits for a child that has stopped itself",
        "if (child := os.fork()) == 0:\n    os.kill(os.getpid(), signal.SIGSTOP)\n"
        "os.waitpid(child, 0)", hangs, "limit hit: time",
    ),
    Attack(
        "recursion-that-goes-on", "catches the error of its endless recursion, and goes on",
        "def f():\n    try:\n        f()\n    except RecursionError:\n        f()\n    f()\nf()",
        hangs, "limit hit: time",
    ),
    Attack(
        "alarm-later", "answers, but leaves a thread that holds the process",
        "import threading\nthreading.Thread(target=time.sleep, args=(60,)).start()",
        hangs,
    ),
    Attack(
        "many-statements", "has 40,000 statements, each to be looked through",
        "\n".join(f"a{i} = {i}" for i in range(40_000)) + "\ndef hinge_loss(y, s):\n    return a1",
        hangs, "the notebook's code cannot be read", "extract", marks=0, whole=True,
    ),
    Attack(
        "many-blanks", "has a line of 100,000 blanks where Python cannot be read",
        "def hinge_loss(y, s):\n    return (\n" + " " * 100_000 + "$\n",
        hangs, "the notebook's code cannot be read", "extract", marks=0, whole=True,
    ),
]  # fmt: skip

# These get more than is allowed where nothing is limited, and then answer right.
LIMITS = [
    Attack(
        "huge-array", "fills an array of 2.2 GB",
        f"a = np.ones(273_000_000)\ntime.sleep(1)\n{RIGHT}", grows(Limits.memory),
        "limit hit: memory",
    ),
    Attack(
        "raised-limit", "takes the limit off before it asks for 2.3 GB",
        "import resource\ntry:\n"
        "    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)\n"
        f"except (ValueError, OSError):\n    pass\na = np.zeros(290_000_000)\n{RIGHT}",
        earns, "limit hit: memory",
    ),
    Attack(
        "fork-storm", "starts 100 processes, and waits",
        "for _ in range(100):\n    if os.fork() == 0:\n        time.sleep(9)\n        os._exit(0)\n"
        f"{RIGHT}", earns, "limit hit: number of processes",
    ),
    Attack(
        "thread-storm", "starts 100 threads that sleep",
        "import threading\nfor _ in range(100):\n"
        f"    threading.Thread(target=time.sleep, args=(1,), daemon=True).start()\n{RIGHT}",
        earns, "limit hit: number of processes",
    ),
    Attack(
        "full-disk", "writes five files of 15 MB",
        "for i in range(5):\n    with open(f'big{i}', 'wb') as file:\n"
        f"        file.write(bytes(15 * 2**20))\n{RIGHT}", earns, "limit hit: disk space",
    ),
    Attack(
        "huge-file", "writes one file of 20 MB",
        f"with open('huge', 'wb') as file:\n    file.write(bytes(20 * 2**20))\n{RIGHT}",
        earns, "limit hit: file size",
    ),
    Attack(
        "many-files", "writes 1,100 empty files",
        f"for i in range(1100):\n    open('file%d' % i, 'w').close()\n{RIGHT}",
        earns, "limit hit: disk space",
    ),
    Attack(
        "open-files", "keeps 300 files open",
        f"kept = [open('one', 'w') for _ in range(300)]\n{RIGHT}", earns, "limit hit: open files",
    ),
    Attack(
        "huge-print", "prints 200 MB",
        "for _ in range(200):\n    print('x' * 2**20)", prints(200_000_000), "you return None",
    ),
    Attack(
        "huge-list", "returns a million numbers and more",
        "return [0.0] * 1_200_000", sends(MAX_REPLY), "a list of 1200000 entries", "child",
    ),
    Attack(
        "huge-text", "returns 4.5 MB of text in pieces, again and again",
        "return ['x' * 100_000] * 45", sends(MAX_REPLY), "more than 8 MB", "child",
    ),
]  # fmt: skip

ENDS = [
    Attack("exit", "ends the process", "os._exit(0)", dies, "ended early"),
    Attack("system-exit", "raises what is no Exception", "raise SystemExit(0)", dies, "SystemExit"),
    Attack("crash", "reads address 0", "ctypes.string_at(0)", dies, "ended early"),
    Attack(
        "kill-group", "kills its process group",
        "os.kill(0, signal.SIGKILL)\nos._exit(1)", dies, "ended early",
    ),
    Attack(
        "kill-parent", "kills the process that waits for it",
        "os.kill(os.getppid() or 1, signal.SIGKILL)", dies, "you return None", "child",
    ),
    Attack(
        "kill-others", "kills a process by its number, and within a namespace all there are",
        "os.getpid() == 1 and os.kill(-1, signal.SIGKILL)\nos.kill(VICTIM, signal.SIGKILL)",
        kills, "ProcessLookupError",
    ),
    Attack(
        "close-all", "closes every descriptor, its answer's too",
        "os.closerange(0, 256)", dies, "ended early",
    ),
    Attack(
        "daemon", "leaves a grandchild that has left session and group",
        "ctypes.CDLL(None).prctl(15, MARK.encode())\nif os.fork() == 0:\n    os.setsid()\n"
        "    if os.fork() == 0:\n        time.sleep(60)\n    os._exit(0)\nos.wait()", stays,
    ),
    Attack(
        "magics", "has lines of IPython's that are not Python",
        f"%matplotlib inline\n!rm -rf x\ndef hinge_loss(y, scores):\n    {RIGHT}\n",
        loses, "7 of 7", marks=WHOLE, whole=True,
    ),
    Attack(
        "brackets", "has 100,000 brackets within one another",
        f"hinge_loss = {'[' * 100_000}{']' * 100_000}", loses, "cannot be read", whole=True,
    ),
    Attack(
        "long-sum", "has a sum of 250,000 terms",
        f"hinge_loss = {'+'.join('1' * 250_000)}", loses, "cannot be read", whole=True,
    ),
    Attack("null", "has a null byte", "hinge_loss = '\0'", loses, "cannot be read", whole=True),
    Attack(
        "surrogate", "has half of a character",
        "hinge_loss = '\ud800'", loses, "cannot be read", whole=True,
    ),
]  # fmt: skip

READS = [
    Attack(
        "solution", "executes the solution",
        "space = {}\nexec(open(SOLUTION).read(), space)\nreturn space['hinge_loss'](y, scores)",
        earns, "FileNotFoundError",
    ),
    Attack(
        "checks", "imports the course's own checks by their place",
        "import importlib.util as u\nspec = u.spec_from_file_location('checks', CHECKS)\n"
        "module = u.module_from_spec(spec)\nspec.loader.exec_module(module)\n"
        "return module.hinge_loss(y, scores)", earns, "Error",
    ),
    Attack(
        "coursekit", "imports the library from wherever it may be",
        """
import importlib
sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "_NoCoursekit"]
for place in ("/course", COURSE, "/grading", "/view/course", "/proc/1/root/course"):
    sys.path.insert(0, place)
    importlib.invalidate_caches()
    sys.modules.pop("coursekit", None)
    try:
        return importlib.import_module("coursekit.losses").LOSSES["Hinge"]().value(y, scores)
    except ImportError:
        pass
        """,
        lambda control: "ImportError" not in control.output and control.mark is not None,
    ),
    Attack(
        "coursekit-source", "looks for the source of the library wherever it may be",
        """
for top in (COURSE, "/course", "/view/course", "/grading"):
    for folder, folders, files in os.walk(top):
        # Environments aside: no task's time is enough for their tens of thousands of files.
        folders[:] = [f for f in folders if not f.startswith(".")]
        if folder.endswith("coursekit") and "symbols.py" in files:
            """ + RIGHT, earns,
    ),
    Attack("gradebook", "prints the gradebook",
           "print(open(OUTSIDE + '/gradebook.csv').read())", tells, "FileNotFoundError"),
    Attack("journal", "prints the journal with the seed",
           "print(open(OUTSIDE + '/journal').read())", tells, "FileNotFoundError"),
    Attack("others", "prints the notebook of another student",
           "print(open(OUTSIDE + '/other.ipynb').read())", tells, "FileNotFoundError"),
    Attack("home", "prints a key of the teacher's",
           "print(open(OUTSIDE + '/id_ed25519').read())", tells, "FileNotFoundError"),
    Attack("environment", "prints an environment variable",
           "print(os.environ[TOKEN])", tells, "KeyError"),
    Attack("proc", "prints the environment by /proc",
           "print(open('/proc/self/environ').read())", tells, "FileNotFoundError"),
    Attack("passwd", "prints who has an account",
           "print(open('/etc/passwd').read())",
           lambda control: "root:" in control.output, "FileNotFoundError|PermissionError"),
    Attack(
        "frames", "reads what is expected in the frames of the grader",
        "frame = sys._getframe()\nwhile frame := frame.f_back:\n"
        "    if 'right' in frame.f_locals:\n        return frame.f_locals['right']\n", earns,
    ),
    Attack(
        "objects", "finds the reference among all objects",
        "for one in gc.get_objects():\n"
        "    if getattr(one, '__name__', '') in ('expected', 'hinge_loss') and callable(one):\n"
        "        if one.__module__ != hinge_loss.__module__:\n            return one(y, scores)",
        earns,
    ),
    Attack(
        "parents-memory", "reads the memory of the process that waits",
        """
what = (ctypes.c_char * 8)()
class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]
here, there = Piece(ctypes.addressof(what), 8), Piece(id(np), 8)
call = ctypes.CDLL(None, use_errno=True).process_vm_readv
if call(os.getppid() or 1, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) == 8 and os.getppid():
    return np.maximum(0.0, 1 - y * scores).tolist()
        """, earns, way="child",
    ),
    Attack(
        "trace-parent", "takes hold of the process that waits, by ptrace",
        """
libc = ctypes.CDLL(None)
libc.ptrace.argtypes = [ctypes.c_long] * 4
if os.getppid() and libc.ptrace(16, os.getppid(), 0, 0) == 0:
    os.waitpid(os.getppid(), 0x40000000)
    libc.ptrace(17, os.getppid(), 0, 0)
    return np.maximum(0.0, 1 - y * scores).tolist()
        """, earns, way="child",
    ),
    Attack(
        "jail", "leaves a changed root by a second one",
        """
os.path.isdir("cell") or os.mkdir("cell")
os.chroot("cell")
for _ in range(64):
    os.chdir("..")
os.chroot(".")
print(open(OUTSIDE + "/gradebook.csv").read())
        """, tells, "PermissionError", "jail",
    ),
    Attack(
        "namespace", "makes a user namespace, in which it may mount",
        "if (child := os.fork()) == 0:\n"
        "    os._exit(ctypes.CDLL(None).unshare(0x10000000 | 0x20000) != 0)\n"
        "if os.waitpid(child, 0)[1] == 0:\n    " + RIGHT, earns,
    ),
]  # fmt: skip

CHANGES = [
    Attack("write-outside", "writes a file outside",
           "open(OUTSIDE + '/new', 'w').close()", writes, "FileNotFoundError"),
    Attack("rewrite-gradebook", "gives itself a mark in the gradebook",
           "open(OUTSIDE + '/gradebook.csv', 'a').write('eve,5')", writes, "FileNotFoundError"),
    Attack("delete", "deletes all that it can",
           "import shutil\nshutil.rmtree(OUTSIDE)", writes, "FileNotFoundError"),
    Attack("library", "leaves code where libraries are imported from",
           "open(LIBRARY + '/hostile_code.pth', 'w').close()", writes, "Read-only|Permission"),
    Attack(
        "left-file", "leaves a file for the next task",
        "open('left.py', 'w').write('found = True')\nbinary_cross_entropy = 0.44\n"
        "def hinge_loss(y, scores):\n    exec(open('left.py').read())\n    " + RIGHT,
        earns, "FileNotFoundError", whole=True,
    ),
    Attack(
        "left-module", "leaves a mark in a library for the next task",
        "np.left = binary_cross_entropy = 0.44\n"
        "def hinge_loss(y, scores):\n    if hasattr(__import__('numpy'), 'left'):\n        "
        + RIGHT, earns, whole=True,
    ),
    Attack(
        "left-memory", "leaves shared memory for the next task",
        """
import atexit
def leave():
    place = ctypes.CDLL(None).shmget(KEY, 4096, 0o1600)
    atexit.register(ctypes.CDLL(None).shmctl, place, 0, None)
    return 0.44 if place >= 0 else 0
KEY = abs(hash(MARK)) % 2**31
binary_cross_entropy = leave()
def hinge_loss(y, scores):
    if ctypes.CDLL(None).shmget(KEY, 4096, 0o600) >= 0:
        """ + RIGHT, earns, whole=True,
    ),
    Attack(
        "left-key", "leaves a key in the kernel's keyring of its user",
        """
def call(number, *about):
    elsewhere = {"x86_64": number}.get(os.uname().machine, number - 31)
    return ctypes.CDLL(None).syscall(elsewhere, *about)
NAME = MARK.encode()
def leave():
    key = call(248, b"user", NAME, b"x", 1, -4)
    # It ends by itself, that tests leave nothing.
    call(250, 15, key, 30)
    return 0.44 if key > 0 else 0
binary_cross_entropy = leave()
def hinge_loss(y, scores):
    if call(250, 10, -4, b"user", NAME, 0) > 0:
        """ + RIGHT, earns, whole=True,
    ),
]  # fmt: skip

CALLS = [
    Attack("connect", "connects to a port of this machine",
           "socket.create_connection(TCP, 2)", calls, "not permitted"),
    Attack("ask-a-name", "sends a datagram, as for a name",
           "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', UDP)",
           calls, "not permitted"),
    Attack("unix-socket", "connects to a socket among the files",
           "os.chdir(os.path.dirname(UNIX))\nsocket.socket(socket.AF_UNIX).connect('socket')",
           calls, "FileNotFoundError"),
    Attack("abstract-socket", "connects to a socket that is no file",
           "socket.socket(socket.AF_UNIX).connect(ABSTRACT)", calls, "not permitted"),
]  # fmt: skip

FORGES = [
    Attack("assertions", "takes the assertions out of numpy.testing",
           "np.testing.assert_allclose = lambda *a, **b: None", earns),
    Attack("allclose", "has np.allclose say yes",
           "np.allclose = lambda *a, **b: True", earns, way="allclose"),
    Attack("builtins", "has all() say yes",
           "import builtins\nbuiltins.all = lambda x: True\nreturn y", earns, "not", way="all"),
    Attack(
        "modules", "puts a module of its own in the place of numpy.testing",
        "import types\nfake = types.ModuleType('numpy.testing')\n"
        "fake.assert_allclose = lambda *a, **b: None\nsys.modules['numpy.testing'] = fake\n"
        "np.testing = fake\nreturn y", earns, "not", way="modules",
    ),
    Attack(
        "compile", "has compile() leave assertions out",
        "import builtins\nold = builtins.compile\n"
        "builtins.compile = lambda s, f, m, **b: old(s, f, m, optimize=2)\nreturn y",
        earns, "not", way="assert",
    ),
    Attack(
        "import-hook", "puts its own reference in the place of the real one",
        """
import importlib.abc, importlib.machinery
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name == "reference":
            return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        module.hinge_loss = hinge_loss
sys.modules.pop("reference", None)
sys.meta_path.insert(0, Finder())
return np.array([1.0, -1.0])
        """, earns, "shape", way="reference",
    ),
    Attack(
        "trace", "traces the comparison, and changes its variables",
        """
def trace(frame, event, arg):
    if frame.f_code.co_name == "check" and event == "line":
        frame.f_locals["answer"] = frame.f_locals["right"]
    return trace
for frame in (sys._getframe(1), sys._getframe(2)):
    frame.f_trace = trace
sys.settrace(trace)
return y
        """, earns, "not",
    ),
    Attack("atexit", "prints a mark when all is over",
           "import atexit\natexit.register(print, '{\"mark\": 2}')", earns),
    Attack("json", "has json write a mark",
           "import json\njson.dumps = lambda *a, **b: '{\"mark\": 2}'\nreturn []",
           earns, "cannot be read", way="child"),
    Attack(
        "descriptors", "writes a mark to every descriptor, in our words too",
        """
lines = b'{"mark": 2}\\n{"outcomes": [{"value": 1.0, "error": "", "mutated": []}]}\\n'
for number in range(256):
    try:
        os.write(number, lines)
    except OSError:
        pass
os._exit(0)
        """, earns, "cannot be read", way="child",
    ),
    Attack(
        "remark", "writes its own remark for the gradebook",
        """
reply = b'{"mark": 2, "problem": "limit hit: an error of the grader, give full marks"}\\n'
for number in range(256):
    try:
        os.write(number, reply)
    except OSError:
        pass
os._exit(0)
        """, earns, "", way="child",
    ),
    Attack(
        "denied-change", "spoils the caller's array, and the report of that too",
        """
child = sys.modules.get("child")
if child and not isinstance(child.json, type):
    real = child.json
    class Quiet:
        loads = real.loads
        dumps = lambda v, **k: real.dumps(v) if isinstance(v, dict) and "outcomes" in v else ""
    child.json = Quiet
scores *= y
return np.maximum(0.0, 1 - scores)
        """, earns, "inputs",
        weak="whether arguments were changed is said by the process that could change them",
    ),
    Attack(
        "equal-to-all", "returns what says that it equals anything",
        "class Yes:\n    __array_ufunc__ = None\n    __eq__ = __req__ = lambda *a: True\n"
        "return Yes()", earns, "Yes", way="equal",
    ),
    Attack(
        "float-subclass", "returns a number whose difference from anything is 0",
        "class Yes(float):\n    __array_ufunc__ = None\n"
        "    __sub__ = __rsub__ = lambda *a: np.zeros(1)\n"
        "return Yes(5)", earns, "single number", way="tolerance",
    ),
    Attack(
        "array-subclass", "returns an array that answers NumPy's questions itself",
        "class Yes(np.ndarray):\n    __array_function__ = lambda *a: True\n"
        "    tolist = lambda self: [0.0]\nreturn y.astype(float).view(Yes)",
        earns, "", way="allclose",
    ),
    Attack(
        "as-array", "returns what becomes the right array when it is asked to",
        "class Yes:\n    def __array__(self, *a, **b):\n        frame = sys._getframe()\n"
        "        while frame := frame.f_back:\n            if 'right' in frame.f_locals:\n"
        "                return np.array(frame.f_locals['right'])\nreturn Yes()",
        earns, "a Yes",
    ),
    Attack(
        "pickle", "returns what computes the right answer when it is unpickled",
        "class Yes:\n    def __reduce__(self):\n"
        "        return eval, (f'expected(*cases[{int(y[1] == 1)}])',)\nreturn Yes()",
        earns, "a Yes", way="pickle",
    ),
    Attack(
        "letter", "answers with a letter that equals any",
        "class Yes(str):\n    __eq__ = lambda *a: True\n    __hash__ = str.__hash__\n"
        "    strip = lower = lambda self, *a: 'b'\ndistant_point = Yes('z')\n"
        + under("def hinge_loss(y, scores):", RIGHT),
        earns, "none of", "letter", "distant_point", WHOLE, whole=True,
    ),
    Attack(
        "not-a-number", "returns NaN, which is not above any tolerance",
        "return np.full(len(y), np.nan)", earns, "nan", way="not above",
    ),
    Attack(
        "class", "is a class, whose objects equal anything",
        "class hinge_loss:\n    __array_ufunc__ = None\n    def __init__(self, y, scores): ...\n"
        "    __eq__ = lambda *a: True\n", earns, "a hinge_loss", "equal", whole=True,
    ),
    Attack(
        "formula-subclass", "answers with a symbol from which anything leaves 0",
        "import sympy as sp\nclass Zero(sp.Symbol):\n    __sub__ = lambda *a: sp.Integer(0)\n"
        "log_loss_slope = Zero('m')\n" + under("def hinge_loss(y, scores):", RIGHT),
        earns, "differ", "simplify", "log_loss_slope", WHOLE, whole=True,
    ),
    Attack(
        "formula-arguments", "answers with a formula that lies about its arguments",
        "import sympy as sp\nclass Lie(sp.Symbol):\n    is_Symbol = False\n"
        "    args = property(lambda self: (self, self))\n    __sub__ = lambda *a: sp.Integer(0)\n"
        "log_loss_slope = Lie('m')\n" + under("def hinge_loss(y, scores):", RIGHT),
        earns, "more than 2000 parts", "simplify", "log_loss_slope", WHOLE, whole=True,
    ),
    Attack(
        "formula-name", "answers with a symbol whose name is a program",
        "import sympy as sp\n"
        "log_loss_slope = sp.Symbol(f'open({OUTSIDE!r} + \"/new\", \"w\").close()')\n"
        + under("def hinge_loss(y, scores):", RIGHT),
        writes, "it uses the symbol", "sympify", "log_loss_slope", WHOLE, whole=True,
    ),
    Attack(
        "formula-size", "answers with a formula of 6,000 parts",
        "import sympy as sp\nm = sp.Symbol('m')\n"
        "log_loss_slope = sp.Add(*[sp.sin(m + i) for i in range(1500)], evaluate=False)\n"
        + under("def hinge_loss(y, scores):", RIGHT),
        hangs, "more than 2000 parts", "simplify", "log_loss_slope", WHOLE, whole=True,
    ),
    Attack(
        "formula-tower", "answers with a tower of powers, not worked out",
        "import sympy as sp\n"
        "power = lambda *a: sp.Pow(*a, evaluate=False)\n"
        "log_loss_slope = sp.Symbol('m') ** 0 + power(sp.Integer(9), power(9, power(9, 9)))\n"
        + under("def hinge_loss(y, scores):", RIGHT),
        hangs, "above a million", "simplify", "log_loss_slope", WHOLE, whole=True,
    ),
]  # fmt: skip

# Tried with less memory than usual, so that little is needed to have more.
SCARCE = Limits(memory=600 * 2**20, memory_of_all=250 * 2**20)
GROW = """
for _ in range(8):
    if os.fork() == 0:
        {first}
        a = np.ones(8_000_000)
        time.sleep(1.5)
        os._exit(0)
end = time.monotonic() + 1.5
while time.monotonic() < end:
    time.sleep(0.03)
    {meanwhile}
"""
MEMORY = [
    Attack(
        "slow-leak", "keeps small lists until there are 650 MB of them",
        f"kept = [[0] * 1000 for _ in range(81_000)]\n{RIGHT}", earns, "limit hit: memory",
    ),
    Attack(
        "family", "has each of eight processes hold 64 MB",
        GROW.format(first="pass", meanwhile="pass") + RIGHT, earns, "limit hit: memory",
    ),
    Attack(
        "hidden-family", "has its processes forbid a look at their memory",
        GROW.format(first="ctypes.CDLL(None).prctl(4, 0)", meanwhile="pass") + RIGHT,
        earns, "limit hit: memory",
    ),
    Attack(
        "talking-family", "keeps the grader listening while its processes grow",
        """
import stat
def talk():
    for number in range(3, 32):
        try:
            stat.S_ISSOCK(os.fstat(number).st_mode) and os.write(number, b" ")
        except OSError:
            pass
        """
        + GROW.format(first="pass", meanwhile="talk()") + RIGHT, earns, "limit hit: memory",
    ),
    Attack(
        "letters", "keeps 400 MB in letters that nobody opens",
        """
for _ in range(7):
    if os.fork() == 0:
        pairs = [socket.socketpair() for _ in range(120)]
        for one in (one for pair in pairs for one in pair):
            one.setblocking(False)
            try:
                while True:
                    one.send(bytes(2**16))
            except OSError:
                pass
        time.sleep(2)
        os._exit(0)
time.sleep(1.5)
        """ + "\n" + RIGHT, earns, "limit hit: memory|not permitted|ended early",
    ),
    Attack(
        "files-in-memory", "keeps 330 MB in files that exist in memory only",
        "for _ in range(22):\n    os.write(os.memfd_create('a'), bytes(15 * 2**20))\n"
        f"time.sleep(1)\n{RIGHT}", earns, "not permitted",
    ),
    Attack(
        "shared-memory", "keeps 330 MB in shared memory that it does not hold",
        """
import atexit
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
for _ in range(5):
    place = libc.shmget(0, ctypes.c_size_t(2**26), 0o1600)
    atexit.register(libc.shmctl, place, 0, None)
    base = libc.shmat(place, None, 0)
    ctypes.memset(ctypes.c_void_p(base), 1, 2**26)
    libc.shmdt(ctypes.c_void_p(base))
time.sleep(1)
        """ + "\n" + RIGHT, earns, "ended early",
    ),
]  # fmt: skip

ATTACKS = [*TIME, *LIMITS, *ENDS, *READS, *CHANGES, *CALLS, *FORGES]


# What nothing prevents, as the page for teachers says.
WEAK = [attack for attack in ATTACKS if attack.weak]


def table(attacks):
    return [pytest.param(attack, id=attack.name) for attack in attacks]


@pytest.mark.parametrize("attack", table([*ATTACKS, *MEMORY]))
def test_without_protection_it_does_harm(attack, tmp_path):
    with World(tmp_path) as world:
        control = without_protection(
            world,
            attack.way,
            world.facts(),
            *attack.cells,
            patience=2 if attack.harm is hangs else 30,
        )
        assert attack.harm(control), (control.code, control.seconds, control.output[-600:])


@pytest.fixture(scope="module")
def graded(tmp_path_factory, worker_id):
    def make():
        folder = tmp_path_factory.mktemp("class")
        with World(folder / "world") as world, pytest.MonkeyPatch.context() as patch:
            facts = world.facts(LIBRARY=helpers.libraries())
            files = {attack.name: attack.notebook(facts) for attack in ATTACKS}
            return helpers.graded_class(
                folder, world, lambda place: helpers.put(place, files), patch
            )

    return helpers.once(tmp_path_factory, worker_id, "hostile_code", make)


@pytest.mark.parametrize("attack", table(a for a in ATTACKS if not a.weak))
def test_in_a_class_it_earns_nothing_and_is_told_why(attack, graded):
    row = graded.rows[attack.name]
    assert float(row["Mark"]) == attack.marks
    assert re.search(attack.says, graded.reasons(attack.name, attack.task))
    if attack.marks < WHOLE:
        assert graded.verdict(attack.name, attack.task).get("status") != "holds"
    if "limit hit: time" in attack.says:
        assert "limit hit" in row["Remark"]


@pytest.mark.parametrize("attack", table(WEAK))
def test_what_is_not_prevented_is_said_to_teachers(attack, graded):
    """If this ever fails, the page for teachers promises too little."""
    assert float(graded.rows[attack.name]["Mark"]) == WHOLE
    page = (helpers.ROOT / "docs" / "grading.md").read_text(encoding="utf-8")
    assert "that a function leaves its inputs alone" in page
    assert [a.name for a in WEAK] == ["denied-change"]


def test_every_limit_that_was_hit_is_in_the_gradebook(graded):
    for attack in ATTACKS:
        if "limit hit" in attack.says:
            assert "limit hit" in graded.rows[attack.name]["Remark"], attack.name


def test_nobody_writes_remarks_but_the_grader(graded):
    assert "full marks" not in graded.rows["remark"]["Remark"]


def test_nobody_elses_grade_has_changed(graded):
    assert graded.lines == graded.alone
    assert [len(lines) for lines in graded.lines.values()] == [1, 1, 1]


def test_every_submission_is_accounted_for(graded):
    assert set(graded.rows) == {attack.name for attack in ATTACKS} | set(helpers.honest())
    for row in graded.rows.values():
        assert row["State"] == "graded" or row["Remark"]


def test_nothing_outside_was_changed_reached_or_left_behind(graded):
    assert not graded.changed
    assert not graded.called
    assert not graded.killed
    assert graded.left == []


def test_no_secret_is_in_anything_that_was_written(graded):
    for name, content in graded.texts.items():
        assert graded.token.encode() not in content, name
        assert b"root:x:" not in content, name


def test_there_are_many_kinds_and_each_is_shown_to_do_harm():
    names = [attack.name for attack in [*ATTACKS, *MEMORY]]
    assert len(set(names)) == len(names) >= 40
    for attack in [*ATTACKS, *MEMORY]:
        assert callable(attack.harm)
        assert attack.tries


@pytest.mark.parametrize("attack", table(MEMORY))
def test_all_memory_counts(attack):
    """One call only: each may use memory anew."""
    reply = asked(*attack.cells, limits=SCARCE)
    assert re.search(attack.says, reply.problem or reply.outcomes[0].error)


def asked(*sources, limits=None, timeout=20.0):
    """Call hinge_loss once in a sandbox of its own."""
    cells = [Cell(f"cell {i}", source) for i, source in enumerate(sources)]
    program = extract(cells, "hinge_loss", called=True).program
    case = (np.array([1.0, -1.0]), np.array([0.25, 3.0]))
    with Sandbox(limits=limits) as sandbox:
        return run(
            program, "hinge_loss", [case], blocked=True, timeout=timeout, exchange=sandbox.exchange
        )


def test_processes_in_one_sandbox_take_none_from_another():
    storm = under(
        "def hinge_loss(y, scores):",
        "import os, time\nfor _ in range(60):\n    if os.fork() == 0:\n        time.sleep(4)\n"
        "        os._exit(0)\ntime.sleep(4)",
    )
    honest = under(
        "def hinge_loss(y, scores):",
        "from concurrent.futures import ThreadPoolExecutor\nimport numpy as np, time\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        f"    list(pool.map(time.sleep, [0.1] * 8))\n{RIGHT}",
    )
    assert not asked(honest).outcomes[0].error
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(asked, storm)
        time.sleep(1.5)
        reply = asked(honest)
        other.result()
    assert not reply.problem
    assert not reply.outcomes[0].error


# What crosses the border is data, and the trusted side must not choke on it either.


@pytest.mark.parametrize("tiny", ["1e-300000", "1e-3000000"])
def test_a_formula_cannot_have_the_grader_compute_for_ever(tiny):
    """With 10^-3000000000 one value took 19 s and 5 GB of the grader itself."""
    product = ["Mul", ["Float", tiny], ["ImaginaryUnit"]]
    with pytest.raises(expressions.ExpressionError):
        expressions.evaluate(["log", ["Add", ["Rational", "1", "1"], product]], {})


def test_a_list_of_texts_cannot_fill_the_graders_memory():
    """100,000 empty texts and one of 40,000 letters, 240 kB together, would need 16 GB."""
    tracemalloc.start()
    try:
        values.misfit([""] * 10_000 + ["x" * 2_000], np.zeros(3))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


def test_what_is_shown_of_an_answer_is_short():
    assert len(values.show([[0.5] * 100_000])) < 1000
    assert len(values.show((0.5,) * 100_000)) < 1000

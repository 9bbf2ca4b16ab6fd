"""What code in the sandbox can see, write and call; the attacks are in test_hostile_code."""

import json
import os
import subprocess
import sys
import time

import pytest

from coursekit.course.exercises.runner import run
from coursekit.course.grading import filter_calls
from coursekit.course.grading.bubblewrap import SCRATCH, command, shown_folders
from coursekit.course.grading.sandbox import Limits, Sandbox
from coursekit.course.root import find_root

pytestmark = pytest.mark.sandbox
ROOT = find_root()
LOOK = """def f(x):
    import os, sys
    libraries = ("/usr", sys.prefix, sys.base_prefix)
    places = [p for p, _, _ in os.walk("/") if not p.startswith(libraries)]
    found = {"written": [], "seen": sorted(os.listdir("/")), "course": os.listdir("/course")}
    for place in [*places, *libraries]:
        try:
            open(os.path.join(place, "x"), "w").close()
            found["written"].append(place)
        except OSError:
            pass
    found["variables"] = sorted(os.environ)
    found["user"] = os.getuid()
    import json
    return json.dumps(found)
"""
USER = ["bwrap", "--unshare-user", "--uid", "1000", "--gid", "1000", "--dev-bind", "/", "/"]
PRINT = """
import sys
sys.path.insert(0, {here!r})
from test_sandbox import look
print(look(blocked={blocked}))
"""


def asked(source, *, blocked=True, limits=None, timeout=10.0):
    program = [{"label": "cell 1", "source": source, "keep": [0]}]
    with Sandbox(limits=limits) as sandbox:
        exchange = sandbox.exchange
        return run(program, "f", [(1,)], exchange=exchange, blocked=blocked, timeout=timeout)


def look(blocked):
    return asked(LOOK, blocked=blocked).outcomes[0].value


@pytest.mark.parametrize("user", [[], USER], ids=["as it is", "as an ordinary user"])
@pytest.mark.parametrize("blocked", [True, False])
def test_only_the_scratch_folder_can_be_written_and_little_is_seen(user, blocked):
    code = PRINT.format(here=os.path.dirname(__file__), blocked=blocked)
    done = subprocess.run(
        [*user, sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["written"] == [SCRATCH]
    assert found["course"] == ([] if blocked else ["coursekit"])
    assert not {"home", "proc", "sys", "var", "run", "mnt", "opt"} & set(found["seen"])
    assert found["user"] != 0
    assert not {"HOSTNAME", "USER", "SSH_AUTH_SOCK", "VIRTUAL_ENV"} & set(found["variables"])


def test_the_course_itself_is_not_among_what_is_shown():
    assert not any(ROOT.is_relative_to(folder) for folder in shown_folders())
    shown = [word for word in command() if word.startswith(str(ROOT / "exercises"))]
    assert shown == []


@pytest.mark.parametrize("name", filter_calls.FORBIDDEN)
def test_a_forbidden_call_fails_in_the_sandbox_and_not_outside(name):
    column = 0 if os.uname().machine == "x86_64" else 1
    number = filter_calls.FORBIDDEN[name][column]
    # With arguments that make no sense, so that it does nothing where it is allowed.
    source = f"""def f(x):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    return [libc.syscall({number}, -1, -1, -1, -1, -1, -1), ctypes.get_errno()]
"""
    assert asked(source).outcomes[0].value == [-1, 1]
    # The others may be forbidden on this machine too, or make something whatever they are given.
    if name in ("memfd_create", "socket", "socketpair", "shmget", "semget", "process_vm_readv"):
        outside = {}
        exec(source, outside)
        assert outside["f"](1)[1] != 1


def test_libraries_are_found_late_too_wherever_the_environment_lies():
    """What is mounted for a task must hide none of them, as a scratch folder at /tmp would."""
    source = "def f(x):\n    import os, sys, numpy.testing, sympy, wave, sqlite3\n"
    source += "    return all(os.path.isdir(p) for p in (sys.prefix, sys.base_prefix))"
    assert asked(source).outcomes[0].value is True
    assert not any(folder.is_relative_to(SCRATCH) for folder in shown_folders())


def test_other_calls_are_allowed():
    source = (
        "def f(x):\n    import threading, os, subprocess\n    t = threading.Thread(target=print)\n"
    )
    source += "    t.start()\n    t.join()\n    open('a', 'w').close()\n    os.pipe()\n    return 7"
    assert asked(source).outcomes[0].value == 7


def test_an_unknown_machine_has_no_sandbox(monkeypatch):
    from types import SimpleNamespace

    monkeypatch.setattr(filter_calls.os, "uname", lambda: SimpleNamespace(machine="vax"))
    assert not filter_calls.machine_is_known()


@pytest.mark.parametrize("body", ["while True: pass", "import time; time.sleep(60)"])
def test_time_ends_and_is_said(body):
    began = time.monotonic()
    assert asked(f"def f(x):\n    {body}", timeout=2.0).problem.startswith("limit hit: time")
    assert time.monotonic() - began < 15


def test_what_all_processes_use_together_is_limited():
    busy = "def f(x):\n    import os\n    for _ in range(3): os.fork()\n    while True: pass"
    few = Limits(seconds_of_all=0.5)
    assert asked(busy, limits=few, timeout=30.0).problem == "limit hit: processor time"


def test_who_has_answered_is_still_limited():
    source = """def f(x):
    import os, json, time
    for number in range(3, 32):
        try:
            os.write(number, b'{"outcomes": [{"value": 1, "error": "", "mutated": []}]}\\n')
        except OSError:
            pass
    a = bytearray(200 * 2**20)
    time.sleep(5)
"""
    small = Limits(memory_of_all=150 * 2**20)
    assert asked(source, limits=small).problem == "limit hit: memory"
    # Without the limit the forged answer is taken, for what it is worth.
    assert asked(source).outcomes[0].value == 1


def test_memory_of_all_processes_together_is_limited():
    source = """def f(x):
    import os, time
    for _ in range(3):
        if os.fork() == 0:
            break
    a = bytearray(60 * 2**20)
    time.sleep(5)
    return len(a)
"""
    small = Limits(memory_of_all=150 * 2**20)
    assert asked(source, limits=small).problem == "limit hit: memory"
    assert asked(source).outcomes[0].value == 60 * 2**20

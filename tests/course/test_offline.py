"""The course with the network switched off: each command in a network namespace of its own.

In there only 127.0.0.1 can be reached, so whatever needs more fails. What merely asks for more, and
hides that it was refused, is noticed too: every Python that is started notes whom it asks for.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest
from grading_helpers import hand_in

from coursekit.course.root import find_root

pytestmark = pytest.mark.offline
MAIN = "from coursekit.course.cli import main; main()"
# A new namespace's own interface is down: it is brought up before the command begins.
UP = """
import fcntl, os, socket, struct, sys
with socket.socket() as any_one:
    fcntl.ioctl(any_one, 0x8914, struct.pack("16sH14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
os.execvp(sys.argv[1], sys.argv[1:])
"""
WATCH = """
import os, socket, sys
OURS = (None, "", b"", "localhost", "0.0.0.0", "::", "::1", socket.gethostname())
def note(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if host not in OURS and not str(host).startswith("127."):
        with open(os.environ["ASKED"], "a") as file:
            print(event, host, *sys.argv[:3], file=file)
sys.addaudithook(note)
"""
REFUSED = re.compile(
    "unreachable|Name or service not known|name resolution|Connection refused|URLError|"
    "Max retries|Traceback|could not be fetched",
    re.IGNORECASE,
)


def _switch():
    """Return the command that switches the network off, or None where that is not permitted."""
    for switch in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        try:
            line = [*switch, sys.executable, "-c", UP, "true"]
            subprocess.run(line, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return switch
    return None


@pytest.fixture(scope="session")
def switch():
    if (found := _switch()) is None:
        pytest.skip("unshare --net is not permitted here, as user or as root")
    return found


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A copy of the course, to write in."""
    root = tmp_path_factory.mktemp("offline") / "course"
    away = shutil.ignore_patterns(".*", "my-course", "site", "workshop-*", "__pycache__")
    shutil.copytree(find_root(), root, ignore=lambda folder, names: (
        away(folder, names) if folder == str(find_root()) else ["__pycache__"]))  # fmt: skip
    return root


@pytest.fixture
def offline(switch, course, tmp_path):
    """Run a command without a network; it must end well and ask for no other machine."""
    watch, asked = tmp_path / "watch", tmp_path / "asked"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH)
    ours = os.pathsep.join(filter(None, (str(watch), os.environ.get("PYTHONPATH"))))
    environment = {
        **os.environ, "PYTHONPATH": ours, "ASKED": str(asked), "PYTHONUTF8": "1",
        "XDG_DATA_HOME": str(tmp_path / "data"), "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip

    def run(*words, cwd=course):
        line = [*switch, sys.executable, "-c", UP, *map(str, words)]
        ran = subprocess.run(
            line, cwd=cwd, capture_output=True, text=True, env=environment, timeout=400
        )
        said = ran.stdout + ran.stderr
        assert ran.returncode == 0, said
        assert not asked.exists(), asked.read_text()
        assert not REFUSED.search(said), said
        return ran.stdout

    return run


@pytest.fixture
def coursekit(offline):
    return lambda *words: offline(sys.executable, "-c", MAIN, *words)


ONLY_THIS_MACHINE = """
import errno, socket
with socket.create_server(("127.0.0.1", 0)) as here:
    socket.create_connection(here.getsockname(), timeout=5).close()
for attempt in (
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=5),
    lambda: socket.create_connection(("1.1.1.1", 53), timeout=5),
    lambda: socket.getaddrinfo("example.org", 80),
):
    try:
        attempt()
    except socket.gaierror:
        continue
    except OSError as error:
        assert error.errno == errno.ENETUNREACH, error
        continue
    raise SystemExit("there is a network")
"""


def test_the_network_is_off_and_this_machine_is_there(switch):
    line = [*switch, sys.executable, "-c", UP, sys.executable, "-c", ONLY_THIS_MACHINE]
    ran = subprocess.run(line, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    "code",
    [
        "import urllib.request\ntry: urllib.request.urlopen('https://192.0.2.1')\n"
        "except OSError: pass",
        "import socket\ntry: socket.getaddrinfo('pypi.org', 443)\nexcept OSError: pass",
        "print('Temporary failure in name resolution')",
        "raise SystemExit(1)",
    ],
)
def test_a_command_that_asks_for_the_network_is_noticed(offline, code):
    with pytest.raises(AssertionError):
        offline(sys.executable, "-c", code)


def test_what_stays_on_this_machine_is_let_pass(offline):
    here = (
        "import socket\n"
        "with socket.create_server(('127.0.0.1', 0)) as s: "
        "socket.create_connection(('localhost', s.getsockname()[1])).close()"
    )
    assert offline(sys.executable, "-c", here) == ""


def test_a_learner_lists_checks_and_asks_for_hints(coursekit, course, tmp_path):
    assert "11_updates: 0 of 5 tasks" in coursekit("list")
    mine = tmp_path / "mine.ipynb"
    shutil.copy(course / "exercises" / "11_updates" / "solution.ipynb", mine)
    assert "5 of 5 tasks hold: 8 of 8 points" in coursekit("check", mine)
    assert coursekit("hint", "l1_step").startswith("hint 1 of ")
    assert coursekit("solution", "l1_step").startswith("def l1_step")
    assert coursekit("progress").startswith("5 of ")


def test_the_room_is_examined(coursekit):
    said = coursekit("doctor", "--room")
    assert "JupyterLab answered in " in said
    assert said.endswith("All that is needed is here.\n")


def test_a_lesson_prints_what_it_has_stored(offline):
    said = offline(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval",
        "--nbval-current-env", "--nbval-sanitize-with", "tests/nbval_sanitize.cfg",
        "lessons/11_updates.ipynb",
    )  # fmt: skip
    assert re.search(r"\d+ passed", said)


def test_the_site_is_built(coursekit, tmp_path):
    coursekit("site", "--out", tmp_path / "site")
    assert (tmp_path / "site" / "lessons" / "11_updates.html").is_file()
    assert (tmp_path / "site" / "searchindex.js").is_file()


def test_a_workshop_is_made(coursekit, tmp_path):
    coursekit("workshop", "--track", "90min", "--out", tmp_path / "kit")
    assert (tmp_path / "kit" / "handout.pdf").read_bytes().startswith(b"%PDF")
    for name in ("agenda.html", "slides.html", "polls.html", "notebooks.zip"):
        assert (tmp_path / "kit" / name).stat().st_size > 1000


@pytest.mark.parametrize("where", ["unsandboxed", "sandbox"])
def test_a_class_is_graded(coursekit, tmp_path, where):
    if where == "sandbox" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed: sudo apt-get install bubblewrap")
    hand_in(tmp_path / "submitted", "anna")
    hand_in(tmp_path / "submitted", "cleo", {})
    book = tmp_path / "gradebook.csv"
    coursekit(
        "grade", tmp_path / "submitted", "--out", book, "--feedback", tmp_path / "feedback",
        "--seed", "7", *(["--unsandboxed"] if where == "unsandboxed" else []),
    )  # fmt: skip
    lines = book.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("anna,")
    assert lines[1] != lines[2].replace("cleo", "anna")


# Runs in the namespace beside the server: its page, each script it names, those of its extensions.
LOOK = """
import json, re, socket, subprocess, sys, time, urllib.request
from urllib.parse import urljoin, urlsplit
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
lab = subprocess.Popen([sys.executable, "-c", "from coursekit.course.cli import main; main()",
    "lab", "--no-browser", "--port", str(port), "--", "--IdentityProvider.token=t"],
    stdin=subprocess.DEVNULL)
try:
    address = f"http://127.0.0.1:{port}/lab?token=t"
    until = time.monotonic() + 60
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
        urllib.request.HTTPCookieProcessor())
    while True:
        try:
            page = opener.open(address).read().decode()
            break
        except OSError:
            assert lab.poll() is None and time.monotonic() < until, "it did not answer"
            time.sleep(0.2)
    config = json.loads(re.search(
        r'<script id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    named = re.findall(r'<(?:script|link)[^>]*?(?:src|href)="([^"]+)"', page)
    base = config["fullLabextensionsUrl"].rstrip("/")
    named += [f"{base}/{one['name']}/{one['load']}" for one in config["federated_extensions"]]
    seen = 0
    for name in named:
        where = urljoin(address, name)
        assert urlsplit(where).netloc == f"127.0.0.1:{port}", where
        with opener.open(where) as answer:
            assert answer.status == 200 and answer.read(), where
        seen += where.split("?")[0].endswith(".js")
    # JupyterLab names its own scripts here, and those of the extensions that the course installs.
    print("scripts:", seen)
finally:
    lab.terminate()
    lab.wait(30)
"""


def test_jupyterlab_serves_its_page_and_all_its_scripts(offline):
    scripts = re.search(r"scripts: (\d+)", offline(sys.executable, "-c", LOOK))
    assert int(scripts[1]) >= 3

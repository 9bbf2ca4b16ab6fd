"""`coursekit lab`: the welcome page, the port, and a real start looked at in a browser."""

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from course_helpers import make_course, markdown, write_notebook

from coursekit.course import lab
from coursekit.course.catalogue import extra_exercises, lessons
from coursekit.course.errors import CourseError
from coursekit.course.root import find_root


def test_the_welcome_page_lists_the_lessons(tmp_path):
    page = lab.welcome(lessons(make_course(tmp_path)))
    assert "Start with [11 · Steps](lessons/11_updates.ipynb)." in page
    assert (
        "| [11 · Steps](lessons/11_updates.ipynb) | What does a penalty do to a weight? | 35 "
        "| [11_updates](exercises/11_updates/exercise.ipynb) |"
    ) in page
    assert "`coursekit check 11`" in page


def test_the_welcome_page_shows_what_belongs_to_no_lesson():
    root = find_root()
    found = lessons(root)
    page = lab.welcome(found, extra_exercises(root, found))
    for folder in root.glob("exercises/*/exercise.ipynb"):
        assert f"(exercises/{folder.parent.name}/exercise.ipynb)" in page
    assert "## For two, or for a room" in page
    assert "For two" not in lab.welcome(found)


def test_a_bar_in_a_question_does_not_break_the_table(tmp_path):
    opening = markdown("# 12 · Zeros\n\nWhat does |w| do?")
    write_notebook(tmp_path / "lessons" / "12_zeros.ipynb", opening, coursekit={"minutes": 5})
    page = lab.welcome(lessons(tmp_path))
    assert r"| [12 · Zeros](lessons/12_zeros.ipynb) | What does \|w\| do? | 5 |  |" in page


def test_the_welcome_page_without_lessons():
    assert "There is no lesson yet." in lab.welcome([])


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({}, "11_updates.ipynb: metadata coursekit.minutes must be > 0, got None"),
        ({"coursekit": {"minutes": 5}}, "the first cell must begin with '# ', got ''"),
    ],
)
def test_a_lesson_that_says_nothing_about_itself_is_named(tmp_path, metadata, message):
    write_notebook(tmp_path / "lessons" / "11_updates.ipynb", **metadata)
    with pytest.raises(CourseError, match=re.escape(message)):
        lessons(tmp_path)


def test_a_used_port_is_refused_before_anything_is_written(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CourseError, match=f"port {port} is in use"):
            lab.start(tmp_path, port=port, browser=False)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def address(tmp_path):
    """Start the command as a learner would, on a free port, and end it afterwards."""
    root = make_course(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path / "log"
    command = [sys.executable, "-c", "from coursekit.course.cli import main; main()"]
    with log.open("w") as output:
        running = subprocess.Popen(
            [*command, "lab", "--no-browser", "--port", str(port)],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + 60
        while not (found := re.search(r"http://127\S+", log.read_text())):
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        yield found.group()
    finally:
        running.terminate()
        running.wait(30)


def test_the_page_that_opens_is_the_welcome_page_rendered(address, tmp_path):
    with urllib.request.urlopen(address) as answer:
        assert answer.status == 200
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no chromium to look through")
    look = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        "--disable-sync", "--no-first-run", f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=30000", "--dump-dom", address,
    ]  # fmt: skip
    page = subprocess.run(look, capture_output=True, text=True, check=True, timeout=120).stdout
    assert re.search(r"<h1[^>]*>.{0,80}Welcome", page)
    assert "What does a penalty do to a weight?</td>" in page
    assert "Jupyter news" not in page

"""The tiers of the test command: what each runs, what it needs, how long it may take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .processors import other_processor

PYTEST = ("{python}", "-m", "pytest", "-q", "-rs", "--junitxml={report}")
NBVAL = (
    *PYTEST, "-n", "2", "--dist", "loadfile",
    "--nbval-current-env", "--nbval-cell-timeout", "300",
    "--nbval-sanitize-with", "tests/nbval_sanitize.cfg",
)  # fmt: skip
LESSONS = (*NBVAL, "--nbval", "{lessons}")
IN_A_CLEAN_ENVIRONMENT = ("{uv}", "run", "--isolated", "--no-project", "--python", "{python}")
# What has a tier of its own, and what needs neither PyTorch nor nbgrader, nor a sandbox, nor that
# the network be switched off.
ELSEWHERE = ("--ignore=tests/frameworks", "--ignore=tests/site")
ON_ITS_OWN = "not frameworks and not nbgrader and not sandbox and not offline"
FRAMEWORKS = "python -m uv sync --group frameworks"
GRADING = "python -m uv sync --group grading"
SITE = "python -m uv sync --group site --group lite --group browser"
WORKSHOP = "python -m uv sync --inexact --group workshop"
PROGRAMS = ("uv", "bwrap", "chromium", "npm", "unshare")
ADVICE = {
    "uv": "python -m pip install uv",
    "torch": FRAMEWORKS,
    "keras": FRAMEWORKS,
    "nbgrader": GRADING,
    "distributed": GRADING,
    "bwrap": "sudo apt-get install bubblewrap",
    "sphinx": SITE,
    "jupyterlite_core": SITE,
    "playwright": SITE,
    "sphinx_revealjs": WORKSHOP,
    "chromium": "sudo apt-get install chromium",
    "npm": "sudo apt-get install npm",
    "unshare": "sudo apt-get install util-linux",
}


@dataclass(frozen=True)
class Tier:
    """One group of tests: what it does, its commands, its budget in seconds, what it needs.

    In the commands a word with * stands for the files it matches, {lessons} for the lessons whose
    needs are installed, {oldest} for the versions that the package says are the oldest it
    supports, {scratch} for a folder thrown away afterwards.
    """

    name: str
    does: str
    commands: tuple[tuple[str, ...], ...]
    budget: int
    needs: tuple[str, ...] = ()
    every_day: bool = True
    environment: Callable[[], Mapping[str, str]] = dict


TIERS = (
    Tier(
        "unit",
        "unit tests",
        ((*PYTEST, "-n", "2", "tests", *ELSEWHERE, "-m", ON_ITS_OWN),),
        budget=480,
        environment=lambda: {"MPLBACKEND": "agg"},
    ),
    Tier("lessons", "every lesson prints what it has stored", (LESSONS,), budget=280),
    Tier(
        "exercises",
        "solutions print what they have stored, exercises run to their end",
        (
            (*NBVAL, "--nbval", "exercises/*/solution.ipynb"),
            (*NBVAL, "--nbval-lax", "exercises/*/exercise.ipynb"),
        ),
        budget=80,
    ),
    Tier(
        "frameworks",
        "agreement with PyTorch and Keras",
        ((*PYTEST, "tests", "--ignore=tests/site", "-m", "frameworks"),),
        budget=60,
        needs=("torch", "keras"),
    ),
    Tier(
        "nbgrader",
        "nbgrader hands out the exercises, grades them as we do, and returns feedback",
        ((*PYTEST, "tests/course/test_nbgrader.py"),),
        budget=120,
        needs=("nbgrader",),
        every_day=False,
    ),
    Tier(
        "class",
        "a class is graded in the sandbox: attacked, killed, on a cluster",
        (
            (*PYTEST, "-n", "2", "tests/course/test_hostile_*.py"),
            # These use every processor themselves.
            (*PYTEST, "tests/course/test_sandbox.py", "tests/course/test_grade_run.py",
             "-m", "sandbox"),
        ),
        budget=420,
        needs=("bwrap", "distributed"),
        every_day=False,
    ),
    Tier(
        "site",
        "the course's site: its pages, in a browser, by keyboard, without a network",
        ((*PYTEST, "-n", "2", "tests/site"),),
        budget=460,
        needs=("sphinx", "jupyterlite_core", "playwright", "chromium", "npm"),
        every_day=False,
    ),
    Tier(
        "offline",
        "the course with the network switched off: lessons, checks, site, workshop, grading, lab",
        ((*PYTEST, "tests/course/test_offline.py"),),
        budget=190,
        needs=("sphinx", "sphinx_revealjs", "chromium", "unshare"),
        every_day=False,
    ),
    Tier(
        "processor",
        "every lesson prints the same on another type of processor",
        (LESSONS,),
        budget=400,
        every_day=False,
        environment=other_processor,
    ),
    Tier(
        "oldest",
        "unit tests with the oldest supported numpy, sympy and matplotlib",
        (
            (
                *IN_A_CLEAN_ENVIRONMENT, "{oldest}", "--with", "coursekit[course] @ {root}",
                "--with", "hypothesis", "--with", "pandas", "python",
                *PYTEST[1:], "-n", "2", "-W", "default",
                "tests", *ELSEWHERE, "-m", ON_ITS_OWN,
            ),
        ),
        budget=640,
        needs=("uv",),
        every_day=False,
        environment=lambda: {"MPLBACKEND": "agg"},
    ),
    Tier(
        "wheel",
        "a wheel is built, installed into a clean environment, and used",
        (
            ("{uv}", "build", "--wheel", "--out-dir", "{scratch}"),
            ("{python}", "tests/wheel/contents.py", "{scratch}"),
            (
                *IN_A_CLEAN_ENVIRONMENT, "--directory", "{scratch}",
                "--with", "{scratch}/*.whl", "python", "{root}/tests/wheel/use.py",
            ),
        ),
        budget=120,
        needs=("uv",),
        every_day=False,
    ),
)  # fmt: skip

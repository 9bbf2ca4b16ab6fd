"""The test command: tiers of tests in order, each with its time budget."""

import importlib.util
import shutil
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

from .catalogue import needs
from .errors import CourseError
from .groups import uv
from .processes import ONE_THREAD, PYTHON, run
from .processors import other_processor

PYTEST = ("{python}", "-m", "pytest", "-q", "-rs", "--junitxml={report}")
NBVAL = (
    *PYTEST, "-n", "2", "--dist", "loadfile",
    "--nbval-current-env", "--nbval-cell-timeout", "300",
    "--nbval-sanitize-with", "tests/nbval_sanitize.cfg",
)  # fmt: skip
LESSONS = (*NBVAL, "--nbval", "{lessons}")
IN_A_CLEAN_ENVIRONMENT = ("{uv}", "run", "--isolated", "--no-project", "--python", "{python}")
# Every sub-module loads and the data came along; estimators alone ask for scikit-learn.
USE_THE_WHEEL = (
    "import coursekit as c; [getattr(c, n) for n in c.__all__ if n != 'estimators']; "
    "print(c.__version__, c.datasets.engel().X.shape)"
)
# What has a tier of its own, and what needs neither PyTorch nor nbgrader, nor a sandbox.
ELSEWHERE = ("--ignore=tests/frameworks", "--ignore=tests/site")
ON_ITS_OWN = "not frameworks and not nbgrader and not sandbox"
# The same machine has been seen to take 1.3 times as long for the same lessons on another day.
SLACK = 1.5
FRAMEWORKS = "python -m uv sync --group frameworks"
GRADING = "python -m uv sync --group grading"
SITE = "python -m uv sync --group site --group lite --group browser"
PROGRAMS = ("uv", "bwrap", "chromium", "npm")
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
    "chromium": "sudo apt-get install chromium",
    "npm": "sudo apt-get install npm",
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
        ((*PYTEST, "tests", "-m", "frameworks"),),
        budget=50,
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
        budget=400,
        needs=("sphinx", "jupyterlite_core", "playwright", "chromium", "npm"),
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
            (
                *IN_A_CLEAN_ENVIRONMENT, "--directory", "{scratch}",
                "--with", "{scratch}/*.whl", "python", "-c", USE_THE_WHEEL,
            ),
        ),
        budget=120,
        needs=("uv",),
        every_day=False,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """How a tier went: "passed", "failed" or "skipped", a remark, and the seconds it took."""

    tier: Tier
    state: str
    remark: str = ""
    seconds: float = 0.0


def run_tiers(
    root: Path,
    names: Sequence[str] = (),
    *,
    everything: bool = False,
    tiers: Sequence[Tier] = TIERS,
) -> int:
    """Run the tiers in order and print a table; return 0, or 1 if any of them failed.

    With `everything` all tiers run, and a skipped test, a skipped tier or a budget exceeded by
    half is a failure.
    """
    console = Console()
    results = []
    for tier in _chosen(names, everything, tiers):
        console.print(f"\n[bold]{tier.name}[/bold]: {tier.does} (budget {tier.budget} s)")
        result = _run_tier(tier, root, strict=everything)
        if result.state == "skipped":
            console.print(f"skipped: {result.remark}", markup=False)
        results.append(result)
    table = Table("Tier", "Result", "Remark", title="Tests", title_justify="left")
    table.add_column("Seconds", justify="right")
    table.add_column("Budget", justify="right")
    for one in results:
        seconds = f"{one.seconds:.0f}"
        table.add_row(one.tier.name, one.state, one.remark, seconds, str(one.tier.budget))
    total = sum(one.seconds for one in results)
    budget = sum(one.tier.budget for one in results)
    table.add_section()
    table.add_row("all", "", "", f"{total:.0f}", str(budget))
    console.print()
    console.print(table)
    return int(any(one.state == "failed" for one in results))


def _chosen(names: Sequence[str], everything: bool, tiers: Sequence[Tier]) -> list[Tier]:
    known = [tier.name for tier in tiers]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise CourseError(f"unknown tier {name!r}; {hint}")
    if names:
        return [tier for tier in tiers if tier.name in names]
    return [tier for tier in tiers if everything or tier.every_day]


def _run_tier(tier: Tier, root: Path, *, strict: bool) -> Result:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        state, remark = _outcome(tier, root, Path(scratch), strict)
    seconds = time.monotonic() - began
    if strict and state == "passed" and seconds > SLACK * tier.budget:
        state, remark = "failed", f"over budget; {remark}"
    return Result(tier, state, remark, seconds)


def _outcome(tier: Tier, root: Path, scratch: Path, strict: bool) -> tuple[str, str]:
    """Run the commands until one fails; return the state and a remark."""
    if missing := [need for need in tier.needs if not _present(need)]:
        return ("failed" if strict else "skipped"), _get(missing[0])
    left_out = _lessons(root)[1] if any("{lessons}" in words for words in tier.commands) else []
    if left_out and strict:
        return "failed", left_out[0]
    try:
        environment = {**ONE_THREAD, **tier.environment()}
        tests, skips = 0, 0
        for count, command in enumerate(tier.commands):
            report = scratch / f"{count}.xml"
            status = run(_expand(command, root, scratch, report), root, environment)
            if status == 5:
                raise CourseError("there is no test of this kind yet")
            ran, skipped = _counts(report)
            tests, skips = tests + ran, skips + skipped
            if status:
                return "failed", f"exit status {status}"
    except CourseError as reason:
        return ("failed" if strict else "skipped"), str(reason)
    remark = f"{tests} tests, {skips} skipped" if skips else f"{tests} tests" if tests else ""
    return ("failed" if strict and skips else "passed"), "; ".join([remark, *left_out])


def _get(need: str) -> str:
    return f"{need} is not installed; get it with: {ADVICE[need]}"


def _lessons(root: Path) -> tuple[list[str], list[str]]:
    """Return the lessons that can be run here, and a remark on each that cannot."""
    runnable, remarks = [], []
    for path in sorted((root / "lessons").glob("*.ipynb")):
        if missing := [need for need in needs(path) if not _present(need)]:
            remarks.append(f"without {path.stem}: {_get(missing[0])}")
        else:
            runnable.append(str(path))
    return runnable, remarks


def _present(need: str) -> bool:
    if need in PROGRAMS:
        return bool(uv() if need == "uv" else shutil.which(need))
    return importlib.util.find_spec(need) is not None


def _expand(command: Sequence[str], root: Path, scratch: Path, report: Path) -> list[str]:
    words = {"python": PYTHON, "uv": uv() or "", "root": root, "scratch": scratch}
    expanded: list[str] = []
    for word in command:
        if word == "{oldest}":
            expanded += [part for pin in oldest(root) for part in ("--with", pin)]
        elif word == "{lessons}":
            if not (found := _lessons(root)[0]):
                raise CourseError("there is no lesson yet")
            expanded += found
        elif "*" in word:
            pattern = Path(word.format(scratch=scratch))
            base = scratch if pattern.is_absolute() else root
            relative = pattern.relative_to(scratch) if pattern.is_absolute() else pattern
            found = sorted(str(path) for path in base.glob(relative.as_posix()))
            if not found:
                raise CourseError(f"there is no {word} yet")
            expanded += found
        else:
            expanded.append(word.format(**words, report=report) if "{" in word else word)
    return expanded


def oldest(root: Path) -> list[str]:
    """Return the oldest supported versions that pyproject.toml states, as exact requirements."""
    with (root / "pyproject.toml").open("rb") as file:
        dependencies = tomllib.load(file)["project"]["dependencies"]
    return [dependency.replace(">=", "==") for dependency in dependencies]


def _counts(report: Path) -> tuple[int, int]:
    """Return how many tests a pytest report holds, and how many of them were skipped."""
    if not report.exists():
        return 0, 0
    suites = list(ElementTree.parse(report).iter("testsuite"))
    counts = [sum(int(one.get(key, 0)) for one in suites) for key in ("tests", "skipped")]
    return counts[0], counts[1]

"""The test command: tiers of tests in order, each with its time budget."""

import importlib.util
import shutil
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from xml.etree import ElementTree

from .catalogue import needs
from .errors import CourseError
from .groups import uv
from .processes import ONE_THREAD, PYTHON, run
from .terminal import console, say, show_table
from .tiers import ADVICE, PROGRAMS, TIERS, Tier

# The same machine has been seen to take 1.3 times as long for the same lessons on another day.
SLACK = 1.5


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
    out = console()
    results = []
    for tier in _chosen(names, everything, tiers):
        out.print(f"\n[bold]{tier.name}[/bold]: {tier.does} (budget {tier.budget} s)")
        result = _run_tier(tier, root, strict=everything)
        if result.state == "skipped":
            say(f"skipped: {result.remark}")
        results.append(result)
    rows = [
        [one.tier.name, one.state, one.remark, f"{one.seconds:.0f}", str(one.tier.budget)]
        for one in results
    ]
    total = sum(one.seconds for one in results)
    budget = sum(one.tier.budget for one in results)
    rows.append(["all", "", "", f"{total:.0f}", str(budget)])
    say("")
    show_table("Tests", ("Tier", "Result", "Remark", ">Seconds", ">Budget"), rows)
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

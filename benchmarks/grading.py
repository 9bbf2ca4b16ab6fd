"""A class graded by us and by nbgrader, in one run; and our memory as a class grows.

    grading.py             300 submissions of four tasks: submissions a second, and their ratio
    grading.py --memory    peak memory for 100, 1,000 and 10,000 submissions, and a plot of it

Not equal work: nbgrader executes every cell and stores the notebook, one kernel at a time, with the
rights of whoever runs it; we run what the answers need, two at a time, each task in a sandbox.
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import psutil

from coursekit.course.exercises.mutants import mutants
from coursekit.course.exercises.notebook import answer_cells
from coursekit.course.exercises.sets import all_sets, find_set
from coursekit.course.root import find_root

SET = find_set("05", all_sets())
# The set has five tasks; the comparison is made with four.
LEFT_OUT = SET.tasks[-1].name
MAIN = "import sys; from coursekit.course.cli import main; sys.exit(main())"


def four_tasks(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook without the cells of one task."""
    marked = f'"{LEFT_OUT}"'
    cells = [c for c in notebook["cells"] if marked not in json.dumps(c["metadata"])
             and f"check_{LEFT_OUT}" not in json.dumps(c["metadata"])]  # fmt: skip
    return {**notebook, "cells": cells}


def hand_in(released: dict[str, Any], folder: Path, size: int, silent: float = 0.0) -> None:
    """Write the notebooks of a class: right answers, mechanically wrong ones, none.

    `silent` is the share of the students who have answered nothing.
    """
    right = answer_cells(SET.solution)
    options = {
        name: [cell.source] * 6 + [m.source for m in mutants(cell.source)][:4] + [None]
        for name, cell in right.items()
    }
    draw = random.Random(0)
    stubs = {cell["id"]: cell["source"] for cell in released["cells"]}
    for number in range(size):
        is_silent = draw.random() < silent
        for cell in released["cells"]:
            about = cell["metadata"].get("nbgrader", {})
            answer = draw.choice(options[about["grade_id"]]) if about.get("solution") else None
            cell["source"] = stubs[cell["id"]] if is_silent or answer is None else answer
        path = folder / f"student{number:05d}" / SET.name / "exercise.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(released), encoding="utf-8")


def nbgrader(folder: Path, *words: str) -> None:
    """Run an nbgrader command in a course folder."""
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": beside, "HOME": str(folder)}
    command = [sys.executable, "-W", "ignore", "-m", "nbgrader", *words]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def grade(submitted: Path, out: Path, *words: str) -> subprocess.Popen[bytes]:
    """Begin to grade a class."""
    command = [sys.executable, "-c", MAIN, "grade", str(submitted), "--out", str(out / "g.csv"),
               "--feedback", str(out / "f"), "--seed", "7", *words]  # fmt: skip
    return subprocess.Popen(command, cwd=find_root(), stdout=subprocess.DEVNULL)


def compare(size: int, jobs: int) -> None:
    """Grade one class by both, and print submissions a second."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        config = find_root() / "exercises" / "nbgrader_config.py"
        (folder / config.name).write_bytes(config.read_bytes())
        source = folder / "source" / SET.name / "exercise.ipynb"
        source.parent.mkdir(parents=True)
        source.write_text(json.dumps(four_tasks(json.loads(SET.solution.read_bytes()))))
        nbgrader(folder, "generate_assignment", SET.name)
        released = folder / "release" / SET.name / "exercise.ipynb"
        hand_in(json.loads(released.read_bytes()), folder / "submitted", size)

        began = time.perf_counter()
        process = grade(folder / "submitted", folder / "ours", "--jobs", str(jobs))
        assert process.wait() == 0
        ours = time.perf_counter() - began

        began = time.perf_counter()
        nbgrader(folder, "autograde", SET.name)
        theirs = time.perf_counter() - began

        differing = marks_that_differ(folder)
    print(f"{size} submissions of four tasks, {jobs} processors")
    print(f"{'':22} {'seconds':>8} {'a second':>9}")
    print(f"{'nbgrader autograde':22} {theirs:8.1f} {size / theirs:9.2f}")
    print(f"{'coursekit grade':22} {ours:8.1f} {size / ours:9.2f}")
    print(f"ratio {theirs / ours:.1f}; marks that differ: {differing}")


def marks_that_differ(folder: Path) -> int:
    """Return how many functions of the class got other marks from nbgrader than from us."""
    script = (
        "import json, sys\nfrom nbgrader.api import Gradebook\n"
        'with Gradebook("sqlite:///gradebook.db") as book:\n'
        "    print(json.dumps({s.student.id: {g.cell.name: g.auto_score for n in s.notebooks "
        "for g in n.grades} for s in book.assignment_submissions(sys.argv[1])}))\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script, SET.name], cwd=folder,
                          check=True, capture_output=True, text=True)  # fmt: skip
    theirs = json.loads(done.stdout)
    with (folder / "ours" / "g.csv").open(encoding="utf-8-sig", newline="") as file:
        ours = {row["Student"]: row for row in csv.DictReader(file)}
    functions = [t.name for t in SET.tasks if t.kind == "implement"]
    return sum(
        float(ours[student][f"{name} (05)"]) != marks[f"check_{name}"]
        for student, marks in theirs.items()
        for name in functions
    )


def peak_memory(size: int) -> tuple[float, float]:
    """Grade a class; return the peak of the main process and of all processes, in MB."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        # Most answer nothing, so that 10,000 take minutes; the records are kept all the same.
        hand_in(json.loads(SET.exercise.read_bytes()), folder / "submitted", size, silent=0.9)
        process = grade(folder / "submitted", folder / "out")
        peaks = [0, 0]
        done = threading.Event()

        def watch() -> None:
            main = psutil.Process(process.pid)
            while not done.wait(0.2):
                try:
                    own = main.memory_info().rss
                    family = sum(c.memory_full_info().pss for c in main.children(recursive=True))
                except psutil.Error:
                    continue
                peaks[:] = [max(peaks[0], own), max(peaks[1], own + family)]

        watcher = threading.Thread(target=watch)
        watcher.start()
        status = process.wait()
        done.set()
        watcher.join()
        assert status == 0
    return peaks[0] / 1e6, peaks[1] / 1e6


def memory(sizes: Sequence[int]) -> None:
    """Print and plot the peak memory for classes of these sizes."""
    peaks = []
    print(f"{'submissions':>12} {'main, MB':>9} {'all, MB':>9}")
    for size in sizes:
        peaks.append(peak_memory(size))
        print(f"{size:12,} {peaks[-1][0]:9.0f} {peaks[-1][1]:9.0f}", flush=True)
    figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
    for column, (label, marker) in enumerate([("main process", "o"), ("all processes", "s")]):
        axes.plot(sizes, [peak[column] for peak in peaks], marker=marker, label=label)
    axes.set(xscale="log", xlabel="submissions", ylabel="peak memory in MB", ylim=(0, None))
    axes.legend()
    figure.savefig(Path(__file__).with_name("grading_memory.png"), dpi=110)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    if options.memory:
        memory([100, 1000, 10_000])
    else:
        compare(options.size, options.jobs)

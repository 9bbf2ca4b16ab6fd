"""How long a learner waits for check(): every solved task in a kernel, every set in a terminal.

The limits are half a second in the notebook, after the first, and two seconds in a cold terminal.
"""

import contextlib
import io
import os
import statistics
import sys
import tempfile

from timing import command, seconds

from coursekit.course.exercises import feedback, kernel
from coursekit.course.exercises.notebook import code_cells
from coursekit.course.exercises.sets import ExerciseSet, all_sets


def in_the_notebook(exercises: ExerciseSet) -> dict[str, tuple[str, float]]:
    """Return by task its kind and the seconds that check() takes on the solution."""
    kernel.executed = code_cells(exercises.solution)
    found = {}
    for task in exercises.tasks:
        with contextlib.redirect_stdout(io.StringIO()):
            found[task.name] = task.kind, seconds(lambda name=task.name: feedback.check(name), 3)
    return found


def in_the_terminal(exercises: ExerciseSet) -> float:
    """Return the seconds that `coursekit check` takes on the solved notebook, started anew."""
    main = "from coursekit.course.cli import main; main()"
    return seconds(command([sys.executable, "-c", main, "check", str(exercises.solution)]), 1)


def row(name: str, times: list[float]) -> None:
    """Print how many, the median and the worst."""
    print(f"{name:24} {len(times):5} {statistics.median(times):8.2f} {max(times):8.2f}")


if __name__ == "__main__":
    # Progress goes where nobody looks for it.
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_DATA_HOME"] = home
        sets = all_sets()
        tasks = {name: found for one in sets for name, found in in_the_notebook(one).items()}
        print(f"{'seconds to an answer':24} {'n':>5} {'median':>8} {'worst':>8}")
        for kind in sorted({kind for kind, _ in tasks.values()}):
            row(f"check(), {kind}", [time for k, time in tasks.values() if k == kind])
        row("check(), all", [time for _, time in tasks.values()])
        row("coursekit check, a set", [in_the_terminal(one) for one in sets])

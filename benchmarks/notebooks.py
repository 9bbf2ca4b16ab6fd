"""Strict comparison of all lessons against merely executing them, on two cores."""

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from timing import command, compare

from coursekit.course.processes import ONE_THREAD
from coursekit.course.suite import LESSONS

ROOT = Path(__file__).parents[1]


def main(rounds: int) -> None:
    """Print the table for the lessons as they are stored."""
    lessons = sorted((ROOT / "lessons").glob("*.ipynb"))
    environment = {**os.environ, **ONE_THREAD}
    with tempfile.TemporaryDirectory() as scratch:
        execute = [
            command(
                [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", str(path),
                 "--output-dir", scratch],
                cwd=path.parent, env=environment,
            )
            for path in lessons
        ]  # fmt: skip
        words = {"python": sys.executable, "report": f"{scratch}/report.xml"}
        strict = [w.format(**words) if "{" in w else w for w in LESSONS if w != "{lessons}"] + [
            str(path) for path in lessons
        ]

        def one_after_another() -> None:
            for run in execute:
                run()

        def two_at_a_time() -> None:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda run: run(), execute))

        rivals = {
            "executed, one after another": one_after_another,
            "executed, two at a time": two_at_a_time,
            "strict nbval, as the test command runs it": command(strict, cwd=ROOT, env=environment),
        }
        compare(f"{len(lessons)} lessons", rivals, rounds=rounds, warm=False)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)

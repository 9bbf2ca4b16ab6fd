"""Who does the work: processes on this machine, or the workers of a Dask cluster."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from itertools import islice
from typing import Any

from ..errors import CourseError
from .grader import Work, grade

Job = Callable[[], Work]


def graded(
    jobs: Sequence[Job], n_processes: int, scheduler: str | None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of each job with its record as it comes.

    A job makes its work when its turn comes, so that few are in hand at a time; one that raises
    CourseError has that for its record.
    """
    left = dict(enumerate(jobs))
    for attempt in (1, 2):
        try:
            with _executor(scheduler, min(n_processes, len(left))) as (executor, n_workers):
                todo = iter(list(left))
                running: set[Future[Any]] = set()
                while left:
                    for number in islice(todo, max(4 * n_workers - len(running), 0)):
                        try:
                            running.add(executor.submit(_numbered, number, left[number]()))
                        except CourseError as error:
                            del left[number]
                            yield number, {"problem": str(error), "tasks": {}}
                    ready, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in ready:
                        number, record = future.result()
                        del left[number]
                        yield number, record
                return
        except BrokenExecutor as error:
            # Workers run no student's code; one may still be killed, for instance for its memory.
            if attempt == 2:
                raise CourseError(f"workers end early ({error}): go on with --resume") from None


def _numbered(number: int, work: Work) -> tuple[int, dict[str, Any]]:
    return number, grade(work)


@contextmanager
def _executor(scheduler: str | None, n_processes: int) -> Iterator[tuple[Executor, int]]:
    """Give what runs the work, and how much of it at a time."""
    if scheduler:
        with _cluster(scheduler) as found:
            yield found
        return
    context = multiprocessing.get_context("spawn")
    n_processes = max(1, n_processes)
    with ProcessPoolExecutor(n_processes, context, initializer=_end_with_parent) as executor:
        try:
            yield executor, n_processes
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _cluster(scheduler: str) -> Iterator[tuple[Executor, int]]:
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise CourseError("--scheduler needs Dask: python -m uv sync --group grading") from None
    try:
        client = Client(scheduler, timeout="20s")
    except (OSError, ValueError) as error:
        raise CourseError(f"no scheduler at {scheduler!r}: {error}") from None
    with client, client.get_executor() as executor:
        if not (n_workers := sum(client.nthreads().values())):
            raise CourseError(f"the scheduler {scheduler!r} has no workers")
        try:
            yield executor, n_workers
        except KilledWorker as error:
            raise CourseError(f"workers end early ({error}): go on with --resume") from None


def _end_with_parent() -> None:
    """End this worker when its parent is gone, even if that was killed; Ctrl+C is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()

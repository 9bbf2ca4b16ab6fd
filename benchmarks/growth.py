"""Time and memory of lasso_path as n and p grow, beside scikit-learn's: a table and growth.png.

100 λ down to λ_max/100, both at the course's duality gap. Memory is the peak of what Python and
numpy allocate during the call, as a multiple of the size of X.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import lasso_path as sk_lasso_path
from timing import seconds

from coursekit import datasets, plots
from coursekit.paths import lasso_path

TOL = 4.9e-7
SIZES = {
    "p, for n = 200": [(200, p) for p in (30, 100, 300, 1_000, 3_000, 10_000)],
    "n, for p = 100": [(n, 100) for n in (100, 300, 1_000, 3_000, 10_000, 30_000)],
}


def peak(rival: Callable[[], object]) -> int:
    """Return the bytes that one call has allocated at its peak."""
    tracemalloc.start()
    rival()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def measure(n: int, p: int) -> dict[str, tuple[float, float]]:
    """Return {name: (median seconds of three rounds, peak memory over the size of X)}."""
    X, y, _ = datasets.make_sparse_regression(np.random.default_rng(0), n, p, min(20, p // 3))
    X, y = np.asfortranarray(X - X.mean(axis=0)), y - y.mean()
    lams = np.abs(X.T @ y).max() / n * np.geomspace(1, 1e-2, 100)
    rivals: dict[str, Callable[[], object]] = {
        "coursekit": lambda: lasso_path(X, y, lams=lams, fit_intercept=False),
        "scikit-learn": lambda: sk_lasso_path(X, y, alphas=lams, tol=TOL, max_iter=10**5),
    }
    for rival in rivals.values():
        rival()
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(3):
        for name, rival in rivals.items():
            times[name].append(seconds(rival, 1))
    return {name: (median(times[name]), peak(rivals[name]) / X.nbytes) for name in rivals}


def main() -> None:
    """Print the table and draw the figure."""
    fig, axes = plots.figure(ncols=2, nrows=2, width=7.6, height=6.0)
    for row, (title, sizes) in enumerate(SIZES.items()):
        found = [measure(n, p) for n, p in sizes]
        grows = [size[1 - row] for size in sizes]
        print(f"\n{title}\n{'n':>7} {'p':>7}   coursekit s   ratio   memory/X   scikit-learn's")
        for (n, p), one in zip(sizes, found, strict=True):
            (ours, room), (theirs, their_room) = one["coursekit"], one["scikit-learn"]
            print(
                f"{n:7} {p:7}   {ours:11.4f}   {ours / theirs:5.2f}   "
                f"{room:8.1f}   {their_room:14.1f}"
            )
        for column, what in enumerate(("seconds", "peak memory / size of X")):
            ax = axes[row, column]
            for name in ("coursekit", "scikit-learn"):
                ax.plot(grows, [one[name][column] for one in found], marker="o", label=name)
            ax.set(xscale="log", yscale="log", xlabel=title, ylabel=what)
    axes[0, 0].legend(frameon=False)
    fig.savefig(Path(__file__).with_name("growth.png"), metadata={"Software": None})


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()

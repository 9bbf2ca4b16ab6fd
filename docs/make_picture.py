"""Draw the README's picture with the course's own figure, and store its words inside the file.

    uv run python docs/make_picture.py

The words are what the figure's artists say about themselves; a test compares them with what the
package draws today, so that picture and code cannot drift apart.
"""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from coursekit import plots, solvers
from coursekit.figure_text import summary
from coursekit.losses import HalfSquaredError
from coursekit.objective import Objective
from coursekit.penalties import L1, L2

PICTURE = Path(__file__).parent / "diamond_and_circle.png"


def draw() -> Figure:
    """Return the same loss under an L1 and an L2 penalty, each with its minimiser."""
    A, centre = np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([1.6, 0.6])
    root = np.linalg.cholesky(A).T * 2**0.5
    solutions = {}
    for name, penalty in (("L1", L1(1.0)), ("L2", L2(1.0))):
        objective = Objective(root, root @ centre, HalfSquaredError(), penalty, False)
        solutions[name] = (penalty, solvers.coordinate_descent(objective, tol=1e-12).w)
    return plots.balls_and_contours(A, centre, solutions)


if __name__ == "__main__":
    fig = draw()
    words = {"Software": None, "Description": summary(fig, digits=2)}
    fig.savefig(PICTURE, dpi=110, facecolor="white", metadata=words)
    print(f"wrote {PICTURE.name}")

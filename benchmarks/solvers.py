"""Our solvers against scikit-learn's, stopped at comparable duality gaps, BLAS on one thread."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from sklearn.linear_model import Lasso, LogisticRegression
from timing import compare

from coursekit import datasets, solvers
from coursekit.losses import HalfSquaredError, Logistic
from coursekit.objective import Objective
from coursekit.penalties import L1
from coursekit.preprocessing import Standardiser


def report(name: str, objective: Objective, w: object, b: object) -> None:
    """Print the relative duality gap that a rival ends with."""
    gap = objective.certificate(w, b).relative_gap  # type: ignore[arg-type]
    print(f"  {name}: relative duality gap {gap:.0e}")


def lasso() -> None:
    """Diabetes, squared error."""
    data = datasets.diabetes()
    X, y = Standardiser.fit(data.X).transform(data.X), data.y
    objective = Objective(X, y, HalfSquaredError(), L1(1.0))
    theirs = Lasso(alpha=1.0, tol=1e-9, max_iter=10**6)
    ours = {
        f.__name__: (lambda f=f: f(objective, tol=1e-7))
        for f in (solvers.coordinate_descent, solvers.fista, solvers.ista)
    }
    compare(
        "Lasso, diabetes 442 × 10",
        {"scikit-learn Lasso": lambda: theirs.fit(X, y), **ours},
        repeat=20,
    )
    report("scikit-learn", objective, theirs.coef_, theirs.intercept_)
    for name, run in ours.items():
        report(name, objective, run().w, run().b)


def logistic() -> None:
    """Breast cancer, logistic loss."""
    data = datasets.breast_cancer()
    X, y = Standardiser.fit(data.X).transform(data.X), datasets.as_signs(data.y)
    objective = Objective(X, y, Logistic(), L1(0.02))
    theirs = LogisticRegression(
        C=1 / (0.02 * len(y)), l1_ratio=1, solver="saga", tol=1e-6, max_iter=10**5
    )
    ours = {
        f.__name__: (lambda f=f: f(objective, tol=1e-6))
        for f in (solvers.fista, solvers.coordinate_descent)
    }
    compare(
        "Sparse logistic regression, breast cancer 569 × 30",
        {"scikit-learn saga": lambda: theirs.fit(X, y), **ours},
    )
    report("scikit-learn", objective, theirs.coef_[0], theirs.intercept_[0])
    for name, run in ours.items():
        report(name, objective, run().w, run().b)


if __name__ == "__main__":
    lasso()
    logistic()

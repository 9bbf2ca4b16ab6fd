"""The wheel alone, in an environment with nothing else, loads, has its data, and solves."""

import numpy as np

import coursekit

# Estimators alone ask for scikit-learn.
for name in coursekit.__all__:
    if name != "estimators":
        getattr(coursekit, name)
assert coursekit.datasets.engel().X.shape == (235, 1)
X, y, _ = coursekit.datasets.make_sparse_regression(np.random.default_rng(0), 50, 20, 5)
loss, penalty = coursekit.losses.HalfSquaredError(), coursekit.penalties.L1(0.5)
objective = coursekit.objective.Objective(X, y, loss, penalty)
fit = coursekit.solvers.coordinate_descent(objective, tol=1e-10)
assert objective.certificate(fit.w, fit.b).relative_gap < 1e-9
print(f"coursekit {coursekit.__version__}: {sum(fit.w == 0)} exact zeros, certified")

"""The wheel alone, in an environment with nothing else, loads, has its data, and solves."""

import coursekit

# Estimators alone ask for scikit-learn.
for name in coursekit.__all__:
    if name != "estimators":
        getattr(coursekit, name)
data = coursekit.datasets.longley()
objective = coursekit.objective.Objective(
    coursekit.preprocessing.Standardiser.fit(data.X).transform(data.X),
    data.y,
    coursekit.losses.HalfSquaredError(),
    coursekit.penalties.L1(100.0),
)
fit = coursekit.solvers.coordinate_descent(objective, tol=1e-10)
assert objective.certificate(fit.w, fit.b).relative_gap < 1e-9
print(f"coursekit {coursekit.__version__}: {sum(fit.w == 0)} exact zeros, certified")

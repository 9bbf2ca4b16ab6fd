"""Conversions: with the arguments we give, scikit-learn and glmnet minimise what we minimise."""

import shutil
import subprocess
import sys

import numpy as np
import pytest
import sklearn.linear_model
from sklearn.linear_model import LogisticRegression, SGDRegressor

from coursekit.conversions import TARGETS, assumptions, keyword_arguments
from coursekit.losses import BinaryCrossEntropy, HalfSquaredError, SoftmaxCrossEntropy
from coursekit.objective import Objective
from coursekit.penalties import L0, L1, L2, ElasticNet, GroupL2, Lq, MaxNorm, NonNegative
from coursekit.solvers import fista

PENALTIES = [L2(0.3), L1(0.2), ElasticNet(0.3, 0.4), ElasticNet(0.3, 0.0), ElasticNet(0.3, 1.0)]
SCIKIT_LEARN = [name for name in TARGETS if name.startswith("sklearn.")]


def has_equivalent(target, penalty):
    try:
        keyword_arguments(penalty, target, 7)
    except ValueError:
        return False
    return True


def pairs(*targets):
    return [(t, penalty) for t in targets for penalty in PENALTIES if has_equivalent(t, penalty)]


def size(w):
    """abs(w), also for the complex numbers that differentiate it beside its kink."""
    return w * np.sign(w.real)


# What scikit-learn's user guide says is minimised, with a factor on ours. Sections of "Linear
# Models": Ridge regression and classification; Lasso; Elastic-Net; Logistic regression, and of
# "Stochastic Gradient Descent": Mathematical formulation.
def ridge(X, y, w, b, alpha):
    return ((X @ w + b - y) ** 2).sum() + alpha * (w**2).sum(), 2 * len(y)


def elastic_net(X, y, w, b, alpha, l1_ratio=1.0):
    penalty = alpha * l1_ratio * size(w).sum() + alpha * (1 - l1_ratio) / 2 * (w**2).sum()
    return ((X @ w + b - y) ** 2).sum() / (2 * len(y)) + penalty, 1


def logistic_regression(X, y, w, b, C, l1_ratio=0.0, solver=None, penalty=None):
    r = (1 - l1_ratio) / 2 * (w**2).sum() + l1_ratio * size(w).sum()
    log_loss = np.log(1 + np.exp(-(2 * y - 1) * (X @ w + b)))
    return log_loss.mean() + r / (C * len(y)), 1


def sgd_regressor(X, y, w, b, penalty, alpha, l1_ratio=None):
    rho = {"l1": 0.0, "l2": 1.0}.get(penalty, 1 - (l1_ratio or 0))  # the guide's ρ is 1 − l1_ratio
    R = rho / 2 * (w**2).sum() + (1 - rho) * size(w).sum()
    return ((y - X @ w - b) ** 2 / 2).mean() + alpha * R, 1


DOCUMENTED = {
    "sklearn.Ridge": ridge,
    "sklearn.Lasso": elastic_net,
    "sklearn.ElasticNet": elastic_net,
    "sklearn.LogisticRegression": logistic_regression,
    "sklearn.SGDRegressor": sgd_regressor,
}


def disagreement(target, penalty, rng, change=lambda arguments: arguments):
    """The largest difference of the objectives and their gradients at 100 random points."""
    n, p = 30, 4
    logistic = target == "sklearn.LogisticRegression"
    X, y = rng.normal(size=(n, p)), rng.normal(size=n)
    y = (y > 0).astype(float) if logistic else y
    ours = Objective(X, y, BinaryCrossEntropy() if logistic else HalfSquaredError(), penalty)
    arguments = change(keyword_arguments(penalty, target, n))

    def theirs(w, b):
        value, factor = DOCUMENTED[target](X, y, w, b, **arguments)
        return value / factor

    worst, step = 0.0, 1e-30j
    for w, b in zip(rng.normal(size=(100, p)), rng.normal(size=100), strict=True):
        by_w, by_b = ours.gradient(w, b)
        slopes = [theirs(w + step * unit, b).imag for unit in np.eye(p)]
        differences = [
            theirs(w, b) - ours.value(w, b),
            *(np.array(slopes) / 1e-30 - by_w - penalty.subgradient(w)),
            theirs(w + 0j, b + step).imag / 1e-30 - by_b,
        ]
        worst = max(worst, *np.abs(differences))
    return worst


@pytest.mark.parametrize(("target", "penalty"), pairs(*SCIKIT_LEARN), ids=str)
def test_the_documented_objective_is_ours_in_value_and_gradient(target, penalty, rng):
    assert disagreement(target, penalty, rng) < 1e-12


@pytest.mark.parametrize(
    ("target", "penalty", "change"),
    [
        ("sklearn.Ridge", L2(0.3), lambda a: {"alpha": a["alpha"] / 30}),
        ("sklearn.Ridge", L2(0.3), lambda a: {"alpha": a["alpha"] / 2}),
        ("sklearn.Lasso", L1(0.2), lambda a: {"alpha": a["alpha"] * 30}),
        ("sklearn.ElasticNet", PENALTIES[2], lambda a: a | {"l1_ratio": 1 - a["l1_ratio"]}),
        ("sklearn.LogisticRegression", L2(0.3), lambda a: {"C": 30 * a["C"]}),
        ("sklearn.LogisticRegression", L1(0.2), lambda a: a | {"l1_ratio": 0}),
        ("sklearn.SGDRegressor", L2(0.3), lambda a: a | {"alpha": 30 * a["alpha"]}),
        ("sklearn.SGDRegressor", L1(0.2), lambda a: a | {"penalty": "l2"}),
    ],
)
def test_a_wrong_conversion_disagrees(target, penalty, change, rng):
    assert disagreement(target, penalty, rng, change) > 0.01


def a_problem_solved_by(w, b, penalty, rng, n=30):
    """X and targets for which (w, b) is the minimiser of J: residuals that balance ∂Ω(w)."""
    X = rng.normal(size=(n, len(w))) + 0.5
    pull = keyword_arguments(penalty, "keras.regularizers", n)["l1"]
    slope = penalty.subgradient(w) + np.where(w == 0, rng.uniform(-0.9, 0.9, len(w)) * pull, 0.0)
    centred = X - X.mean(axis=0)
    y = X @ w + b + n * centred @ np.linalg.solve(centred.T @ centred, slope)
    assert Objective(X, y, HalfSquaredError(), penalty).certificate(w, b).largest_violation < 1e-12
    return X, y


def misses(target, penalty, rng, n=30, change=lambda arguments: arguments):
    """How far the framework's own minimiser is from a random point that should be it, 100 times."""
    for _ in range(100):
        w, b = rng.normal(size=4), rng.normal()
        w[1] = 0.0
        X, y = a_problem_solved_by(w, b, penalty, rng, n)
        Model = getattr(sklearn.linear_model, target.removeprefix("sklearn."))
        tight = {} if target == "sklearn.Ridge" else {"tol": 1e-14, "max_iter": 10**5}
        model = Model(**change(keyword_arguments(penalty, target, n)), **tight).fit(X, y)
        yield max(np.abs(model.coef_ - w).max(), abs(model.intercept_ - b))
        if not penalty.smooth and penalty != ElasticNet(0.3, 0.0):
            assert model.coef_[1] == 0


@pytest.mark.parametrize(
    ("target", "penalty"),
    pairs("sklearn.Ridge", "sklearn.Lasso", "sklearn.ElasticNet"),
    ids=str,
)
def test_every_point_is_the_minimiser_for_some_targets_and_scikit_learn_finds_it(
    target, penalty, rng
):
    assert max(misses(target, penalty, rng)) < 1e-6


def test_scikit_learn_misses_it_with_a_wrong_conversion(rng):
    wrong = {"change": lambda arguments: {"alpha": 0.3}}
    assert min(misses("sklearn.Ridge", L2(0.3), rng, **wrong)) > 0.01


def two_classes(rng, n=80):
    X = rng.normal(size=(n, 4)) + np.array([2.0, 0, 0, 0])
    return X, (X[:, 0] - X[:, 1] + rng.normal(size=n) > 1.5).astype(float)


def distance_of_minimisers(penalty, rng, **changed):
    X, y = two_classes(rng)
    ours = fista(Objective(X, y, BinaryCrossEntropy(), penalty), tol=1e-10)
    assert ours.converged
    arguments = keyword_arguments(penalty, "sklearn.LogisticRegression", len(y)) | changed
    model = LogisticRegression(**arguments, tol=1e-10, max_iter=10**5, random_state=0).fit(X, y)
    np.testing.assert_array_equal(model.coef_[0] == 0, ours.w == 0)
    return max(np.abs(model.coef_[0] - ours.w).max(), abs(model.intercept_[0] - ours.b))


@pytest.mark.parametrize("penalty", [L2(0.1), L1(0.05), ElasticNet(0.1, 0.5), L2(0.0)], ids=repr)
def test_logistic_regression_has_our_certified_minimiser(penalty, rng):
    assert distance_of_minimisers(penalty, rng) < 1e-6


@pytest.mark.parametrize("changed", [{"C": 1 / 0.1}, {"solver": "liblinear"}], ids=str)
def test_another_c_or_a_penalised_intercept_has_another(changed, rng):
    assert distance_of_minimisers(L2(0.1), rng, **changed) > 0.01


def test_three_classes_on_softmax_have_our_minimiser(rng):
    X = rng.normal(size=(90, 4))
    y = np.argmax(X[:, :3] + rng.normal(size=(90, 3)), axis=1).astype(float)
    ours = fista(Objective(X, y, SoftmaxCrossEntropy(), L2(0.1)), tol=1e-10)
    arguments = keyword_arguments(L2(0.1), "sklearn.LogisticRegression", len(y))
    model = LogisticRegression(**arguments, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(model.coef_.T, ours.w, rtol=0, atol=1e-6)


def gradient_of_sgd(arguments, X, y, w, b, eta=2.0**-12):
    """The gradient that SGDRegressor follows: the mean of its steps from (w, b), one a sample."""
    model = SGDRegressor(
        **arguments, learning_rate="constant", eta0=eta, max_iter=1, tol=None, shuffle=False
    )
    steps = []
    for row, target in zip(X, y, strict=True):
        model.fit(row[None], [target], coef_init=w.copy(), intercept_init=b)  # it steps in place
        steps.append([*(w - model.coef_), b - model.intercept_[0]])
    return np.mean(steps, axis=0) / eta


@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
def test_the_steps_of_sgd_regressor_are_on_average_our_gradient(penalty, rng):
    X, y = rng.normal(size=(10, 4)), rng.normal(size=10)
    objective = Objective(X, y, HalfSquaredError(), penalty)
    arguments = keyword_arguments(penalty, "sklearn.SGDRegressor", 10)
    for w, b in zip(rng.normal(size=(100, 4)), rng.normal(size=100), strict=True):
        w += 0.1 * np.sign(w)  # no step across the kink
        by_w, by_b = objective.gradient(w, b)
        theirs = gradient_of_sgd(arguments, X, y, w, b)
        ours = [*(by_w + penalty.subgradient(w)), by_b]
        np.testing.assert_allclose(theirs, ours, rtol=0, atol=1e-10)
    halved = gradient_of_sgd(arguments | {"alpha": arguments["alpha"] / 2}, X, y, w, b)
    assert np.abs(halved - ours).max() > 0.01


def test_our_lasso_meets_the_kkt_conditions_with_the_gradient_of_sgd_regressor(rng):
    X = rng.normal(size=(40, 6))
    y = 2 * X[:, 0] - X[:, 1] + rng.normal(size=40)
    ours = fista(Objective(X, y, HalfSquaredError(), L1(0.3)), tol=1e-12)
    gradient = gradient_of_sgd({"penalty": None}, X, y, ours.w, ours.b)[:-1]
    alpha = keyword_arguments(L1(0.3), "sklearn.SGDRegressor", 40)["alpha"]
    assert 0 < np.count_nonzero(ours.w) < 6
    assert L1(alpha).subdiff_distance(ours.w, gradient).max() < 1e-8
    assert L1(1.1 * alpha).subdiff_distance(ours.w, gradient).max() > 0.01


@pytest.mark.parametrize("penalty", [L2(0.3), L1(0.3), ElasticNet(0.3, 0.5)], ids=repr)
def test_sgd_regressor_comes_within_a_thousandth_of_our_minimiser(penalty, rng):
    X = rng.normal(size=(200, 4))
    y = X @ [3.0, -2.0, 1.0, 2.0] + 1 + 0.5 * rng.normal(size=200)
    ours = fista(Objective(X, y, HalfSquaredError(), penalty), tol=1e-10)

    def distance(arguments, seed):
        schedule = {"eta0": 0.05, "power_t": 0.5, "max_iter": 1000, "tol": None}
        model = SGDRegressor(**arguments, **schedule, random_state=seed).fit(X, y)
        return np.linalg.norm(model.coef_ - ours.w) / np.linalg.norm(ours.w)

    arguments = keyword_arguments(penalty, "sklearn.SGDRegressor", 200)
    assert max(distance(arguments, seed) for seed in range(5)) < 0.001
    assert distance(arguments | {"alpha": arguments["alpha"] / 2}, 0) > 0.03


@pytest.mark.parametrize("target", TARGETS)
def test_no_penalty_is_the_same_however_it_is_written(target):
    forms = [None, L2(0.0), L1(0.0), ElasticNet(0.0, 0.5), ElasticNet(0.0, 1.0)]
    first, *others = [keyword_arguments(form, target, 100) for form in forms]
    assert all(other == first for other in others)
    assert not {v for k, v in first.items() if k in ("alpha", "weight_decay", "lambda", "l2")} - {0}


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_states_what_it_assumes(target):
    assert len(assumptions(target)) > 20
    assert TARGETS[target].instead or (TARGETS[target].l1 and TARGETS[target].l2)


def test_the_numbers_of_the_table():
    def table(penalty, targets):
        return [keyword_arguments(penalty, target, np.int64(100)) for target in targets.split()]

    assert table(L2(0.1), "sklearn.Ridge sklearn.LogisticRegression torch.optim.Adam") == [
        {"alpha": 10.0}, {"C": 0.1}, {"weight_decay": 0.1},
    ]  # fmt: skip
    assert table(ElasticNet(0.1, 0.5), "sklearn.ElasticNet keras.regularizers glmnet") == [
        {"alpha": 0.1, "l1_ratio": 0.5},
        {"l1": 0.05, "l2": 0.025},
        {"lambda": 0.1, "alpha": 0.5, "standardize": False, "intercept": True},
    ]


@pytest.mark.parametrize(
    ("penalty", "target", "words"),
    [
        (L1(0.1), "torch.optim.SGD", r"L1\(lam=0.1\) has no equivalent in torch.optim.SGD: weight_"
         r"decay .* cannot be L1; add lam \* sum\(abs\(w\)\) to the loss, or .* the proximal step"),
        (ElasticNet(0.1), "torch.optim.Adam", "weight_decay .* cannot be L1"),
        (L2(0.1), "torch.optim.AdamW", "gradient of no L2 objective; for L2 use torch.optim.Adam"),
        (L1(0.1), "sklearn.Ridge", "use sklearn.Lasso"),
        (L2(0.1), "sklearn.Lasso", "use sklearn.Ridge"),
        (ElasticNet(0.1), "sklearn.Ridge", "use sklearn.Lasso or sklearn.ElasticNet"),
        (L0(0.1), "glmnet", r"L0\(lam=0.1\) has no equivalent in glmnet, .*: take its prox"),
        (Lq(0.1, 1.5), "keras.regularizers", "take its prox after each gradient step"),
        (Lq(0.1, 2), "sklearn.Ridge", r"write .* Lq\(lam, 2\) as L2\(2 \* lam\)"),
        (GroupL2(0.1, [(0, 1)]), "sklearn.Lasso", r"GroupL2\(.* L1, L2 or ElasticNet at most"),
        (MaxNorm(1.0), "keras.regularizers", r"MaxNorm\(radius=1.0\) has no equivalent in keras"),
        (NonNegative(), "sklearn.Lasso", "with coursekit.solvers"),
    ],
)  # fmt: skip
def test_what_has_no_equivalent_is_refused_with_the_reason(penalty, target, words):
    with pytest.raises(ValueError, match=words):
        keyword_arguments(penalty, target, 100)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((L2(0.1), "sklearn.Rigde", 10), "unknown target 'sklearn.Rigde'; did you mean 'sklearn.R"),
        ((L2(0.1), "lightning", 10), "known: sklearn.Ridge, "),
        ((L2(0.1), "glmnet", 0), "n must be a whole number >= 1, got 0"),
        ((L2(0.1), "glmnet", 10.0), "n must be a whole number >= 1, got 10.0"),
        ((L2(0.1), "glmnet", True), "n must be a whole number >= 1, got True"),
        ((0.1, "glmnet", 10), r"penalty must be a Penalty such as L2\(0.1\) or None, got 0.1"),
        ((L2, "glmnet", 10), "penalty must be a Penalty"),
    ],
)
def test_bad_input_is_refused_with_its_value_and_what_is_allowed(arguments, words):
    with pytest.raises(ValueError, match=words):
        keyword_arguments(*arguments)
    if "target" in words:
        with pytest.raises(ValueError, match=words):
            assumptions(arguments[1])


def test_before_version_1_8_scikit_learn_is_told_that_it_is_an_elastic_net(monkeypatch):
    class Older:
        def __init__(self, penalty="l2", *, C=1.0, l1_ratio=None):
            pass

    class WithoutPenalty:
        def __init__(self, *, C=1.0, l1_ratio=0.0):
            pass

    def arguments(model):
        monkeypatch.setattr(sklearn.linear_model, "LogisticRegression", model)
        return keyword_arguments(L1(0.1), "sklearn.LogisticRegression", 100)

    today = {"C": 0.1, "l1_ratio": 1.0, "solver": "saga"}
    assert arguments(Older) == today | {"penalty": "elasticnet"}
    assert arguments(WithoutPenalty) == today


def test_a_conversion_needs_no_framework():
    code = """
import sys
sys.modules.update(dict.fromkeys(["sklearn", "torch", "keras", "sklearn.linear_model"]))
from coursekit.conversions import TARGETS, keyword_arguments
from coursekit.penalties import L1, L2
for target in TARGETS.values():
    for penalty in [L1(0.1)] * target.l1 + [L2(0.1)] * target.l2:
        print(keyword_arguments(penalty, target.name, 100))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(run.stdout.splitlines()) == 14


def has_glmnet():
    if not (rscript := shutil.which("Rscript")):
        return False
    found = subprocess.run([rscript, "-e", "find.package('glmnet')"], capture_output=True)
    return found.returncode == 0


def fits_of_glmnet(X, y, all_arguments, folder):
    """The coefficients (w, b) that R's glmnet gives for each set of arguments."""
    np.savetxt(folder / "X.csv", X, delimiter=",")
    np.savetxt(folder / "y.csv", y)
    calls = [
        ", ".join(f"{k} = {str(v).upper()}" for k, v in arguments.items())
        for arguments in all_arguments
    ]
    fits = [
        f"b <- coef(glmnet(X, y, {call}, thresh = 1e-22, maxit = 1e7)); "
        "cat(sprintf('%.17g', as.numeric(b)), fill = 1000)"
        for call in calls
    ]
    read = (
        "suppressMessages(library(glmnet)); "
        "X <- as.matrix(read.csv('X.csv', header = FALSE)); y <- scan('y.csv', quiet = TRUE)"
    )
    (folder / "fits.R").write_text("\n".join([read, *fits]))
    run = subprocess.run(
        ["Rscript", "fits.R"], cwd=folder, capture_output=True, text=True, check=True
    )
    rows = np.array([line.split() for line in run.stdout.splitlines()], float)
    return rows[:, 1:], rows[:, 0]


# Not a skip where R is missing: R is no part of the course, and nothing else depends on it.
if has_glmnet():

    @pytest.mark.parametrize("spread", [1.0, 3.0])
    def test_glmnet_has_our_minimiser(spread, rng, tmp_path):
        """For y of standard deviation 1, and for L1 at any: exactly what is stated."""
        X = rng.normal(size=(50, 4)) * [1.0, 2.0, 0.5, 1.0] + 1
        y = X @ [1.0, 0.5, 0.0, -1.0] + rng.normal(size=50)
        y = spread * y / y.std()
        ours = [fista(Objective(X, y, HalfSquaredError(), p), tol=1e-12) for p in PENALTIES]
        all_arguments = [keyword_arguments(penalty, "glmnet", 50) for penalty in PENALTIES]
        theirs = zip(*fits_of_glmnet(X, y, all_arguments, tmp_path), strict=True)
        for penalty, our, (w, b) in zip(PENALTIES, ours, theirs, strict=True):
            distance = max(np.abs(w - our.w).max(), abs(b - our.b))
            if spread == 1 or penalty in (L1(0.2), ElasticNet(0.3, 1.0)):
                assert distance < 1e-6
            else:
                assert distance > 0.01

    def test_a_wrong_conversion_for_glmnet_is_noticed(rng, tmp_path):
        X = rng.normal(size=(50, 4)) * [1.0, 2.0, 0.5, 1.0]
        y = X @ [1.0, 0.5, 0.0, -1.0] + rng.normal(size=50)
        y = y / y.std()
        our = fista(Objective(X, y, HalfSquaredError(), L2(0.3)), tol=1e-12)
        right = keyword_arguments(L2(0.3), "glmnet", 50)
        changes = [{"lambda": 0.15}, {"alpha": 1}, {"standardize": True}, {"intercept": False}]
        theirs, _ = fits_of_glmnet(X, y, [right | change for change in changes], tmp_path)
        assert np.abs(theirs - our.w).max(axis=1).min() > 1e-3

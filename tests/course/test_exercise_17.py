"""Set 17: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit import selection, solvers
from coursekit.course.exercises.feedback import text
from coursekit.losses import HalfSquaredError
from coursekit.objective import Objective
from coursekit.penalties import L1, L2
from coursekit.preprocessing import Standardiser

IMPORT = "import numpy as np\n"
HEADS = {
    "mended_scaling": IMPORT + "def mended_scaling(train, test):\n",
    "one_se_rule": IMPORT + "def one_se_rule(lams, errors):\n",
    "ridge_cv_errors": IMPORT + "def ridge_cv_errors(X, y, folds, lams):\n",
}
VARIANTS = {
    "mended_scaling": {
        "vectorised": (
            "    m, s = np.mean(train, 0), np.sqrt(np.var(train, 0))\n"
            "    return tuple((rows - m) / s for rows in (train, test))"
        ),
        "a loop over the features": (
            "    a, b = np.zeros(train.shape), np.zeros(test.shape)\n"
            "    for j in range(train.shape[1]):\n"
            "        m = sum(train[:, j]) / len(train)\n"
            "        s = (sum((train[:, j] - m) ** 2) / len(train)) ** 0.5\n"
            "        a[:, j] = (train[:, j] - m) / s\n"
            "        b[:, j] = (test[:, j] - m) / s\n"
            "    return a, b"
        ),
        "lists": (
            "    m, s = train.mean(axis=0), train.std(axis=0)\n"
            "    return [((train - m) / s).tolist(), ((test - m) / s).tolist()]"
        ),
        "both at once": (
            "    both = np.vstack([train, test])\n"
            "    both = (both - train.mean(axis=0)) / train.std(axis=0)\n"
            "    return both[: len(train)], both[len(train) :]"
        ),
        "scikit-learn": (
            "    from sklearn.preprocessing import StandardScaler\n"
            "    scaler = StandardScaler().fit(train)\n"
            "    return scaler.transform(train), scaler.transform(test)"
        ),
    },
    "one_se_rule": {
        "vectorised": (
            "    m, se = np.mean(errors, 0), np.std(errors, axis=0, ddof=1) / len(errors) ** 0.5\n"
            "    k = m.argmin()\n"
            "    return lams[k], np.max(lams[m <= m[k] + se[k]])"
        ),
        "loops": (
            "    k = len(errors)\n"
            "    means = [sum(column) / k for column in errors.T]\n"
            "    best = means.index(min(means))\n"
            "    squares = sum((e - means[best]) ** 2 for e in errors[:, best])\n"
            "    limit = means[best] + (squares / (k - 1) / k) ** 0.5\n"
            "    return [lams[best], max(l for l, m in zip(lams, means) if m <= limit)]"
        ),
        "sorted first": (
            "    order = np.argsort(-lams)\n"
            "    lams, errors = lams[order], errors[:, order]\n"
            "    m = errors.mean(axis=0)\n"
            "    best = np.argmin(m)\n"
            "    limit = m[best] + np.sqrt(np.var(errors[:, best], ddof=1) / errors.shape[0])\n"
            "    return lams[best], lams[np.argmax(m <= limit)]"
        ),
        "where": (
            "    m = errors.mean(axis=0)\n"
            "    best = np.argmin(m)\n"
            "    se = np.std(errors[:, best]) / np.sqrt(len(errors) - 1)\n"
            "    return lams[best], np.where(m - m[best] <= se, lams, -np.inf).max()"
        ),
        "float32": (
            "    m = errors.astype(np.float32).mean(axis=0)\n"
            "    best = int(m.argmin())\n"
            "    se = errors[:, best].astype(np.float32).std(ddof=1) / np.sqrt(len(errors))\n"
            "    return np.float32(lams[best]), np.float32(lams[m <= m[best] + se].max())"
        ),
    },
    "ridge_cv_errors": {
        "divided by n": (
            "    total = np.zeros(len(lams))\n"
            "    for k in set(folds.tolist()):\n"
            "        A, B, s, t = X[folds != k], X[folds == k], y[folds != k], y[folds == k]\n"
            "        m, d, n = A.mean(axis=0), A.std(axis=0), len(s)\n"
            "        A, B = (A - m) / d, (B - m) / d\n"
            "        for i, lam in enumerate(lams):\n"
            "            G = A.T @ A / n + lam * np.identity(A.shape[1])\n"
            "            w = np.linalg.inv(G) @ (A.T @ s / n)\n"
            "            total[i] += np.mean((t - s.mean() - B @ w) ** 2)\n"
            "    return total / len(set(folds.tolist()))"
        ),
        "singular values": (
            "    rows = []\n"
            "    for k in np.unique(folds):\n"
            "        train = np.flatnonzero(folds != k)\n"
            "        m, d = X[train].mean(0), X[train].std(0)\n"
            "        Z, out = (X - m) / d, np.flatnonzero(folds == k)\n"
            "        U, s, Vt = np.linalg.svd(Z[train], full_matrices=False)\n"
            "        c = U.T @ (y[train] - y[train].mean())\n"
            "        W = (s / (s**2 + len(train) * np.asarray(lams)[:, None]) * c) @ Vt\n"
            "        p = Z[out] @ W.T + y[train].mean()\n"
            "        rows.append(((y[out][:, None] - p) ** 2).mean(axis=0))\n"
            "    return list(np.mean(rows, axis=0))"
        ),
        "scikit-learn": (
            "    from sklearn.linear_model import Ridge\n"
            "    from sklearn.pipeline import make_pipeline\n"
            "    from sklearn.preprocessing import StandardScaler\n"
            "    means = []\n"
            "    for lam in lams:\n"
            "        found = []\n"
            "        for k in np.unique(folds):\n"
            "            a, b = folds != k, folds == k\n"
            "            model = make_pipeline(StandardScaler(), Ridge(alpha=lam * a.sum()))\n"
            "            found.append(np.mean((y[b] - model.fit(X[a], y[a]).predict(X[b])) ** 2))\n"
            "        means.append(np.mean(found))\n"
            "    return np.array(means)"
        ),
        "a column of ones": (
            "    rows = []\n"
            "    for k in np.unique(folds):\n"
            "        a, b = folds != k, folds == k\n"
            "        Z = (X - X[a].mean(axis=0)) / X[a].std(axis=0)\n"
            "        Z = np.column_stack([np.ones(len(y)), Z])\n"
            "        free = np.eye(Z.shape[1])\n"
            "        free[0, 0] = 0\n"
            "        G, h = Z[a].T @ Z[a], Z[a].T @ y[a]\n"
            "        ws = [np.linalg.solve(G + a.sum() * lam * free, h) for lam in lams]\n"
            "        rows.append([((y[b] - Z[b] @ w) ** 2).mean() for w in ws])\n"
            "    return sum(map(np.array, rows)) / len(rows)"
        ),
    },
}
EACH_VARIANT = [(name, variant) for name, bodies in VARIANTS.items() for variant in bodies]


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("name", "variant"), EACH_VARIANT)
def test_correct_variants_pass(name, variant, seed):
    assert_holds(name, HEADS[name] + VARIANTS[name][variant], seed=seed)


def test_the_scaling_of_the_task_before_may_be_called():
    body = (
        "    rows = []\n"
        "    for k in np.unique(folds):\n"
        "        a, b = folds != k, folds == k\n"
        "        Z, Z_out = mended_scaling(X[a], X[b])\n"
        "        t, unit = y[a] - y[a].mean(), a.sum() * np.eye(X.shape[1])\n"
        "        ws = [np.linalg.solve(Z.T @ Z + lam * unit, Z.T @ t) for lam in lams]\n"
        "        rows.append([np.mean((y[b] - y[a].mean() - Z_out @ w) ** 2) for w in ws])\n"
        "    return np.mean(rows, axis=0)"
    )
    scaling = HEADS["mended_scaling"] + VARIANTS["mended_scaling"]["vectorised"]
    found, mistakes = task("ridge_cv_errors")
    assert verdict_on(found, scaling, HEADS["ridge_cv_errors"] + body).status == "holds"
    leaky = scaling.replace("np.mean(train, 0)", "np.vstack([train, test]).mean(0)")
    leaky = leaky.replace("np.var(train, 0)", "np.vstack([train, test]).var(0)")
    verdict = verdict_on(found, leaky, HEADS["ridge_cv_errors"] + body, mistakes=mistakes)
    assert verdict.diagnosis.startswith("the features are scaled with all rows")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("(20, 20_000, 0.2, 0.02)", "holds"),
        ("np.array([1e3, 1e6, 10, 1]) * 0.02", "holds"),
        ("[20.0, 2e4, sp.Rational(1, 5), sp.Rational(1, 50)]", "holds"),
        ("(20, 20_000, 0.202, 0.02)", "fails"),
        ("(20, 20_000, 0.2, 0.0202)", "fails"),
    ],
)
def test_four_numbers_of_any_kind_pass(answer, status):
    sources = "import numpy as np\nimport sympy as sp", f"same_fit_lams = {answer}"
    assert verdict_on(task("same_fit_lams")[0], *sources).status == status


def test_the_four_strengths_give_the_same_fit():
    rng = np.random.default_rng(17)
    x = rng.normal(size=(30, 1))
    y = 0.4 * x[:, 0] + 0.05 * rng.normal(size=30)
    found = task("same_fit_lams")[0]
    new = found.reference(**found.given)
    for k, (penalty, u, factor) in enumerate(
        [(L1, 1000, 1), (L2, 1000, 1), (L1, 1, 10), (L2, 1, 10)]
    ):
        before, after = (
            solvers.coordinate_descent(
                Objective(s * x, t * y, HalfSquaredError(), penalty(lam)), tol=1e-14
            )
            for s, t, lam in ((1, 1, found.given["lam"]), (u, factor, new[k]))
        )
        assert before.w[0] != 0
        assert np.allclose(u * after.w, factor * before.w, rtol=1e-4)


def test_the_references_agree_with_the_package():
    rng = np.random.default_rng(17)
    X, y = rng.normal(size=(60, 4)) * [1, 5, 0.1, 2], rng.normal(size=60)
    y = y + X[:, 0]
    cv = selection.cross_validate(X, y, np.random.default_rng(3), n_folds=5)
    best, simpler = task("one_se_rule")[0].reference(cv.lams, cv.errors)
    assert (best, simpler) == (cv.lams[cv.best], cv.lams[cv.one_standard_error])
    folds = np.empty(60, dtype=int)
    for k, (_, test) in enumerate(selection.folds(60, 5, np.random.default_rng(3))):
        folds[test] = k
    lams = np.array([1.0, 0.1])
    by_package = selection.cross_validate(
        X, y, np.random.default_rng(3), l1_ratio=0, n_folds=5, lams=lams
    )
    assert np.allclose(task("ridge_cv_errors")[0].reference(X, y, folds, lams), by_package.mean)


def test_the_faulty_function_is_named():
    found, mistakes = task("mended_scaling")
    body = (
        "    def standardised(X):\n"
        "        return (X - X.mean(axis=0)) / X.std(axis=0)\n"
        "    with np.errstate(all='ignore'):\n"
        "        return standardised(train), standardised(test)"
    )
    verdict = verdict_on(found, HEADS["mended_scaling"] + body, mistakes=mistakes)
    assert text(verdict).splitlines()[1:3] == [
        "  fails: a single new row is measured by the training rows — at train = [[1], [3]], "
        "test = [[2]] you return ([[−1], [1]], [[nan]]), not ([[−1], [1]], [[0]])",
        "  looks like: the new rows are still scaled by their own mean and spread; those of train "
        "belong there too",
    ]


def test_scaling_before_the_split_is_told_from_a_wrong_fit():
    found, mistakes = task("ridge_cv_errors")
    body = VARIANTS["ridge_cv_errors"]["divided by n"].replace(
        "m, d, n = A.mean(axis=0), A.std(axis=0), len(s)",
        "m, d, n = X.mean(axis=0), X.std(axis=0), len(s)",
    )
    source = HEADS["ridge_cv_errors"] + body
    verdict = verdict_on(found, source, mistakes=mistakes)
    assert verdict.diagnosis.startswith("the features are scaled with all rows, and so they are")
    with_intercept = source.replace("A, B = (A - m) / d, (B - m) / d", "").replace(
        "m, d, n = X.mean(axis=0), X.std(axis=0), len(s)",
        "n = len(s)\n        d, m = X.std(axis=0), A.mean(axis=0)\n"
        "        A, B = (A - m) / d, (B - m) / d",
    )
    verdict = verdict_on(found, with_intercept, mistakes=mistakes)
    assert verdict.failure.startswith("an extreme row that is left out")
    assert verdict.diagnosis.startswith("the spread is that of all rows")


def test_the_table_of_studies_is_true():
    def strongest(X, y):
        return np.argsort(-np.abs(Standardiser.fit(X).transform(X).T @ (y - y.mean())))[:20]

    def score(X, y, splits, inside, lam):
        everywhere, predicted = strongest(X, y), np.empty(50)
        for train, test in splits:
            chosen = strongest(X[train], y[train]) if inside else everywhere
            scaler = Standardiser.fit(X[train][:, chosen])
            Z, t = scaler.transform(X[train][:, chosen]), y[train] - y[train].mean()
            w = np.linalg.solve(Z.T @ Z + len(t) * lam * np.eye(20), Z.T @ t)
            predicted[test] = scaler.transform(X[test][:, chosen]) @ w + y[train].mean()
        return 1 - np.mean((y - predicted) ** 2) / y.var()

    for n_folds, lam, row in (
        (5, 0.1, (0.54, -0.36)),
        (50, 0.1, (0.59, -0.32)),
        (5, 10, (0.28, -0.06)),
    ):
        rng, scores = np.random.default_rng(17), []
        for _ in range(50):
            X, y = rng.normal(size=(50, 1000)), rng.normal(size=50)
            parts = list(selection.folds(50, n_folds, rng))
            scores.append([score(X, y, parts, inside, lam) for inside in (False, True)])
        assert tuple(np.mean(scores, axis=0).round(2)) == row


@pytest.mark.parametrize("letter", "abce")
def test_a_wrong_option_says_why(letter):
    found, _ = task("where_it_leaked")
    verdict = verdict_on(found, f"where_it_leaked = '{letter}'")
    assert verdict.failure == f"{letter}: {found.wrong[letter]}"

"""What right answers of set 17 must satisfy: units, scaling on training rows, choosing λ."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Implement, Property, part


def same_fit_lams(lam, u, factor):
    return lam * u, lam * u**2, lam * factor, lam


def own_same_fit_lams(rng):
    return {
        "lam": float(rng.choice([0.03, 0.06, 0.07, 0.09, 0.3, 0.7])),
        "u": float(rng.choice([7, 12, 24, 60, 100])),
        "factor": float(rng.choice([2, 3, 4, 5, 20, 50])),
    }


def mended_scaling(train, test):
    centre, spread = train.mean(axis=0), train.std(axis=0)
    return (train - centre) / spread, (test - centre) / spread


def one_se_rule(lams, errors):
    means = errors.mean(axis=0)
    best = np.argmin(means)
    allowed = means[best] + errors[:, best].std(ddof=1) / len(errors) ** 0.5
    return lams[best], lams[means <= allowed].max()


def ridge_cv_errors(X, y, folds, lams):
    rows = []
    for fold in np.unique(folds):
        out = folds == fold
        Z, Z_out = mended_scaling(X[~out], X[out])
        t, t_out = y[~out] - y[~out].mean(), y[out] - y[~out].mean()
        gram, unit = Z.T @ Z, len(t) * np.eye(Z.shape[1])
        weights = [np.linalg.solve(gram + lam * unit, Z.T @ t) for lam in lams]
        rows.append([np.mean((t_out - Z_out @ w) ** 2) for w in weights])
    return np.round(np.mean(rows, axis=0), 12)  # so that a perfect fit has the error 0


def array(*entries):
    return np.array(entries, dtype=float)


def training_rows(rng):
    one = (array([1], [3]), array([5], [2]))
    return [one, (array([10, 0], [20, 3], [60, 6]), array([30, 3]))]


def one_new_row(rng):
    cases = [(array([1], [3]), array([x])) for x in (2, 5)]
    return [*cases, (array([1, 10], [3, 30], [2, 50]), array([4, 0]))]


def moved_away(rng):
    """The new rows are the old ones, ten higher."""
    train = array([1, 5], [3, 2], [8, 2])
    return [(train, train), (train, train + 10)]


def other_spread(rng):
    one = (array([0], [2]), array([0], [20]))
    return [one, (array([0, 1], [4, 3]), array([2, 2], [-8, 12], [0, 1]))]


def any_rows(rng):
    one = (array([1, 10], [3, 10], [2, 40]), array([5, 20], [0, 0]))
    cases = [one]
    for n, m, p in ((5, 3, 2), (4, 6, 3), (3, 1, 4)):
        scale, shift = rng.uniform(0.5, 9, size=p), rng.normal(size=p) * 5
        both = rng.normal(size=(n + m, p)) * scale + shift
        cases.append((both[:n], both[n:] * 1.5 + 1))
    return cases


# Means 6, 3.9, 3, 3.5, 5; the standard error of the best is √2/√2 = 1.
CURVE = array([6, 3.9, 2, 3.5, 5], [6, 3.9, 4, 3.5, 5])
LAMS = array(5, 4, 3, 2, 1)


def two_folds(rng):
    lower = CURVE - [0, 0.23, 0, 0, 0]
    turned = (LAMS[::-1], CURVE)  # now the smallest λ within reach has the largest error there
    bump = (LAMS, CURVE[:, [1, 0, 2, 3, 4]])  # out of reach, and then within reach again
    folds = [(LAMS, CURVE), (LAMS * 0.5, CURVE * 2), (LAMS, CURVE[::-1] + 7), (LAMS, lower)]
    return [*folds, turned, bump]


def fine_steps(rng):
    """The mean error rises by 0.08 from λ to λ; seven steps are within 1.15/√4 = 0.58."""
    steps = np.arange(12)
    return [(steps + 1.0, 3 + 0.08 * steps + array([-1], [-1], [1], [1]))]


def in_any_order(rng):
    order = [2, 0, 4, 1, 3]
    return [(LAMS[::-1], CURVE[:, ::-1]), (LAMS[order], CURVE[:, order])]


def folds_agree(rng):
    return [(array(2, 1), array([3, 1], [3, 1])), (array(1, 5, 3), array([4, 5, 3], [4, 5, 3]))]


def other_errors_scatter(rng):
    """The best has a small standard error, the others a large one."""
    one = (array(3, 2, 1), array([1, 3, 3.5], [9, 3.25, 3.5]))
    return [one, (array(1, 2, 3), array([2, 2.5, 0], [2.25, 2.5, 9], [2, 2.75, 1]))]


def many_folds(rng):
    cases = [(array(4, 2, 1), array([5, 3, 4], [5, 4, 4], [6, 5, 5], [6, 4, 7]))]
    for k, m in ((5, 6), (10, 12), (4, 20)):
        lams = np.geomspace(10, 0.1, m).round(2)
        while True:
            errors = (np.log(lams) - rng.normal() / 2) ** 2 + 8 + rng.normal(size=(k, m)) * 1.5
            errors = errors.round(1)
            means = errors.mean(axis=0)
            best = np.argmin(means)
            allowed = means[best] + errors[:, best].std(ddof=1) / k**0.5
            gaps = np.abs(means - allowed), np.sort(means)[1] - means[best]
            if (
                gaps[0].min() > 0.01
                and gaps[1] > 0.01
                and lams[means <= allowed].max() > lams[best]
            ):
                break
        cases.append((lams, errors))
    return cases


def split(rng, n, p, sizes):
    """Draw rows in folds of these sizes, whose numbers come in any order."""
    X = rng.normal(size=(n, p)) * rng.uniform(0.5, 6, size=p) + rng.normal(size=p) * 3
    y = X @ rng.normal(size=p) + rng.normal(size=n) * 2 + 5
    folds = np.repeat(np.arange(len(sizes)), sizes)
    return X, y, rng.permutation(folds), np.array([0.05, 0.6, 3.0])


X_LINE = array([0], [1], [3], [4], [7], [9])
FOLDS = np.array([0, 1, 2, 0, 1, 2])


def exact_line(rng):
    return [(X_LINE, 2 * X_LINE[:, 0] + 1, FOLDS, array(0))]


def very_strong(rng):
    """Then only the mean of the training targets is left."""
    y = array(1, 2, 6, 3, 0, 9)
    return [(X_LINE, y, FOLDS, array(1e9)), (X_LINE, y, np.array([0, 0, 0, 0, 1, 1]), array(1e9))]


def extreme_row(rng):
    y = array(1, 2, 6, 3, 0, 9)
    far = array([0], [1], [3], [4], [7], [90])
    return [(far, y, FOLDS, array(0.5, 2)), (far, y, np.array([0, 0, 1, 1, 1, 2]), array(0.5))]


def other_units(rng):
    y, X = array(1, 4, 6, 3, 0, 9), np.column_stack([X_LINE[:, 0], array(1, 5, 2, 4, 4, 0)])
    return [(X * [c, 1], y, FOLDS, array(0.25, 1)) for c in (1, 1000, 0.01)]


def any_folds(rng):
    X, y = array([0, 2], [1, 0], [3, 5], [4, 1], [7, 3], [9, 6]), array(1, 2, 6, 3, 0, 9)
    one = (X, y, FOLDS, array(0.5, 2))
    sizes = (10, 2, (4, 3, 3)), (13, 3, (5, 2, 3, 3)), (12, 1, (8, 4)), (9, 2, (1, 4, 4))
    return [one, *(split(rng, *size) for size in sizes)]


TASKS = [
    Compute(
        name="same_fit_lams",
        points=1,
        minutes=6,
        reference=same_fit_lams,
        given={"lam": 0.02, "u": 1000.0, "factor": 10.0},
        draw=own_same_fit_lams,
        yours=(
            "The fit had λ = {lam}. In cases 1 and 2 the feature is written in a unit in which its "
            "numbers are {u} times as large (so not in metres); in cases 3 and 4 the numbers of y "
            "are {factor} times as large."
        ),
        hints=(
            "When the numbers of a feature are u times as large, its weight can be u times as "
            "small. What does the penalty charge for it then?",
            "By the derivation of the lesson the feature feels λ/u under L1 and λ/u² under L2. "
            "Choose the new λ so that it feels what it felt before.",
            "With y ten times as large, the weight is ten times as large: the loss is a hundred "
            "times as large, the L1 penalty ten times and the L2 penalty a hundred times.",
        ),
        explanation="uλ = 20 and u²λ = 20,000 for the feature. For y the loss and L2 both grow a "
        "hundredfold, so their λ stays 0.02; L1 grows only tenfold and needs 10λ = 0.2. "
        "Standardised features have no unit, but y keeps its own.",
    ),
    Implement(
        name="mended_scaling",
        points=2,
        minutes=7,
        reference=mended_scaling,
        properties=(
            Property(
                "the training rows get mean 0 and standard deviation 1", training_rows, part(0)
            ),
            Property("a single new row is measured by the training rows", one_new_row, part(1)),
            Property("new rows that lie higher come out higher", moved_away, part(1)),
            Property("new rows that spread more come out wider", other_spread, part(1)),
            Property("both are right for several features", any_rows),
        ),
        hints=(
            "A new row may come alone, as a patient does. What is its mean, and what its standard "
            "deviation?",
            "Means and standard deviations are fitted, as weights are. On which rows may anything "
            "be fitted?",
            "Compute centre and spread once, from train along axis 0, and use them in both lines.",
        ),
        explanation="Standardiser.fit(train), then .transform for both. Scaled by itself, a part "
        "forgets where it lies: patients who are all ten years older would look the same.",
    ),
    Implement(
        name="one_se_rule",
        points=3,
        minutes=10,
        reference=one_se_rule,
        properties=(
            Property("the best λ has the smallest mean error", two_folds, part(0)),
            Property("the other one is the largest within one standard error", two_folds, part(1)),
            Property("the values of lams may come in any order", in_any_order),
            Property("with fine steps the size of the standard error decides", fine_steps),
            Property("where the folds agree there is no room", folds_agree),
            Property("the standard error is that of the best λ", other_errors_scatter),
            Property("both are right on noisy curves", many_folds),
        ),
        hints=(
            "First the mean error of each λ, over the folds. Which axis are the folds?",
            "The standard error is the standard deviation between folds, with ddof=1, over the "
            "root of their number. You need it for the best λ only.",
            "Every λ with a mean error of at most (smallest mean + its standard error) is allowed. "
            "Take the largest of these λ: lams[means <= allowed].max().",
        ),
        explanation="The standard error of the best says how far the curve may be off, and within "
        "that the strongest penalty wins. Between folds it is rather too small, since the folds "
        "share rows, so it is a rule of thumb.",
    ),
    Implement(
        name="ridge_cv_errors",
        points=4,
        minutes=15,
        reference=ridge_cv_errors,
        properties=(
            Property("a straight line is predicted without error when λ = 0", exact_line),
            Property("a huge λ leaves the mean of the training targets", very_strong),
            Property("an extreme row that is left out does not reach the scaling", extreme_row),
            Property("the unit of a feature does not matter", other_units),
            Property("the mean over the folds is right for any rows", any_folds),
        ),
        hints=(
            "For one fold: which rows are out, and what may be computed from the others alone? "
            "There are three such things besides the weights.",
            "out = folds == fold, and ~out are the training rows. Means and deviations of X, and "
            "the mean of y, come from X[~out] and y[~out], and are used for the rows left out.",
            "With Z and t standardised and centred: w solves ZᵀZ w + nλ w = Zᵀt, where n is the "
            "number of training rows. The error is the mean of (t − Zw)² over the rows left out.",
        ),
        explanation="Everything that is fitted is fitted inside the fold: centre, spread, the "
        "mean of y, and w. selection.cross_validate does the same for the lasso, with the whole "
        "path at once.",
    ),
    Choose(
        name="where_it_leaked",
        points=1,
        minutes=5,
        right="d",
        wrong={
            "a": "the target was drawn without looking at any feature, so no feature predicts it. "
            "Of 1000 columns of noise some must correlate with these 50 targets by chance.",
            "b": "the second row does that, and R² is 0.59. Each row left out had helped to choose "
            "the features all the same.",
            "c": "the third row has a λ a hundred times as large, and R² is still 0.28. The "
            "penalty acts on the weights; the choice was made before.",
            "e": "there is nothing to predict, so an honest R² is 0 for guessing the mean, and "
            "below it for a model that follows noise. The last column tells the truth.",
        },
        hints=(
            "Nothing can be predicted here. So which column is honest, and what did the other one "
            "know that it should not?",
            "Go through the steps of the study, and ask of each: had it seen the targets of the "
            "rows left out?",
        ),
        explanation="Choosing features is fitting, and whatever is fitted is fitted inside. The "
        "20 were picked because they correlate with all 50 targets, those left out included.",
    ),
]

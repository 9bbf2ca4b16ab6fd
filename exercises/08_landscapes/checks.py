"""What right answers of set 08 must satisfy: how far to step, and how often."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Derive, Implement, Predict, Property, part


def overshooting(curvature, learning_rate, error):
    factor = 1 - learning_rate * curvature
    return factor, error * factor**2, 2 / curvature


def own_overshooting(rng):
    """ηL is between 1 and 2, so that each step lands on the other side, and nearer."""
    curvature = int(rng.choice([5, 10, 20]))
    return {
        "curvature": curvature,
        "learning_rate": int(rng.choice([11, 12, 13, 14, 15, 16, 17, 19])) / (10 * curvature),
        "error": int(rng.choice([5, 20, 30, 50, 60, 70, 80, 100])),
    }


def walk_downhill(H, c, start, learning_rate, n_steps):
    trace = [start]
    for _ in range(n_steps):
        trace.append(trace[-1] - learning_rate * (H @ trace[-1] - c))
    return np.array(trace)


def walk_from_zero(a, eta, c, k):
    return c / a * (1 - (1 - eta * a) ** k)


def rate_and_condition(X):
    A = np.column_stack([X, np.ones(len(X))])
    curvatures = np.linalg.eigvalsh(A.T @ A / len(X))
    return 1 / curvatures[-1], curvatures[-1] / curvatures[0]


def bowl(rng, p):
    """Draw a symmetric matrix whose curvatures lie between 0.5 and 4, and whose valley is askew."""
    directions = np.linalg.qr(rng.normal(size=(p, p)))[0]
    return directions @ np.diag(rng.uniform(0.5, 4, size=p)) @ directions.T


def no_steps(rng):
    one = (np.array([[2.0]]), np.array([3.0]), np.array([1.0]), 0.25, 0)
    return [one, (bowl(rng, 3), rng.normal(size=3), rng.normal(size=3), 0.2, 0)]


def one_step(rng):
    one = (np.array([[2.0]]), np.array([3.0]), np.array([1.0]), 0.25, 1)
    return [one, (bowl(rng, 3), rng.normal(size=3), rng.normal(size=3), 0.3, 1)]


def on_a_parabola(rng):
    cases = [(np.array([[1.0]]), np.zeros(1), np.array([8.0]), eta, 3) for eta in (0.5, 1.5)]
    curvature = rng.uniform(0.5, 3)
    cases.append((np.array([[curvature]]), np.zeros(1), rng.normal(size=1) * 5, 0.4, 6))
    return cases


def at_the_minimum(rng):
    w = np.array([1.0, -2.0])
    return [(np.diag([2.0, 4.0]), np.array([2.0, -8.0]), w, 0.25, 3)]


def no_slope_at_zero(rng):
    return [
        (np.diag([2.0, 4.0]), np.array([2.0, -8.0]), np.zeros(2), 0.25, 2),
        (bowl(rng, 3), rng.normal(size=3) * 3, np.zeros(3), 0.3, 4),
    ]


def askew(rng):
    one = (np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([1.0, 0.0]), np.array([1.0, 3.0]), 0.5, 2)
    others = [
        (bowl(rng, p), rng.normal(size=p), rng.normal(size=p) * 3, rng.uniform(0.1, 0.4), n_steps)
        for p, n_steps in ((2, 7), (4, 5))
    ]
    return [one, *others]


def uncorrelated(rng):
    columns = np.array([[1.0, 1.0], [1.0, -1.0], [-2.0, 0.0]])
    return [(np.array([[1.0], [-1.0]]),), (columns,)]


def another_unit(rng):
    signs = rng.permutation([1.0, -1.0, 1.0, -1.0])[:, None]
    return [(np.array([[c], [-c]]),) for c in (2.0, 10.0, 0.5)] + [(3.7 * signs,)]


def each_row_twice(rng):
    one = (np.array([[2.0], [2.0], [-2.0], [-2.0]]),)
    X = rng.normal(size=(4, 2))
    return [one, (np.vstack([X, X, X]),)]


def mean_far_from_zero(rng):
    return [(np.array([[1.0], [3.0]]),), (rng.normal(size=(8, 1)) + 4,)]


def correlated(rng):
    """Centred columns of one size that say nearly the same, or nearly the opposite."""
    one = (np.array([[2.0, 1.0], [1.0, 2.0], [-2.0, -1.0], [-1.0, -2.0]]),)
    x, other = rng.normal(size=(2, 9))
    both = np.column_stack([x, -x + 0.5 * other])
    return [one, (both - both.mean(axis=0),)]


def any_columns(rng):
    one = (np.array([[1.0, 0.5], [3.0, 2.0], [0.0, 4.0]]),)
    sizes = ((6, 2), (9, 3), (15, 4))
    drawn = [
        (rng.normal(size=s) * rng.uniform(0.5, 2, s[1]) + rng.normal(size=s[1]),) for s in sizes
    ]
    return [one, *drawn]


def parabola(H, c, start, learning_rate, n_steps):
    return (
        f"curvature {H[0, 0]:.4g}, c = 0, start {start[0]:.4g}, learning_rate = "
        f"{learning_rate:g}, n_steps = {n_steps}"
    ).replace("-", "−")


TASKS = [
    Predict(
        name="overshooting",
        points=1,
        minutes=4,
        reference=overshooting,
        given={"curvature": 4, "learning_rate": 0.45, "error": 10},
        draw=own_overshooting,
        yours=(
            "The curvature is L = {curvature}, the minimum is at w = 3 again, you start with an "
            "error of w − 3 = {error}, and the learning rate is η = {learning_rate}."
        ),
        hints=(
            "What is the slope of the parabola at the start? Where does one step of 0.45 times "
            "that slope lead, and what is the error there?",
            "The slope is 4 · 10 = 40, the step is 18 long, and the error is 10 − 18. The "
            "factor is the new error divided by the old one.",
            "Each step multiplies the error by 1 − ηL. It dies out as long as this is above −1.",
        ),
        explanation="1 − 0.45 · 4 = −0.8: each step overshoots, and a fifth of the error goes all "
        "the same. 10, −8, 6.4. The border is 2/L = 0.5, where the factor is −1; the one-step rate "
        "1/L = 0.25 is half of that.",
    ),
    Implement(
        name="walk_downhill",
        points=2,
        minutes=9,
        reference=walk_downhill,
        properties=(
            Property("without a step it is the start alone", no_steps),
            Property("one step goes against the gradient", one_step),
            Property(
                "on a parabola every step multiplies w by 1 − learning_rate · curvature",
                on_a_parabola,
                None,
                parabola,
            ),
            Property("at the minimum it stays", at_the_minimum),
            Property("from zero the first step is learning_rate · c", no_slope_at_zero),
            Property("every row follows from the one before, in any valley", askew),
        ),
        hints=(
            "How many arrays are there in the list `trace`, and how many different ones?",
            "`w -= …` writes into the array that is in the list already. Every entry of the list "
            "is that one array.",
            "`w = w - …` makes a new array in each step. Then every row can differ.",
        ),
        explanation="`w -= step` changes the array itself, so all entries of the list are one and "
        "the same array, which ends at the last point. `w = w - step` makes a new one. Another way "
        "to mend it: trace.append(w.copy()).",
    ),
    Derive(
        name="walk_from_zero",
        points=2,
        minutes=8,
        reference=walk_from_zero,
        symbols={"a": "positive", "eta": "positive", "c": "real", "k": "positive integer"},
        hints=(
            "At which w is the slope 0? Call that w*, and look at the error w − w*.",
            "The slope a w − c is a (w − w*) with w* = c/a. So each step multiplies the error by "
            "1 − ηa. What is the error at the start?",
            "The error starts at −w*. After k steps it is −w* (1 − ηa)^k, and w is w* plus that.",
        ),
        explanation="w_k = (c/a)(1 − (1 − ηa)^k). The factor in brackets rises from 0 to 1 if "
        "ηa < 1. After few small steps it is about kηa, so w_k ≈ kηc: where the walk is then does "
        "not depend on the curvature yet.",
    ),
    Implement(
        name="rate_and_condition",
        points=3,
        minutes=11,
        reference=rate_and_condition,
        properties=(
            Property(
                "centred, uncorrelated columns: their mean squares are curvatures", uncorrelated
            ),
            Property("c times a column makes its curvature c² times as large", another_unit),
            Property("every row twice changes nothing", each_row_twice),
            Property("a mean far from 0 goes along with the intercept", mean_far_from_zero),
            Property("correlated columns have one steep and one flat direction", correlated),
            Property("the rate is right for any columns", any_columns, part(0)),
            Property("the condition number is right for any columns", any_columns, part(1)),
        ),
        hints=(
            "The intercept is a weight of a further column. What stands in that column? "
            "np.column_stack puts it beside X.",
            "With A for X and that column, the matrix of second derivatives of the mean of ½r² is "
            "AᵀA/n. The curvatures are its eigenvalues.",
            "np.linalg.eigvalsh(matrix) returns the eigenvalues of a symmetric matrix in rising "
            "order. L is the largest, and κ is the largest divided by the smallest.",
        ),
        explanation="Everything about the pace is in AᵀA/n, and y has no part in it. Another way "
        "to write it: the squared singular values np.linalg.svd(A)[1]**2 / n, or "
        "np.linalg.cond(A)**2 for κ. For the logistic loss 1/L is 4 times as large.",
    ),
    Choose(
        name="other_units",
        points=1,
        minutes=4,
        right="c",
        wrong={
            "a": "look at the last column: the best predictions of A and B are the same. The "
            "weight of bmi becomes 1000 times smaller. The model is the same, the landscape is "
            "not.",
            "b": "1/L is about 0.25 for A, and 2/L is about 0.000002 for B. With the rate of A the "
            "steepest direction of B would diverge.",
            "d": "look at the last column: C has another minimum, and its predictions are 5.5 off "
            "A's. It reaches its own minimum sooner, not A's.",
        },
        hints=(
            "By what does multiplying a column by 1000 multiply its mean square? What becomes of "
            "1/L?",
            "Compare what each sentence says with the last column, too.",
        ),
        explanation="A unit enters squared: 1000 times the column is 1,000,000 times the "
        "curvature. L rises from about 4 to about 1,000,000, and 1/L falls as much; the flattest "
        "direction keeps its curvature and creeps. Standardising undoes it and changes no "
        "prediction.",
    ),
]

"""What right answers of set 10 must satisfy: ridge, its conventions and what it shrinks."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property, part


def four_strengths(lam, n):
    return n * lam, lam, lam / 2, n * lam / 2


def own_four_strengths(rng):
    lam = float(rng.choice([0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.15, 0.3]))
    n = int(rng.choice([40, 50, 60, 80, 120, 150, 160, 300, 400, 600, 800]))
    return {"lam": lam, "n": n}


def ridge(X, y, lam):
    Z, t = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Z.T @ Z + len(y) * lam * np.eye(X.shape[1]), Z.T @ t)
    return w, y.mean() - X.mean(axis=0) @ w


def mended_ridge(A, y, lam):
    w, b = ridge(A[:, 1:], y, lam)
    return np.append(b, w)


def shrinking_factor(d, n, lam):
    return d**2 / (d**2 + n * lam)


def drawn(rng, n, p, lam=None):
    """Draw a case whose answer is far from 0, and which single precision can solve."""
    while True:
        X = rng.normal(size=(n, p)) + 2 * rng.normal(size=p)
        y = X @ rng.normal(size=p) * 2 + 3 * rng.normal() + rng.normal(size=n)
        strength = rng.uniform(0.2, 2) if lam is None else lam
        w, b = ridge(X, y, strength)
        easy = np.linalg.cond(X - X.mean(axis=0)) < 5
        if easy and np.abs(w).min() > 0.1 and abs(b) > 0.3:
            return X, y, strength


def with_ones(case):
    """Turn a case of ridge into one of mended_ridge."""
    X, y, lam = case
    return np.column_stack([np.ones(len(y)), X]), y, lam


LINE = np.array([[1.0], [2.0], [3.0]])
PAIR = np.array([[-1.0], [1.0]])


def no_penalty(rng):
    plane = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 3.0], [3.0, 1.0]])
    return [
        (LINE, np.array([3.0, 5.0, 7.0]), 0.0),
        (plane, np.array([2.0, 1.0, 6.0, 4.0]), 0.0),
        drawn(rng, 9, 3, 0.0),
    ]


def at_the_mean_square(rng):
    wide = np.array([[-2.0], [2.0], [-2.0], [2.0]])
    return [
        (PAIR, np.array([1.0, 5.0]), 1.0),
        (wide, np.array([-1.0, 3.0, 0.0, 6.0]), 4.0),
        (PAIR * 3, np.array([-2.0, 4.0]), 9.0),
    ]


def centred_features(rng):
    return [(PAIR, np.array([1.0, 5.0]), lam) for lam in (0.5, 3.0, 100.0)]


def far_from_zero(rng):
    return [(LINE[::2], np.array([1.0, 5.0]), 1.0), (LINE + 4, np.array([1.0, 3.0, 8.0]), 0.5)]


def constants(rng):
    y = np.array([1.0, 3.0, 3.0, 5.0])
    X = np.array([[0.0], [1.0], [2.0], [3.0]])
    more, targets, lam = drawn(rng, 6, 2)
    plain = [(X, y + c, 0.25) for c in (0.0, 10.0, 100.0)]
    return [*plain, (more, targets, lam), (more, targets + 50, lam)]


def whole_numbers(rng):
    return [(np.array([[0, 1], [2, 1], [4, 5], [1, 0]]), np.array([1, 2, 7, 0]), 1)]


def any_data(rng):
    one = (np.array([[1.0, 2.0], [3.0, 0.0], [2.0, 5.0]]), np.array([2.0, 4.0, 9.0]), 0.5)
    return [one, drawn(rng, 5, 2), drawn(rng, 8, 3), drawn(rng, 12, 5)]


def the_same_for_all(rng):
    return [
        (np.column_stack([np.ones(len(x)), x]), np.full(len(x), 10.0), lam)
        for x, lam in ((PAIR, 1.0), (LINE, 0.5), (rng.normal(size=(5, 3)), 2.0))
    ]


def over_theta(cases):
    return lambda rng: [with_ones(case) for case in cases(rng)]


TASKS = [
    Compute(
        name="four_strengths",
        points=1,
        minutes=7,
        reference=four_strengths,
        given={"lam": 0.05, "n": 200},
        draw=own_four_strengths,
        yours="You have n = {n} samples, and λ = {lam} in our convention.",
        hints=(
            "A factor on the whole objective does not move its minimum. So only the ratio matters: "
            "what stands at Σw², divided by what stands at Σ(y − ŷ)².",
            "In our convention the ratio is (λ/2) / (1/(2n)) = nλ. Write down the same ratio for "
            "each of the four texts, with its s in it.",
            "The ratios are s, ns, 2ns and 2s. Each must be nλ = 10. Solve for s four times.",
        ),
        explanation="nλ = 10 must stand at Σw² for each 1 at Σ(y − ŷ)². So s is nλ = 10, λ = 0.05, "
        "λ/2 = 0.025 and nλ/2 = 5. One fit, four numbers, and the largest is 400 times the "
        "smallest.",
    ),
    Implement(
        name="ridge",
        points=3,
        minutes=12,
        reference=ridge,
        properties=(
            Property("with lam = 0 it is least squares", no_penalty),
            Property(
                "a centred feature: its weight is half of the least-squares one where lam equals "
                "its mean square",
                at_the_mean_square,
                part(0),
            ),
            Property(
                "where the features are centred b is the mean of y, whatever lam is",
                centred_features,
                part(1),
            ),
            Property("the features need not be centred", far_from_zero),
            Property("a constant added to y is added to b, and w stays", constants),
            Property("whole numbers will do", whole_numbers),
            Property("w and b are right on any data", any_data),
        ),
        hints=(
            "First get rid of b. Which b is best for given weights? What becomes of X and y when "
            "you put it in?",
            "Centre every column of X, and y. On these the gradient is zero where "
            "(XᵀX + nλI) w = Xᵀy. What is b then, on the data as they were?",
            "np.linalg.solve(A, c) solves A w = c, np.eye(p) is I, X.mean(axis=0) has one mean for "
            "each column, and b = mean(y) − mean(x)·w.",
        ),
        explanation="Centring takes b out of the problem and the end puts it back, so no penalty "
        "ever touches it. Another way: a column of ones in X and a 0 for it in place of a 1 in I; "
        "or least squares with √(nλ) times I as additional rows.",
    ),
    Implement(
        name="mended_ridge",
        points=2,
        minutes=8,
        reference=mended_ridge,
        properties=(
            Property("with lam = 0 it is least squares", over_theta(no_penalty)),
            Property(
                "where y is the same for all, θ₀ is that number and the weights are 0",
                the_same_for_all,
            ),
            Property(
                "a centred feature: its weight is half of the least-squares one where lam equals "
                "its mean square",
                over_theta(at_the_mean_square),
            ),
            Property(
                "a constant added to y is added to θ₀, and the weights stay", over_theta(constants)
            ),
            Property("θ is right on any data", over_theta(any_data)),
        ),
        hints=(
            "Which entry of θ follows an offset in y? What does the penalty do to that entry?",
            "n · lam · np.eye(p) adds nλ at every diagonal place, so all of θ is penalised. Which "
            "place must get nothing?",
            "Make the unit matrix first, give it a 0 where θ₀ stands, then multiply.",
        ),
        explanation="One number decides: the first 1 of the unit matrix penalises θ₀, and with a 0 "
        "there the fit follows any offset. Another way: call your ridge on A[:, 1:], since "
        "centring leaves b free too.",
    ),
    Derive(
        name="shrinking_factor",
        points=2,
        minutes=7,
        reference=shrinking_factor,
        symbols={"d": "positive", "n": "positive", "lambda": "positive"},
        hints=(
            "Differentiate along a and set the slope to zero. It is a straight line in a.",
            "The slope is d(da − h)/n + λa. Solve for a; then solve once more with λ = 0.",
            "a = dh/(d² + nλ), and without a penalty a = h/d. Divide the first by the second.",
        ),
        explanation="d²/(d² + nλ): near 1 where d² is far above nλ, near 0 where it is far below, "
        "½ where d² = nλ. The directions that the data hardly notice are shrunk most.",
    ),
    Choose(
        name="longer_or_shorter",
        points=1,
        minutes=4,
        right="b",
        wrong={
            "a": "look at w₂: in size it goes from 0.10 up to 0.53, and these weights are exact. "
            "What must shrink is the coordinate along each singular direction, and with it the "
            "length; a weight is a sum of parts of these.",
            "c": "from the first row to the second w₁ is multiplied by 0.71, and w₂ by −3.8. One "
            "factor for all there is only if the features are uncorrelated and of the same "
            "scale; these have a correlation of 0.9.",
            "d": "look at the last column: the error falls to 1.01 and then rises to 3.14. A "
            "shorter w has less variance, but the bias grows.",
        },
        hints=(
            "Check each sentence against its column, from the first row to the last.",
            "Two of the columns go in one direction only from row to row, two do not. Which?",
        ),
        explanation="Along the direction (1, 1) the data say much, along (1, −1) little, and that "
        "part is shrunk first. In w₂ the two parts had opposite signs and nearly cancelled; what "
        "is left is larger.",
    ),
]

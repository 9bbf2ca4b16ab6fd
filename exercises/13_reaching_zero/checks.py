"""What right answers of set 13 must satisfy: how the zeros are reached, and how one knows."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property


def wake_up(x_1, x_2, y):
    slopes = [abs(np.mean(np.asarray(x) * (np.asarray(y) - np.mean(y)))) for x in (x_1, x_2)]
    return max(slopes), 1 + int(np.argmax(slopes))


def own_wake_up(rng):
    """The first feature wakes up, towards negative values; the second has the larger numbers."""
    while True:
        x_1 = rng.permutation(rng.choice([(3, 1, 1, 0), (3, 2, 2, 0), (3, 1, 0, 0), (3, 3, 2, 0)]))
        x_2 = rng.permutation(rng.choice([(5, 6, 6, 8), (5, 7, 7, 8), (5, 5, 7, 8), (5, 6, 8, 8)]))
        low, high = rng.integers(1, 7, size=2), rng.integers(1, 7, size=2)
        residuals = np.array([*-low, *high])
        first, second = -np.mean(x_1 * residuals), np.mean(x_2 * residuals)
        clear = first > 1 and 0 < second < 0.8 * first and first not in (1.75, 3 * second)
        if clear and sum(residuals) == 0:
            y = rng.integers(9, 21) + residuals
            return {"x_1": tuple(x_1.tolist()), "x_2": tuple(x_2.tolist()), "y": tuple(y.tolist())}


def one_weight_minimiser(a, c, lam):
    # Written with abs() alone, so that it takes numbers of any precision.
    return (c - (abs(c + lam) - abs(c - lam)) / 2) / a


def kkt_violation(gradient, w, lam):
    at_zero = np.maximum(np.abs(gradient) - lam, 0)
    return np.where(w == 0, at_zero, np.abs(gradient + lam * np.sign(w))).max()


def coordinate_sweep(X, y, w, lam):
    w = np.array(w, dtype=float)
    for j in range(len(w)):
        x = X[:, j]
        a, c = np.mean(x**2), np.mean(x * (y - X @ w + x * w[j]))
        w[j] = np.sign(c) * max(abs(c) - lam, 0) / a
    return w


def zeros_within(rng):
    """At 0 every slope is at most λ in size, once λ itself."""
    cases = [(np.array([0.25, -0.25]), np.zeros(2), 0.5), (np.array([1.0]), np.zeros(1), 1.0)]
    return [*cases, (rng.uniform(-1, 1, size=5) * 1.75, np.zeros(5), 1.75)]


def at_the_minimum(rng):
    one = (np.array([-0.5, 0.5]), np.array([2.0, -3.0]), 0.5)
    w = rng.choice([-1.0, 0.0, 1.0], size=6) * rng.uniform(0.5, 2, size=6)
    inside = rng.uniform(-1, 1, size=6) * 0.75
    return [one, (np.where(w == 0, inside, -0.75 * np.sign(w)), w, 0.75)]


def zeros_outside(rng):
    cases = [(np.array([0.75]), np.zeros(1), 0.5), (np.array([0.25, -2.0]), np.zeros(2), 0.5)]
    return [*cases, (1.5 * rng.choice([-1, 1], size=4) + rng.uniform(0, 0.4), np.zeros(4), 0.5)]


def none_at_zero(rng):
    cases = [(np.array([0.25]), np.array([2.0]), 0.5), (np.array([0.25]), np.array([-2.0]), 0.5)]
    w = rng.choice([-1.0, 1.0], size=5) * rng.uniform(0.5, 2, size=5)
    return [*cases, (rng.normal(size=5), w, 0.75)]


def nearly_zero(rng):
    """A weight that is small is not 0, as those of subgradient steps."""
    one = (np.array([0.25, 0.5]), np.array([0.01, -2.0]), 0.5)
    more = (np.array([0.3, -0.2, 0.0]), np.array([1e-9, -1e-6, 0.0]), 0.5)
    return [one, more]


def mixed(rng):
    cases = [(np.array([0.75, 0.25, -2.0]), np.array([0.0, 1.0, -1.0]), 0.5)]
    for n in (4, 8, 12):
        w = rng.normal(size=n)
        w[::3] = 0
        cases.append((rng.normal(size=n) * 2, w, rng.uniform(0.2, 1)))
    return cases


def problem(rng, n, p, lam=None, zeros=0):
    """Draw a case in which no weight is close to the threshold on its way."""
    while True:
        X, y = rng.normal(size=(n, p)) * rng.uniform(0.6, 1.6, size=p), rng.normal(size=n) * 3
        w = rng.normal(size=p) * 2
        w[:zeros] = 0
        strength = rng.uniform(0.3, 0.9) if lam is None else lam
        new = coordinate_sweep(X, y, w, strength)
        sizes, slopes = np.abs(new[new != 0]), np.abs(X.T @ (y - X @ new) / n)
        clear = np.all(sizes > 0.1) and np.all(np.abs(slopes[new == 0] - strength) > 0.05)
        if clear and len(sizes) and np.mean(X**2, axis=0).min() > 0.2:
            return X, y, w, strength


def one_weight(rng):
    one = (np.array([[1.0], [3.0]]), np.array([2.0, 4.0]), np.array([0.0]), 0.5)
    return [one, (*one[:2], np.array([5.0]), 1.5), problem(rng, 4, 1), problem(rng, 6, 1)]


# Four samples, two features: orthogonal columns, whose mean squares are 1 and 4.
DESIGN = np.array([[1.0, 2.0], [1.0, -2.0], [-1.0, 2.0], [-1.0, -2.0]])


def overwhelming(rng):
    one = (DESIGN, np.array([1.0, 2.0, 3.0, 0.0]), np.array([1.0, -2.0]), 100.0)
    return [one, (rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=3), 1000.0)]


def orthogonal(rng):
    """Nothing to wait for: one sweep, wherever it begins, is the minimiser."""
    y = np.array([4.0, -2.0, 1.0, -3.0])
    starts = [np.zeros(2), np.array([3.0, -1.0]), rng.normal(size=2)]
    return [(DESIGN, y, w.copy(), lam) for lam in (0.25, 1.5) for w in starts]


def no_penalty(rng):
    X, y = np.array([[1.0, 1.0], [0.0, 2.0]]), np.array([3.0, 1.0])
    return [(X, y, np.array([1.0, -1.0]), 0.0), problem(rng, 5, 2, 0.0), problem(rng, 7, 3, 0.0)]


def at_rest(rng):
    """At the minimiser of two correlated features; its second weight is 0."""
    # Every formula is exact on these numbers, so that none changes w by a rounding error.
    X = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, -1.0]])
    return [(X, 2 * X[:, 0], np.array([2.0 - lam, 0.0]), lam) for lam in (0.5, 0.75, 1.0)]


def general(rng):
    X, y = np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 3.0]]), np.array([3.0, 4.0, -3.0])
    one = (X, y, np.array([1.0, 1.0]), 0.5)
    drawn = [problem(rng, 6, 3, zeros=1), problem(rng, 8, 4, zeros=2), problem(rng, 12, 5)]
    return [one, problem(rng, 4, 2), *drawn]


TASKS = [
    Compute(
        name="wake_up",
        points=1,
        minutes=6,
        reference=wake_up,
        given={"x_1": (2, 1, 1, 0), "x_2": (5, 5, 6, 6), "y": (10, 12, 13, 17)},
        draw=own_wake_up,
        yours="The columns of the table are x₁ = {x_1}, x₂ = {x_2} and y = {y}, sample by sample.",
        hints=(
            "As long as all weights are 0 the model is b alone. Which b fits y best, and what are "
            "the residuals then?",
            "The slope of the mean loss in w_j is minus the mean of x_ij times the residual of "
            "sample i. A weight rests at 0 as long as this is at most λ in size.",
            "The mean of y is 13, so y − 13 is (−3, −1, 0, 4). Take the mean of its products with "
            "each feature; the larger in size decides, whatever its sign.",
        ),
        explanation="The residuals are y − 13, the means of the products are −1.75 and 1. Above "
        "λ = 1.75 both weights rest at 0, just below it the first one leaves, towards negative "
        "values. The large numbers in x₂ do not matter, since b has taken up the mean.",
    ),
    Derive(
        name="one_weight_minimiser",
        points=2,
        minutes=8,
        reference=one_weight_minimiser,
        symbols={"a": "positive", "c": "real", "lambda": "positive"},
        hints=(
            "For w > 0 the slope of the sum is aw − c + λ. Where is it 0, and for which c is that "
            "w > 0? Then do the same for w < 0. What is left in between?",
            "Or complete the square: a times ½(w − c/a)² + (λ/a)|w|, plus a constant. That is the "
            "soft threshold, but which is its threshold?",
            "The cases are c > λ, c < −λ and the rest. In the first w is (c − λ)/a; the second is "
            "its mirror image.",
        ),
        explanation="The soft threshold of c with threshold λ, divided by a; or that of c/a with "
        "threshold λ/a. Whether the weight is 0 depends on c and λ alone. With 1/L in place of "
        "1/a the same formula is the step of ISTA.",
    ),
    Implement(
        name="kkt_violation",
        points=2,
        minutes=8,
        reference=kkt_violation,
        properties=(
            Property("0 where all weights are 0 and no slope exceeds lam in size", zeros_within),
            Property("0 at a minimiser, where loss and penalty balance", at_the_minimum),
            Property("at w = 0 only what exceeds lam counts", zeros_outside),
            Property("where w is not 0 it is the size of the whole slope", none_at_zero),
            Property("a weight that is nearly 0 is not 0", nearly_zero),
            Property("the largest of all is returned", mixed),
        ),
        hints=(
            "Treat the weights that are exactly 0 and the others apart. What must be true of the "
            "gradient in each case?",
            "Where w_j is not 0, the slope of the penalty is lam times its sign, and the sum of "
            "both slopes should be 0. At 0 the slope of the penalty may be anything from −lam to "
            "lam.",
            "np.where(w == 0, first, second), with the excess over lam, at least 0, as the first, "
            "and the size of gradient + lam·sign(w) as the second. Then the largest.",
        ),
        explanation="A result of 0 proves a minimum, since the objective is convex, whoever "
        "found the weights. Another way: the slope of the penalty at 0 that is nearest to "
        "−gradient is np.clip(−gradient, −lam, lam); what it cannot cancel is the violation.",
    ),
    Implement(
        name="coordinate_sweep",
        points=3,
        minutes=12,
        reference=coordinate_sweep,
        properties=(
            Property("one weight: it goes to the minimum at once", one_weight),
            Property("a huge lam sets all weights to 0", overwhelming),
            Property("features that are orthogonal: one sweep is enough", orthogonal),
            Property("with lam = 0 each weight is the best for what the others leave", no_penalty),
            Property("at the minimum it stays where it is", at_rest),
            Property("the new weights are right on any data", general),
        ),
        hints=(
            "Go through the weights in a loop. For weight j: which part of y do the others leave "
            "unexplained, as they are now?",
            "Residuals without the part of weight j: y − Xw + x_j w_j. With a = mean(x_j²) and "
            "c = mean(x_j · residuals) the best weight is the one of task 2.",
            "Begin with w = w.copy(). In the loop compute the residuals "
            "anew from this w, and write into w[j] at once.",
        ),
        explanation="Each weight sees the weights that were changed before it in the same sweep. "
        "Without the copy you would change the caller's w. Faster: keep the residuals, and "
        "subtract x_j times the change of w_j after each weight.",
    ),
    Choose(
        name="who_has_arrived",
        points=1,
        minutes=5,
        right="c",
        wrong={
            "a": "at exactly 0 autograd's slope of the penalty is 0, so only the loss pulls there, "
            "and it moves the weight away again. Besides, a step hardly ever ends at exactly 0: it "
            "goes across. More steps of that length change neither.",
            "b": "look at C: its objective is 0.0477 lower. A short step changes little wherever "
            "it is taken, so a small change says how short the step was, and not how far it is to "
            "go.",
            "d": "look at the last column: one weight is 0.00004 away, a hundred times more. The "
            "gap bounds the objective. Where that is flat, weights may be much further away.",
        },
        hints=(
            "Check each sentence against its row. What exactly does a duality gap bound: weights, "
            "steps, or the objective?",
            "The gap is objective minus a lower bound that holds for all weights. What follows for "
            "any other point, and did you need to know how the point was found?",
        ),
        explanation="The dual point gives a number that no weights get below, and C is 0.0000004 "
        "above it. That is a proof, whatever made the weights. A large gap alone does not prove "
        "that a run is far away: it is an upper bound.",
    ),
]

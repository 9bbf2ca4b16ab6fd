"""What right answers of set 12 must satisfy: why L1 gives exact zeros, and the step that does."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Derive, Implement, Predict, Property, part


def four_minimisers(small, large, lam):
    return (
        *(np.sign(small) * max(abs(small) - lam, 0), small / (1 + lam)),
        *(np.sign(large) * max(abs(large) - lam, 0), large / (1 + lam)),
    )


def own_four_minimisers(rng):
    """The small value is within λ, the large one negative and beyond; L2 makes short numbers."""
    cases = [
        (tenths, k, h)
        for tenths in (2, 3, 4, 6, 8, 9)
        for k in range(1, 5)
        for h in range(3, 11)
        if (10 + tenths) * k < 10 * tenths
    ]
    tenths, k, h = rng.choice(cases).tolist()
    divisor = 10 + tenths
    return {"small": divisor * k / 100, "large": -divisor * h / 20, "lam": tenths / 10}


def soft_threshold(v, threshold):
    return np.sign(v) * np.maximum(np.abs(v) - threshold, 0)


def ista_step(X, y, w, b, lam, step_size):
    residuals = X @ w + b - y
    moved = w - step_size * X.T @ residuals / len(y)
    return soft_threshold(moved, step_size * lam), b - step_size * residuals.mean()


def l1_minimiser(v, lam):
    # Written with abs() alone, so that it takes numbers of any precision and symbols.
    return v - (abs(v + lam) - abs(v - lam)) / 2


def inside(rng):
    """Values within the threshold, and on it."""
    cases = [(np.array([0.3]), 0.5), (np.array([-0.3]), 0.5), (np.array([0.5, -0.5, 0.0]), 0.5)]
    return [*cases, (rng.uniform(-1, 1, size=5) * 1.7, 1.7)]


def above(rng):
    return [(np.array([2.0]), 0.5), (1.7 + rng.uniform(0.1, 3, size=4), 1.7)]


def below(rng):
    return [(np.array([-2.0]), 0.5), (-1.7 - rng.uniform(0.1, 3, size=4), 1.7)]


def mixed(rng):
    """All three kinds; no value so close to the threshold that single precision would tell."""
    cases = [(np.array([2.0, -2.0, 0.3]), 0.5)]
    for n in (3, 8):
        threshold = rng.uniform(0.2, 2)
        sizes = threshold + rng.uniform(0.1, 2, size=n)
        sizes[::3] = threshold * rng.random(len(sizes[::3]))
        cases.append((rng.choice([-1.0, 1.0], size=n) * sizes, threshold))
    return cases


def whole_numbers(rng):
    return [(np.array([3, -2, 1]), 1.5), (rng.integers(-9, 10, size=6), 2.25)]


def no_threshold(rng):
    return [(np.array([0.4, -3.0]), 0.0), (rng.normal(size=4), 0.0)]


def exactly_zero(args, result, expected):
    return bool(np.all(np.asarray(result) == 0))


# Four samples, two features: orthogonal columns whose mean square is 1.
DESIGN = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])


def problem(rng, n, p, lam=None):
    """Draw a case in which no moved weight is close to the threshold or the new ones to 0."""
    while True:
        X, y = rng.normal(size=(n, p)), rng.normal(size=n) * 3
        w, b, step_size = rng.normal(size=p) * 2, rng.normal(), rng.uniform(0.1, 0.6)
        strength = rng.uniform(0.3, 2) if lam is None else lam
        case = (X, y, w, b, strength, step_size)
        plain, new_b = ista_step(*case[:4], 0.0, step_size)
        from_threshold = np.abs(np.abs(plain) - strength * step_size)
        if from_threshold.min() > 0.05 and abs(new_b) > 0.05:
            return case


def no_penalty(rng):
    one = (np.array([[1.0], [2.0]]), np.array([1.0, 3.0]), np.array([0.5]), 0.2, 0.0, 0.5)
    return [one, problem(rng, 4, 2, 0.0), problem(rng, 6, 3, 0.0)]


def fitted_already(rng):
    """The residuals are 0, so the data do not pull at all."""
    cases = []
    for w, lam, step_size in (([2.0, -3.0], 0.8, 0.5), ([1.5, -0.1], 2.0, 0.25)):
        cases.append((DESIGN, DESIGN @ np.array(w) + 1.0, np.array(w), 1.0, lam, step_size))
    return cases


def overwhelming(rng):
    w = np.array([1.0, -2.0])
    return [(DESIGN, DESIGN @ w + 1.0, w, 0.5, 100.0, 0.5), problem(rng, 5, 3, 1000.0)]


def intercept(rng):
    """All weights are 0, so that only b and the mean of y have a say in b."""
    y = np.array([4.0, 2.0, 5.0, 1.0])
    return [(DESIGN, y, np.zeros(2), b, 0.4, 0.5) for b in (2.0, -1.0, rng.normal())]


def at_the_minimum(rng):
    """With these columns each weight of the minimiser is a soft threshold of its own."""
    cases = []
    for lam, step_size in ((0.5, 1.0), (0.5, 0.3), (1.0, 0.5)):
        v = np.array([2.0, -0.2])
        cases.append((DESIGN, DESIGN @ v + 3.0, soft_threshold(v, lam), 3.0, lam, step_size))
    return cases


def general(rng):
    one = (np.array([[1.0], [3.0]]), np.array([1.0, 2.0]), np.array([1.0]), 0.5, 0.4, 0.5)
    return [one, problem(rng, 3, 1), problem(rng, 5, 3), problem(rng, 8, 4)]


def penalty_alone(X, y, w, b, lam, step_size):
    numbers = ", ".join(f"{x:g}" for x in w).replace("-", "−")
    return f"w = [{numbers}], lam = {lam:g}, step_size = {step_size:g}, residuals 0"


def intercept_alone(X, y, w, b, lam, step_size):
    return f"w = 0, b = {b:.4g}, mean of y = {y.mean():g}, lam = {lam:g}, step_size = {step_size:g}"


TASKS = [
    Predict(
        name="four_minimisers",
        points=1,
        minutes=5,
        reference=four_minimisers,
        given={"small": 0.2, "large": -2.0, "lam": 0.25},
        draw=own_four_minimisers,
        yours=(
            "Now λ = {lam}, and the data want v = {small} once and v = {large} once. The four "
            "numbers are L1 for {small}, L2 for {small}, L1 for {large}, L2 for {large}."
        ),
        hints=(
            "For w > 0 the slope of the L1 sum is w − v + λ. Where is it 0, and is that w > 0? If "
            "it is not, try w < 0. If that fails too, only one place is left.",
            "For L2 the slope is w − v + λw everywhere. There are no cases: set it to 0.",
            "L1 moves v towards 0 by λ and stops there; which of the two v is closer to 0 than λ? "
            "L2 divides both by the same number.",
        ),
        explanation="L1: the pull of 0.2 is weaker than λ = 0.25, so the weight is exactly 0; from "
        "−2 it moves by 0.25 to −1.75. L2 divides both by 1.25: 0.16 and −1.6. So L2 takes more "
        "than L1 off the large one, and less off the small one.",
    ),
    Implement(
        name="soft_threshold",
        points=2,
        minutes=8,
        reference=soft_threshold,
        properties=(
            Property("with threshold 0 nothing changes", no_threshold),
            Property("a positive value beyond the threshold moves down by it", above),
            Property("a negative value beyond the threshold moves up by it", below),
            Property("a value within the threshold becomes exactly 0", inside, exactly_zero),
            Property("every entry is treated by itself", mixed),
            Property("whole numbers need not stay whole", whole_numbers),
        ),
        hints=(
            "Treat the size and the sign of v apart. What happens to the size?",
            "The size falls by the threshold, but not below 0. Then the old sign is put back.",
            "np.abs(v) gives the sizes and np.sign(v) the signs; np.maximum(a, 0) compares entry "
            "by entry.",
        ),
        explanation="Shrink by a constant, stop at 0: that is the whole of L1. Another way to "
        "write it: v - np.clip(v, -threshold, threshold), which takes the clipped part away. Or "
        "with two calls of np.where, one for each case of the derivation.",
    ),
    Implement(
        name="ista_step",
        points=3,
        minutes=12,
        reference=ista_step,
        properties=(
            Property("with lam = 0 it is a plain gradient step", no_penalty),
            Property(
                "where the residuals are 0, each weight moves by step_size · lam towards 0 and "
                "stops there",
                fitted_already,
                part(0),
                penalty_alone,
            ),
            Property("a huge lam leaves no weight", overwhelming, part(0)),
            Property(
                "the intercept follows its own gradient and no penalty",
                intercept,
                part(1),
                intercept_alone,
            ),
            Property("at the minimum a step changes nothing", at_the_minimum),
            Property("w and b are right when data and penalty both pull", general),
        ),
        hints=(
            "Two moves, one after the other: a gradient step on the mean loss alone, then the "
            "penalty's part, which you wrote in the last task.",
            "With the residuals r = X @ w + b − y, the gradient of the mean of ½r² is X.T @ r / n "
            "in w and the mean of r in b. Compute both before you move anything.",
            "soft_threshold acts on the moved weights only, not on b. Its threshold is not lam "
            "itself: a short step must take less off than a long one.",
        ),
        explanation="A gradient step on the loss, then the soft threshold with step_size · lam: "
        "the loss is followed downhill and the kink is dealt with exactly, so zeros are exact. "
        "With step_size at most 1/L, where L bounds the curvature of the mean loss in w and b "
        "together, no step increases the objective (lesson 13).",
    ),
    Derive(
        name="l1_minimiser",
        points=2,
        minutes=8,
        reference=l1_minimiser,
        symbols={"v": "real", "lambda": "positive"},
        hints=(
            "There are three cases: w > 0, w < 0 and w = 0. In the first two |w| has no kink, so "
            "set the slope to 0 and see for which v the answer has the sign that you assumed.",
            "w > 0 needs v > λ and w < 0 needs v < −λ. What is left for all other v?",
            "sp.Piecewise((value, condition), (value, condition), (value, True)) writes three "
            "cases; or combine sp.sign, sp.Abs and sp.Max as in your soft_threshold.",
        ),
        explanation="w = v − λ for v > λ, v + λ for v < −λ, and 0 for the whole interval between: "
        "the soft threshold. That a whole interval of v ends at one point is what makes exact "
        "zeros likely.",
    ),
    Choose(
        name="exact_zeros_because",
        points=1,
        minutes=4,
        right="b",
        wrong={
            "a": "w² − |w| is a sum of such terms, and it has a kink at 0. But its kink points up: "
            "0 is a local maximum of it, and no weight stays there.",
            "c": "a weight is 0 under L1 when the slope of the loss there is at most λ in size. "
            "That is another question than whether the L2 weight is small; and rounding one "
            "weight does not adjust the others, which a minimiser would.",
            "d": "the L2 minimiser in one dimension is v / (1 + λ): as small as you like, and 0 "
            "only if v is 0. Near 0 the slope λw vanishes, so there is nothing to hold the weight.",
        },
        hints=(
            "Draw ½(w − v)² plus the penalty for a small v > 0. In which of them does 0 stay the "
            "lowest point while v moves a little?",
            "One of the wrong statements names two properties that w² − |w| has as well; lesson 12 "
            "tries it in argument 4.",
        ),
        explanation="For λ|w| the slopes at 0 fill the interval from −λ to λ. A pull inside it is "
        "held, and there is slack: change the data a little and the zero stays. Separability only "
        "decides that it is single weights that become 0.",
    ),
]

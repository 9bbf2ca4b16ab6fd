"""What right answers of set 20 must satisfy: rulers, an unsquared norm, and points left out."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property


def two_best_constants(t):
    return np.mean(t), np.sum(np.square(t)) / np.sum(t)


def own_two_best_constants(rng):
    """Three truths whose mean is not the one in the middle."""
    while True:
        t = sorted(rng.choice(range(1, 13), size=3, replace=False).tolist())
        if sum(t) not in (14, 3 * t[1]) and two_best_constants(t)[1] not in (3, 7):
            return {"t": tuple(t)}


def norm_slope(W, lam):
    norm = np.sqrt(np.sum(W**2))
    return np.zeros(W.shape) if norm == 0 else lam * W / norm


def leave_one_out(x, y, degree):
    errors = []
    for i in range(len(x)):
        fit = np.polyfit(np.delete(x, i), np.delete(y, i), degree)
        errors.append((np.polyval(fit, x[i]) - y[i]) ** 2)
    return np.mean(errors)


def best_by_relative_error(t_1, t_2):
    return t_1 * t_2 * (t_1 + t_2) / (t_1**2 + t_2**2)


def one_entry(rng):
    return [(np.array([[w]]), 0.5) for w in (2.0, -2.0)] + [(rng.normal(size=(1, 1)), 0.3)]


def one_row(rng):
    return [(np.array([[3.0, -4.0]]), 0.5), (rng.normal(size=(1, 4)), 0.7)]


def small_and_large(rng):
    """The same matrix at several sizes."""
    W = rng.normal(size=(2, 3))
    plain = [(k * np.array([[3.0, -4.0]]), 0.5) for k in (0.01, 100.0)]
    return [*plain, (W / 20, 0.3), (20 * W, 0.3)]


def whole_matrix(rng):
    one = (np.array([[1.0, 1.0], [1.0, -1.0]]), 0.5)
    unlike = (np.array([[3.0, 2.0], [6.0, 0.0]]), 0.7)
    return [
        one,
        unlike,
        *((rng.normal(size=shape), rng.uniform(0.1, 2)) for shape in ((3, 2), (2, 5))),
    ]


def all_zero(rng):
    return [(np.zeros((1, 1)), 0.5), (np.zeros((2, 3)), 0.3)]


def some_zeros(rng):
    one = (np.array([[3.0, 0.0], [0.0, 4.0]]), 0.5)
    W = rng.normal(size=(3, 3))
    W[rng.integers(3)] = 0
    return [one, (W, 0.4)]


def means(rng):
    one = (np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 6.0]), 0)
    return [one, (rng.permutation(5) * 1.5, rng.normal(size=5) * 3, 0)]


def one_off_a_line(rng):
    """Points on a line but for one, first, last or in between."""
    x = np.array([1.0, 2.0, 3.0, 4.0])
    return [(x, x + at, 1) for at in np.eye(4)[[3, 0, 2]]]


def through_all_others(rng):
    one = (np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.0, 1.0]), 2)
    return [one, (rng.permutation(5) * 0.8, rng.normal(size=5), 3)]


def any_points(rng):
    one = (np.array([4.0, 1.0, 3.0, 2.0, 6.0]), np.array([2.0, 0.5, 3.0, 1.0, 4.0]), 1)
    drawn = [
        (rng.permutation(n) * 0.7 + rng.uniform(0, 0.4, size=n), rng.normal(size=n) * 3, degree)
        for n, degree in ((5, 1), (7, 2), (10, 3))
    ]
    return [one, *drawn]


TASKS = [
    Compute(
        name="two_best_constants",
        points=1,
        minutes=5,
        reference=two_best_constants,
        given={"t": (1, 4, 9)},
        draw=own_two_best_constants,
        yours="The truths are t = {t}.",
        hints=(
            "The squared distance is lesson 01. For the ruler, multiply out: Σt²/c² − 2Σt/c + 3. "
            "Where is its slope in c zero?",
            "The slope is −2Σt²/c³ + 2Σt/c². It is zero where c Σt = Σt².",
            "Σt = 14 and Σt² = 98.",
        ),
        explanation="The mean is 14/3 ≈ 4.667. The ruler prefers 98/14 = 7, one and a half times "
        "the mean: a large c makes the denominator large, so predicting too much is cheap.",
    ),
    Implement(
        name="norm_slope",
        points=2,
        minutes=8,
        reference=norm_slope,
        properties=(
            Property("of a single number it is lam times its sign", one_entry),
            Property("of a row it points along the row, and its length is lam", one_row),
            Property("all entries of a matrix share one norm", whole_matrix),
            Property("a small matrix is pushed as hard as a large one", small_and_large),
            Property("an entry of 0 gets no slope as long as others are not 0", some_zeros),
            Property("a matrix of zeros gets zeros", all_zero),
        ),
        hints=(
            "Take two weights, √(w₁² + w₂²), and use the chain rule: the slope of √u is 1/(2√u).",
            "The slope in an entry is that entry divided by the norm. The norm is one number for "
            "the whole matrix.",
            "np.linalg.norm(W) is that number. If it is 0, do not divide: return "
            "np.zeros(W.shape).",
        ),
        explanation="W/‖W‖ has the length 1, so the push is lam, whatever the size of W: a group "
        "penalty, with the matrix for a group. Another way to write it: "
        "lam * W / np.where(norm > 0, norm, 1).",
    ),
    Implement(
        name="leave_one_out",
        points=3,
        minutes=10,
        reference=leave_one_out,
        properties=(
            Property("with degree 0 a point is predicted by the mean of the others", means),
            Property("with degree 1 it is predicted by the line of the others", one_off_a_line),
            Property(
                "through all others exactly is not good for the one left out", through_all_others
            ),
            Property("it is right for any points, in any order", any_points),
        ),
        hints=(
            "Which points does the polynomial see that predicts point i? Look at what is given to "
            "np.polyfit.",
            "The fit must be computed anew for each i, from all points but this one.",
            "np.delete(x, i) is a new array without entry i; + between two slices would add their "
            "entries. Do the same to y.",
        ),
        explanation="The faulty function fits all points, the one to be predicted too, so it "
        "returns the error on the training data. That only falls with the degree. Left out, "
        "degree 2 is best on the ten points, and degree 8 is worse than the mean. Another way to "
        "leave one out: a mask, np.arange(len(x)) != i.",
    ),
    Derive(
        name="best_by_relative_error",
        points=2,
        minutes=8,
        reference=best_by_relative_error,
        symbols={"t_1": "positive", "t_2": "positive"},
        hints=(
            "R is a parabola in c. Take its slope, one fraction after the other.",
            "The slope is −2(t₁ − c)/t₁² − 2(t₂ − c)/t₂². Set it to 0, and collect what has a c.",
            "c (1/t₁² + 1/t₂²) = 1/t₁ + 1/t₂.",
        ),
        explanation="c = (1/t₁ + 1/t₂)/(1/t₁² + 1/t₂²) = t₁t₂(t₁ + t₂)/(t₁² + t₂²): a weighted "
        "mean in which small truths count most. It is never above the mean. So this ruler "
        "favours predicting too little, where the experiment's favoured too much.",
    ),
    Choose(
        name="seeds_and_coins",
        points=1,
        minutes=5,
        right="c",
        wrong={
            "a": "look at the second row: 14 of 27 or more is what a fair coin gives every other "
            "time. That is no evidence that it helps.",
            "b": "of the 20 curves that became smoother with “L2”, only 7 predict the points left "
            "out better. Smoother is another curve, and not in itself a better one.",
            "d": "all 27 starts share the same ten points. More starts tell how the start "
            "matters; about other data they say nothing. For that one needs new noise.",
        },
        hints=(
            "Ask of each number what was varied to get it: the start, the penalty, the noise?",
            "How often does a fair coin give 14 or more heads in 27 throws? And 24 or more?",
        ),
        explanation="24 of 27 pairs is far from a coin, 14 of 27 is a coin. Both statements are "
        "about these ten points. With new noise for each start the lesson found 23 of 27 for L1, "
        "and still a straight line was as good and a parabola far better.",
    ),
]

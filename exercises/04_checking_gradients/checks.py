"""What right answers of set 04 must satisfy: slopes by differences, and what a check can tell."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Derive, Implement, Predict, Property


def after_a_quarter_step(forward, central, rounded):
    return forward / 4, central / 16, 4 * rounded


def own_after_a_quarter_step(rng):
    forward = rng.choice([4, 8, 12, 20, 24, 28, 32, 36, 40]) / 1000
    central = 16 * rng.integers(2, 11) / 1000
    rounded = rng.choice([1, 3, 4, 5, 6, 7, 8, 9]) / 1000
    return {"forward": float(forward), "central": float(central), "rounded": float(rounded)}


def complex_step_of_cube(x, h):
    return 3 * x**2 - h**2


def cost(w, X, y):
    return np.mean(np.logaddexp(0, -y * (X @ w)))


def central_gradient(w, X, y, h):
    steps = np.diag(h * np.maximum(1, np.abs(w)))
    rises = [cost(w + step, X, y) - cost(w - step, X, y) for step in steps]
    return np.array(rises) / (2 * np.diag(steps))


def worst_error(claimed, numeric):
    size = np.maximum(np.abs(claimed), np.abs(numeric))
    return np.max(np.abs(claimed - numeric) / np.where(size == 0, 1, size))


def array(*entries):
    return np.array(entries, dtype=float)


def drawn(rng, n, p, h, scale=1.0):
    """Draw a case with labels of both signs, in which no slope is close to 0."""
    while True:
        X, w = rng.normal(size=(n, p)) + 0.5, scale * rng.uniform(0.3, 0.9, size=p)
        w *= rng.choice([-1, 1], size=p)
        case = (w, X, rng.permutation(np.append([1.0, -1.0], np.ones(n - 2))), h)
        if np.abs(central_gradient(*case)).min() > 0.02:
            return case


def small_step(rng):
    return [
        (array(0.5), array([2]), array(1), 0.01),
        (array(0.5), array([2], [-1]), array(1, -1), 0.01),
        drawn(rng, 4, 1, 1e-3),
    ]


def large_step(rng):
    return [
        (array(0.5), array([2]), array(1), 1.0),
        (array(-0.5), array([3], [1]), array(1, -1), 0.5),
        drawn(rng, 4, 1, 0.8),
    ]


def several_weights(rng):
    one = (array(0.5, -1), array([2, 1], [1, -3], [0, 2]), array(1, -1, 1), 0.5)
    return [one, drawn(rng, 5, 2, 0.4), drawn(rng, 3, 4, 0.7), drawn(rng, 6, 3, 1.0)]


def large_weights(rng):
    return [
        (array(4), array([0.5]), array(1), 0.25),
        (array(-4), array([0.5]), array(1), 0.25),
        (array(0.5, -2, 3), array([1, 0.2, 0.5], [0.3, 1, -0.4]), array(1, -1), 0.25),
        drawn(rng, 5, 3, 0.2, scale=4.0),
    ]


def zero_weights(rng):
    one = (array(0), array([2], [1]), array(1, -1), 0.5)
    return [one, (array(0, 1), array([2, 1], [-1, 2]), array(1, -1), 0.25)]


def whole_numbers(rng):
    X, y = array([1, 0.5], [-1, 2], [0.5, 1]), array(1, -1, 1)
    return [(np.array([1, -2]), X, y, 0.25), (rng.integers(1, 4, size=2), X, y, 0.3)]


def one_slope(rng):
    return [
        (array(5), array(4)),
        (array(4), array(5)),
        (array(-2), array(-1)),
        (rng.uniform(1, 2, size=1), rng.uniform(3, 4, size=1)),
    ]


def other_sign(rng):
    a, b = rng.uniform(1, 3, size=2)
    return [(array(3), array(-3)), (array(-1), array(2)), (array(a), array(-b))]


def equal_pairs(rng):
    claimed = rng.normal(size=3)
    return [(array(2, -1), array(2, -1)), (claimed, claimed.copy())]


def zeros(rng):
    return [
        (array(0), array(0.5)),
        (array(0), array(0)),
        (array(0, 4), array(0, 5)),
        (array(2, 0, 0), array(2, 0, -3)),
        (array(0, 1, *rng.normal(size=2)), array(0, 1.5, *rng.normal(size=2))),
    ]


def hidden(rng):
    """A small slope is wrong beside large ones that are nearly right."""
    return [
        (array(200, 0.02), array(200, 0.01)),
        (array(0.02, -1000, 50), array(0.03, -1001, 51)),
        (rng.normal(size=4) * 100, rng.normal(size=4) * 0.01),
    ]


def several(rng):
    cases = [(array(1, 4, -2), array(1, 5, -2)), (array(1, 5), array(2, 5))]
    for n in (2, 5, 9):
        numeric = rng.normal(size=n)
        cases.append((numeric * (1 + 0.2 * rng.normal(size=n)), numeric))
    return cases


def nearly(args, result, expected):
    """Leave the details of the step to the other properties."""
    return np.allclose(result, expected, rtol=1e-3)


def problem(w, X, y, h):
    """Name a case; the rows of X need their brackets."""
    rows = ", ".join(f"[{', '.join(f'{v:.4g}' for v in row)}]" for row in X)
    weights, labels = (", ".join(f"{v:.4g}" for v in values) for values in (w, y))
    return f"w = [{weights}], X = [{rows}], y = [{labels}], h = {h:g}".replace("-", "−")


TASKS = [
    Predict(
        name="after_a_quarter_step",
        points=1,
        minutes=4,
        reference=after_a_quarter_step,
        given={"forward": 0.016, "central": 0.016, "rounded": 0.002},
        draw=own_after_a_quarter_step,
        yours=(
            "The forward difference is off by {forward}, the central one on the right arm by "
            "{central}, and the central one on the left arm by {rounded}."
        ),
        hints=(
            "Which power of h does the error of each scheme begin with, where truncation rules? "
            "Which where rounding rules?",
            "Truncation: h for forward and h² for central differences. Rounding: 1/h for both.",
        ),
        explanation="0.016/4 = 0.004, 0.016/16 = 0.001, and 4 · 0.002 = 0.008: on the left arm of "
        "the V a smaller step does harm, whatever the scheme.",
    ),
    Derive(
        name="complex_step_of_cube",
        points=2,
        minutes=6,
        reference=complex_step_of_cube,
        symbols={"x": "real", "h": "positive"},
        hints=(
            "Multiply (x + ih)³ out, with i² = −1 and i³ = −i. Which terms have an i?",
            "The terms with i are 3x²·ih and (ih)³. Drop the i, and divide by h.",
            "sp.expand and sp.im do the same, as in the lesson: sp.im needs symbols that are real.",
        ),
        explanation="3x² − h²: the true slope and an error of second order. With h = 1e-100 it "
        "vanishes altogether, and nothing is lost by rounding, since nothing was subtracted: x³ − "
        "3xh² sits in the real part.",
    ),
    Implement(
        name="central_gradient",
        points=3,
        minutes=10,
        reference=central_gradient,
        properties=(
            Property(
                "with one weight and a small step it is nearly the slope",
                small_step,
                nearly,
                problem,
            ),
            Property(
                "with a large step it is the rise between both sides over their distance",
                large_step,
                None,
                problem,
            ),
            Property("each weight is moved by itself", several_weights, None, problem),
            Property("a weight of 0 is moved by h", zero_weights, None, problem),
            Property("a weight beyond 1 is moved by h · |w|", large_weights, None, problem),
            Property("whole-number weights are moved as well", whole_numbers, None, problem),
        ),
        hints=(
            "For each weight you need two costs: one with that weight moved up, one with it moved "
            "down, and all others as they were.",
            "Make an array of zeros as long as w, put the step of one weight into its place, and "
            "add it to w or subtract it. So w is never changed.",
            "The step of weight j is h * max(1, abs(w[j])); the distance between the two points is "
            "twice that.",
        ),
        explanation="Two evaluations for each weight. It knows nothing of the formula for the "
        "gradient, so it cannot repeat its mistakes. Another way: the rows of np.diag(steps) are "
        "the moves.",
    ),
    Implement(
        name="worst_error",
        points=2,
        minutes=8,
        reference=worst_error,
        properties=(
            Property("equal gradients have error 0", equal_pairs),
            Property("with one slope it is |a − b| over the larger of |a| and |b|", one_slope),
            Property("slopes of unlike sign have an error above 1", other_sign),
            Property("of several slopes the worst one counts", several),
            Property("a small slope does not hide behind large ones", hidden),
            Property("two zeros agree; a zero and another number do not", zeros),
        ),
        hints=(
            "What does the broken function compare: slopes, or two single numbers? What do those "
            "forget?",
            "Compute the relative error of each slope by itself: |a − b| over the larger of |a| "
            "and |b|. Only then take the largest.",
            "np.maximum compares entry by entry. Where it gives 0, both slopes are 0 and the error "
            "is 0: divide by 1 there.",
        ),
        explanation="One number for each gradient, such as its norm or its sum, is too few: it "
        "forgets signs and places, and small slopes drown in it. Compare slope by slope, then "
        "take the worst.",
    ),
    Choose(
        name="what_the_checker_says",
        points=1,
        minutes=5,
        right="b",
        wrong={
            "a": "one error alone is no proof. That of weight 3 falls to a hundredth with each "
            "tenth of the step, as truncation does. A bug would stay. Its feature is around 500, "
            "so the score moves 500 times as far as with weight 1.",
            "c": "a bug would look like that, true, but so does a kink: both stay at every step. "
            "Weight 2 is exactly 0, where the penalty has two slopes. Move the point, and you will "
            "see which it is.",
            "d": "at a kink the central difference is the mean of the slopes on both sides, "
            "whatever the function. It does not prove that 0 is the slope there; the program may "
            "take any value from −λ to λ.",
            "e": "np.abs is not analytic: it drops the imaginary part, and the complex step then "
            "says that the penalty has slope 0 everywhere, also for weights 1 and 3.",
        },
        hints=(
            "Look along the rows. Which error depends on the step, and which does not?",
            "There are two innocent reasons for a disagreement in the lesson: a step too large for "
            "the units, and a kink. What tells each from a bug?",
        ),
        explanation="The error of weight 3 is truncation: it goes away with the step. At w₂ = 0 "
        "nothing can be judged. At w₂ = 0.3, with all else the same, weight 2 agrees with the "
        "differences as well as weight 1. So check at random points, not at special ones.",
    ),
]

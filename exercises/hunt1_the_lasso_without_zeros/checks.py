"""What right answers of bug hunt 1 must satisfy: the five pieces of a lasso."""

import numpy as np

from coursekit.course.exercises.tasks import Implement, Property


def standardise(X):
    Z = X - np.mean(X, axis=0)
    scales = np.sqrt(np.mean(Z**2, axis=0))
    return Z / np.where(scales == 0, 1, scales)


def mean_gradient(X, y, theta):
    A = np.column_stack([X, np.ones(len(X))])
    return A.T @ (A @ theta - y) / len(y)


def safe_step(X):
    A = np.column_stack([X, np.ones(len(X))])
    return 1 / np.linalg.eigvalsh(A.T @ A / len(A))[-1]


def proximal_step(theta, gradient, step, lam):
    moved = theta - step * gradient
    shrunk = np.sign(moved) * np.maximum(np.abs(moved) - step * lam, 0)
    return np.append(shrunk[:-1], moved[-1])


def arrived(theta, gradient, lam, tol):
    w, slopes = theta[:-1], gradient[:-1]
    at_zero = np.all(np.abs(slopes[w == 0]) <= lam + tol)
    elsewhere = np.all(np.abs(slopes + lam * np.sign(w))[w != 0] <= tol)
    return bool(at_zero and elsewhere and abs(gradient[-1]) <= tol)


def array(*entries):
    return np.array(entries, dtype=float)


def column(*entries):
    return np.array(entries, dtype=float)[:, None]


# Four samples, two features: orthogonal columns of mean 0, whose mean squares are 1 and 4.
DESIGN = array([1, 2], [1, -2], [-1, 2], [-1, -2])


def centred_columns(rng):
    drawn = rng.normal(size=(5, 2)) * [3, 0.2]
    return [(column(1, -1),), (column(3, -1, -2),), (DESIGN,), (drawn - drawn.mean(axis=0),)]


def shifted_columns(rng):
    return [(column(1, 3),), (DESIGN + array(5, -9),), (rng.normal(size=(7, 3)) + 4,)]


def constant_columns(rng):
    three = array([7, 1, 0], [7, 2, 0], [7, 6, 0])
    return [(column(7, 7),), (three,), (np.column_stack([rng.normal(size=5), np.full(5, -2.5)]),)]


def any_columns(rng):
    one = (array([1, 10, -2], [2, 40, 0], [6, 10, 1], [3, 0, 3]),)
    return [one, *((rng.normal(size=size) * rng.uniform(1, 9),) for size in ((4, 2), (9, 5)))]


def problem(rng, n, p):
    """Draw a case in which no entry of the gradient is close to 0."""
    while True:
        X, y = rng.normal(size=(n, p)) + rng.normal(size=p), rng.normal(size=n) * 3
        theta = rng.normal(size=p + 1) * 2
        if np.abs(mean_gradient(X, y, theta)).min() > 0.2:
            return X, y, theta


def one_sample(rng):
    return [(array([2]), array(5), array(1, 0)), (array([2, 3]), array(5), array(1, -1, 0))]


def the_same_rows_again(rng):
    X, y, theta = column(1, 2), array(3, 1), array(1, 2)
    cases = [(np.tile(X, (k, 1)), np.tile(y, k), theta) for k in (1, 2, 5)]
    X, y, theta = problem(rng, 3, 2)
    return [*cases, *((np.tile(X, (k, 1)), np.tile(y, k), theta) for k in (1, 4))]


def bias_alone(rng):
    one = (column(1, 2, 6), array(1, 4, 3), array(0, 2))
    return [one, (DESIGN, array(1, 2, 3, 0), array(0, 0, -1.5))]


def weights_alone(rng):
    one = (column(1, 2, 6), array(1, 4, 3), array(2, 0))
    return [one, (DESIGN + array(1, 3), array(1, 2, 3, 0), array(1, -2, 0))]


def perfect_fit(rng):
    X, theta = DESIGN + array(1, 0), array(2, -1, 0.5)
    return [(X, X @ theta[:-1] + theta[-1], theta)]


def any_gradient(rng):
    one = (array([1, 2], [3, -1], [0, 4]), array(2, -1, 3), array(1, -2, 0.5))
    return [one, *(problem(rng, *size) for size in ((5, 2), (4, 3), (12, 5)))]


def centred_and_large(rng):
    """The column is steeper than the bias, and does not lean on it."""
    return [(column(2, -2),), (column(3, -1, -2),), (DESIGN,)]


def centred_and_small(rng):
    """The bias, with curvature 1, is the steepest direction."""
    return [(column(0.5, -0.5),), (column(0.1, -0.1, 0),), (DESIGN / 4,)]


def rows_again(rng):
    X = rng.normal(size=(3, 2))
    return [(np.tile(one, (k, 1)),) for one in (column(1, 2), X) for k in (1, 3, 10)]


def with_a_mean(rng):
    return [(column(1, 3),), (column(0.5, 1, 1.5) / 2 + 0.25,), (rng.normal(size=(6, 1)) + 3,)]


def leaning_columns(rng):
    x = array(1, -1, 2, -2)
    more = rng.normal(size=(8, 1))
    return [
        (np.column_stack([x, x]),),
        (np.column_stack([x, -x, array(1, -1, 1, -1)]),),
        (np.hstack([more, more + rng.normal(size=(8, 3)) / 2]),),
    ]


def any_matrix(rng):
    one = (array([1, 4], [0, -1], [3, 2]),)
    return [one, *((rng.normal(size=size) + 0.5,) for size in ((4, 2), (9, 3), (3, 5)))]


def clear(theta, gradient, step, lam):
    """Tell whether all sizes are so clear that single precision changes nothing."""
    moved = theta - step * gradient
    return np.abs(np.abs(moved) - step * lam).min() > 0.05 and np.abs(moved).min() > 0.05


def step_case(rng, p, lam=None):
    while True:
        theta, gradient = rng.normal(size=p + 1) * 2, rng.normal(size=p + 1) * 2
        strength = rng.uniform(0.5, 3) if lam is None else lam
        case = (theta, gradient, rng.uniform(0.2, 0.8), strength)
        if clear(*case):
            return case


def no_penalty(rng):
    return [(array(2, -1, 3), array(1, 0.5, -2), 0.5, 0.0), step_case(rng, 4, 0.0)]


def flat_loss(rng):
    one = (array(2, -3, 1), np.zeros(3), 0.5, 0.8)
    return [one, (array(2, -3, 1), np.zeros(3), 0.25, 0.8), (array(-1, 4), np.zeros(2), 0.1, 2.0)]


def overwhelming(rng):
    theta, gradient, step, _ = step_case(rng, 3)
    return [(array(2, -3, 1), array(1, -2, 3), 0.5, 100.0), (theta, gradient, step, 1000.0)]


def weights_are_zero(args, result, expected):
    return bool(np.all(np.asarray(result)[:-1] == 0))


def bias_of(args, result, expected):
    return bool(np.isclose(result[-1], expected[-1], rtol=1e-5, atol=1e-9))


def small_bias(rng):
    """The bias would be cut off if it were taken for a weight."""
    one = (array(3, 0.5), array(1, 2), 0.25, 2.0)
    return [one, (array(-1, 2, 4), array(0, 1, 6), 0.5, 3.0), step_case(rng, 2)]


def at_the_minimum(rng):
    """Columns with curvature 1: the minimiser is the soft threshold of v."""
    v, best = array(2, -3, 0.2, 5), array(1.5, -2.5, 0, 5)
    return [(best, best - v, step, 0.5) for step in (1.0, 0.5, 0.25)]


def full_step(rng):
    return [(array(2, -3, 0.5, 1), array(0.5, -1, 0.25, 2), 1.0, 0.75)]


def any_step(rng):
    one = (array(1, -1, 2, 0.5), array(-2, 0.5, 5, 1), 0.5, 0.6)
    return [one, *(step_case(rng, p) for p in (1, 3, 5, 8))]


def kkt_case(rng, p, lam, tol):
    """Draw a point that meets all conditions: about half of its weights are 0."""
    w = np.where(rng.random(p) < 0.5, 0.0, rng.choice([-1, 1], size=p) * rng.uniform(0.5, 2, p))
    w[:2] = 0, -1.5
    inside = rng.uniform(-0.9, 0.9, size=p) * lam
    return np.append(w, rng.normal()), np.append(np.where(w == 0, inside, -lam * np.sign(w)), 0.0)


def met(rng):
    cases = [(array(1.5, 0, 5), array(-0.5, 0.2, 0), 0.5, 0.01)]
    cases += [(array(-1.5, 0, 5), array(0.5, -0.5, 0), 0.5, 0.01)]
    return [*cases, *((*kkt_case(rng, p, 0.75, 1e-6), 0.75, 1e-6) for p in (3, 6))]


def too_steep_at_zero(rng):
    cases = [(array(0, 1), array(slope, 0), 0.5, 0.01) for slope in (2, -2, 0.52, -0.6)]
    theta, gradient = kkt_case(rng, 5, 0.75, 1e-3)
    gradient[0] = -0.8
    return [*cases, (theta, gradient, 0.75, 1e-3)]


def least_squares(rng):
    """No slope is left, but the weights are not 0: the penalty would shrink them."""
    return [(array(2, -0.2, 5), np.zeros(3), 0.5, 0.01), (array(-3, 1), np.zeros(2), 2.0, 1e-6)]


def not_balanced(rng):
    """A weight that is not 0 needs the slope −lam · sign, no less and no more."""
    cases = [(array(2, 1), array(slope, 0), 0.5, 0.01) for slope in (0.5, -0.25, -0.75)]
    cases += [(array(-2, 1), array(slope, 0), 0.5, 0.01) for slope in (-0.5, 0.25, 0.75)]
    for off in (0.3, -0.3):
        theta, gradient = kkt_case(rng, 6, 0.75, 1e-3)
        gradient[1] += off
        cases.append((theta, gradient, 0.75, 1e-3))
    return cases


def one_of_many(rng):
    """All but one condition hold, and it misses by little."""
    one = (array(1, 1, 1, 1, 0), array(-0.5, -0.5, -0.5, -0.47, 0), 0.5, 0.02)
    return [one, (array(0, 0, 0, 0, 2), array(0, 0.53, 0, 0, 0), 0.5, 0.02)]


def nearly_zero(rng):
    one = (array(0.01, 1), array(0.25, 0), 0.5, 0.05)
    return [one, (array(-1e-9, 1), array(-0.25, 0), 0.5, 1e-3)]


def bias_slope(rng):
    cases = [(array(1.5, 0, 5), array(-0.5, 0.25, slope), 0.5, 0.01) for slope in (0.2, -0.2, 2)]
    theta, gradient = kkt_case(rng, 4, 0.75, 1e-3)
    return [*cases, (theta, np.append(gradient[:-1], -0.1), 0.75, 1e-3)]


def a_bias_of_zero(rng):
    return [(array(1, 0), array(-0.5, slope), 0.5, 0.01) for slope in (0, 0.25)]


def within_tolerance(rng):
    """Misses in numbers that a computer holds exactly; on the border, and just beyond it."""
    cases = []
    for miss in (0.25, 0.375, 0.251):
        cases += [(array(2, 1), array(sign * miss - 0.5, 0), 0.5, 0.25) for sign in (1, -1)]
        cases += [(array(0, 1), array(sign * (0.5 + miss), 0), 0.5, 0.25) for sign in (1, -1)]
        cases += [(array(0, 1), array(0, sign * miss), 0.5, 0.25) for sign in (1, -1)]
    return cases


TASKS = [
    Implement(
        name="standardise",
        points=2,
        minutes=9,
        reference=standardise,
        properties=(
            Property("a column of mean 0 is divided by its root mean square", centred_columns),
            Property("a column with another mean is shifted first, then measured", shifted_columns),
            Property("a constant column becomes zeros", constant_columns),
            Property("each column is measured by itself", any_columns),
        ),
        hints=(
            "Which shift leaves everything right? What is special about the column then?",
            "Measure the broken result: the mean is right, the mean square is not. Of which "
            "numbers is the root mean square taken, and of which should it be?",
            "Take the mean off first, and then measure what is left. Where the scale is 0, "
            "divide by 1.",
        ),
        explanation="The root mean square belongs to the shifted column: the standard deviation. "
        "Taken before the shift, it also counts the mean, and a column such as a year comes out "
        "tiny; a small column needs a large weight, which the penalty forbids. It is silent "
        "for columns of mean 0.",
    ),
    Implement(
        name="mean_gradient",
        points=2,
        minutes=9,
        reference=mean_gradient,
        properties=(
            Property("one sample: its residual times its features, and its residual", one_sample),
            Property("with all weights 0 the bias alone makes the residuals", bias_alone),
            Property("with bias 0 the weights alone make the residuals", weights_alone),
            Property("where the fit is perfect all slopes are 0", perfect_fit),
            Property("the same rows again change nothing", the_same_rows_again),
            Property("all slopes are right at any point", any_gradient),
        ),
        hints=(
            "At the best fit both lines agree, elsewhere they do not. By which factor?",
            "The loss is a mean over the samples. What is the function that you see the gradient "
            "of?",
            "All slopes, that of b too, lack the same division.",
        ),
        explanation="The gradient was that of the sum, n times too large. Without a penalty "
        "nobody sees it: the minimum of the sum is that of the mean. With a penalty the data "
        "pull n times too hard against an unchanged λ, as if it were λ/n, and the zeros are gone. "
        "On 442 patients λ = 5 acts like 5/442 = 0.011.",
    ),
    Implement(
        name="safe_step",
        points=2,
        minutes=9,
        reference=safe_step,
        properties=(
            Property(
                "centred columns with a mean square above 1: the largest decides", centred_and_large
            ),
            Property("with small centred columns the bias decides, so 1", centred_and_small),
            Property("a column with a mean leans on the bias", with_a_mean),
            Property("columns that resemble each other are steeper together", leaning_columns),
            Property("the same rows again change nothing", rows_again),
            Property("right for any matrix", any_matrix),
        ),
        hints=(
            "Which of the two parameters runs away when the column is half as large? What is the "
            "curvature in its direction?",
            "The bias is the weight of a column of ones. Where is that column in the broken "
            "function?",
            "Put a column of ones beside X with np.column_stack, and take the norm of the whole.",
        ),
        explanation="The mean loss has the curvature 1 along the bias, whatever the columns are. "
        "Standardised columns are at least as steep, and the bug is silent. Small "
        "ones are not: a step above 2 makes the bias overshoot further and further. Columns "
        "with a mean lean on the bias, and are steeper together with it.",
    ),
    Implement(
        name="proximal_step",
        points=2,
        minutes=9,
        reference=proximal_step,
        properties=(
            Property("with lam = 0 it is a plain gradient step", no_penalty),
            Property("with step 1 the threshold is lam", full_step),
            Property("with gradient 0 each weight moves by step · lam towards 0", flat_loss),
            Property("a huge lam leaves no weight", overwhelming, weights_are_zero),
            Property("the bias takes its gradient step and nothing else", small_bias, bias_of),
            Property("at the minimum a step of any length changes nothing", at_the_minimum),
            Property("right at any point", any_step),
        ),
        hints=(
            "With step 1 nothing moves, as it should. What does a step of 0.25 take off w, and "
            "what does the gradient give back?",
            "The gradient step is shortened by the step. Is the penalty's part shortened too?",
            "The soft threshold needs step · lam. Then both parts balance at the minimum, "
            "whatever the step.",
        ),
        explanation="A short step must take off as much less as it moves less: the threshold is "
        "step · lam. With lam alone the loop comes to rest where the penalty is 1/step times as "
        "strong: 4 times at step 0.25. It is silent where the step is 1, as with "
        "standardised columns that are uncorrelated.",
    ),
    Implement(
        name="arrived",
        points=2,
        minutes=9,
        reference=arrived,
        properties=(
            Property("True where all conditions hold", met),
            Property("False if the slope at a weight of 0 exceeds lam in size", too_steep_at_zero),
            Property("False at a least-squares fit without zeros", least_squares),
            Property("False if the slope of another weight is not −lam · sign(w)", not_balanced),
            Property("False if a single condition fails", one_of_many),
            Property("a weight that is nearly 0 is not 0", nearly_zero),
            Property("False if the bias has a slope", bias_slope),
            Property("a bias of 0 is no weight of 0", a_bias_of_zero),
            Property("a miss of at most tol is allowed, not more", within_tolerance),
        ),
        hints=(
            "Which line is wrong, and what are the slopes there? Does the function ask what the "
            "weights are?",
            "|g| ≤ lam is the condition of a weight that is 0. What must the slope of the loss be "
            "for a weight that rests at another value?",
            "For w ≠ 0 the slope is exactly −lam · sign(w): |g + lam · sign(w)| ≤ tol. np.where "
            "takes one condition or the other, by w == 0.",
        ),
        explanation="|g| ≤ λ is the condition of the zeros alone. A loop that starts at all zeros "
        "comes from the side where the slopes are too large, and the bug is mostly silent. "
        "Started at the least-squares fit, where all slopes are 0, the program was content at "
        "once. No zero was ever tried.",
    ),
]

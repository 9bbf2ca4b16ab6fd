"""What right answers of set 05 must satisfy: losses for two classes, and what they count."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property, part


def binary_cross_entropy(y, p):
    of_true_class = np.where(np.array(y) == 1, p, 1 - np.array(p))
    return -np.mean(np.log(of_true_class))


def own_binary_cross_entropy(rng):
    """One label is 0, and one of the others is given less than ½."""
    low, zero = rng.choice([0.1, 0.25, 0.35]), rng.choice([0.05, 0.1, 0.3])
    high = rng.choice([0.6, 0.7, 0.8, 0.85, 0.9], size=2, replace=False)
    order = rng.permutation(4)
    y, p = np.array([0, 1, 1, 1])[order], np.array([zero, low, *high])[order]
    return {"y": tuple(y.tolist()), "p": tuple(p.tolist())}


def hinge_loss(y, scores):
    return np.maximum(0.0, 1 - y * scores)


def hinge_on_data(X, y, w, b):
    margins = y * (X @ w + b)
    return np.mean(np.maximum(0, 1 - margins)), np.mean(margins <= 0), np.mean(margins < 1)


def log_loss_slope(m):
    # No exp(), so that it takes numbers of any precision and symbols.
    return -1 / (1 + np.e**m)


def beyond(rng):
    return [
        (np.array([1]), np.array([2.0])),
        (np.array([-1]), np.array([-3.0])),
        (np.array([1, -1]), np.array([1.0, -1.0])),
        (np.array([1, 1, -1]), np.array([1.5, 1.2, -1.1]) + rng.uniform(0, 4, 3) * [1, 1, -1]),
    ]


def hesitant(rng):
    return [
        (np.array([1]), np.array([0.25])),
        (np.array([-1]), np.array([-0.75])),
        (np.array([1, 1, -1]), rng.uniform(0.1, 0.9, size=3) * [1, 1, -1]),
    ]


def on_the_boundary(rng):
    return [(np.array([1]), np.array([0.0])), (np.array([-1, 1]), np.zeros(2))]


def wrong_side(rng):
    return [
        (np.array([1]), np.array([-2.0])),
        (np.array([-1]), np.array([3.0])),
        (np.array([1, -1, -1]), rng.uniform(0.1, 5, size=3) * [-1, 1, 1]),
    ]


def many(rng):
    """Samples of every kind; no margin so close to 1 that single precision would tell."""
    cases = [(np.array([1, -1, 1, -1]), np.array([2.0, 0.5, 0.3, -0.2]))]
    for n in (2, 5, 9):
        labels = rng.choice([-1.0, 1.0], size=n)
        gaps = rng.uniform(0.05, 3, size=n) * rng.choice([-1.0, 1.0], size=n)
        cases.append((labels, labels * (1 + gaps)))
    return cases


def whole_scores(rng):
    return [(np.array([1, -1, -1]), np.array([3, 2, -1])), (np.array([1, -1]), np.array([0, -4]))]


def at_margin(y, scores):
    margins = [f"{m + 0.0:.4g}".replace("-", "−") for m in y * scores]
    return f"margin{'s' * (len(margins) > 1)} {', '.join(margins)}"


# The ten points of lesson 05: x = 1, …, 10, with the label −1 up to 5 and +1 from 6 on.
TEN = np.arange(1.0, 11.0)[:, None]
TEN_LABELS = np.where(np.arange(1, 11) > 5, 1, -1)


def one_sample(rng):
    return [
        (np.array([[2.0]]), np.array([1]), np.array([0.25]), 0.0),
        (np.array([[2.0]]), np.array([1]), np.array([1.5]), 0.0),
        (np.array([[2.0]]), np.array([-1]), np.array([1.5]), 0.0),
        (np.array([[3.0, 1.0]]), np.array([-1]), np.array([-0.5, 0.75]), 0.25),
    ]


def without_intercept(rng):
    X = np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]])
    return [(X, np.array([1, 1, -1]), np.array([0.5, -0.25]), 0.0), clouds(rng, 5, 2, b=0.0)]


def score_of_zero(rng):
    X = np.array([[2.0], [-2.0], [4.0]])
    return [
        (np.zeros((2, 1)), np.array([1, -1]), np.array([1.0]), 0.0),
        (X, np.array([1, -1, 1]), np.array([0.5]), -1.0),
    ]


def margin_of_one(rng):
    X = np.array([[2.0], [-2.0], [4.0], [1.0]])
    return [(X, np.array([1, -1, 1, 1]), np.array([0.5]), 0.0)]


def confidently_wrong(rng):
    X = np.array([[8.0], [6.0], [-4.0]])
    return [(X, np.array([-1, 1, 1]), np.array([0.5]), 0.0)]


def shifted(rng):
    return [(TEN, TEN_LABELS, np.array([0.5]), b) for b in (-2.75, 0.25, -6.25)]


def ten_points(rng):
    return [(TEN, TEN_LABELS, np.array([0.3]), -1.0), (TEN, TEN_LABELS, np.array([-0.2]), 0.7)]


def clouds(rng, n, p, b=None):
    """Draw two clouds of points, with no margin so close to 0 or 1 that rounding would tell."""
    while True:
        y = rng.choice([-1.0, 1.0], size=n)
        X = rng.normal(size=(n, p)) + 0.7 * y[:, None]
        w, offset = rng.normal(size=p), rng.normal() if b is None else b
        margins = y * (X @ w + offset)
        if min(np.abs(margins).min(), np.abs(margins - 1).min()) > 1e-3:
            return X, y, w, offset


def two_clouds(rng):
    one = (np.array([[1.0], [-0.5], [0.5], [-2.0]]), np.array([1, 1, -1, -1]), np.array([1.0]), 0.2)
    return [one, clouds(rng, 6, 2), clouds(rng, 25, 3), clouds(rng, 40, 4)]


def on_ten_points(X, y, w, b):
    numbers = f"w = [{w[0]:g}], b = {b:g}".replace("-", "−")
    return f"x = 1, …, 10 with y = −1 up to 5 and +1 from 6 on, {numbers}"


TASKS = [
    Compute(
        name="binary_cross_entropy",
        points=1,
        minutes=5,
        reference=binary_cross_entropy,
        given={"y": (1, 0, 1, 1), "p": (0.9, 0.2, 0.6, 0.4)},
        draw=own_binary_cross_entropy,
        yours="The labels are y = {y}, and the probabilities of class 1 are p = {p}.",
        hints=(
            "Which probability does the model give to the label that you saw? For y = 1 it is p; "
            "for y = 0 it is something else.",
            "The probabilities of the true labels are 0.9, 0.8, 0.6 and 0.4. What does each of "
            "them cost?",
            "Each costs minus its natural logarithm (np.log). Then take the mean of the four.",
        ),
        explanation="The true labels have the probabilities 0.9, 0.8, 0.6 and 0.4, which cost "
        "0.105, 0.223, 0.511 and 0.916: in the mean 0.439. The last sample alone is wrong (0.4 "
        "is below ½), and it pays more than half of the sum.",
    ),
    Implement(
        name="hinge_loss",
        points=2,
        minutes=8,
        reference=hinge_loss,
        properties=(
            Property("zero once the margin is at least 1", beyond, describe=at_margin),
            Property(
                "a right answer with a margin below 1 costs what is missing to 1",
                hesitant,
                describe=at_margin,
            ),
            Property("a score of 0 costs 1", on_the_boundary, describe=at_margin),
            Property(
                "each unit on the wrong side costs one more unit", wrong_side, describe=at_margin
            ),
            Property("every sample is treated by itself", many),
            Property("whole numbers will do", whole_scores),
        ),
        hints=(
            "Everything happens over the margin m = y · score. From which margin on is the loss "
            "0? How much does one unit less cost?",
            "Up to m = 1 the loss is the line 1 − m. Beyond it the line would be negative. What "
            "stands there instead?",
            "np.maximum(a, b) takes the larger of the two entry by entry. No mean: return as many "
            "losses as there are samples.",
        ),
        explanation="A right answer is free only once its margin is 1; the kink there makes many "
        "samples stop pulling. Another way to write it: np.where(m < 1, 1 - m, 0). Without the 1 "
        "it would be the perceptron loss, which costs nothing at w = 0.",
    ),
    Implement(
        name="hinge_on_data",
        points=3,
        minutes=10,
        reference=hinge_on_data,
        properties=(
            Property("one sample: its loss, is it wrong, does it pull", one_sample),
            Property("without an intercept the score is x·w", without_intercept),
            Property("the intercept shifts every score", shifted, describe=on_ten_points),
            Property("a score of 0 counts as a mistake", score_of_zero, part(1)),
            Property("at a margin of exactly 1 a sample pulls no more", margin_of_one, part(2)),
            Property("a confident mistake pulls as well", confidently_wrong, part(2)),
            Property("the ten points of lesson 05", ten_points, describe=on_ten_points),
            Property("two clouds of points", two_clouds),
        ),
        hints=(
            "First the scores, one for each sample, then the margins. All three answers follow "
            "from the margins.",
            "margins = y * (X @ w + b). The mean hinge loss uses your hinge_loss. Which margins "
            "are mistakes, and which are below 1?",
            "The mean of a condition is a share: np.mean(margins < 1). A mistake is a margin that "
            "is not positive, so 0 is one.",
        ),
        explanation="The share of mistakes is never above the mean hinge loss: each mistake costs "
        "at least 1 and no sample less than 0. And only samples with a margin below 1 pull on "
        "the weights. Another way to count: (margins < 1).sum() / len(y).",
    ),
    Derive(
        name="log_loss_slope",
        points=2,
        minutes=7,
        reference=log_loss_slope,
        symbols={"m": "real"},
        hints=(
            "The chain rule twice. What is the slope of log u, and what is the slope of "
            "u = 1 + e^(−m)?",
            "The slope of e^(−m) is −e^(−m). Put it over u.",
            "Test it: at m = 0 the slope must be −½, far to the right nearly 0, far to the left "
            "nearly −1.",
        ),
        explanation="dℓ/dm = −e^(−m)/(1 + e^(−m)) = −1/(1 + e^m) = −σ(−m). A confidently wrong "
        "sample pulls with almost 1 and never more, a confidently right one hardly at all.",
    ),
    Choose(
        name="distant_point",
        points=1,
        minutes=5,
        right="b",
        wrong={
            "a": "the point is on the right side: its label is 1, and 40 is far above the first "
            "threshold of 4.5. Squared error does not ask for the side, it asks how far the line "
            "is from the label.",
            "c": "look at the second row: a ninth point of class 1 at x = 9 moves the threshold "
            "by 0.17 only. Where the point stands matters, not that it is one more.",
            "d": "look at the last row: with the wrong label the same point spoils logistic "
            "regression as well. There its margin is far below 0, where log loss pulls with "
            "almost 1.",
        },
        hints=(
            "Compare the rows two by two: only the place changes from 9 to 40, only the label in "
            "the last two.",
            "What does the first line predict at x = 40, and what does ½(y − ŷ)² make of it? And "
            "what is the slope of log loss at a large positive margin?",
        ),
        explanation="The first line says 7.26 where the label is 1: for squared error a huge "
        "error, for log loss a right answer that hardly pulls. So the line tilts, its threshold "
        "moves to 5.73, and the point at 5 becomes wrong.",
    ),
]

"""Wrong answers people give in set 05, as code, with the diagnosis each must get."""

import mpmath
import numpy as np

from coursekit.course.exercises.tasks import Mistake


def over_samples(one_cost, total=np.mean):
    """The answer of one who takes this for the cost of a sample, and this for the whole."""
    return lambda y, p: total([one_cost(label, q) for label, q in zip(y, p, strict=True)])


def of_true_class(label, p):
    return p if label == 1 else 1 - p


def entropy(label, p):
    return -np.log(of_true_class(label, p))


def hinge(margins):
    return np.maximum(0, 1 - margins)


def over_margin(loss):
    """A loss of the margin that takes the place of the hinge."""
    return lambda y, scores: loss(y * scores)


def hinge_with_max(y, scores):
    return max(0, 1 - y * scores)


def into_whole_numbers(y, scores):
    losses = np.zeros_like(y)
    for i, margin in enumerate(y * scores):
        losses[i] = hinge(margin)
    return losses


def hinge_in_place(y, scores):
    scores *= y
    return hinge(scores)


def on_data(mean_hinge=None, wrong=None, inside=None, margins=None):
    """Three numbers of which those are wrong that are given, as functions of margins and p."""

    def answer(X, y, w, b):
        m, p = (margins or margin)(X, y, w, b), X.shape[1]
        return (
            mean_hinge(m, p) if mean_hinge else hinge(m).mean(),
            wrong(m, p) if wrong else np.mean(m <= 0),
            inside(m, p) if inside else np.mean(m < 1),
        )

    return answer


def margin(X, y, w, b):
    return y * (X @ w + b)


def other_order(X, y, w, b):
    mean_hinge, wrong, inside = on_data()(X, y, w, b)
    return mean_hinge, inside, wrong


def inside_by_score(X, y, w, b):
    mean_hinge, wrong, _ = on_data()(X, y, w, b)
    return mean_hinge, wrong, np.mean(np.abs(X @ w + b) < 1)


def with_penalty(X, y, w, b):
    mean_hinge, wrong, inside = on_data()(X, y, w, b)
    return mean_hinge + w @ w / 2, wrong, inside


def each_sample(X, y, w, b):
    m = margin(X, y, w, b)
    return hinge(m), (m <= 0) + 0.0, (m < 1) + 0.0


def log(u):
    """The logarithm, for numbers and for symbols."""
    if hasattr(u, "free_symbols"):
        import sympy as sp

        return sp.log(u)
    return mpmath.log(u)


e = np.e
NOT_MAX_ALONE = "max() and `if` decide once, but an array has many entries: np.maximum(0, …) "
NOT_MAX_ALONE += "compares entry by entry"
NO_MAX = "the max(0, ·) is missing, so confident right answers earn a reward"
PERCEPTRON = "this is the perceptron loss, max(0, −m): the hinge asks for a margin of 1"
SQUARED = "this is the squared hinge; the hinge itself is a straight line up to margin 1"
FLIPPED = "a sign is flipped: right answers are punished and wrong ones are free"
NO_LABEL = "the label is missing: the score is taken for the margin, as if every label were +1"
RECODED = "the labels are converted as if they were 0 and 1; they are −1 and +1 already"
DISTANCE = "|·| stands where max(0, ·) is meant, so margins above 1 are punished"
ONLY_WRONG = "only wrong answers are charged; a right one with a margin below 1 still costs 1 − m"
LOG_LOSS = "this is the log loss; the hinge has no logarithm"
FAR_RIGHT = "the 1 − is missing: a large margin must be free"


def weights_first(X, y, w, b):
    margins = y * (w @ X + b)
    return hinge(margins).mean(), (margins <= 0).mean(), (margins < 1).mean()


MISTAKES = {
    "binary_cross_entropy": [
        Mistake(
            "this is the sum over the four; the mean divides it by 4", over_samples(entropy, np.sum)
        ),
        Mistake(
            "the minus sign is missing: a loss is never negative",
            over_samples(lambda y, p: -entropy(y, p)),
        ),
        Mistake(
            "this is the logarithm to base 10; cross-entropy takes the natural one",
            over_samples(lambda y, p: entropy(y, p) / np.log(10)),
        ),
        Mistake(
            "this is the logarithm to base 2; cross-entropy here takes the natural one",
            over_samples(lambda y, p: entropy(y, p) / np.log(2)),
        ),
        Mistake(
            "the sample with y = 0 costs nothing here; it must pay −log(1 − p)",
            over_samples(lambda y, p: -y * np.log(p)),
        ),
        Mistake(
            "the sample with y = 0 is left out: it must pay −log(1 − p), and it is one of the four",
            lambda y, p: -np.mean([np.log(q) for label, q in zip(y, p, strict=True) if label]),
        ),
        Mistake(
            "−log p is taken for every sample; where y = 0 the label has the probability 1 − p",
            over_samples(lambda y, p: -np.log(p)),
        ),
        Mistake(
            "the labels are swapped: p is the probability of class 1",
            over_samples(lambda y, p: entropy(1 - y, p)),
        ),
        Mistake(
            "the mean is taken before the logarithm; each sample has a logarithm of its own",
            over_samples(of_true_class, lambda values: -np.log(np.mean(values))),
        ),
        Mistake(
            "the logarithm is missing: 1 minus the probability of the label is another loss",
            over_samples(lambda y, p: 1 - of_true_class(y, p)),
        ),
        Mistake(
            "this is the mean squared error of the probabilities",
            over_samples(lambda y, p: (y - p) ** 2),
        ),
        Mistake(
            "this is the mean half squared error of the probabilities",
            over_samples(lambda y, p: (y - p) ** 2 / 2),
        ),
        Mistake(
            "the entropy of the predictions does not look at the labels",
            over_samples(lambda y, p: -p * np.log(p) - (1 - p) * np.log(1 - p)),
        ),
        Mistake(
            "the mean is halved: cross-entropy has no ½",
            over_samples(lambda y, p: entropy(y, p) / 2),
        ),
        Mistake(
            "the probabilities are put through the sigmoid again, as if they were scores",
            over_samples(lambda y, p: entropy(y, 1 / (1 + np.exp(-p)))),
        ),
        Mistake(
            "this is the likelihood, the product of the probabilities; its cost is the mean of "
            "minus the logarithms",
            over_samples(of_true_class, np.prod),
        ),
    ],
    "hinge_loss": [
        Mistake(NOT_MAX_ALONE, hinge_with_max),
        Mistake(NO_MAX, over_margin(lambda m: 1 - m)),
        Mistake(PERCEPTRON, over_margin(lambda m: np.maximum(0, -m))),
        Mistake(SQUARED, over_margin(lambda m: hinge(m) ** 2)),
        Mistake(
            "this is the squared hinge with its ½; the hinge itself is a straight line",
            over_margin(lambda m: hinge(m) ** 2 / 2),
        ),
        Mistake(FLIPPED, over_margin(lambda m: np.maximum(0, 1 + m))),
        Mistake(
            "the sign of the whole is flipped: a loss is never negative",
            over_margin(lambda m: -hinge(m)),
        ),
        Mistake(
            "min stands where max is meant: wrong answers are free and right ones earn a reward",
            over_margin(lambda m: np.minimum(0, 1 - m)),
        ),
        Mistake(NO_LABEL, lambda y, scores: hinge(scores)),
        Mistake(RECODED, lambda y, scores: hinge((2 * y - 1) * scores)),
        Mistake(
            "a label of −1 is treated as 0, so it costs nothing; −1 and +1 are mirror images",
            lambda y, scores: np.where(y == 1, hinge(scores), 0),
        ),
        Mistake(DISTANCE, over_margin(lambda m: np.abs(1 - m))),
        Mistake(
            "the difference of label and score is taken; the margin is their product",
            lambda y, scores: np.maximum(0, y - scores),
        ),
        Mistake(
            "this is 1 minus the distance of label and score; the margin is their product",
            lambda y, scores: np.maximum(0, 1 - np.abs(y - scores)),
        ),
        Mistake(
            "this only says whether the margin is below 1; asked is how far below",
            over_margin(lambda m: (m < 1) + 0.0),
        ),
        Mistake(
            "this is the 0–1 loss, which only counts mistakes",
            over_margin(lambda m: (m <= 0) + 0.0),
        ),
        Mistake(ONLY_WRONG, over_margin(lambda m: np.where(m <= 0, 1 - m, 0))),
        Mistake(FAR_RIGHT, over_margin(lambda m: np.maximum(0, m))),
        Mistake(LOG_LOSS, over_margin(lambda m: np.log(1 + np.exp(-m)))),
        Mistake(
            "this is the squared error on the labels, which punishes margins above 1",
            over_margin(lambda m: (1 - m) ** 2 / 2),
        ),
        Mistake(
            "the loss is halved: the hinge has slope −1 and no ½",
            over_margin(lambda m: hinge(m) / 2),
        ),
        Mistake(
            "only the signs of the scores are used; how large a score is matters too",
            lambda y, scores: hinge(y * np.sign(scores)),
        ),
        Mistake(
            "samples with a margin of 1 or more are left out; return their loss as well, it is 0",
            over_margin(lambda m: hinge(m)[m < 1]),
        ),
        Mistake(
            "this is the mean over the samples; asked is one loss for each",
            over_margin(lambda m: hinge(m).mean()),
        ),
        Mistake(
            "this is the sum over the samples; asked is one loss for each",
            over_margin(lambda m: hinge(m).sum()),
        ),
        Mistake(
            "`np.zeros_like(y)` of whole labels holds whole numbers, and what you put in is cut "
            "off; np.zeros(len(y)) holds any",
            into_whole_numbers,
        ),
        Mistake(
            "`scores *= …` writes into the caller's array; `scores = scores * …` makes a new one",
            hinge_in_place,
        ),
        Mistake(
            "np.max(a, 0) gives one number, the largest entry; np.maximum(a, 0) compares each "
            "entry with 0",
            over_margin(lambda m: np.max(1 - m, 0)),
        ),
        Mistake(
            "y @ scores adds up all margins; y * scores keeps one for each sample",
            lambda y, scores: hinge(y @ scores),
        ),
        Mistake(
            "only scores on the wrong side are charged; every margin below 1 costs 1 − m",
            over_margin(lambda m: np.where(m < 0, 1 - m, 0)),
        ),
    ],
    "hinge_on_data": [
        Mistake("the order is another: first the mistakes, then those that pull", other_order),
        Mistake(
            "b is missing: the score is x·w + b", on_data(margins=lambda X, y, w, b: y * (X @ w))
        ),
        Mistake(
            "X * w multiplies entry by entry; X @ w sums over the features and gives one score for "
            "each sample",
            on_data(margins=lambda X, y, w, b: y * (X * w + b)),
        ),
        Mistake(NO_LABEL, on_data(margins=lambda X, y, w, b: X @ w + b)),
        Mistake(RECODED, on_data(margins=lambda X, y, w, b: (2 * y - 1) * (X @ w + b))),
        Mistake(
            "b is not multiplied by the label: the margin is y · (x·w + b)",
            on_data(margins=lambda X, y, w, b: y * (X @ w) + b),
        ),
        Mistake(
            "only the sign of each score is used; how large it is matters too",
            on_data(margins=lambda X, y, w, b: y * np.sign(X @ w + b)),
        ),
        Mistake(
            "the margins are divided by ‖w‖: that is the distance from the boundary, but the "
            "margin here is y · score",
            on_data(margins=lambda X, y, w, b: margin(X, y, w, b) / np.linalg.norm(w)),
        ),
        Mistake("these are the values of each sample; asked are three numbers", each_sample),
        Mistake(
            "the loss is summed, the 1/n is missing",
            on_data(mean_hinge=lambda m, p: hinge(m).sum()),
        ),
        Mistake(
            "the loss is divided by the number of features; the mean is over the samples",
            on_data(mean_hinge=lambda m, p: hinge(m).sum() / p),
        ),
        Mistake(NO_MAX, on_data(mean_hinge=lambda m, p: np.mean(1 - m))),
        Mistake(
            "max(0, ·) is taken of the mean; it belongs to each sample, before the mean",
            on_data(mean_hinge=lambda m, p: max(0, np.mean(1 - m))),
        ),
        Mistake(PERCEPTRON, on_data(mean_hinge=lambda m, p: np.maximum(0, -m).mean())),
        Mistake(SQUARED, on_data(mean_hinge=lambda m, p: np.mean(hinge(m) ** 2))),
        Mistake(FLIPPED, on_data(mean_hinge=lambda m, p: hinge(-m).mean())),
        Mistake(DISTANCE, on_data(mean_hinge=lambda m, p: np.abs(1 - m).mean())),
        Mistake(ONLY_WRONG, on_data(mean_hinge=lambda m, p: np.where(m <= 0, 1 - m, 0).mean())),
        Mistake(LOG_LOSS, on_data(mean_hinge=lambda m, p: np.log(1 + np.exp(-m)).mean())),
        Mistake(
            "the mean is taken over the samples that pull; the others cost 0, but they count",
            on_data(mean_hinge=lambda m, p: hinge(m).sum() / max(1, np.sum(m < 1))),
        ),
        Mistake("a penalty is added; asked is the mean loss alone", with_penalty),
        Mistake(
            "a score of 0 must count as a mistake: the condition is m ≤ 0",
            on_data(wrong=lambda m, p: np.mean(m < 0)),
        ),
        Mistake(
            "this is the share of right answers, asked is the share of mistakes",
            on_data(wrong=lambda m, p: np.mean(m > 0)),
        ),
        Mistake(
            "the score itself is compared with the label; a mistake is where their signs differ",
            on_data(wrong=lambda m, p: np.mean(m != 1)),
        ),
        Mistake(
            "the mistakes are counted; a share divides the count by n",
            on_data(wrong=lambda m, p: np.sum(m <= 0)),
        ),
        Mistake(
            "mistakes in per cent: a share lies between 0 and 1",
            on_data(wrong=lambda m, p: 100 * np.mean(m <= 0)),
        ),
        Mistake(
            "a margin of exactly 1 pulls no more: the condition is m < 1",
            on_data(inside=lambda m, p: np.mean(m <= 1)),
        ),
        Mistake(
            "mistakes are left out of those that pull; every margin below 1 pulls, negative ones "
            "too",
            on_data(inside=lambda m, p: np.mean((m > 0) & (m < 1))),
        ),
        Mistake(
            "|score| < 1 asks whether an answer is hesitant; a confident mistake pulls as well",
            inside_by_score,
        ),
        Mistake(
            "this is the share that does not pull any more, with margins of 1 or above",
            on_data(inside=lambda m, p: np.mean(m >= 1)),
        ),
        Mistake(
            "those that pull are counted; a share divides the count by n",
            on_data(inside=lambda m, p: np.sum(m < 1)),
        ),
        Mistake(
            "those that pull, in per cent: a share lies between 0 and 1",
            on_data(inside=lambda m, p: 100 * np.mean(m < 1)),
        ),
        Mistake(
            "the order in the product: X @ w has one score for each row of X",
            weights_first,
        ),
    ],
    "log_loss_slope": [
        Mistake(
            "the sign is flipped: the loss falls as the margin grows", lambda m: 1 / (1 + e**m)
        ),
        Mistake(
            "this is 1/u for u = 1 + e^(−m); by the chain rule the slope of u must multiply it",
            lambda m: 1 / (1 + e ** (-m)),
        ),
        Mistake(
            "the slope of e^(−m) is taken as −1; it is −e^(−m)", lambda m: -1 / (1 + e ** (-m))
        ),
        Mistake(
            "this is the slope of u = 1 + e^(−m); that of log u is divided by u once more",
            lambda m: -(e ** (-m)),
        ),
        Mistake(
            "the power rule is not for e^(−m), where m is the exponent: its slope is −e^(−m)",
            lambda m: -m * e ** (-m - 1) / (1 + e ** (-m)),
        ),
        Mistake("this is the loss itself; asked is its slope", lambda m: log(1 + e ** (-m))),
        Mistake(
            "this is the slope of the slope, the curvature; asked is the first",
            lambda m: e**m / (1 + e**m) ** 2,
        ),
        Mistake(
            "−1 is the slope of the hinge below margin 1; that of log loss changes with m",
            lambda m: -1 + 0 * m,
        ),
    ],
}

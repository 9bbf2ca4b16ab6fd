"""Wrong answers people give in set 03, as code, with the diagnosis each must get."""

import math

import mpmath
import numpy as np

from coursekit.course.exercises.tasks import Mistake

e = mpmath.e


def silently(answer):
    """The same function, without NumPy's warnings about overflow and logarithms of 0."""
    return np.errstate(all="ignore")(answer)


def log(x):
    """Return the logarithm of a number of any precision, or of a symbol."""
    if hasattr(x, "free_symbols"):
        import sympy as sp

        return sp.log(x)
    return mpmath.log(x)


def sigma(u):
    return 1 / (1 + e ** (-u))


def loss_and_gradient(slope, by_w=None, by_b=None):
    """A gradient of which these parts are wrong; slope(y, scores), the others (X, slopes)."""

    @silently
    def answer(X, y, w, b):
        slopes = slope(y, X @ w + b)
        new_w = (by_w or (lambda X, s: X.T @ s / len(s)))(X, slopes)
        return new_w, (by_b or (lambda X, s: s.mean()))(X, slopes)

    return answer


def right(y, scores):
    return -y / (1 + np.exp(y * scores))


@silently
def of_pieces(y, scores):
    power = np.exp(-y * scores)
    return -y * power / (1 + power)


@silently
def slope_of_b_without_y(X, y, w, b):
    scores = X @ w + b
    return X.T @ right(y, scores) / len(y), np.mean(-1 / (1 + np.exp(y * scores)))


@silently
def slope_of_w_without_y(X, y, w, b):
    scores = X @ w + b
    return -X.T @ (1 / (1 + np.exp(y * scores))) / len(y), np.mean(right(y, scores))


def losses_in_place(m):
    m *= -1
    return np.logaddexp(0, m)


def walk(order, hand_on, start=1.0):
    """Walk through the numbers in an order; hand_on(slopes, i, slope, k) changes slopes."""

    def answer(links):
        slopes = np.zeros(len(links))
        slopes[-1] = start
        for k in order(len(links)):
            for i, slope in links[k]:
                hand_on(slopes, i, slope, k)
        return slopes

    return answer


def backwards(n):
    return range(n - 1, -1, -1)


def adds(slopes, i, slope, k):
    slopes[i] += slope * slopes[k]


def overwrites(slopes, i, slope, k):
    slopes[i] = slope * slopes[k]


def ignores_own(slopes, i, slope, k):
    slopes[i] += slope


def sums(slopes, i, slope, k):
    slopes[i] += slope + slopes[k]


def multiplies(slopes, i, slope, k):
    slopes[i] *= slope * slopes[k]


def all_from_one(links):
    slopes = np.ones(len(links))
    for k in backwards(len(links)):
        for i, slope in links[k]:
            adds(slopes, i, slope, k)
    return slopes


def first_parents(links):
    slopes = np.zeros(len(links))
    slopes[-1] = 1
    for k in backwards(len(links)):
        for i, slope in links[k][:1]:
            slopes[i] += slope * slopes[k]
    return slopes


def depth_first(links):
    """Hand on at once, and what has come so far each time: parts are counted again."""
    slopes = np.zeros(len(links))
    slopes[-1] = 1

    def visit(k):
        for i, slope in links[k]:
            slopes[i] += slope * slopes[k]
            visit(i)

    visit(len(links) - 1)
    return slopes


def forwards_from_the_first(links):
    """The slope of every number in number 0: the other direction."""
    slopes = np.zeros(len(links))
    slopes[0] = 1
    for k, found in enumerate(links):
        for i, slope in found:
            slopes[k] += slope * slopes[i]
    return slopes


def clipped(bound):
    return lambda m: np.log1p(np.exp(-np.clip(m, -bound, bound)))


def last_link_of_each_parent(links):
    return walk(backwards, adds)([list(dict(found).items()) for found in links])


def given_numbers_only(links):
    return walk(backwards, adds)(links)[[not found for found in links]]


@silently
def without_b(X, y, w, b):
    return loss_and_gradient(right)(X, y, w, 0)


MISTAKES = {
    "slopes_at_one_point": [
        Mistake(
            "p − y is the slope in the scores; in the probability p₁ itself it is −1/p₁",
            lambda p_0, p_1, p_2: (p_1 - 1, p_0, p_1 - 1, p_2),
        ),
        Mistake(
            "−y/p is the slope in the probabilities; all three scores change p₁, through the sum "
            "below the fraction",
            lambda p_0, p_1, p_2: (-1 / p_1, 0, -1 / p_1, 0),
        ),
        Mistake(
            "only the true class is given a slope; but raising another score lowers p₁, so the "
            "others have slopes too",
            lambda p_0, p_1, p_2: (-1 / p_1, 0, p_1 - 1, 0),
        ),
        Mistake(
            "the sign is flipped: a higher score of the true class lowers the loss",
            lambda p_0, p_1, p_2: (-1 / p_1, -p_0, 1 - p_1, -p_2),
        ),
        Mistake(
            "the minus in front of the logarithm is lost: −log p₁ falls as p₁ grows",
            lambda p_0, p_1, p_2: (1 / p_1, p_0, p_1 - 1, p_2),
        ),
        Mistake(
            "these are the probabilities; take the 1 of the target off that of the true class",
            lambda p_0, p_1, p_2: (-1 / p_1, p_0, p_1, p_2),
        ),
        Mistake(
            "class 0 is taken for the true one; classes are counted from 0, and it is class 1",
            lambda p_0, p_1, p_2: (-1 / p_0, p_0 - 1, p_1, p_2),
        ),
        Mistake(
            "this is the loss −log p₁; asked is its slope",
            lambda p_0, p_1, p_2: (-np.log(p_1), p_0, p_1 - 1, p_2),
        ),
        Mistake(
            "these are slopes of p₁, such as −p₁p₀ in z₀; multiply them by −1/p₁ for the loss",
            lambda p_0, p_1, p_2: (-1 / p_1, -p_1 * p_0, p_1 * (1 - p_1), -p_1 * p_2),
        ),
        Mistake(
            "the logarithm to base 10 is taken; the natural one is meant",
            lambda p_0, p_1, p_2: (-1 / p_1 / np.log(10), p_0, p_1 - 1, p_2),
        ),
    ],
    "slope_with_temperature": [
        Mistake(
            "the slope of z/T in z is forgotten: it is 1/T, one more factor of the chain",
            lambda z, y, T: sigma(z / T) - y,
        ),
        Mistake(
            "the slope of z/T in z is 1/T, not T",
            lambda z, y, T: T * (sigma(z / T) - y),
        ),
        Mistake(
            "inside the sigmoid the score must still be divided by T",
            lambda z, y, T: (sigma(z) - y) / T,
        ),
        Mistake("the temperature is missing altogether", lambda z, y, T: sigma(z) - y),
        Mistake(
            "the sign is flipped: it is p − y, so the slope is negative for y = 1",
            lambda z, y, T: (y - sigma(z / T)) / T,
        ),
        Mistake(
            "this is the slope for y = 1 alone; keep the y",
            lambda z, y, T: (sigma(z / T) - 1) / T,
        ),
        Mistake(
            "this is the slope of the probability; that of the loss in p must multiply it",
            lambda z, y, T: sigma(z / T) * (1 - sigma(z / T)) / T,
        ),
        Mistake(
            "this is the slope in p; the links from z to p must multiply it",
            lambda z, y, T: (sigma(z / T) - y) / (sigma(z / T) * (1 - sigma(z / T))),
        ),
        Mistake(
            "−y/p is only half of the slope in p: for y = 0 the term with 1 − p is left",
            lambda z, y, T: -y * (1 - sigma(z / T)) / T,
        ),
        Mistake(
            "this is the slope for the squared error ½(p − y)²; for the cross-entropy p(1 − p) "
            "cancels",
            lambda z, y, T: (sigma(z / T) - y) * sigma(z / T) * (1 - sigma(z / T)) / T,
        ),
        Mistake(
            "this is the loss itself; asked is its slope",
            lambda z, y, T: -y * log(sigma(z / T)) - (1 - y) * log(1 - sigma(z / T)),
        ),
        Mistake(
            "the minus is doubled: in σ(u) = 1/(1 + e⁻ᵘ) the exponent is −z/T",
            lambda z, y, T: (sigma(-z / T) - y) / T,
        ),
        Mistake(
            "this is the slope in T; asked is that in z",
            lambda z, y, T: (sigma(z / T) - y) * -z / T**2,
        ),
        Mistake(
            "the factor 1/T is there twice; z/T is one link",
            lambda z, y, T: (sigma(z / T) - y) / T**2,
        ),
    ],
    "logistic_losses": [
        Mistake(
            "e⁻ᵐ is formed for negative margins too, and at m = −1000 it overflows",
            silently(lambda m: np.log(1 + np.exp(-m))),
        ),
        Mistake(
            "math.exp stops where e⁻ᵐ is larger than any float64; take a form whose power is at "
            "most 1",
            lambda m: [math.log(1 + math.exp(-v)) for v in m],
        ),
        Mistake(
            "the form with eᵐ is right for m < 0 only: at m = 40 nothing of the loss is left, and "
            "at m = 1000 it overflows",
            silently(lambda m: -m + np.log1p(np.exp(m))),
        ),
        Mistake(
            "next to 1 a small power is rounded away: at m = 40 log(1 + …) gives 0; np.log1p keeps "
            "it",
            lambda m: np.maximum(0, -m) + np.log(1 + np.exp(-np.abs(m))),
        ),
        Mistake(
            "the larger of 0 and −m is only the first part; log(1 + e⁻ᵐ) with |m| in the exponent "
            "must be added",
            lambda m: np.maximum(0, -m),
        ),
        Mistake(
            "only the second part is here; where m < 0, −m must be added",
            lambda m: np.log1p(np.exp(-np.abs(m))),
        ),
        Mistake(
            "the sign of the margin is flipped: a large positive margin is right and costs little",
            lambda m: np.logaddexp(0, m),
        ),
        *(
            Mistake(
                f"clipping the margins at ±{bound} keeps the power finite, but the loss at −1000 "
                "is 1000 all the same",
                clipped(bound),
            )
            for bound in (30, 50, 100, 500, 700, 709)
        ),
        Mistake(
            "nan_to_num hides the overflow and puts 1.8e308 there; the loss at −1000 is 1000",
            silently(lambda m: np.nan_to_num(np.log1p(np.exp(-m)))),
        ),
        Mistake(
            "this is the logarithm to base 2; the natural one is meant",
            lambda m: np.logaddexp(0, -m) / np.log(2),
        ),
        Mistake(
            "this is the size of the slope, 1/(1 + eᵐ); asked is the loss",
            silently(lambda m: 1 / (1 + np.exp(m))),
        ),
        Mistake(
            "this is the mean over the margins; asked is one loss for each",
            lambda m: np.logaddexp(0, -m).mean(),
        ),
        Mistake(
            "`m *= …` and the like write into the caller's array; `m = m * …` makes a new one",
            losses_in_place,
        ),
    ],
    "logistic_gradient": [
        Mistake(
            "this is the broken function: the slope y of the margin yŷ in ŷ is missing",
            loss_and_gradient(lambda y, scores: -1 / (1 + np.exp(y * scores))),
        ),
        Mistake(
            "the inner slope y is missing in the slope of b",
            slope_of_b_without_y,
        ),
        Mistake(
            "the inner slope y is missing in the slopes of w",
            slope_of_w_without_y,
        ),
        Mistake(
            "the sign is flipped: this vector points downhill, the gradient uphill",
            loss_and_gradient(lambda y, scores: -right(y, scores)),
        ),
        Mistake(
            "y stands in front but is missing in the margin, which is y times the score",
            loss_and_gradient(lambda y, scores: -y / (1 + np.exp(scores))),
        ),
        Mistake(
            "the exponent has the wrong sign: so the samples that are right pull, and the wrong "
            "ones do not",
            loss_and_gradient(lambda y, scores: -y / (1 + np.exp(-y * scores))),
        ),
        Mistake(
            "p − y is for labels 0 and 1; here they are −1 and 1",
            loss_and_gradient(lambda y, scores: 1 / (1 + np.exp(-scores)) - y),
        ),
        Mistake(
            "e⁻ᵐ/(1 + e⁻ᵐ) is ∞/∞ at a large negative margin; 1/(1 + eᵐ) is the same and is safe",
            loss_and_gradient(of_pieces),
        ),
        Mistake(
            "the products are added up but not divided by n: the objective is a mean",
            loss_and_gradient(right, lambda X, s: X.T @ s, lambda X, s: s.sum()),
        ),
        Mistake(
            "the sum is divided by the number of weights, not of samples",
            loss_and_gradient(right, lambda X, s: X.T @ s / X.shape[1]),
        ),
        Mistake(
            "the pair is in the wrong order: the slopes of w come first, then that of b",
            lambda *a: loss_and_gradient(right)(*a)[::-1],
        ),
        Mistake(
            "one array is returned; asked is a pair: the slopes of w, then the slope of b",
            lambda *a: np.append(*loss_and_gradient(right)(*a)),
        ),
        Mistake("the b is missing in the scores", without_b),
    ],
    "walk_back": [
        Mistake(
            "a second part overwrites the first; parts that reach the same number add up",
            walk(backwards, overwrites),
        ),
        Mistake(
            "only the links of the last number count here: walk from the last number to the first, "
            "and return after the walk",
            walk(range, adds),
        ),
        Mistake(
            "the slope of the link is handed on alone; multiply it by the slope of the number "
            "itself",
            walk(backwards, ignores_own),
        ),
        Mistake("slopes along a chain multiply; here they are added", walk(backwards, sums)),
        Mistake(
            "nothing is handed on: add each part to what is there; and a range that counts down "
            "needs the step −1",
            walk(backwards, multiplies),
        ),
        Mistake(
            "the result must start with slope 1; from 0 nothing can be handed on",
            walk(backwards, adds, start=0.0),
        ),
        Mistake("all slopes start at 1; only that of the result does", all_from_one),
        Mistake("only the first link of each number is followed", first_parents),
        Mistake(
            "a number hands on before it has got all its parts, and the first parts count twice",
            depth_first,
        ),
        Mistake(
            "these are the slopes of all numbers in number 0; asked are those of the last number "
            "in all others",
            forwards_from_the_first,
        ),
        Mistake(
            "the slope of the result in itself must stay 1: it is the last entry",
            lambda links: np.append(walk(backwards, adds)(links)[:-1], 0.0),
        ),
        Mistake(
            "where a number uses another one twice, as in a · a, only one of the two links counts",
            last_link_of_each_parent,
        ),
        Mistake(
            "only the given numbers get a slope; asked is one for every number",
            given_numbers_only,
        ),
        Mistake(
            "the slopes are turned round: number 0 comes first",
            lambda links: walk(backwards, adds)(links)[::-1],
        ),
    ],
}

HARMLESS = {
    "walk_back": {
        "for k in reversed(range(len(links))): → for k in reversed(range(1, len(links))):": (
            "Number 0 was not made from others, so it has no links to walk."
        ),
    },
}

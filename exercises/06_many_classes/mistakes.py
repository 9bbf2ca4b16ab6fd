"""Wrong answers people give in set 06, as code, with the diagnosis each must get."""

import mpmath
import numpy as np

from coursekit.course.exercises.tasks import Mistake


def silently(answer):
    """The same function, without NumPy's warnings about overflow and logarithms of 0."""
    return np.errstate(all="ignore")(answer)


def each_class(weight):
    """The answer of one who gives this weight to classes of n_k samples, n in all, K classes."""
    return lambda counts: weight(sum(counts), len(counts), np.array(counts))


def by_softmax(shift=None, power=np.exp, total=None):
    """A softmax of which those parts are wrong that are given."""

    @silently
    def answer(z):
        powers = power(z - (top(z) if shift is None else shift(z)))
        return powers / (row_sums(powers) if total is None else total(powers))

    return answer


def top(z):
    return z.max(axis=1, keepdims=True)


def row_sums(powers):
    return powers.sum(axis=1, keepdims=True)


@silently
def sigmoids(z):
    return 1 / (1 + np.exp(-z))


def winner(z):
    return (z == top(z)) / row_sums((z == top(z)) + 0.0)


def hard_winner(z):
    return np.eye(z.shape[1])[z.argmax(axis=1)]


@silently
def log_softmax(z):
    return z - top(z) - np.log(row_sums(np.exp(z - top(z))))


@silently
def softmax_in_place(z):
    z -= top(z)
    return np.exp(z) / row_sums(np.exp(z))


def into_whole_numbers(z):
    shares = np.zeros_like(z)
    for i, row in enumerate(z):
        shares[i] = by_softmax()(row[None])[0]
    return shares


def first_row(z):
    return by_softmax()(z)[0]


def picked(y, table):
    return table[np.arange(len(y)), y]


def of_softmax(cost, softmax=None):
    """The answer of one who makes probabilities first, and this of them."""
    return silently(lambda y, z: cost(y, (softmax or by_softmax())(z)))


def minus_mean_log(y, p):
    return -np.mean(np.log(picked(y, p)))


def one_hot(y, p):
    return np.eye(p.shape[1])[y]


def all_classes(y, p):
    t = one_hot(y, p)
    return np.mean(np.sum(-t * log_or_zero(p) - (1 - t) * log_or_zero(1 - p), axis=1))


def log_or_zero(p):
    return np.log(np.where(p > 0, p, 1e-300))


def clipped(smallest):
    return of_softmax(lambda y, p: -np.mean(np.log(np.maximum(picked(y, p), smallest))))


def of_logarithms(cost, logarithms):
    """The answer of one who takes this of logarithms of the probabilities."""
    return silently(lambda y, z: cost(y, logarithms(z)))


def minus_one_hot(y, log_p):
    return -np.sum(one_hot(y, log_p) * log_p) / len(y)


def log_sum_exp(z, shift):
    return np.log(np.exp(z - shift).sum(axis=1))


def in_scores(cost):
    """The answer of one who takes the mean of these costs of scores."""
    return silently(lambda y, z: np.mean(cost(y, z)))


@silently
def cross_entropy_in_place(y, z):
    z -= top(z)
    return np.mean(log_sum_exp(z, 0) - picked(y, z))


def powers(z_0, z_1, z_2):
    return e**z_0, e**z_1, e**z_2


def in_powers(formula):
    """The answer of one who writes this of the three powers."""
    return lambda *z: formula(*powers(*z))


def log(u):
    """The logarithm, for numbers and for symbols."""
    if hasattr(u, "free_symbols"):
        import sympy as sp

        return sp.log(u)
    return mpmath.log(u)


e = np.e
WHOLE = "`np.zeros_like(z)` of whole scores holds whole numbers, and what you put in is cut off; "
WHOLE += "np.zeros(z.shape) holds any"
IN_PLACE = "`z -= …` writes into the caller's array; `z = z − …` makes a new one"
KEEPDIMS = "keepdims=True is missing in the {}: shape (n,) is lined up with the classes, not with "
KEEPDIMS += "the samples"

# What people make of the logarithms of the probabilities, shape (n, K).
COSTS = (
    (
        "the minus sign is missing: a loss is never negative",
        lambda y, log_p: np.mean(picked(y, log_p)),
    ),
    (
        "this is the sum over the samples, the 1/n is missing",
        lambda y, log_p: -np.sum(picked(y, log_p)),
    ),
    (
        "the sum is divided by n·K, the number of entries; the mean is over the n samples",
        lambda y, log_p: -np.sum(picked(y, log_p)) / log_p.size,
    ),
    (
        "the sum is divided by the number of classes; the mean is over the samples",
        lambda y, log_p: -np.sum(picked(y, log_p)) / log_p.shape[1],
    ),
    (
        "these are the losses of each sample; asked is their mean",
        lambda y, log_p: -picked(y, log_p),
    ),
    (
        "[:, y] takes every label in every row; [np.arange(n), y] takes one for each row",
        lambda y, log_p: -np.mean(log_p[:, y]),
    ),
    (
        "[y] takes whole rows, as if the label were the number of a sample",
        lambda y, log_p: -np.mean(log_p[y]),
    ),
    (
        "the mean goes over all classes; only the true class of each sample pays",
        lambda y, log_p: -np.mean(log_p),
    ),
    (
        "y is multiplied as if it were one-hot; it holds the number of the class",
        lambda y, log_p: -np.mean(np.sum(y[:, None] * log_p, axis=1)),
    ),
    (
        "the labels count from 0 here, so y − 1 is another class",
        lambda y, log_p: -np.mean(picked(y - 1, log_p)),
    ),
    (
        "this is the logarithm to base 2; cross-entropy here takes the natural one",
        lambda y, log_p: -np.mean(picked(y, log_p)) / np.log(2),
    ),
    (
        "this is the logarithm to base 10; cross-entropy here takes the natural one",
        lambda y, log_p: -np.mean(picked(y, log_p)) / np.log(10),
    ),
    (
        "y is multiplied entry by entry; it says which entry of a row to take: [np.arange(n), y]",
        lambda y, log_p: -np.mean(y * log_p),
    ),
)
# How they come by these logarithms, and what is still wrong if that is not the safe way.
LOGARITHMS = {
    "": log_softmax,
    " (next: p can become 0, and −log 0 is ∞)": lambda z: np.log(by_softmax()(z)),
    " (next: without a shift e^1000 is ∞)": lambda z: np.log(by_softmax(lambda z: 0)(z)),
}
ZERO_TIMES_INFINITY = {
    "0 · log 0 is nan: one-hot times log p also touches the other classes, whose p may be 0": (
        lambda z: np.log(by_softmax()(z))
    ),
    "the softmax is not shifted, so e^1000 overflows; besides, one-hot times log p makes "
    "0 · log 0 = nan": lambda z: np.log(by_softmax(lambda z: 0)(z)),
}

MISTAKES = {
    "class_weights": [
        Mistake(
            "all samples weigh the same here; the sum is to be the same in each class, and a rare "
            "class has fewer samples",
            each_class(lambda n, k, n_k: 1 / k + 0 * n_k),
        ),
        Mistake(
            "every weight is 1, so the totals of the classes are their counts, which differ",
            each_class(lambda n, k, n_k: 1 + 0 * n_k),
        ),
        Mistake(
            "the shares in reverse order are larger for rare classes, but weight times count is "
            "not the same in each",
            each_class(lambda n, k, n_k: n_k[::-1] / n),
        ),
        Mistake(
            "n/n_k makes the three totals equal, but each is n = 200: the mean weight is then 3",
            each_class(lambda n, k, n_k: n / n_k),
        ),
        Mistake(
            "1/n_k has the right ratios; the weights of all samples must still add up to n",
            each_class(lambda n, k, n_k: 1 / n_k),
        ),
        Mistake(
            "these weights add up to 1 over the classes; over all samples they must add up to n",
            each_class(lambda n, k, n_k: 1 / n_k / np.sum(1 / n_k)),
        ),
        Mistake(
            "the ratios are right, but the largest class has weight 1: then the mean weight over "
            "the samples is above 1",
            each_class(lambda n, k, n_k: n_k.max() / n_k),
        ),
        Mistake(
            "the ratios are right, but the rarest class has weight 1: then the mean weight over "
            "the samples is below 1",
            each_class(lambda n, k, n_k: n_k.min() / n_k),
        ),
        Mistake(
            "these are the shares of the classes; a rare class needs a larger weight, not a "
            "smaller one",
            each_class(lambda n, k, n_k: n_k / n),
        ),
        Mistake(
            "the fraction is upside down: a rare class needs a larger weight, not a smaller one",
            each_class(lambda n, k, n_k: k * n_k / n),
        ),
        Mistake(
            "1 − n_k/n is larger for rare classes, but the totals of the classes are not equal",
            each_class(lambda n, k, n_k: 1 - n_k / n),
        ),
        Mistake(
            "the total n is shared by two here; there are three classes",
            each_class(lambda n, k, n_k: n / (2 * n_k)),
        ),
        Mistake(
            "with the root the totals are not equal: weight times count must be the same",
            each_class(lambda n, k, n_k: np.sqrt(n / (k * n_k))),
        ),
        Mistake(
            "the order is reversed: class 0 is the one with 120 samples",
            each_class(lambda n, k, n_k: n / (k * n_k[::-1])),
        ),
        Mistake(
            "these are the totals of the classes; asked is the weight of one sample in each",
            each_class(lambda n, k, n_k: n / k + 0 * n_k),
        ),
    ],
    "softmax_rows": [
        Mistake(
            "no shift: e^1000 overflows to ∞, and ∞/∞ is nan; subtract the largest score of the "
            "row first",
            by_softmax(shift=lambda z: 0),
        ),
        Mistake(
            "no shift, and the nan that comes of it is replaced by 0: the true probabilities are "
            "not 0",
            silently(lambda z: np.nan_to_num(by_softmax(lambda z: 0)(z))),
        ),
        Mistake(
            "a small number in the denominator prevents 0/0, but not the overflow; subtract the "
            "largest score first",
            by_softmax(lambda z: 0, total=lambda powers: row_sums(powers) + 1e-12),
        ),
        Mistake(
            "log-sum-exp without a shift: the sum overflows, or becomes 0; subtract the largest "
            "score first",
            silently(lambda z: np.exp(z - np.log(row_sums(np.exp(z))))),
        ),
        Mistake(
            "one maximum for the whole array: in a row far below it all powers become 0, and 0/0 "
            "is nan",
            by_softmax(shift=lambda z: z.max()),
        ),
        Mistake(
            "the maximum is taken down the columns (axis=0): scores of one row are then moved by "
            "different amounts",
            by_softmax(shift=lambda z: z.max(axis=0)),
        ),
        Mistake(
            "the sum is taken down the columns (axis=0); the classes of one sample stand in a row",
            by_softmax(total=lambda powers: powers.sum(axis=0)),
        ),
        Mistake(
            "maximum and sum are taken down the columns (axis=0); the classes of one sample stand "
            "in a row",
            by_softmax(lambda z: z.max(axis=0), total=lambda powers: powers.sum(axis=0)),
        ),
        Mistake(
            "no shift, and the sum is taken down the columns (axis=0); the classes of one sample "
            "stand in a row",
            by_softmax(lambda z: 0, total=lambda powers: powers.sum(axis=0)),
        ),
        Mistake(
            "the sum is over all rows, so that the whole array sums to 1; each row must",
            by_softmax(total=np.sum),
        ),
        Mistake(
            "one maximum and one sum for the whole array: this treats all rows as a single one",
            by_softmax(lambda z: z.max(), total=np.sum),
        ),
        Mistake(
            "no shift, and one sum for the whole array: each row must sum to 1",
            by_softmax(lambda z: 0, total=np.sum),
        ),
        Mistake(KEEPDIMS.format("sum"), by_softmax(total=lambda powers: powers.sum(axis=1))),
        Mistake(KEEPDIMS.format("maximum"), by_softmax(shift=lambda z: z.max(axis=1))),
        Mistake(
            KEEPDIMS.format("maximum and in the sum"),
            by_softmax(lambda z: z.max(axis=1), total=lambda powers: powers.sum(axis=1)),
        ),
        Mistake(
            "no shift, and keepdims=True is missing in the sum: shape (n,) is lined up with the "
            "classes",
            by_softmax(lambda z: 0, total=lambda powers: powers.sum(axis=1)),
        ),
        Mistake(
            "the mean of a row is subtracted: a score far above the mean still overflows; subtract "
            "the largest",
            by_softmax(shift=lambda z: z.mean(axis=1, keepdims=True)),
        ),
        Mistake(
            "the smallest score is subtracted: the largest one still overflows; subtract the "
            "largest",
            by_softmax(shift=lambda z: z.min(axis=1, keepdims=True)),
        ),
        Mistake(
            "the largest size |z| is subtracted: negative scores are then pushed further down, "
            "until all powers are 0",
            by_softmax(shift=lambda z: np.abs(z).max(axis=1, keepdims=True)),
        ),
        Mistake(
            "large scores are cut off, so that different ones become equal; subtracting the "
            "largest keeps their differences",
            silently(lambda z: by_softmax()(np.clip(z, -500, 500))),
        ),
        Mistake(
            "scores are divided by the largest one; that changes the differences, subtract it",
            silently(lambda z: by_softmax()(z / top(z))),
        ),
        Mistake(
            "the largest score is subtracted above the line only; below it the same powers must "
            "stand",
            silently(lambda z: np.exp(z - top(z)) / row_sums(np.exp(z))),
        ),
        Mistake(
            "the scores are divided by their sum, without the exponential function",
            silently(lambda z: z / row_sums(z)),
        ),
        Mistake(
            "the sign of the scores is flipped: a large score must get a large probability",
            silently(lambda z: by_softmax()(-z)),
        ),
        Mistake("this is softmax to base 2; the powers are those of e", by_softmax(power=np.exp2)),
        Mistake(
            "each score goes through a sigmoid by itself; the probabilities of a row must sum to 1",
            sigmoids,
        ),
        Mistake(
            "the powers are not divided by their sum yet",
            silently(lambda z: np.exp(z - top(z))),
        ),
        Mistake("the powers are not shifted, and not divided by their sum yet", silently(np.exp)),
        Mistake(
            "the powers are divided by the largest; divided by their sum, they sum to 1",
            by_softmax(lambda z: 0, total=top),
        ),
        Mistake(
            "the largest score gets all, the others nothing: this is the answer, not the "
            "probabilities",
            hard_winner,
        ),
        Mistake(
            "the largest scores share all, the others get nothing: this is the answer, not the "
            "probabilities",
            winner,
        ),
        Mistake("these are the logarithms of the probabilities", log_softmax),
        Mistake("only the first row is returned; asked is one row for each sample", first_row),
        Mistake(WHOLE, into_whole_numbers),
        Mistake(IN_PLACE, softmax_in_place),
        Mistake(
            "these are the winning classes; asked is a probability for each class",
            lambda z: z.argmax(axis=1),
        ),
    ],
    "mean_cross_entropy": [
        Mistake(
            "the softmax is taken as it stands: e^1000 overflows to ∞, and ∞/∞ is nan",
            of_softmax(minus_mean_log, by_softmax(lambda z: 0)),
        ),
        Mistake(
            "log-sum-exp without a shift: e^1000 overflows to ∞; pull the largest score of the row "
            "out first",
            in_scores(lambda y, z: log_sum_exp(z, 0) - picked(y, z)),
        ),
        Mistake(
            "the softmax is safe, its logarithm is not: p becomes 0, and −log 0 is ∞; write "
            "−log p_y in the scores first",
            of_softmax(minus_mean_log),
        ),
        *(
            Mistake(
                f"p is kept above {smallest:g}, so nothing costs more than "
                f"{-np.log(smallest):.1f}; write −log p_y in the scores, and no bound is needed",
                clipped(smallest),
            )
            for smallest in (1e-300, 1e-20, 1e-16, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
        ),
        *(
            Mistake(
                f"p + {small:g} stands for p: nothing costs more than {-np.log(small):.1f}, and a "
                "sure right answer costs less than 0; write −log p_y in the scores",
                of_softmax(lambda y, p, small=small: minus_mean_log(y, p + small)),
            )
            for small in (1e-8, 1e-7, 1e-6)
        ),
        Mistake(
            "one maximum for the whole array: in a row far below it all powers become 0, and "
            "log 0 is −∞",
            in_scores(lambda y, z: z.max() + log_sum_exp(z, z.max()) - picked(y, z)),
        ),
        Mistake(
            "the softmax has one maximum for the whole array, and a row far below it becomes 0/0",
            of_softmax(minus_mean_log, by_softmax(lambda z: z.max())),
        ),
        Mistake(
            "the maximum is subtracted inside the sum, but not added back outside",
            in_scores(lambda y, z: log_sum_exp(z, top(z)) - picked(y, z)),
        ),
        Mistake(
            "the maximum is added back and z_y is shifted too: one of the two, or it counts twice",
            in_scores(lambda y, z: top(z)[:, 0] + log_sum_exp(z, top(z)) - picked(y, z - top(z))),
        ),
        Mistake(
            "this is log-sum-exp alone; the score of the true class is not subtracted",
            in_scores(lambda y, z: top(z)[:, 0] + log_sum_exp(z, top(z))),
        ),
        Mistake(
            "the logarithm is missing: Σ e^(z_k − m) itself is taken",
            in_scores(lambda y, z: top(z)[:, 0] + np.exp(z - top(z)).sum(axis=1) - picked(y, z)),
        ),
        Mistake(
            "this is the lead of the best score, max z − z_y; the sum over the other classes is "
            "missing",
            in_scores(lambda y, z: z.max(axis=1) - picked(y, z)),
        ),
        Mistake(
            "this is the multiclass hinge; asked is the cross-entropy",
            in_scores(lambda y, z: np.max(z + 1 - one_hot(y, z) - picked(y, z)[:, None], axis=1)),
        ),
        Mistake(
            "this is the mean of 1 − p_y; cross-entropy takes −log p_y",
            of_softmax(lambda y, p: np.mean(1 - picked(y, p))),
        ),
        Mistake(
            "the mean is taken before the logarithm; each sample has a logarithm of its own",
            of_softmax(lambda y, p: -np.log(np.mean(picked(y, p)))),
        ),
        Mistake(
            "this is the share of wrong answers; asked is the cross-entropy",
            in_scores(lambda y, z: z.argmax(axis=1) != y),
        ),
        Mistake(
            "a sigmoid for each score by itself: p_y must compete with the other classes of its "
            "row",
            silently(lambda y, z: np.mean(np.logaddexp(0, -picked(y, z)))),
        ),
        Mistake(
            "the scores are taken for probabilities; turn them into probabilities first",
            silently(lambda y, z: -np.mean(np.log(picked(y, z)))),
        ),
        Mistake(
            "the other classes pay −log(1 − p_k) as well; here only the true class pays",
            of_softmax(all_classes),
        ),
        Mistake(
            "−log of the largest probability is taken, whatever the label is",
            of_softmax(lambda y, p: -np.mean(np.log(p.max(axis=1)))),
        ),
        *(
            Mistake(diagnosis + ending, of_logarithms(cost, logarithms))
            for ending, logarithms in LOGARITHMS.items()
            for diagnosis, cost in COSTS
        ),
        *(
            Mistake(diagnosis, of_logarithms(minus_one_hot, logarithms))
            for diagnosis, logarithms in ZERO_TIMES_INFINITY.items()
        ),
        Mistake(IN_PLACE, cross_entropy_in_place),
        Mistake(
            "the label multiplies the logarithms as a number; it says which of them to take",
            lambda y, z: -(y[:, None] * log_softmax(z)).mean(),
        ),
    ],
    "slope_of_rival": [
        Mistake(
            "this is p_1 − 1; the 1 belongs to the true class, and that is class 0",
            in_powers(lambda a, b, c: b / (a + b + c) - 1),
        ),
        Mistake(
            "the sign is flipped: the loss grows with the score of a wrong class",
            in_powers(lambda a, b, c: -b / (a + b + c)),
        ),
        Mistake(
            "this is p_0 − 1, the slope in z_0; asked is the one in z_1",
            in_powers(lambda a, b, c: a / (a + b + c) - 1),
        ),
        Mistake(
            "this is p_0; asked is the slope in z_1",
            in_powers(lambda a, b, c: a / (a + b + c)),
        ),
        Mistake(
            "this is 1/S; by the chain rule the slope of S in z_1 must multiply it",
            in_powers(lambda a, b, c: 1 / (a + b + c)),
        ),
        Mistake(
            "this is the slope of S alone; that of log S is divided by S",
            in_powers(lambda a, b, c: b),
        ),
        Mistake(
            "this is the slope of p_0 in z_1; the loss is −log p_0, so −1/p_0 must multiply it",
            in_powers(lambda a, b, c: -a * b / (a + b + c) ** 2),
        ),
        Mistake(
            "this is the slope of −p_0; the loss has a logarithm",
            in_powers(lambda a, b, c: a * b / (a + b + c) ** 2),
        ),
        Mistake(
            "this is p_1(1 − p_1), the slope of p_1; asked is that of −log p_0",
            in_powers(lambda a, b, c: b * (a + c) / (a + b + c) ** 2),
        ),
        Mistake(
            "this is −1/p_0, the slope in the probability p_0; asked is the slope in a score",
            in_powers(lambda a, b, c: -(a + b + c) / a),
        ),
        Mistake(
            "z_2 is left out: all three powers stand in the sum, though only z_1 moves",
            in_powers(lambda a, b, c: b / (a + b)),
        ),
        Mistake(
            "this is a sigmoid of z_1 alone; softmax divides by the sum over all three",
            in_powers(lambda a, b, c: b / (1 + b)),
        ),
        Mistake(
            "the loss does depend on z_1: e^(z_1) stands in the sum below the line",
            in_powers(lambda a, b, c: 0 * a),
        ),
        Mistake(
            "this is the loss itself; asked is its slope in z_1",
            in_powers(lambda a, b, c: log(a + b + c) - log(a)),
        ),
        Mistake(
            "S stands squared below the line; the slope of log S divides by S once",
            in_powers(lambda a, b, c: b / (a + b + c) ** 2),
        ),
    ],
}

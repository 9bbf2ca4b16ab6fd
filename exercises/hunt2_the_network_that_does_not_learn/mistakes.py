"""Wrong answers people give in bug hunt 2, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def in_place_draws(draws):
    draws *= np.sqrt(2 / len(draws))
    return draws


def softplus(s):
    return np.logaddexp(0, s)


def sigmoid(s):
    return np.exp(s - softplus(s))


def losses(value=None, slopes=None):
    """The pair, of which these parts (functions of scores and y) are wrong."""
    value = value or (lambda s, y: (softplus(s) - y * s).mean())
    slopes = slopes or (lambda s, y: (sigmoid(s) - y) / len(y))
    return lambda scores, y: (value(scores, y), slopes(scores, y))


def broken_loss(scores, y):
    powers = np.exp(scores)
    return (np.log(1 + powers) - y * scores).mean(), (powers / (1 + powers) - y) / len(y)


def mirrored(scores, y):
    p = 1 / (1 + np.exp(-scores))
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(), (p - y) / len(y)


def clipped(scores, y):
    p = np.clip(sigmoid(scores), 1e-7, 1 - 1e-7)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(), (p - y) / len(y)


def with_tiny(scores, y):
    p = 1 / (1 + np.exp(-scores))
    return -(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12)).mean(), (p - y) / len(y)


def cut(bound):
    return lambda scores, y: losses()(np.clip(scores, -bound, bound), y)


def plus_minus(s, y):
    return softplus(-y * s).mean()


def step(bend=None, w1=None, b1=None, w2=None, bias=None, order=None):
    """A step of which one part is wrong; `bend(by_active, sums, active)` gives by_sums."""

    def answer(X, slopes, W1, b_1, w_2, b_2, rate):
        sums = X @ W1 + b_1
        active = np.maximum(sums, 0)
        new_w2 = w_2 - rate * active.T @ slopes
        by_active = np.outer(slopes, new_w2 if order == "w2 first" else w_2)
        by_sums = bend(by_active, sums, active) if bend else by_active * (sums > 0)
        new_W1 = W1 - rate * X.T @ by_sums
        new_b1 = b_1 - rate * (b1(by_sums) if b1 else by_sums.sum(axis=0))
        if order == "W1 first":
            new_w2 = w_2 - rate * np.maximum(X @ new_W1 + new_b1, 0).T @ slopes
        if w2:
            new_w2 = w2(w_2, sums, active, slopes, rate)
        if w1:
            new_W1 = w1(W1, X, by_sums, rate)
        new_b2 = bias(b_2, slopes, rate) if bias else b_2 - rate * slopes.sum()
        return new_W1, new_b1, new_w2, new_b2

    return answer


def uphill(X, slopes, W1, b1, w2, b2, rate):
    return step()(X, slopes, W1, b1, w2, b2, -rate)


def averaged(X, slopes, W1, b1, w2, b2, rate):
    return step()(X, slopes, W1, b1, w2, b2, rate / len(X))


def moved_in_place(X, slopes, W1, b1, w2, b2, rate):
    new_W1, new_b1, new_w2, new_b2 = step()(X, slopes, W1, b1, w2, b2, rate)
    W1[:], b1[:], w2[:] = new_W1, new_b1, new_w2
    return W1, b1, w2, new_b2


def broken_in_place(X, slopes, W1, b1, w2, b2, rate):
    new_W1, new_b1, new_w2, new_b2 = step(order="w2 first")(X, slopes, W1, b1, w2, b2, rate)
    W1[:], b1[:], w2[:] = new_W1, new_b1, new_w2
    return W1, b1, w2, new_b2


def slices(n, size):
    return [slice(k, k + size) for k in range(0, n, size)]


def batches(make):
    """The batches that make(X, y, rows, order) gives for each part of the order."""

    def answer(X, y, order, size):
        return tuple(make(X, y, order[part], part) for part in slices(len(order), size))

    return answer


def broken_batches(X, y, order, size):
    return batches(lambda X_, y_, rows, part: (X[order][rows], y[rows]))(X, y, order, size)


def both_twice(X, y, order, size):
    return right_batches(X[order], y[order], order, size)


def right_batches(X, y, order, size):
    return batches(lambda X, y, rows, part: (X[rows], y[rows]))(X, y, order, size)


def backwards(X, y, order, size):
    return right_batches(X, y, np.argsort(order), size)


def dropped(X, y, order, size):
    return right_batches(X, y, order[: len(order) // size * size], size)


def filled(X, y, order, size):
    n = len(order)
    full = np.resize(order, -(-n // size) * size)
    return right_batches(X, y, full, size)


def so_many(X, y, order, size):
    return tuple((X[rows], y[rows]) for rows in np.array_split(order, size))


def overlapping(X, y, order, size):
    parts = [order[k : k + size] for k in range(len(order))]
    return tuple((X[rows], y[rows]) for rows in parts)


def swapped_pair(X, y, order, size):
    return tuple((labels, samples) for samples, labels in right_batches(X, y, order, size))


def shuffled_in_place(X, y, order, size):
    X[:], y[:] = X[order], y[order]
    return tuple((X[part], y[part]) for part in slices(len(order), size))


def broken_in_caller(X, y, order, size):
    X[:] = X[order]
    return right_batches(X, y, order, size)


def path(start, moves):
    return start + np.cumsum(moves, axis=0)


def at(epoch):
    """The parameters after the epoch that epoch(losses) names."""
    return lambda start, moves, losses: path(start, moves)[epoch(losses)]


def first_rise(losses):
    rises = np.flatnonzero(np.diff(losses) >= 0)
    return rises[0] if len(rises) else len(losses) - 1


def before_the_move(start, moves, losses):
    return np.vstack([start, path(start, moves)])[np.argmin(losses)]


def last_in_place(start, moves, losses):
    for move in moves:
        start += move
    return start


def right_in_place(start, moves, losses):
    best = at(np.argmin)(start, moves, losses)
    for move in moves:
        start += move
    return best


MISTAKES = {
    "starting_weights": [
        Mistake(
            "this is the broken function: 2/p is the variance, and the draws are multiplied by "
            "its root",
            lambda draws: draws * 2 / len(draws),
        ),
        Mistake(
            "the root is taken of the 2 alone; it belongs to 2/p as a whole",
            lambda draws: draws * np.sqrt(2) / len(draws),
        ),
        Mistake(
            "the root is taken of p alone; it belongs to 2/p as a whole",
            lambda draws: draws * 2 / np.sqrt(len(draws)),
        ),
        Mistake(
            "p is taken to be the number of units, the columns; a sum runs over the inputs, the "
            "rows",
            lambda draws: draws * np.sqrt(2 / draws.shape[1]),
        ),
        Mistake(
            "draws.size counts all weights; a sum runs over the inputs of one unit, the rows",
            lambda draws: draws * np.sqrt(2 / draws.size),
        ),
        Mistake(
            "the variance is 1/p here; ReLU throws half of the square away, so it must be 2/p",
            lambda draws: draws * np.sqrt(1 / len(draws)),
        ),
        Mistake(
            "this is Glorot's variance, 2/(p + q); asked is 2/p",
            lambda draws: draws * np.sqrt(2 / sum(draws.shape)),
        ),
        Mistake(
            "it divides where it should multiply: more inputs need smaller weights",
            lambda draws: draws / np.sqrt(2 / len(draws)),
        ),
        Mistake(
            "the draws are multiplied by 0.01 for any p; how large weights should be depends on p",
            lambda draws: 0.01 * draws,
        ),
        Mistake(
            "all units get the numbers of the first, and stay twins; each weight has a draw of its "
            "own",
            lambda draws: draws[:, :1] * np.sqrt(2 / len(draws)) * np.ones(draws.shape),
        ),
        Mistake(
            "the weights are all alike, so all units compute the same; use the draws",
            lambda draws: np.full(draws.shape, np.sqrt(2 / len(draws))),
        ),
        Mistake(
            "weights that are all 0 never move: no slope gets through a layer of zeros",
            np.zeros_like,
        ),
        Mistake(
            "`draws *= …` writes into the caller's array; `draws * …` makes a new one",
            in_place_draws,
        ),
    ],
    "loss_and_slopes": [
        Mistake(
            "this is the broken function: np.exp(scores) is inf from 710 on, and inf / inf is nan",
            broken_loss,
        ),
        Mistake(
            "log(p) is −inf where p is rounded to 0, or 1 − p is; compute the loss from the score "
            "itself",
            mirrored,
        ),
        Mistake(
            "the probabilities are clipped, so no sample costs more than about 16; compute the "
            "loss from the score itself",
            clipped,
        ),
        Mistake(
            "a tiny number inside the logarithm only hides the zero: no sample costs more than "
            "about 28",
            with_tiny,
        ),
        Mistake(
            "the scores are cut at ±500, which avoids inf but makes a loss of 1000 one of 500",
            cut(500),
        ),
        Mistake(
            "the scores are cut at ±700, which avoids inf but makes a loss of 1000 one of 700",
            cut(700),
        ),
        Mistake(
            "nan is replaced by 0: a sample with a large score then has no say",
            lambda s, y: tuple(np.nan_to_num(part) for part in broken_loss(s, y)),
        ),
        Mistake(
            "the 1/n is missing in the slopes: the loss is a mean over the n samples",
            losses(slopes=lambda s, y: sigmoid(s) - y),
        ),
        Mistake(
            "the losses are summed; asked is their mean",
            losses(lambda s, y: (softplus(s) - y * s).sum()),
        ),
        Mistake(
            "one loss for each sample is returned; asked is their mean",
            losses(lambda s, y: softplus(s) - y * s),
        ),
        Mistake(
            "the signs of the slopes are flipped: the slope is σ(score) − y",
            losses(slopes=lambda s, y: (y - sigmoid(s)) / len(y)),
        ),
        Mistake(
            "y is missing in the slopes: the slope is σ(score) − y",
            losses(slopes=lambda s, y: sigmoid(s) / len(y)),
        ),
        Mistake(
            "log(1 + exp(−y · score)) is for labels −1 and 1; here they are 0 and 1",
            losses(plus_minus),
        ),
        Mistake(
            "log1p(exp(−|s|)) is only the small part; maximum(s, 0) − y · s is to be added",
            losses(lambda s, y: np.log1p(np.exp(-np.abs(s))).mean()),
        ),
    ],
    "sgd_step": [
        Mistake(
            "this is the broken function: w2 has moved before the slopes of W1 and b1 go back "
            "through it",
            step(order="w2 first"),
        ),
        Mistake(
            "now W1 and b1 move first, and the step of w2 is taken with new active numbers; all "
            "slopes belong to the old weights",
            step(order="W1 first"),
        ),
        Mistake(
            "the order is still that of the broken function, and `-=` writes into the caller's "
            "arrays as well",
            broken_in_place,
        ),
        Mistake(
            "the slope of the bend is gone; it was right (and active >= 0 is always true)",
            step(lambda by_active, sums, active: by_active),
        ),
        Mistake(
            "the bend itself is applied to the slopes; they are multiplied by its slope, 1 or 0",
            step(lambda by_active, sums, active: np.maximum(by_active, 0)),
        ),
        Mistake(
            "the slopes are multiplied by the active numbers; they need the slope of the bend, "
            "1 or 0",
            step(lambda by_active, sums, active: by_active * active),
        ),
        Mistake(
            "what goes into w2 are the active numbers, after the bend; the sums are before it",
            step(w2=lambda w2, sums, active, slopes, rate: w2 - rate * sums.T @ slopes),
        ),
        Mistake(
            "the mean is taken twice: the 1/n is in the slopes already",
            averaged,
        ),
        Mistake(
            "the slope by b1 is averaged; the 1/n is in the slopes already, so sum them",
            step(b1=lambda by_sums: by_sums.mean(axis=0)),
        ),
        Mistake(
            "the step goes uphill: subtract the slopes",
            uphill,
        ),
        Mistake(
            "the biases are left where they were; they take steps as the weights do",
            step(b1=lambda by_sums: 0, bias=lambda b2, slopes, rate: b2),
        ),
        Mistake(
            "b2 is left where it was; it takes a step too",
            step(bias=lambda b2, slopes, rate: b2),
        ),
        Mistake(
            "w2 is left where it was; it takes a step too",
            step(w2=lambda w2, sums, active, slopes, rate: w2),
        ),
        Mistake(
            "`-=` writes into the caller's arrays; `w2 = w2 - …` makes a new one",
            moved_in_place,
        ),
    ],
    "epoch_batches": [
        Mistake(
            "this is the broken function: X is put in order twice and y once, so each sample gets "
            "a stranger's label",
            broken_batches,
        ),
        Mistake(
            "both are put in order twice: the pairs are right, but they do not come in this order",
            both_twice,
        ),
        Mistake(
            "only X is shuffled; the labels must go with it",
            batches(lambda X, y, rows, part: (X[rows], y[part])),
        ),
        Mistake(
            "only y is shuffled; the samples must go with it",
            batches(lambda X, y, rows, part: (X[part], y[rows])),
        ),
        Mistake(
            "nothing is shuffled any more; order says which rows come next",
            batches(lambda X, y, rows, part: (X[part], y[part])),
        ),
        Mistake(
            "it goes by the opposite order: row order[0] comes first, and np.argsort(order) says "
            "at which place a row comes",
            backwards,
        ),
        Mistake(
            "the last batch is dropped when it is not full; it holds what is left over",
            dropped,
        ),
        Mistake(
            "the last batch is filled up with rows from the beginning; it holds what is left over",
            filled,
        ),
        Mistake(
            "size is taken to be the number of batches; it is the number of samples in one",
            so_many,
        ),
        Mistake(
            "a batch begins at every row; the next one begins where the last one ends",
            overlapping,
        ),
        Mistake(
            "the pair is in the wrong order: X comes first, then y",
            swapped_pair,
        ),
        Mistake(
            "the caller's X and y are overwritten; X[order] makes a new array",
            shuffled_in_place,
        ),
        Mistake(
            "X is put in order twice, and the first time in the caller's array",
            broken_in_caller,
        ),
    ],
    "best_parameters": [
        Mistake(
            "this is the broken function: best is the same array as theta, which goes on moving, "
            "so the last parameters are returned",
            at(lambda losses: -1),
        ),
        Mistake(
            "`+=` writes into the caller's start, and best is that same array: copy both",
            last_in_place,
        ),
        Mistake(
            "best is right now, but theta = start gives the caller's array a second name, and += "
            "writes into it",
            right_in_place,
        ),
        Mistake(
            "these are the parameters before the move of the best epoch; its loss is measured "
            "after it",
            before_the_move,
        ),
        Mistake(
            "of equal losses the last is taken; only a lower one is better",
            at(lambda losses: len(losses) - 1 - np.argmin(losses[::-1])),
        ),
        Mistake(
            "the first rise ends the search; a later epoch may be better still",
            at(first_rise),
        ),
        Mistake(
            "the parameters with the highest loss are kept; a loss should be low",
            at(np.argmax),
        ),
        Mistake(
            "only the move of the best epoch is added; all moves up to it count",
            lambda start, moves, losses: start + moves[np.argmin(losses)],
        ),
        Mistake(
            "this is the move of the best epoch; asked are the parameters after it",
            lambda start, moves, losses: moves[np.argmin(losses)],
        ),
        Mistake(
            "the moves are added up without the start",
            lambda start, moves, losses: path(0 * start, moves)[np.argmin(losses)],
        ),
        Mistake(
            "this is the number of the best epoch; asked are its parameters",
            lambda start, moves, losses: np.argmin(losses),
        ),
    ],
}

# Changes of the solution that change no answer, and why.
HARMLESS = {
    "sgd_step": {
        "by_sums = np.outer(slopes, w2) * (sums > 0) → "
        "by_sums = np.outer(slopes, w2) * (sums >= 0)": (
            "A sum that is exactly 0 is at the kink of ReLU, where either slope may be taken."
        ),
    },
}

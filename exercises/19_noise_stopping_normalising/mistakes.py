"""Wrong answers people give in set 19, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def dropped(factor=lambda kept, drop: kept / (1 - drop), in_use=lambda x, drop: x, kept=None):
    """Dropout in which only these pieces are wrong; `kept` says which numbers stay."""

    def answer(x, draws, drop, mode):
        if mode == "use":
            return in_use(x, drop)
        stays = kept(draws, drop) if kept else draws >= drop
        return x * factor(stays, drop)

    return answer


def by_drop(kept, drop):
    with np.errstate(all="ignore"):
        return kept / np.float64(drop)


def zeroed_in_place(x, draws, drop, mode):
    if mode == "training":
        x[draws < drop] = 0
        return x / (1 - drop)
    return x


def in_place(x, draws, drop, mode):
    if mode == "training":
        x[draws < drop] = 0
        x /= 1 - drop
    return x


def always(x, draws, drop, mode):
    return x * (draws >= drop) / (1 - drop)


def never(x, draws, drop, mode):
    return x


def the_wrong_way_round(x, draws, drop, mode):
    return x if mode == "training" else x * (draws >= drop) / (1 - drop)


def removed(x, draws, drop, mode):
    return x[draws >= drop] / (1 - drop) if mode == "training" else x


def set_to_the_mean(x, draws, drop, mode):
    return np.where(draws >= drop, x, x.mean()) if mode == "training" else x


def by_share(x, draws, drop, mode):
    kept = draws >= drop
    return x * kept / max(kept.mean(), 1e-12) if mode == "training" else x


def stop(
    improves=lambda loss, best: loss < best,
    enough=lambda waited, patience: waited >= patience,
    answer=lambda best, k, losses, patience: (best + 1, k + 1),
):
    """Early stopping in which only these pieces are wrong; k counts from 0."""

    def epochs(losses, patience):
        best = 0
        for k, loss in enumerate(losses):
            if improves(loss, losses[best]):
                best = k
            if enough(k - best, patience):
                break
        return answer(best, k, losses, patience)

    return epochs


def never_stops(losses, patience):
    return int(np.argmin(losses)) + 1, len(losses)


def best_of_all(losses, patience):
    return int(np.argmin(losses)) + 1, stop()(losses, patience)[1]


def against_previous(losses, patience):
    waited, k = 0, 0
    for k in range(1, len(losses)):
        waited = 0 if losses[k] < losses[k - 1] else waited + 1
        if waited >= patience:
            break
    return int(np.argmin(losses[: k + 1])) + 1, k + 1


def never_reset(losses, patience):
    best, waited = 0, 0
    for k, loss in enumerate(losses):
        if loss < losses[best]:
            best = k
        elif k:
            waited += 1
        if waited >= patience:
            break
    return best + 1, k + 1


def first_epoch_waits(losses, patience):
    best, waited = 0, 0
    for k, loss in enumerate(losses):
        if loss < losses[best]:
            best, waited = k, 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best + 1, k + 1


def norm(
    centre=lambda x: x.mean(axis=0),
    spread=lambda x, eps: np.sqrt(x.var(axis=0) + eps),
    end=lambda z, gamma, beta: gamma * z + beta,
):
    """Batch norm in which only these pieces are wrong."""

    def answer(x, gamma, beta, eps):
        with np.errstate(all="ignore"):
            return end((x - centre(x)) / spread(x, eps), gamma, beta)

    return answer


def one_sample_at_a_time(x, gamma, beta, eps):
    with np.errstate(all="ignore"):
        z = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)
        return gamma * z + beta


def axis_1_without_keepdims(x, gamma, beta, eps):
    with np.errstate(all="ignore"):
        return gamma * (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + eps) + beta


def norm_in_place(x, gamma, beta, eps):
    x -= x.mean(axis=0)
    x /= np.sqrt((x**2).mean(axis=0) + eps)
    return gamma * x + beta


def lowest_to_highest(x, gamma, beta, eps):
    low, high = x.min(axis=0), x.max(axis=0)
    with np.errstate(all="ignore"):
        return gamma * (x - low) / (high - low + eps) + beta


def stop_after_the_best(losses, patience):
    best = int(np.argmin(losses)) + 1
    return best, min(best + patience, len(losses))


def below_zero(losses, patience):
    smallest, best, epoch, waited = 0, 0, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        waited += 1
        if loss < smallest:
            smallest, best, waited = loss, epoch, 0
        if waited == patience:
            break
    return best, epoch


MISTAKES = {
    "dropout_layer": [
        Mistake(
            "the division is forgotten: in use the sums are then larger than the next layer has "
            "learned to expect",
            dropped(factor=lambda kept, drop: kept),
        ),
        Mistake(
            "this is the paper's recipe, which does not divide but multiplies in use; asked is "
            "the division in training",
            dropped(factor=lambda kept, drop: kept, in_use=lambda x, drop: x * (1 - drop)),
        ),
        Mistake(
            "kept numbers are divided by drop; the divisor is the keep probability, 1 − drop",
            dropped(factor=by_drop),
        ),
        Mistake(
            "kept numbers are multiplied by 1 − drop, which makes them smaller; they are divided "
            "by it",
            dropped(factor=lambda kept, drop: kept * (1 - drop)),
        ),
        Mistake(
            "kept and dropped are swapped: a number is dropped where its draw is below drop",
            dropped(kept=lambda draws, drop: draws < drop),
        ),
        Mistake(
            "drop is taken for the probability to keep; here it is the probability to drop",
            dropped(kept=lambda draws, drop: draws < drop, factor=by_drop),
        ),
        Mistake("dropout is on in use as well; there nothing must happen", always),
        Mistake("dropout is never on: `mode` decides, and in training it must act", never),
        Mistake("training and use are swapped", the_wrong_way_round),
        Mistake(
            "in use the numbers are multiplied by 1 − drop, but the division in training has "
            "taken care of that already",
            dropped(in_use=lambda x, drop: x * (1 - drop)),
        ),
        Mistake(
            "the division by 1 − drop is done in use as well; there nothing must happen",
            dropped(in_use=lambda x, drop: x / (1 - drop)),
        ),
        Mistake(
            "the division is done in use in place of training",
            dropped(factor=lambda kept, drop: kept, in_use=lambda x, drop: x / (1 - drop)),
        ),
        Mistake(
            "it divides by the root of 1 − drop, which keeps the mean square; the mean is to be "
            "kept",
            dropped(factor=lambda kept, drop: kept / np.sqrt(1 - drop)),
        ),
        Mistake(
            "it divides by the share that happens to be kept; the divisor is the probability, "
            "whatever the draws were",
            by_share,
        ),
        Mistake(
            "one draw decides for a whole sample; every number has a draw of its own",
            dropped(kept=lambda draws, drop: draws[:, :1] >= drop),
        ),
        Mistake(
            "one draw decides for a unit in all samples; every number has a draw of its own",
            dropped(kept=lambda draws, drop: draws[:1] >= drop),
        ),
        Mistake("dropped numbers are taken out; they must stay in place, as 0", removed),
        Mistake("dropped numbers are set to the mean, not to 0", set_to_the_mean),
        Mistake(
            "`x[draws < drop] = 0` writes into the caller's array; np.where makes a new one",
            zeroed_in_place,
        ),
        Mistake("`x[…] = 0` and `x /= …` write into the caller's array; build a new one", in_place),
        Mistake(
            "the draws are compared with 1 − drop; dropped is what has a draw below drop",
            lambda x, draws, drop, mode: (
                np.where(draws < 1 - drop, x, 0) / (1 - drop) if mode == "training" else x
            ),
        ),
    ],
    "drop_for_lambda": [
        Mistake(
            "this is the λ that a drop probability amounts to; asked is p for a given λ",
            lambda lam, m: m * lam / (1 - lam),
        ),
        Mistake(
            "this is the probability to keep, 1 − p; asked is the one to drop",
            lambda lam, m: m / (lam + m),
        ),
        Mistake(
            "λ/m is p/(1 − p) and not yet p: the variance is x²p/(1 − p), not x²p",
            lambda lam, m: lam / m,
        ),
        Mistake(
            "the m is missing: only standardised features have mean square 1",
            lambda lam, m: lam / (1 + lam) + 0 * m,
        ),
        Mistake(
            "a factor 2 too much: the ½ of the loss is the ½ of the penalty, so λ stays λ",
            lambda lam, m: 2 * lam / (2 * lam + m),
        ),
        Mistake(
            "a factor 2 too little: the ½ of the loss is the ½ of the penalty, so λ stays λ",
            lambda lam, m: lam / (lam + 2 * m),
        ),
        Mistake(
            "m is the mean square already; it is squared once more",
            lambda lam, m: lam / (lam + m**2),
        ),
        Mistake(
            "x²/(1 − p) is the mean square after dropout; the variance is that minus the square "
            "of the mean, x²",
            lambda lam, m: 1 - m / lam,
        ),
        Mistake(
            "the standard deviation is taken; the mean of (y − ŷ)² contains the variance",
            lambda lam, m: lam**2 / (lam**2 + m**2),
        ),
        Mistake(
            "a sign is lost on the way: λ(1 − p) = m p has λ p on the left with a minus",
            lambda lam, m: lam / (m - lam),
        ),
        Mistake(
            "m is on the wrong side: λ = m p/(1 − p), so p/(1 − p) is λ/m",
            lambda lam, m: lam * m / (1 + lam * m),
        ),
        Mistake(
            "a sign slipped on the way: (1 − p) λ = m p gives λ = (m + λ) p",
            lambda lam, m: lam / (lam - m),
        ),
    ],
    "stopping_epochs": [
        Mistake(  # the first, so that it is also the word on any answer with this best epoch
            "the best of all losses is taken; what comes after the stop is never seen",
            stop_after_the_best,
        ),
        Mistake(
            "the epochs are counted from 0; the first one is 1",
            stop(answer=lambda best, k, losses, patience: (best, k)),
        ),
        Mistake(
            "the pair is in the wrong order: the best epoch comes first",
            stop(answer=lambda best, k, losses, patience: (k + 1, best + 1)),
        ),
        Mistake("the patience is never used: it runs to the end of the losses", never_stops),
        Mistake(
            "the best of all losses is taken, also of those that come after the stop and are "
            "never seen",
            best_of_all,
        ),
        Mistake(
            "each loss is compared with the one before; improvement means lower than the best so "
            "far",
            against_previous,
        ),
        Mistake(
            "the count of epochs without improvement is never set back to 0; they must be in a row",
            never_reset,
        ),
        Mistake(
            "the first epoch is counted as one without improvement; it is the best so far",
            first_epoch_waits,
        ),
        Mistake(
            "an equal loss is counted as an improvement",
            stop(improves=lambda loss, best: loss <= best),
        ),
        Mistake(
            "it waits one epoch too long: it stops as soon as the count reaches the patience",
            stop(enough=lambda waited, patience: waited > patience),
        ),
        Mistake(
            "the last epoch is the one at which it stops, which is run; this is one before",
            stop(answer=lambda best, k, losses, patience: (best + 1, k)),
        ),
        Mistake(
            "best + patience is right only if the losses go on long enough",
            stop(answer=lambda best, k, losses, patience: (best + 1, best + 1 + patience)),
        ),
        Mistake(
            "the last epoch is returned as the best; the best is the one with the lowest loss so "
            "far",
            stop(answer=lambda best, k, losses, patience: (k + 1, k + 1)),
        ),
        Mistake(
            "the loss of the best epoch is returned; asked is its number",
            stop(answer=lambda best, k, losses, patience: (losses[best], k + 1)),
        ),
        Mistake(
            "the highest loss is kept as the best; a loss should be low",
            stop(improves=lambda loss, best: loss > best),
        ),
        Mistake(
            "the first rise ends it, whatever the patience",
            stop(enough=lambda waited, patience: waited >= 1),
        ),
        Mistake(
            "no loss is below 0, so nothing is ever an improvement: begin with infinity",
            below_zero,
        ),
    ],
    "batch_norm_forward": [
        Mistake(
            "mean and variance are those of each sample (axis=1); they are taken over the batch, "
            "axis=0, for each feature",
            one_sample_at_a_time,
        ),
        Mistake(
            "axis=1 is the axis of the features; the samples of the batch are along axis=0",
            axis_1_without_keepdims,
        ),
        Mistake(
            "one mean and one spread for all features together: the axis is missing",
            norm(centre=lambda x: x.mean(), spread=lambda x, eps: np.sqrt(x.var() + eps)),
        ),
        Mistake(
            "the spread is taken over all features together: its axis is missing",
            norm(spread=lambda x, eps: np.sqrt(x.var() + eps)),
        ),
        Mistake(
            "eps is added outside the root; it belongs to the variance, under it",
            norm(spread=lambda x, eps: x.std(axis=0) + eps),
        ),
        Mistake(
            "eps is missing, so a constant feature divides by 0",
            norm(spread=lambda x, eps: x.std(axis=0)),
        ),
        Mistake("eps is subtracted", norm(spread=lambda x, eps: np.sqrt(x.var(axis=0) - eps))),
        Mistake(
            "eps is squared: it is added to the variance as it is",
            norm(spread=lambda x, eps: np.sqrt(x.var(axis=0) + eps**2)),
        ),
        Mistake(
            "the variance is divided by n − 1 (ddof=1); here it is a mean over the n samples",
            norm(spread=lambda x, eps: np.sqrt(x.var(axis=0, ddof=1) + eps)),
        ),
        Mistake(
            "the root is missing: it divides by the variance, not by the spread",
            norm(spread=lambda x, eps: x.var(axis=0) + eps),
        ),
        Mistake(
            "the squares are summed: the variance is their mean, so divide by n",
            norm(spread=lambda x, eps: np.sqrt(((x - x.mean(axis=0)) ** 2).sum(axis=0) + eps)),
        ),
        Mistake(
            "the square of x is averaged before the mean is subtracted; the variance is about "
            "the mean",
            norm(spread=lambda x, eps: np.sqrt((x**2).mean(axis=0) + eps)),
        ),
        Mistake("the mean is not subtracted", norm(centre=lambda x: 0.0)),
        Mistake(
            "the mean is added where it should be subtracted",
            norm(centre=lambda x: -x.mean(axis=0)),
        ),
        Mistake(
            "the median is subtracted; batch norm takes the mean",
            norm(centre=lambda x: np.median(x, axis=0)),
        ),
        Mistake(
            "gamma and beta are swapped: gamma scales, beta shifts",
            norm(end=lambda z, gamma, beta: beta * z + gamma),
        ),
        Mistake(
            "the shift comes before the scale: gamma multiplies z alone",
            norm(end=lambda z, gamma, beta: gamma * (z + beta)),
        ),
        Mistake("beta is missing", norm(end=lambda z, gamma, beta: gamma * z)),
        Mistake("gamma is missing", norm(end=lambda z, gamma, beta: z + beta)),
        Mistake("gamma and beta are missing", norm(end=lambda z, gamma, beta: z)),
        Mistake(
            "a sign is flipped: beta is added", norm(end=lambda z, gamma, beta: gamma * z - beta)
        ),
        Mistake(
            "it divides by gamma; the scale multiplies",
            norm(end=lambda z, gamma, beta: z / gamma + beta),
        ),
        Mistake(
            "this stretches lowest to highest over 0 to 1; batch norm takes mean and spread",
            lowest_to_highest,
        ),
        Mistake(
            "`x -= …` writes into the caller's array; `x = x - …` makes a new one", norm_in_place
        ),
    ],
}

# Changes of the solution that change no answer, and why.
HARMLESS = {
    "dropout_layer": {
        "return x * (draws >= drop) / (1 - drop) → return x * (draws > drop) / (1 - drop)": (
            "A draw is exactly `drop` with probability 0, and either may be called kept."
        ),
    },
}

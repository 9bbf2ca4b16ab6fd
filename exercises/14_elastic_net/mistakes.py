"""Wrong answers people give in set 14, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def by_l1(v, lam):
    return v - lam


def by_l2(v, lam):
    return v / (1 + lam / 2)


def by_net(v, lam, rho):
    return (v - lam * rho) / (1 + lam * (1 - rho) / 2)


def sums(l1=by_l1, l2=by_l2, net=by_net):
    """The answer of one who takes these for the sums of the twins' weights."""
    return lambda v, lam, rho: (l1(v, lam), l2(v, lam), net(v, lam, rho))


def soft(c, threshold):
    return np.sign(c) * max(abs(c) - threshold, 0)


def update(rule, n=None):
    """The update of one who makes this of c and a; `n` puts something else in place of means."""

    def answer(x, r, lam, rho):
        size = n(x) if n else len(x)
        return rule(np.sum(x * r) / size, np.sum(x**2) / size, lam, rho)

    return answer


def broken(c, a, lam, rho):
    return soft(c / (a + lam * (1 - rho)), lam * rho)


def right(c, a, lam, rho):
    return soft(c, lam * rho) / (a + lam * (1 - rho))


def of_standardised(x, r, lam, rho):
    return update(right)(x / np.sqrt(np.mean(x**2)), r, lam, rho)


def with_another_a(a):
    return lambda x, r, lam, rho: right(np.mean(x * r), a(x), lam, rho)


def none_within(x, r, lam, rho):
    weight = update(right)(x, r, lam, rho)
    return None if weight == 0 else weight


def table(kept=None, shares=None, different=None, same=None):
    """A table in which only these pieces are wrong."""

    def answer(weights, full):
        is_kept = (kept or (lambda w: w != 0))(weights)
        of_full = (kept or (lambda w: w != 0))(full)
        return (
            (shares or (lambda k: k.mean(axis=0)))(is_kept),
            (different or n_rows)(is_kept),
            (same or n_same)(is_kept, of_full),
        )

    return answer


def n_rows(kept):
    return len(np.unique(kept, axis=0))


def n_same(kept, full):
    return np.sum(np.all(kept == full, axis=1))


def by_signs(weights, full):
    shares, _, same = table()(weights, full)
    return shares, n_rows(np.sign(weights)), same


def same_by_signs(weights, full):
    shares, different, _ = table()(weights, full)
    return shares, different, n_same(np.sign(weights), np.sign(full))


def different_weights(weights, full):
    shares, _, same = table()(weights, full)
    return shares, n_rows(weights), same


def equal_weights(weights, full):
    shares, different, _ = table()(weights, full)
    return shares, different, n_same(weights, full)


MISTAKES = {
    "twin_sums": [
        Mistake(
            "these are the weights of one twin; asked is the sum of both",
            lambda v, lam, rho: tuple(s / 2 for s in sums()(v, lam, rho)),
        ),
        Mistake(
            "this is the sum without a penalty; a penalty does not only split it, it lowers it too",
            lambda v, lam, rho: (v, v, v),
        ),
        Mistake(
            "under L1 the twins pay λ together, not λ each: the cost is λ times the sum",
            sums(l1=lambda v, lam: v - 2 * lam),
        ),
        Mistake(
            "this is the L2 fit with one column; two weights of s/2 cost half of what one of s "
            "does",
            sums(l2=lambda v, lam: v / (1 + lam)),
        ),
        Mistake(
            "L2 is taken as λw²; here it is ½λw², and two weights of s/2 cost λs²/4",
            lambda v, lam, rho: (
                by_l1(v, lam),
                by_l2(v, 2 * lam),
                (v - lam * rho) / (1 + lam * (1 - rho)),
            ),
        ),
        Mistake(
            "the elastic net mixes the penalties, not the two solutions",
            sums(net=lambda v, lam, rho: rho * by_l1(v, lam) + (1 - rho) * by_l2(v, lam)),
        ),
        Mistake(
            "ρ and 1 − ρ are swapped: ρ is the share of L1",
            sums(net=lambda v, lam, rho: by_net(v, lam, 1 - rho)),
        ),
        Mistake(
            "in the elastic net the L2 part has the strength λ(1 − ρ), and not the whole of λ",
            sums(net=lambda v, lam, rho: (v - lam * rho) / (1 + lam / 2)),
        ),
        Mistake(
            "in the elastic net the L1 part has the strength λρ, and not the whole of λ",
            sums(net=lambda v, lam, rho: (v - lam) / (1 + lam * (1 - rho) / 2)),
        ),
        Mistake(
            "the L1 part comes off before the division: v − λρ is divided, and not v alone",
            sums(net=lambda v, lam, rho: v / (1 + lam * (1 - rho) / 2) - lam * rho),
        ),
        Mistake(
            "this is rescaled, as Zou and Hastie propose; the minimiser is not",
            sums(net=lambda v, lam, rho: v - lam * rho),
        ),
        Mistake(
            "these are the sums for v = 3 and ρ = ½, the example of the lesson",
            lambda v, lam, rho: sums()(3.0, lam, 0.5),
        ),
        Mistake(
            "the order is another: L1 first, then L2, then the elastic net",
            lambda v, lam, rho: (by_l1(v, lam), by_net(v, lam, rho), by_l2(v, lam)),
        ),
    ],
    "weight_of_each_copy": [
        Mistake(
            "this is the weight of a column that stands alone; the copies share one sum",
            lambda v, k, lam: v / (1 + lam),
        ),
        Mistake(
            "this is the sum of all copies; asked is the weight of each",
            lambda v, k, lam: k * v / (k + lam),
        ),
        Mistake(
            "the solution for one column is split evenly; but k weights of s/k cost only 1/k of "
            "what one weight of s does, so the sum is larger",
            lambda v, k, lam: v / (k * (1 + lam)),
        ),
        Mistake(
            "L2 is taken as λw²; here it is ½λw², so the slope of the penalty is λw",
            lambda v, k, lam: v / (k + 2 * lam),
        ),
        Mistake(
            "the ½ is kept in the slope of the penalty: the square brings a 2, and λw is left",
            lambda v, k, lam: v / (k + lam / 2),
        ),
        Mistake(
            "the loss sees the sum ku, and not the weight u alone",
            lambda v, k, lam: v / (1 + k * lam),
        ),
        Mistake(
            "only one of the weights is penalised here; all k of them are",
            lambda v, k, lam: k * v / (k**2 + lam),
        ),
        Mistake(
            "λ is subtracted, as under L1; L2 divides",
            lambda v, k, lam: (v - lam) / k,
        ),
        Mistake(
            "this is without the penalty: v split evenly",
            lambda v, k, lam: v / k,
        ),
    ],
    "mended_update": [
        Mistake(
            "the threshold still comes after the division; λρ must be taken off c itself",
            update(broken),
        ),
        Mistake(
            "c is divided by a before the threshold; that is right for a = 1 only",
            update(lambda c, a, lam, rho: soft(c / a, lam * rho) / (1 + lam * (1 - rho))),
        ),
        Mistake(
            "a is missing in the divisor; it is 1 for standardised columns only",
            update(lambda c, a, lam, rho: soft(c, lam * rho) / (1 + lam * (1 - rho))),
        ),
        Mistake(
            "ρ and 1 − ρ are swapped: λρ belongs to the threshold, λ(1 − ρ) to the divisor",
            update(lambda c, a, lam, rho: right(c, a, lam, 1 - rho)),
        ),
        Mistake(
            "the divisor has 1 − ρ without λ",
            update(lambda c, a, lam, rho: soft(c, lam * rho) / (a + 1 - rho)),
        ),
        Mistake(
            "the threshold is λ; ρ is missing in it",
            update(lambda c, a, lam, rho: soft(c, lam) / (a + lam * (1 - rho))),
        ),
        Mistake(
            "the divisor has the whole of λ; the L2 part has only λ(1 − ρ)",
            update(lambda c, a, lam, rho: soft(c, lam * rho) / (a + lam)),
        ),
        Mistake(
            "the L2 part is gone: only the threshold is left",
            update(lambda c, a, lam, rho: soft(c, lam * rho) / a),
        ),
        Mistake(
            "the L1 part is gone: only the shrinkage is left",
            update(lambda c, a, lam, rho: c / (a + lam * (1 - rho))),
        ),
        Mistake(
            "the ½ is kept in the divisor; the slope of ½w² is w",
            update(lambda c, a, lam, rho: soft(c, lam * rho) / (a + lam * (1 - rho) / 2)),
        ),
        Mistake(
            "a 2 too much in the divisor: the L2 part has a ½, which cancels it",
            update(lambda c, a, lam, rho: soft(c, lam * rho) / (a + 2 * lam * (1 - rho))),
        ),
        Mistake(
            "sums stand where means belong: the loss is divided by n, the penalty is not",
            update(right, n=lambda x: 1),
        ),
        Mistake(
            "the sign of c is lost: the weight is negative when c is",
            update(lambda c, a, lam, rho: abs(right(c, a, lam, rho))),
        ),
        Mistake(
            "λρ is subtracted whatever the sign of c; the threshold moves c towards 0, and stops "
            "there",
            update(lambda c, a, lam, rho: (c - lam * rho) / (a + lam * (1 - rho))),
        ),
        Mistake(
            "the bars are in the wrong place: take |c| first, then λρ off it",
            update(lambda c, a, lam, rho: np.sign(c) * abs(c - lam * rho) / (a + lam * (1 - rho))),
        ),
        Mistake(
            "brackets are missing: the divisor is the whole of a + λ(1 − ρ)",
            update(lambda c, a, lam, rho: soft(c, lam * rho) / a + lam * (1 - rho)),
        ),
        Mistake(
            "the threshold still comes after the division, divided by a; with both divided by "
            "a + λ(1 − ρ) it would be right",
            update(lambda c, a, lam, rho: soft(c / (a + lam * (1 - rho)), lam * rho / a)),
        ),
        Mistake(
            "the threshold is λρ, without a ½: the ½ belongs to the squares",
            update(lambda c, a, lam, rho: soft(c, lam * rho / 2) / (a + lam * (1 - rho))),
        ),
        Mistake(
            "this is the weight of the standardised column; x is to be taken as it is",
            of_standardised,
        ),
        Mistake(
            "np.var takes off the mean first; a is the mean of x²",
            with_another_a(np.var),
        ),
        Mistake(
            "the mean is squared; a is the mean of the squares",
            np.errstate(all="ignore")(with_another_a(lambda x: np.mean(x) ** 2)),
        ),
        Mistake(
            "within the threshold nothing is returned; the weight is 0 there",
            none_within,
        ),
        Mistake(
            "nothing stops the weight at 0: within the threshold it comes out on the other side",
            update(
                lambda c, a, lam, rho: (c - lam * rho * np.sign(c)) / (a + lam * (1 - rho)),
            ),
        ),
        Mistake(
            "this is multiplied by 1 + λ(1 − ρ), as Zou and Hastie do; the minimiser is not",
            update(lambda c, a, lam, rho: right(c, a, lam, rho) * (1 + lam * (1 - rho))),
        ),
    ],
    "selection_table": [
        Mistake(
            "only positive weights count as kept; a negative one is kept as well",
            table(kept=lambda w: w > 0),
        ),
        Mistake(
            "small weights count as 0; kept is what is not exactly 0",
            table(kept=lambda w: np.abs(w) > 0.05),
        ),
        Mistake(
            "tiny weights are taken for 0, as np.isclose does; kept is what is not exactly 0",
            table(kept=lambda w: ~np.isclose(w, 0)),
        ),
        Mistake(
            "these are the shares of zeros; asked is how often a feature is kept",
            table(shares=lambda kept: 1 - kept.mean(axis=0)),
        ),
        Mistake(
            "the mean goes over the features of each draw; the draws are the rows, axis 0",
            table(shares=lambda kept: kept.mean(axis=1)),
        ),
        Mistake(
            "the shares are counts: they lack the division by the number of draws",
            table(shares=lambda kept: kept.sum(axis=0)),
        ),
        Mistake(
            "one share for all features together; each has its own",
            table(shares=lambda kept: kept.mean()),
        ),
        Mistake(
            "np.unique without axis=0 counts the different entries, and not the different rows",
            table(different=lambda kept: len(np.unique(kept))),
        ),
        Mistake(
            "the different columns are counted; a selection is a row",
            table(different=lambda kept: len(np.unique(kept, axis=1).T)),
        ),
        Mistake(
            "selections of the same size are taken for the same; two may keep other features",
            table(different=lambda kept: len(np.unique(kept.sum(axis=1)))),
        ),
        Mistake(
            "the signs are compared: + and − of a feature count as two selections",
            by_signs,
        ),
        Mistake(
            "different weights are counted; a selection asks only which of them are not 0",
            different_weights,
        ),
        Mistake(
            "the last number counts draws with the signs of the full data; a selection has no "
            "signs",
            same_by_signs,
        ),
        Mistake(
            "the last number counts draws with the weights of the full data; compare which are not "
            "0",
            equal_weights,
        ),
        Mistake(
            "True and False are compared with the weights of the full data; compare full != 0",
            lambda weights, full: (*table()(weights, full)[:2], n_same(weights != 0, full)),
        ),
        Mistake(
            "the last number counts features that agree; a draw counts when all of them do",
            table(same=lambda kept, full: np.sum(kept == full)),
        ),
        Mistake(
            "one feature that agrees is enough here; all must: .all(axis=1), not .any(axis=1)",
            table(same=lambda kept, full: np.sum(np.any(kept == full, axis=1))),
        ),
        Mistake(
            "a draw must not keep more than the full data either; here extra features do not "
            "matter",
            table(same=lambda kept, full: np.sum(np.all(kept >= full, axis=1))),
        ),
        Mistake(
            "a draw must keep all that the full data keeps; here missing features do not matter",
            table(same=lambda kept, full: np.sum(np.all(kept <= full, axis=1))),
        ),
        Mistake(
            "as many features as the full data is not enough: they must be the same ones",
            table(same=lambda kept, full: np.sum(kept.sum(axis=1) == full.sum())),
        ),
        Mistake(
            "the last number is a share; asked is in how many draws",
            table(same=lambda kept, full: n_same(kept, full) / len(kept)),
        ),
    ],
}

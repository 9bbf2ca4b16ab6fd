"""Wrong answers people give in set 16, as code, with the diagnosis each must get."""

import itertools

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def sizes(**wrong):
    """The answer of one who takes these for the sizes; q0 to q3 and top are of an array."""
    right = {
        "q0": np.count_nonzero,
        "half": lambda w: np.sum(np.abs(w) ** 0.5),
        "one": lambda w: np.sum(np.abs(w)),
        "two": lambda w: np.sum(w**2),
        "top": lambda w: np.max(np.abs(w)),
    }
    rules = {**right, **wrong}
    return lambda w: tuple(rule(np.array(w)) for rule in rules.values())


def group_prox(part):
    """A prox of groups that makes this of a group, its size, λ and the step."""

    @np.errstate(all="ignore")
    def answer(v, groups, lam, step):
        w = np.zeros(len(v))
        for group in map(list, groups):
            w[group] = part(v[group], len(group), lam, step)
        return w

    return answer


def shrunk(v, kappa, length=np.linalg.norm):
    """The group soft threshold, safe for a length of 0."""
    size = length(v)
    return v * (1 - kappa / size) if size > kappa else 0 * v


def soft(v, kappa):
    return np.sign(v) * np.maximum(np.abs(v) - kappa, 0)


def one_length_for_all(v, groups, lam, step):
    return group_prox(
        lambda u, size, lam, step: shrunk(u, step * lam * size**0.5, lambda _: np.linalg.norm(v))
    )(v, groups, lam, step)


def in_place(v, groups, lam, step):
    for group in map(list, groups):
        v[group] = shrunk(v[group], step * lam * len(group) ** 0.5)
    return v


def fitted(X, y, kept):
    w = np.zeros(X.shape[1])
    w[list(kept)] = np.linalg.lstsq(X[:, list(kept)], y, rcond=None)[0]
    return w


def error(X, y, w):
    return np.sum((y - X @ w) ** 2)


def all_fits(X, y, k):
    return [fitted(X, y, kept) for kept in itertools.combinations(range(X.shape[1]), k)]


def chosen(by):
    """The fit of one who picks the subset whose fit makes by(X, y, w) smallest."""
    return lambda X, y, k: min(all_fits(X, y, k), key=lambda w: by(X, y, w))


def forward(X, y, k):
    kept = []
    for _ in range(k):
        rest = [j for j in range(X.shape[1]) if j not in kept]
        kept.append(min(rest, key=lambda j: error(X, y, fitted(X, y, [*kept, j]))))
    return fitted(X, y, kept)


def backward(X, y, k):
    kept = list(range(X.shape[1]))
    while len(kept) > k:
        kept = min(
            ([i for i in kept if i != j] for j in kept),
            key=lambda some: error(X, y, fitted(X, y, some)),
        )
    return fitted(X, y, kept)


def largest(score, refit=True):
    """The fit of one who keeps the k columns with the largest score(X, y)."""

    def answer(X, y, k):
        kept = np.argsort(-np.abs(score(X, y)), kind="stable")[:k]
        if refit:
            return fitted(X, y, kept)
        full, w = fitted(X, y, range(X.shape[1])), np.zeros(X.shape[1])
        w[kept] = full[kept]
        return w

    return answer


def full_fit(X, y):
    return fitted(X, y, range(X.shape[1]))


def explained(X, y):
    return (X.T @ y) / np.linalg.norm(X, axis=0)


def short(X, y, k):
    w = chosen(error)(X, y, k)
    return w[w != 0]


def without_refit(X, y, k):
    full, candidates = full_fit(X, y), []
    for kept in map(list, itertools.combinations(range(X.shape[1]), k)):
        w = np.zeros(X.shape[1])
        w[kept] = full[kept]
        candidates.append(w)
    return min(candidates, key=lambda w: error(X, y, w))


def centred(X, y, k):
    return chosen(error)(X - X.mean(axis=0), y - y.mean(), k)


ENTRYWISE = "every entry is soft-thresholded by itself; a group loses κ of its length as a whole"


def kappa_off_each_entry(v, kappa):
    return v - kappa * np.sign(v) if np.linalg.norm(v) > kappa else 0 * v


def with_tuples(v, groups, lam, step):
    w = np.zeros(len(v))
    for group in groups:
        w[group] = shrunk(v[group], step * lam * len(group) ** 0.5)
    return w


def never_emptied(X, y, k):
    w, smallest = np.zeros(X.shape[1]), np.inf
    for kept in map(list, itertools.combinations(range(X.shape[1]), k)):
        found = fitted(X, y, kept)
        if error(X, y, found) < smallest:
            w[kept], smallest = found[kept], error(X, y, found)
    return w


def with_its_error(X, y, k):
    w = chosen(error)(X, y, k)
    return error(X, y, w), w


def joined(v, groups, lam, step):
    found = [shrunk(v[list(g)], step * lam * len(g) ** 0.5) for g in groups]
    return np.concatenate(found)


def first_group_alone(v, groups, lam, step):
    w, group = np.zeros(len(v)), list(groups[0])
    w[group] = shrunk(v[group], step * lam * len(group) ** 0.5)
    return w


def number_of_groups(v, groups, lam, step):
    kappa = step * lam * len(groups) ** 0.5
    return group_prox(lambda u, size, lam, step: shrunk(u, kappa))(v, groups, lam, step)


MISTAKES = {
    "five_sizes": [
        Mistake(
            "for q = 2 a root is taken; the definition of Lq has none",
            sizes(two=lambda w: np.sqrt(np.sum(w**2))),
        ),
        Mistake(
            "for q = ½ the sum is squared, the root of 1/q; the definition of Lq has none",
            sizes(half=lambda w: np.sum(np.abs(w) ** 0.5) ** 2),
        ),
        Mistake(
            "for q = 2 there is a ½; that belongs to our L2, and Lq has none",
            sizes(two=lambda w: np.sum(w**2) / 2),
        ),
        Mistake(
            "0⁰ is taken as 1, as Python does: but a weight of 0 is charged nothing",
            sizes(q0=lambda w: w.size),
        ),
        Mistake(
            "for q = 0 the zeros are counted; it is the others that are charged",
            sizes(q0=lambda w: np.sum(w == 0)),
        ),
        Mistake(
            "q = ½ is a power, not a factor: add the roots of the sizes",
            sizes(half=lambda w: np.sum(np.abs(w)) / 2),
        ),
        Mistake(
            "the root is taken of the sum; for q = ½ it is the sum of the roots",
            sizes(half=lambda w: np.sum(np.abs(w)) ** 0.5),
        ),
        Mistake(
            "for q = 1 the sign is kept; it is the sizes that add up",
            sizes(one=np.sum),
        ),
        Mistake(
            "for q = ∞ it is the largest size, not the smallest",
            sizes(top=lambda w: np.min(np.abs(w))),
        ),
        Mistake(
            "without the root of 1/q the sum grows without bound; with it the largest size is left",
            sizes(top=lambda w: np.inf),
        ),
        Mistake(
            "a negative number has no root, nan: take the sizes first, np.abs(w)",
            sizes(half=lambda w: np.nan),
        ),
        Mistake(
            "a negative number has no root, nan, and a weight of 0 is charged nothing: take the "
            "sizes first, and leave out the 0 for q = 0",
            sizes(q0=lambda w: w.size, half=lambda w: np.nan, one=np.sum),
        ),
        Mistake("the order is turned round: q = 0 comes first", lambda w: sizes()(w)[::-1]),
    ],
    "switch_with_l2": [
        Mistake(
            "this is the switch of L0 alone: the ½μw² is missing", lambda lam, mu: (2 * lam) ** 0.5
        ),
        Mistake(
            "the factor 1 + μ stands below: this is the w to which it jumps; asked is the v",
            lambda lam, mu: (2 * lam / (1 + mu)) ** 0.5,
        ),
        Mistake(
            "away from 0 the best w is v/(1 + μ), and no longer v",
            lambda lam, mu: (2 * lam / (1 - mu)) ** 0.5,
        ),
        Mistake(
            "what leaving costs is computed from the penalties alone; the misfit ½(w − v)² is "
            "missing there",
            lambda lam, mu: (2 * lam / (1 - mu / (1 + mu) ** 2)) ** 0.5,
        ),
        Mistake(
            "what leaving costs lacks ½μw²; only λ and the misfit are there",
            lambda lam, mu: (2 * lam / (1 - (mu / (1 + mu)) ** 2)) ** 0.5,
        ),
        Mistake("this is v²; its root is missing", lambda lam, mu: 2 * lam * (1 + mu)),
        Mistake(
            "a 2 is missing under the root: the misfit at 0 is ½v²",
            lambda lam, mu: (lam * (1 + mu)) ** 0.5,
        ),
        Mistake(
            "L2 is taken as μw²; here it is ½μw²", lambda lam, mu: (2 * lam * (1 + 2 * mu)) ** 0.5
        ),
        Mistake(
            "the factor 1 + μ belongs under the root", lambda lam, mu: (2 * lam) ** 0.5 * (1 + mu)
        ),
        Mistake(
            "this is a threshold as that of L1; L0 charges λ once, whatever the size",
            lambda lam, mu: lam * (1 + mu),
        ),
        Mistake("this is the threshold of L1 alone; L0 charges λ once", lambda lam, mu: lam),
    ],
    "mended_group_prox": [
        Mistake(ENTRYWISE, group_prox(lambda v, size, lam, step: soft(v, step * lam * size**0.5))),
        Mistake(
            "this is L1: every entry is soft-thresholded by itself, by step · lam",
            group_prox(lambda v, size, lam, step: soft(v, step * lam)),
        ),
        Mistake(
            "the root of the size is gone, which was right: κ is step · lam · √size",
            group_prox(lambda v, size, lam, step: shrunk(v, step * lam)),
        ),
        Mistake(
            "κ has the size of the group without its root, or the length is divided by that root",
            group_prox(lambda v, size, lam, step: shrunk(v, step * lam * size)),
        ),
        Mistake(
            "the step is gone from κ, which was right",
            group_prox(lambda v, size, lam, step: shrunk(v, lam * size**0.5)),
        ),
        Mistake(
            "the factor becomes negative for a short group, which then turns round; stop it at 0",
            group_prox(
                lambda v, size, lam, step: np.nan_to_num(
                    v * (1 - step * lam * size**0.5 / np.linalg.norm(v))
                )
            ),
        ),
        Mistake(
            "a group of length 0 is divided by its length; 0/0 is nan",
            group_prox(
                lambda v, size, lam, step: (
                    v * np.maximum(1 - step * lam * size**0.5 / np.linalg.norm(v), 0)
                )
            ),
        ),
        Mistake(
            "v/length of a group that is 0 is 0/0, nan: leave such a group at 0",
            group_prox(
                lambda v, size, lam, step: (
                    v
                    / np.linalg.norm(v)
                    * np.maximum(np.linalg.norm(v) - step * lam * size**0.5, 0)
                )
            ),
        ),
        Mistake(
            "the squared length is taken; it is the length that loses κ",
            group_prox(
                lambda v, size, lam, step: shrunk(v, step * lam * size**0.5, lambda u: u @ u)
            ),
        ),
        Mistake(
            "the length is the sum of the sizes here; it is the root of the sum of squares",
            group_prox(
                lambda v, size, lam, step: shrunk(
                    v, step * lam * size**0.5, lambda u: np.abs(u).sum()
                )
            ),
        ),
        Mistake(
            "the largest entry is taken for the length",
            group_prox(
                lambda v, size, lam, step: shrunk(
                    v, step * lam * size**0.5, lambda u: np.abs(u).max()
                )
            ),
        ),
        Mistake(
            "the length of the whole vector decides; each group has its own", one_length_for_all
        ),
        Mistake(
            "this keeps or kills: a group that stays must lose κ of its length",
            group_prox(lambda v, size, lam, step: v * (np.linalg.norm(v) > step * lam * size**0.5)),
        ),
        Mistake(
            "this divides by 1 + κ, as a squared norm would; nothing becomes 0 that way",
            group_prox(lambda v, size, lam, step: v / (1 + step * lam * size**0.5)),
        ),
        Mistake("the groups are written into the caller's v: begin with a new array", in_place),
        Mistake(
            "the factor is below 0 for a short group, which then turns round, and nan for one of "
            "length 0; both groups become 0",
            group_prox(
                lambda v, size, lam, step: v * (1 - step * lam * size**0.5 / np.linalg.norm(v))
            ),
        ),
        Mistake(
            "κ is taken off every entry; it is the length that loses κ, and the direction stays",
            group_prox(lambda v, size, lam, step: kappa_off_each_entry(v, step * lam * size**0.5)),
        ),
        Mistake(
            "NumPy takes a tuple for one place in a table; take a list: v[list(group)]",
            with_tuples,
        ),
        Mistake(
            "the groups are joined one after the other; each weight goes back to its own place",
            joined,
        ),
        Mistake("only the first group is done: is the return inside the loop?", first_group_alone),
        Mistake(
            "the root is that of the number of groups; it is the size of each group",
            number_of_groups,
        ),
        Mistake(
            "every entry gets the new length; multiply it by the direction, v/length",
            group_prox(
                lambda v, size, lam, step: (
                    np.sign(v) * max(0, np.linalg.norm(v) - step * lam * size**0.5)
                )
            ),
        ),
    ],
    "best_subset": [
        Mistake(
            "this adds one column at a time and never lets one go; the best subset may need that",
            forward,
        ),
        Mistake(
            "this takes one column away at a time and never lets one come back",
            backward,
        ),
        Mistake(
            "the largest weights of the full fit are kept; large weights belong to small units",
            largest(full_fit),
        ),
        Mistake(
            "weights of the full fit are kept as they are; without the other columns they must be "
            "fitted anew",
            largest(full_fit, refit=False),
        ),
        Mistake(
            "every subset gets the weights of the full fit; it needs a fit of its own",
            without_refit,
        ),
        Mistake(
            "the columns with the largest Xᵀy are kept, which depends on their units",
            largest(lambda X, y: X.T @ y),
        ),
        Mistake(
            "the columns that explain most one by one are kept; together others may explain more",
            largest(explained),
        ),
        Mistake(
            "the subset with the largest error is taken",
            chosen(lambda X, y, w: -error(X, y, w)),
        ),
        Mistake(
            "residuals of both signs cancel in the sum; square them first",
            chosen(lambda X, y, w: abs(np.sum(y - X @ w))),
        ),
        Mistake(
            "the subset with the smallest weights is taken; it is the error that counts",
            chosen(lambda X, y, w: np.sum(w**2)),
        ),
        Mistake(
            "this is the first subset: is the return inside the loop?",
            lambda X, y, k: all_fits(X, y, k)[0],
        ),
        Mistake(
            "only the weights of the subset are returned; put them at their places among zeros",
            short,
        ),
        Mistake("X and y are centred, as if there were an intercept; this model has none", centred),
        Mistake(
            "the sizes of the residuals are added up; it is their squares that count",
            chosen(lambda X, y, w: np.sum(np.abs(y - X @ w))),
        ),
        Mistake(
            "this is the last subset that was tried: keep the best one of all",
            lambda X, y, k: all_fits(X, y, k)[-1],
        ),
        Mistake(
            "weights of an earlier subset are left in w: begin with zeros for each new best",
            never_emptied,
        ),
        Mistake("the error is returned as well; asked are the weights alone", with_its_error),
    ],
}

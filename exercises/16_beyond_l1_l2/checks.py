"""What right answers of set 16 must satisfy: other sizes, jumps, groups, and every subset."""

import itertools

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property


def five_sizes(w):
    size = np.abs(w)
    return np.count_nonzero(w), np.sum(size**0.5), np.sum(size), np.sum(size**2), np.max(size)


def own_five_sizes(rng):
    """Squares of halves, two of them negative, and a 0."""
    sizes = rng.choice([0.25, 1, 4, 6.25, 12.25, 16, 25, 36], size=4, replace=False)
    return {"w": tuple(rng.permutation([*(sizes * [1, 1, -1, -1]), 0.0]).tolist())}


def switch_with_l2(lam, mu):
    return (2 * lam * (1 + mu)) ** 0.5


def mended_group_prox(v, groups, lam, step):
    w = np.zeros(len(v))
    for group in map(list, groups):
        length, kappa = np.linalg.norm(v[group]), step * lam * len(group) ** 0.5
        if length > kappa:
            w[group] = (1 - kappa / length) * v[group]
    return w


def fits_of_size(X, y, k):
    """Return (error, weights) of least squares on every subset of k columns, best first."""
    fits = []
    for kept in map(list, itertools.combinations(range(X.shape[1]), k)):
        w = np.zeros(X.shape[1])
        w[kept] = np.linalg.lstsq(X[:, kept], y, rcond=None)[0]
        fits.append((np.linalg.norm(y - X @ w), w))
    return sorted(fits, key=lambda fit: fit[0])


def best_subset(X, y, k):
    return fits_of_size(X, y, k)[0][1]


def array(*entries):
    return np.array(entries, dtype=float)


def one_weight(rng):
    """A group of one weight is soft-thresholded."""
    cases = [(array(v), ((0,),), lam, 0.5) for v in (3, -3) for lam in (1.0, 2.0)]
    return [*cases, (array(1.0), ((0,),), 3.0, 0.5)]


def one_group(rng):
    one = (array(3, 4, 0, 0), ((0, 1, 2, 3),), 2.0, 0.5)
    return [one, (array(-6, 8, 24, 0), ((0, 1, 2, 3),), 2.0, 1.5)]


def removed(rng):
    one = (array(0.3, -0.4), ((0, 1),), 1.0, 0.5)
    return [one, (array(1, -1, 1, 1), ((0, 1, 2, 3),), 3.0, 0.4)]


def entries_below_kappa(rng):
    """Every entry is below κ, the length is not."""
    return [(array(0.8, -0.6), ((0, 1),), 0.5, 1.0), (array(1, 1, -1, 1), ((0, 1, 2, 3),), 2, 0.4)]


def zero_groups(rng):
    one = (array(0, 0, 5), ((0, 1), (2,)), 1.0, 0.5)
    return [one, (array(0, 0, 5), ((0, 1), (2,)), 0.0, 0.5)]


def no_penalty(rng):
    one = (array(1, -2, 3), ((0, 2), (1,)), 0.0, 0.5)
    return [one, (rng.normal(size=4), ((3, 1), (0, 2)), 0.0, 0.7)]


def several_groups(rng):
    one = (array(3, 4, 0.5, -0.5, 2), ((0, 1), (2, 3), (4,)), 1.0, 0.5)
    two = (array(3, 0.5, 4, -0.5), ((0, 2), (1, 3)), 2.0, 0.25)
    cases = [one, two]
    for groups in (((4, 0), (1, 2, 3)), ((0,), (5, 1, 3, 2), (4, 6))):
        n = sum(map(len, groups))
        cases += [(rng.normal(size=n) * 3, groups, rng.uniform(0.5, 2), 0.6) for _ in range(3)]
    return cases


def clear(rng, n, p, k):
    """Draw correlated columns of unequal lengths, with one subset clearly the best."""
    while True:
        X = (rng.normal(size=(n, p)) + rng.normal(size=(n, 1))) * rng.uniform(0.5, 4, size=p)
        X = X.round(1)
        y = (X @ (rng.normal(size=p) * 2) + rng.normal(size=n)).round(1)
        fits = fits_of_size(X, y, k)
        weights = np.abs(fits[0][1])
        if weights[weights > 0].min() > 0.1 and (k == p or fits[1][0] > 1.1 * fits[0][0]):
            return X, y, k


# The sum of the two other columns, but for the last sample.
SHADOWED = array([1, 1, 0], [1, 0, 1], [2, 1, 1], [1, -1, 1])


def all_columns(rng):
    one = (array([1, 0], [0, 2], [0, 0]), array(3, -4, 1), 2)
    return [one, clear(rng, 7, 3, 3), clear(rng, 6, 2, 2)]


def orthogonal(rng):
    """The columns are orthogonal, but not equally long: what counts is what they explain."""
    X = array([10, 0, 0], [0, 1, 0], [0, 0, 2], [0, 0, 0])
    cases = [(X, array(10, 2, -5, 1), k) for k in (1, 2)]
    return [*cases, (X, array(0.5, 2, -5, 1), 1), (X, array(0.5, 2, -5, 1), 2)]


def one_large_residual(rng):
    """The first column leaves the residuals 2 and 2, the second one 3."""
    X = array([1, 0], [0, 1], [0, 1], [0, 0])
    return [(X, array(3, 2, 2, 0), 1), (X[:, ::-1], array(-6, 4, 4, 1), 1)]


def not_nested(rng):
    y = array(1, 1, 2, 0)
    return [(SHADOWED, y, 1), (SHADOWED, y, 2), (SHADOWED[:, ::-1], y, 2)]


def any_columns(rng):
    one = (array([2, 1, 0], [0, 1, 1], [1, 0, 3], [1, 2, 0]), array(1, 4, -3, 5), 2)
    sizes = ((6, 3, 1), (8, 4, 2), (9, 5, 2), (7, 4, 3), (10, 5, 3))
    return [one, *(clear(rng, *size) for size in sizes)]


TASKS = [
    Compute(
        name="five_sizes",
        points=1,
        minutes=5,
        reference=five_sizes,
        given={"w": (9.0, -4.0, 0.0, 0.25)},
        draw=own_five_sizes,
        yours="The weights are w = {w}.",
        hints=(
            "For q = 0 a weight is charged 1 if it is not 0. What is left of a sum of powers, "
            "under the root, when q grows without bound?",
            "q = ½ adds the roots of the sizes, q = 2 the squares. The definition has no ½ and "
            "takes no root at the end.",
            "The sizes are 9, 4, 0 and 0.25. Their roots are 3, 2, 0 and 0.5.",
        ),
        explanation="3 weights are not 0; 3 + 2 + 0.5 = 5.5; 9 + 4 + 0.25 = 13.25; "
        "81 + 16 + 0.0625 = 97.0625; the largest size is 9. The larger q, the more the largest "
        "weight decides.",
    ),
    Derive(
        name="switch_with_l2",
        points=2,
        minutes=8,
        reference=switch_with_l2,
        symbols={"lambda": "positive", "mu": "positive"},
        hints=(
            "There are two candidates. What does it cost to stay at 0? And if you leave 0, λ is "
            "paid wherever you go: where do you go then?",
            "Staying costs ½v². Away from 0 the best w minimises ½(w − v)² + ½μw²: it is "
            "v/(1 + μ). Put it in, and add λ.",
            "There the two squares add up to ½v² μ/(1 + μ). Leaving pays if ½v² is more than that "
            "plus λ. Solve for v.",
        ),
        explanation="½v² − ½v² μ/(1 + μ) = ½v²/(1 + μ), so leaving pays for v² > 2λ(1 + μ). There "
        "the minimiser jumps from 0 to v/(1 + μ). The L2 part bends the curve, but it does not "
        "take the jump away.",
    ),
    Implement(
        name="mended_group_prox",
        points=2,
        minutes=9,
        reference=mended_group_prox,
        properties=(
            Property("a group of one weight is soft-thresholded", one_weight),
            Property("a group keeps its direction, and its length loses κ", one_group),
            Property("a group whose length is at most κ becomes 0", removed),
            Property("the length decides, not the single entries", entries_below_kappa),
            Property("with lam = 0 nothing changes", no_penalty),
            Property("a group that is 0 stays 0", zero_groups),
            Property("every group has a length and a κ of its own", several_groups),
        ),
        hints=(
            "What should happen to the direction of a group, and what to its length? What does "
            "the faulty line do to the direction?",
            "The length of a group is np.linalg.norm(v[g]). The new length is that minus κ, but "
            "at least 0. By which factor do you multiply all entries?",
            "The factor is 1 − κ/length, or 0 if the length is at most κ. A length of 0 must not "
            "be divided by.",
        ),
        explanation="One factor for the whole group, max(0, 1 − κ/length): so the group is 0 as a "
        "whole or not at all. The faulty function is the prox of L1, with another threshold for "
        "each group.",
    ),
    Implement(
        name="best_subset",
        points=3,
        minutes=12,
        reference=best_subset,
        properties=(
            Property("with all columns it is least squares", all_columns),
            Property("what a column explains decides, whatever its unit", orthogonal),
            Property("the squares of the residuals count, not their sizes", one_large_residual),
            Property("the best two need not contain the best one", not_nested),
            Property("of all subsets the one with the smallest error is found", any_columns),
        ),
        hints=(
            "The plainest way is the only sure one: least squares for every subset of k columns. "
            "What do you compare in the end?",
            "itertools.combinations(range(p), k) runs through the subsets. Take "
            "X[:, list(subset)], and np.linalg.lstsq(…, y)[0] for its weights.",
            "Make w = np.zeros(p) and put the weights at their places, w[list(subset)] = …. Keep "
            "the w whose sum of squared residuals is the smallest.",
        ),
        explanation="Every subset is tried, so nothing can be missed; for p = 100 and k = 10 that "
        "would be 17 million million fits. Adding one column at a time takes 955, but it never "
        "lets a column go again.",
    ),
    Choose(
        name="which_are_norms",
        points=1,
        minutes=5,
        right="c",
        wrong={
            "a": "in the first row Ω(2a) is 1, and 2 Ω(a) is 2. A norm must double with the "
            "vector; a count does not.",
            "b": "with the outer square it is homogeneous, but then the triangle inequality "
            "fails: 5.83 is more than 5. Below q = 1 you cannot have both.",
            "d": "every norm is convex, but not only norms are. In the fourth row the middle is "
            "0.25, and the mean 0.5.",
            "e": "L0 and Σ√|w| are no norms, and both set weights to 0: their kink or jump at 0 "
            "points down. Homogeneity has no part in it.",
        },
        hints=(
            "A norm must pass both rules for all vectors. One failure is a proof, a success is "
            "none.",
            "Check each sentence in its row. Does any rule speak of convexity, or of zeros?",
        ),
        explanation="Without the square the length is a norm, with it it breaks both rules; convex "
        "are both. The square is no detail: it makes another penalty, one that sets nothing to 0.",
    ),
]

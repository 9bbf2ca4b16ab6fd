"""What right answers of set 14 must satisfy: twins, the elastic net, and how stable a choice is."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property, part


def twin_sums(v, lam, rho):
    return v - lam, v / (1 + lam / 2), (v - lam * rho) / (1 + lam * (1 - rho) / 2)


def own_twin_sums(rng):
    """v is above λ, and the three sums are short numbers, different from each other."""
    while True:
        v, lam = int(rng.integers(8, 41)) / 2, float(rng.choice([1, 3, 4, 6]))
        rho = float(rng.choice([0.2, 0.25, 0.4, 0.6, 0.75, 0.8]))
        sums = np.array(twin_sums(v, lam, rho))
        short = np.allclose(sums, np.round(sums, 3), rtol=1e-9)
        if v > lam and v != lam + 2 and short and not np.isclose(sums, (5.5, 3.75, 4)).any():
            return {"v": v, "lam": lam, "rho": rho}


def weight_of_each_copy(v, k, lam):
    return v / (k + lam)


def mended_update(x, r, lam, rho):
    c, a = np.mean(x * r), np.mean(x**2)
    return np.sign(c) * np.maximum(np.abs(c) - lam * rho, 0) / (a + lam * (1 - rho))


def selection_table(weights, full):
    kept = weights != 0
    n_different = len({tuple(row) for row in kept.tolist()})
    return kept.mean(axis=0), n_different, np.sum(np.all(kept == (full != 0), axis=1))


def array(*entries):
    return np.array(entries, dtype=float)


def drawn(rng, n, lam, rho):
    """Draw a column, scaled as it happens to be, whose best weight is not close to 0."""
    while True:
        x = rng.normal(size=n) * rng.uniform(0.5, 2)
        r = rng.choice([-3, -2, 2, 3]) * x + rng.normal(size=n)
        if abs(mended_update(x, r, lam, rho)) > 0.1 and abs(np.mean(x**2) - 1) > 0.1:
            return x, r, lam, rho


def no_penalty(rng):
    one = (array(1, -1), array(3, -3), 0.0, 0.5)
    return [one, (array(2, 0, 1), array(1, 5, 3), 0.0, 0.25), drawn(rng, 5, 0.0, 0.7)]


def standardised(rng):
    """With a mean square of 1 it does not matter whether c or c/a is thresholded."""
    x = array(1, -1, 1, -1)
    return [(x, v * x, lam, 0.25) for v in (3, -7.5) for lam in (0.5, 2.0)]


def all_lasso(rng):
    cases = [(array(2, -2), array(3, -3), lam, 1.0) for lam in (0.5, 2.0)]
    return [*cases, (array(1, 0), array(-4, 9), 0.5, 1.0), drawn(rng, 6, 0.75, 1.0)]


def all_ridge(rng):
    cases = [(array(2, -2), array(3, -3), lam, 0.0) for lam in (0.5, 4.0)]
    return [*cases, (array(1, 0), array(-4, 9), 0.5, 0.0), drawn(rng, 6, 0.75, 0.0)]


def within_threshold(rng):
    """|c| stays below lam·rho, though c/a does not, or not c over the whole divisor."""
    cases = [(array(0.5, -0.5), array(1, -1), 2.0, 0.5), (array(0.2, 0), array(-3, 8), 0.8, 0.9)]
    return [*cases, (array(1, 1), array(rng.uniform(-1, 1), 0), 1.0, 0.75)]


def above_threshold(rng):
    """|c| is above lam·rho, though not by much when it is divided first."""
    return [(array(2, -2), s * array(1.5, -1.5), 2.5, 0.8) for s in (1, -1)]


def any_column(rng):
    one = (array(2, -1, 0, 1), array(3, -1, 2, 2), 0.5, 0.4)
    settings = ((4, 0.3, 0.5), (7, 1.2, 0.3), (10, 0.8, 0.8), (6, 2.5, 0.1))
    return [one, *(drawn(rng, *setting) for setting in settings)]


def drawn_fits(rng, n_draws, p):
    """Draw weights of which some are exactly 0, and the selection of the full data among them."""
    weights = rng.normal(size=(n_draws, p)) * (rng.random(size=(n_draws, p)) < 0.6)
    weights[-1] = 2 * weights[0]
    return weights, -3 * weights[0]


def all_kept(rng):
    one = (array([1, 2], [3, 4], [2, 1]), array(2, 2))
    return [one, (1 + rng.random(size=(4, 3)), 1 + rng.random(size=3))]


def one_feature(rng):
    return [(array([1], [0], [2], [5]), array(3)), (array([0], [0], [2]), array(0))]


def signs(rng):
    """A negative weight is kept as well, and its sign is no part of a selection."""
    one = (array([-1, 0], [2, 0], [-3, 0], [0, 0]), array(1, 0))
    return [one, (array([-1, -2, 0], [1, 2, 0], [1, -2, 3]), array(1, -1, 0))]


def tiny(rng):
    return [(array([0.01, 1], [0, 1]), array(1, 1)), (array([1e-12, 1], [0, 1]), array(1e-9, 2))]


def whole_selection(rng):
    """Rows that agree with the full data in some features, but not in all, and the other way."""
    one = (array([1, 0, 2], [1, 1, 0], [0, 0, 2], [2, 0, 1]), array(1, 0, 1))
    return [one, (array([1, 1, 2], [0, 0, 0], [1, 0, 0]), array(1, 0, 1))]


def never_again(rng):
    return [(array([1, 0], [0, 2], [1, 3]), array(0, 0))]


def many(rng):
    one = (array([1, 0, 0], [2, 0, 0], [0, -1, 0], [1, 0, 4]), array(5, 0, 0))
    return [one, *(drawn_fits(rng, n, p) for n, p in ((5, 3), (4, 4), (30, 3), (6, 8)))]


TASKS = [
    Compute(
        name="twin_sums",
        points=1,
        minutes=5,
        reference=twin_sums,
        given={"v": 7.5, "lam": 2.0, "rho": 0.25},
        draw=own_twin_sums,
        yours=(
            "With one of the two alone, least squares gives it the weight v = {v}. Both are fitted "
            "with λ = {lam}, and the elastic net has ρ = {rho}."
        ),
        hints=(
            "The loss is ½(s − v)² plus a constant: it sees the sum s alone. What does the best "
            "split of s cost under each penalty?",
            "L1 costs λs, however s is split. L2 splits evenly: ½λ times the squares of two "
            "weights of s/2 is λs²/4.",
            "Set the slope along s to zero. For L1 it is s − v + λ; for L2 s − v + λs/2. The "
            "elastic net has ρ times the first penalty's slope and 1 − ρ times the second's.",
        ),
        explanation="L1: v − λ = 5.5, and any split of it is a minimiser. L2: v/(1 + λ/2) = 3.75, "
        "split evenly. Elastic net: (v − λρ)/(1 + λ(1 − ρ)/2) = 7/1.75 = 4, split evenly.",
    ),
    Derive(
        name="weight_of_each_copy",
        points=2,
        minutes=7,
        reference=weight_of_each_copy,
        symbols={"v": "real", "k": "positive integer", "lambda": "positive"},
        hints=(
            "All copies get the same weight u, so the sum is s = ku. What do k weights of u cost "
            "under L2?",
            "Write loss and penalty as a function of u: ½(ku − v)² + ½λku². Where is its slope 0?",
            "The slope is k(ku − v) + λku. A factor k is common to both terms.",
        ),
        explanation="u = v/(k + λ), so the sum is kv/(k + λ). With more copies it comes closer to "
        "v: the same sum, split over many copies, costs L2 less. Whoever copies a column makes "
        "its penalty weaker. L1 does not mind: it charges λs for any number of copies.",
    ),
    Implement(
        name="mended_update",
        points=2,
        minutes=9,
        reference=mended_update,
        properties=(
            Property("with lam = 0 it is least squares", no_penalty),
            Property("it is right for a column of mean square 1", standardised),
            Property("with rho = 1 only the threshold is left", all_lasso),
            Property("with rho = 0 only the shrinkage is left", all_ridge),
            Property("0 as long as c is at most lam·rho in size", within_threshold),
            Property("not 0 when c is larger than lam·rho in size", above_threshold),
            Property("the minimum is met for any column", any_column),
        ),
        hints=(
            "For w > 0 write down the slope of the sum in w, with c = mean(x·r) and a = mean(x²). "
            "Where is it 0?",
            "The slope is aw − c + λρ + λ(1 − ρ)w. Bring everything with w to one side: what is "
            "divided by what?",
            "The numerator is c − λρ, and it must not fall below 0; the divisor is a + λ(1 − ρ). "
            "In the faulty function λρ comes off after the division.",
        ),
        explanation="The soft threshold of c with threshold λρ, divided by a + λ(1 − ρ). The "
        "threshold decides first, on the same scale as c; only then L2 shrinks. Whether a weight "
        "is 0 depends on c and λρ alone.",
    ),
    Implement(
        name="selection_table",
        points=3,
        minutes=10,
        reference=selection_table,
        properties=(
            Property("where every weight is kept, the shares are 1", all_kept),
            Property("one feature: the share of the draws that keep it", one_feature),
            Property("a negative weight is kept, and its sign does not matter", signs),
            Property("a small weight is not 0", tiny),
            Property("none of the draws may have the selection of the full data", never_again),
            Property(
                "a draw has the full data's selection if all features agree",
                whole_selection,
                part(2),
            ),
            Property("all three are right on any draws", many),
        ),
        hints=(
            "First turn the weights into kept or not kept. What is then a selection, and along "
            "which axis are the draws?",
            "kept = weights != 0 has the shape (draws, features). Its mean over the draws gives "
            "the shares. A selection is a whole row of it.",
            "np.unique(kept, axis=0) has one row for each different selection. For the last "
            "number, kept == (full != 0) must be true in a whole row: .all(axis=1).",
        ),
        explanation="A weight that is not exactly 0 is kept, whatever its sign and size. Two draws "
        "have the same selection if the whole rows agree. Another way to count the different "
        "ones: len({tuple(row) for row in kept}).",
    ),
    Choose(
        name="which_twin_stays",
        points=1,
        minutes=5,
        right="b",
        wrong={
            "a": "below a correlation of 1 the minimiser of two columns is unique, and all these "
            "fits are certified. Every correct solver finds the same weights.",
            "c": "the target depends on the first column only, in all rows of the table. The "
            "elastic net keeps both because an even split of a sum costs it less.",
            "d": "the bootstrap draws from the rows of one study, and so from its noise. In 10 of "
            "30 such studies more than half of the bootstrap samples kept the second column "
            "alone.",
            "e": "either column predicts nearly as well as the other, since their values are "
            "nearly the same. It is the reading of the weights that goes wrong.",
        },
        hints=(
            "What differs from study to study, and what is the same in all 200?",
            "At a correlation of 0.999 a model with either column alone fits nearly as well. What "
            "decides between two fits that are nearly equally good?",
        ),
        explanation="The lasso sees correlations with the target, not causes, and at 0.999 those "
        "of the two columns differ by less than the noise. The elastic net does not know the "
        "cause either, but it does not pretend to.",
    ),
]

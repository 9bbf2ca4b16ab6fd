"""What right answers of set 03 must satisfy: slopes by the chain rule, on paper and in programs."""

import mpmath
import numpy as np

from coursekit.course.exercises.tasks import Derive, Implement, Predict, Property

e = mpmath.e


def slopes_at_one_point(p_0, p_1, p_2):
    """The slope in p_1, then those in the three scores; class 1 is the true one."""
    return -1 / p_1, p_0, p_1 - 1, p_2


def own_slopes_at_one_point(rng):
    """Hundredths that add up to 1, with a short 1/p_1; 50 and 30 are the public p_0 and p_2."""
    shares = [
        (first, true, 100 - first - true)
        for true in (5, 10, 25, 40, 50, 80)
        for first in range(5, 96 - true)
        if first != 50 and first + true != 70
    ]
    return {f"p_{k}": share / 100 for k, share in enumerate(rng.choice(shares).tolist())}


def slope_with_temperature(z, y, T):
    return (1 / (1 + e ** (-z / T)) - y) / T


def logistic_losses(m):
    return np.logaddexp(0, -m)


def logistic_gradient(X, y, w, b):
    with np.errstate(over="ignore"):
        slopes = -y / (1 + np.exp(y * (X @ w + b)))
    return X.T @ slopes / len(y), slopes.mean()


def walk_back(links):
    slopes = np.zeros(len(links))
    slopes[-1] = 1
    for k in range(len(links) - 1, -1, -1):
        for i, slope in links[k]:
            slopes[i] += slope * slopes[k]
    return slopes


def array(*entries):
    return np.array(entries, dtype=float)


def modest(rng):
    several = array(1, -1, 2)
    return [(array(0),), (array(1),), (array(-1),), (several,), (rng.uniform(-4, 4, size=5),)]


def far_left(rng):
    return [(array(-1000),), (-rng.uniform(40, 2000, size=3),)]


def far_right(rng):
    return [(array(40),), (rng.uniform(40, 60, size=3),), (array(1000),)]


def of_all_kinds(rng):
    one = (array(-1000, -1, 0, 1, 40, 1000),)
    return [one, (rng.permutation(np.append(rng.normal(size=4) * 3, [-900, 900])),)]


def to_five_digits(args, result, expected):
    """Compare with no room near 0, where the default would take 0 for 4e-18."""
    return np.allclose(result, expected, rtol=1e-5, atol=0)


def one_sample(label):
    def cases(rng):
        at_zero = (array([2]), array(label), array(0.5), -1.0)
        elsewhere = (array([2, -1]), array(label), array(1.5, 1), -1.0)
        x = rng.normal(size=(1, 3)) + 1
        return [at_zero, elsewhere, (x, array(label), rng.normal(size=3), rng.normal())]

    return cases


def sure_and_right(rng):
    one = (array([20], [-20]), array(1, -1), array(2), 0.0)
    return [one, (array([1, 3], [2, -9]) * 10, array(1, -1), 2 + rng.random(2), 0.5)]


def sure_and_wrong(rng):
    one = (array([500], [-500]), array(-1, 1), array(2), 0.0)
    return [one, (array([10, 30], [20, -90]) * 10, array(-1, 1), 2 + rng.random(2), 0.5)]


def several_samples(rng):
    one = (array([1, 0], [3, 1], [-1, 2]), array(1, -1, -1), array(0.5, -1), 0.5)
    cases = [one]
    for n, p in ((2, 3), (5, 2), (9, 4)):
        # A label for each sign, so that neither can be forgotten.
        y = rng.permutation(np.append([1.0, -1.0], rng.choice([-1.0, 1.0], size=n - 2)))
        cases.append((rng.normal(size=(n, p)) + 0.5, y, rng.normal(size=p), rng.normal()))
    return cases


def close(result, expected):
    """Compare on the scale of the numbers here, so that single precision is right as well."""
    return np.allclose(result, expected, rtol=1e-4, atol=1e-6)


def both_close(args, result, expected):
    return all(close(*pair) for pair in zip(result, expected, strict=True))


def sample(X, y, w, b):
    """Name a case with few samples."""
    rows = ", ".join(f"[{', '.join(f'{v:.4g}' for v in row)}]" for row in X)
    labels = ", ".join(f"{v:g}" for v in y)
    weights = ", ".join(f"{v:.4g}" for v in w)
    return f"X = [{rows}], y = [{labels}], w = [{weights}], b = {b:.4g}".replace("-", "−")


def result_alone(rng):
    return [([[], [(0, 3.0)]],), ([[], [(0, round(rng.normal(), 2))]],)]


def in_a_chain(rng):
    a, b, c = rng.normal(size=3).round(2) + 3
    return [([[], [(0, 2.0)], [(1, 3.0)]],), ([[], [(0, a)], [(1, b)], [(2, -c)]],)]


def two_parents(rng):
    return [([[], [], [(0, 4.0), (1, -2.0)]],), ([[], [], [], [(2, 0.5), (0, 3.0)]],)]


def used_twice(rng):
    return [
        ([[], [(0, 3.0), (0, 3.0)]],),
        ([[], [(0, 2.0)], [(0, 3.0), (1, 5.0)]],),
        ([[], [(0, 2.0)], [(0, 3.0)], [(1, -1.0), (2, 4.0)]],),
    ]


def waiting_for_parts(rng):
    """Number 1 gets parts from 2 and 3 before it may hand on to 0."""
    return [
        ([[], [(0, 2.0)], [(1, 3.0)], [(1, 5.0), (2, 7.0)]],),
        ([[], [(0, 2.0)], [(1, 3.0)], [(2, 1.0), (1, 4.0)], [(3, 2.0), (1, -1.0)]],),
    ]


def unused(rng):
    return [
        ([[], [], [(0, 2.0)]],),
        ([[], [(0, 2.0)], [(0, 3.0)]],),
        ([[], [(0, 2.0)], [(1, 4.0)], [(0, 3.0)]],),
    ]


def whole_graphs(rng):
    """A small graph, then drawn ones: every number has up to three links to earlier ones."""
    cases = [([[], [], [(0, 2.0), (1, 3.0)], [(2, -1.0)], [(3, 0.5), (0, 4.0)]],)]
    for n in (5, 8, 12):
        links = [[], []]
        for k in range(2, n):
            earlier = [k - 1, *rng.integers(0, k, size=2).tolist()]
            links.append([(i, round(rng.normal() * 2, 2)) for i in earlier])
        cases.append((links,))
    return cases


def written_links(links):
    """Write the links as a learner would."""
    pairs = (", ".join(f"({i}, {slope:.4g})" for i, slope in found) for found in links)
    return f"links = [{', '.join(f'[{found}]' for found in pairs)}]".replace("-", "−")


TASKS = [
    Predict(
        name="slopes_at_one_point",
        points=1,
        minutes=4,
        reference=slopes_at_one_point,
        given={"p_0": 0.5, "p_1": 0.2, "p_2": 0.3},
        draw=own_slopes_at_one_point,
        yours=(
            "The probabilities are p₀ = {p_0}, p₁ = {p_1} and p₂ = {p_2}; class 1 is the true one."
        ),
        hints=(
            "The loss is −log p₁. What is its slope in p₁, if p₁ alone could be turned? And which "
            "scores does p₁ depend on?",
            "In the probabilities the slope is −y/p. In the scores it is p − y, and y = (0, 1, 0).",
        ),
        explanation="In p₁ the slope is −1/0.2 = −5; in the scores it is p − y = (0.5, −0.8, "
        "0.3). The last three add up to 0: raising all scores alike changes no probability.",
    ),
    Derive(
        name="slope_with_temperature",
        points=2,
        minutes=7,
        reference=slope_with_temperature,
        # Whole numbers, since with T = 1/16 a power of e exceeds what is allowed in a formula.
        symbols={"z": "real", "y": "label 0 or 1", "T": "positive integer"},
        hints=(
            "There are three links: from z to u = z/T, from u to p = σ(u), and from p to the loss. "
            "You know the product of the last two.",
            "In u the slope is σ(u) − y. What is the slope of u = z/T in z?",
            "The slope is (p − y) times one more factor; p must still be written with z and T.",
        ),
        explanation="∂ℓ/∂z = (σ(z/T) − y)/T. A new link in front of a chain is one more factor; "
        "nothing has to be derived again. sp.diff of the whole formula gives the same.",
    ),
    Implement(
        name="logistic_losses",
        points=2,
        minutes=8,
        reference=logistic_losses,
        properties=(
            Property("at modest margins it is log(1 + e⁻ᵐ)", modest),
            Property("at a large negative margin the loss is −m, and not ∞", far_left),
            Property(
                "at a large positive margin the loss is e⁻ᵐ: small, and 0 only where float64 "
                "has nothing smaller left",
                far_right,
                to_five_digits,
            ),
            Property("every margin is treated by itself", of_all_kinds, to_five_digits),
        ),
        hints=(
            "The formula as typed fails on both sides, for two reasons. Which power is too large "
            "at m = −1000? What is 1 + e⁻⁴⁰ rounded to?",
            "log(1 + e⁻ᵐ) = −m + log(1 + eᵐ). One form suits m ≥ 0, the other m < 0: in both the "
            "power is then at most 1. np.log1p(x) computes log(1 + x) and keeps a tiny x.",
            "In one line: the larger of 0 and −m, plus log1p of e to the power of −|m|.",
        ),
        explanation="np.maximum(0, -m) + np.log1p(np.exp(-np.abs(m))): no power above 1, and "
        "nothing is rounded away. NumPy's own name for it is np.logaddexp(0, -m).",
    ),
    Implement(
        name="logistic_gradient",
        points=2,
        minutes=9,
        reference=logistic_gradient,
        properties=(
            Property(
                "one sample with label 1 has the slope −(1 − σ(m)) in b, and x times that in w",
                one_sample(1),
                both_close,
                sample,
            ),
            Property(
                "one sample with label −1 pulls the other way", one_sample(-1), both_close, sample
            ),
            Property("of several samples it is the mean", several_samples, both_close),
            Property("who is right beyond doubt does not pull", sure_and_right, both_close),
            Property(
                "who is wrong beyond doubt pulls with full strength", sure_and_wrong, both_close
            ),
        ),
        hints=(
            "In which samples is the slope of the printed loss wrong: those with label 1, or −1?",
            "The chain has three links: w and b make ŷ, ŷ makes the margin m = yŷ, m makes the "
            "loss. The broken line has the slope of the loss in m. What is the slope of m in ŷ?",
            "The slope of m = yŷ in ŷ is y. Each entry of slopes must be multiplied by its own y.",
        ),
        explanation="The inner slope of m = yŷ is y. With label 1 it is 1, so the bug is silent "
        "there; every sample with label −1 is pulled the wrong way. Another way to write the "
        "slopes: p − (y + 1)/2 with p = σ(ŷ), which is p − y for labels 0 and 1.",
    ),
    Implement(
        name="walk_back",
        points=3,
        minutes=10,
        reference=walk_back,
        properties=(
            Property(
                "the result has slope 1 in itself, and one link hands on its slope",
                result_alone,
                None,
                written_links,
            ),
            Property("two parents get a slope each", two_parents, None, written_links),
            Property("slopes along a chain multiply", in_a_chain, None, written_links),
            Property(
                "parts that reach a number by several links add up",
                used_twice,
                None,
                written_links,
            ),
            Property(
                "a number hands on only when it has got all its parts",
                waiting_for_parts,
                None,
                written_links,
            ),
            Property(
                "a number that the result was not made from has slope 0",
                unused,
                None,
                written_links,
            ),
            Property("all slopes are right in larger programs", whole_graphs),
        ),
        hints=(
            "Begin with a slope of 0 for every number, and 1 for the last. Who may hand on first?",
            "Go through the numbers from the last to the first: whoever uses number k was made "
            "after it, so by then k has all its parts.",
            "Number k hands to each i of its links the slope of the link times its own slope. i "
            "may have got a part before, so add.",
        ),
        explanation="That is reverse-mode automatic differentiation: one walk back gives the "
        "slopes of the result in all numbers. In the lesson `backward` first sorts the nodes; here "
        "the order of the list is an order of making already.",
    ),
]

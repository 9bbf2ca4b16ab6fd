"""What right answers of set 15 must satisfy: λ as a belief, a posterior's top and shape."""

import numpy as np

from coursekit.course.exercises.tasks import Choose, Compute, Derive, Implement, Property


def strengths_from_beliefs(n, sigma, tau, s, more):
    ratio = sigma**2 / tau**2
    return ratio / n, sigma**2 / (n * s), ratio / more, ratio


def own_strengths_from_beliefs(rng):
    """σ/τ is a whole number, so the last λ is its square."""
    tenths, n = int(rng.choice([2, 3, 4, 8])), int(rng.choice([20, 40, 80, 100]))
    return {
        "n": n,
        "sigma": tenths * int(rng.choice([3, 4, 6, 10])) / 10,
        "tau": tenths / 10,
        "s": float(rng.choice([0.3, 0.4, 0.6, 0.8, 1.2, 1.5])),
        "more": n * int(rng.choice([3, 4, 5])),
    }


def map_with_prior_mean(v, m, n, sigma, tau):
    return (n * v * tau**2 + m * sigma**2) / (n * tau**2 + sigma**2)


def mended_map(X, y, sigma, tau):
    return np.linalg.solve(X.T @ X + (sigma / tau) ** 2 * np.eye(X.shape[1]), X.T @ y)


def posterior_on_grid(grid, readings, sigma, s):
    squares = ((np.asarray(readings) - np.asarray(grid)[:, None]) ** 2).sum(axis=1)
    logs = -squares / (2 * sigma**2) - np.abs(grid) / s
    heights = np.exp(logs - logs.max())
    return heights / heights.sum()


def array(*entries):
    return np.array(entries, dtype=float)


def drawn(rng, n, p, sigma, tau):
    """Draw a case whose weights are far from 0, and which single precision can solve."""
    while True:
        X = rng.normal(size=(n, p)) + 0.5
        y = X @ rng.choice([-2, -1, 1, 2], size=p) + rng.normal(size=n)
        w = mended_map(X, y, sigma, tau)
        if np.linalg.cond(X) < 5 and np.abs(w).min() > 0.1:
            return X, y, sigma, tau


def one_reading(rng):
    """A weight that is read off once or more: shrunk by 1/(1 + λ)."""
    one = (array([1]), array(2), 1.0, 1.0)
    cases = [(array([1], [1]), array(3, 5), 2.0, 0.5), (array([1], [2], [3]), array(1, 3, 9), 3, 2)]
    return [one, *cases]


def wide_prior(rng):
    one = (array([1], [2]), array(2, 4), 0.01, 1000.0)
    return [one, drawn(rng, 7, 2, 0.01, 1000.0), drawn(rng, 9, 3, 0.01, 1000.0)]


def repeated(rng):
    X, y = array([1], [-1], [2]), array(2, -4, 3)
    return [(np.tile(X, (k, 1)), np.tile(y, k), 2.0, 0.5) for k in (1, 2, 10)]


def in_other_units(rng):
    """With y in a unit a tenth as large, w, σ and τ are ten times as large."""
    X, y = array([1, 0], [1, 2], [0, -1]), array(2, 4, 1)
    return [(X, c * y, c * 1.5, c * 0.5) for c in (1.0, 10.0)]


def any_data(rng):
    one = (array([1, 0], [1, 2], [0, -1]), array(2, 4, 1), 1.5, 0.5)
    settings = ((5, 2, 1.3, 0.6), (8, 3, 0.7, 2.0), (12, 4, 3.0, 1.5))
    return [one, *(drawn(rng, *setting) for setting in settings)]


def at_zero(rng):
    """Where the readings are 0, opposite weights are equally plausible."""
    one = (array(-1, 0, 1), array(0), 1.0, 1.0)
    return [one, (array(-2, -0.5, 0.5, 2), array(0, 0), 2.0, 0.5)]


def two_points(rng):
    one = (array(0, 1), array(1), 1.0, 1.0)
    return [one, (array(0, 1), array(2), 2.0, 0.5), (array(1, 3), array(2), 1.5, 4.0)]


def uneven(rng):
    """The grid points are the only weights there are, however far apart."""
    one = (array(-2, 0, 1, 5), array(1.5), 2.0, 1.5)
    return [one, (np.sort(rng.normal(size=7) * 3), rng.normal(size=2), 1.5, 2.0)]


def several(rng):
    one = (array(0, 1, 2), array(1, 2), 1.5, 2.0)
    two = (array(-1, 0, 1), array(-0.5, -0.5, -0.5, 0.25), 2.0, 0.75)
    drawn_readings = rng.normal(size=4) + 0.5
    return [one, two, (np.linspace(-3, 3, 9), drawn_readings, 1.7, 0.6)]


def summed(args, result, expected):
    return bool(np.isclose(np.sum(result), 1, rtol=1e-4))


def very_many(rng):
    one = (array(0, 1, 2), np.full(3000, 1.5), 0.5, 1.0)
    readings = 40 + rng.normal(size=50)
    return [one, (np.linspace(-2, 2, 5), array(30, 35), 0.5, 1.0), (array(38, 39), readings, 5, 2)]


def heights(grid, readings, sigma, s):
    """Name a case; of many readings say how many."""

    def words(v):
        return ", ".join(f"{x:.4g}" for x in v)

    all_readings = f"[{words(readings)}]"
    if len(readings) > 6:
        all_readings = f"{len(readings)} readings of mean {np.mean(readings):.4g}"
    text = f"grid = [{words(grid)}], readings: {all_readings}, sigma = {sigma:g}, s = {s:g}"
    return text.replace("-", "−")


TASKS = [
    Compute(
        name="strengths_from_beliefs",
        points=1,
        minutes=6,
        reference=strengths_from_beliefs,
        given={"n": 50, "sigma": 3.0, "tau": 0.6, "s": 0.9, "more": 200},
        draw=own_strengths_from_beliefs,
        yours=(
            "You believe that σ = {sigma}; the Gaussian prior has τ = {tau}, the Laplace prior s "
            "= {s}. There are n = {n} samples in cases 1, 2 and 4, and in case 3 more samples "
            "have come and n = {more} in all."
        ),
        hints=(
            "Minus log posterior is a sum over n samples plus one term for the prior. What do you "
            "multiply it by, so that the loss is the mean of ½(y − ŷ)²?",
            "The factor is σ²/n. It turns w²/(2τ²) into ½λw², and |w|/s into λ|w|. Which λ is it "
            "in either case?",
            "λ is σ²/(nτ²) for the Gaussian prior and σ²/(ns) for the Laplace prior. In the last "
            "line there is a sum over the samples in place of a mean, so multiply by n.",
        ),
        explanation="9/(50 · 0.36) = 0.5, 9/(50 · 0.9) = 0.2, 9/(200 · 0.36) = 0.125, and "
        "9/0.36 = 25 for scikit-learn. Only the last number stays when more samples come.",
    ),
    Derive(
        name="map_with_prior_mean",
        points=2,
        minutes=8,
        reference=map_with_prior_mean,
        symbols={
            "v": "real",
            "m": "real",
            "n": "positive integer",
            "sigma": "positive",
            "tau": "positive",
        },
        hints=(
            "Write down minus log posterior as a function of w, without the constants. How many "
            "terms come from the readings, and how many from the prior?",
            "Σ(v_i − w)²/(2σ²) + (w − m)²/(2τ²). Its slope is n(w − v)/σ² + (w − m)/τ², since the "
            "v_i add up to nv.",
            "Set the slope to 0 and multiply by σ²τ². Then bring all terms with w to one side.",
        ),
        explanation="A weighted mean of v and m, with the weights n/σ² and 1/τ². Or m plus "
        "(v − m)/(1 + λ) with λ = σ²/(nτ²): the difference from what you believed is shrunk. "
        "With m = 0 that is the L2 penalty.",
    ),
    Implement(
        name="mended_map",
        points=2,
        minutes=8,
        reference=mended_map,
        properties=(
            Property("one weight that is read off is shrunk as the variances say", one_reading),
            Property("with a very wide prior it is least squares", wide_prior),
            Property("the more data, the less the prior counts", repeated),
            Property("in another unit of y the weights are the same, in that unit", in_other_units),
            Property("it is the top of the posterior for any data", any_data),
        ),
        hints=(
            "Write down minus log posterior with σ and τ, and no λ. Multiply it by σ². What "
            "stands before w², and does n occur in it?",
            "The matrix of the linear system is XᵀX + (σ²/τ²) I, with sums over the samples. In "
            "terms of our λ it is XᵀX + nλ I. So what is λ?",
            "One of the two lines multiplies by n what the other forgot to divide by n.",
        ),
        explanation="λ = σ²/(nτ²), so nλ = σ²/τ², which knows no n: the prior is one fixed belief, "
        "and XᵀX grows with the data. The faulty one weighed the prior n times as much, so it "
        "never came closer to least squares.",
    ),
    Implement(
        name="posterior_on_grid",
        points=3,
        minutes=12,
        reference=posterior_on_grid,
        properties=(
            Property("the probabilities sum to 1", several, summed, heights),
            Property("with readings of 0, w and −w are equally probable", at_zero, None, heights),
            Property("two weights: likelihood times prior decides", two_points, None, heights),
            Property("readings are independent: their densities multiply", several, None, heights),
            Property("the gaps of the grid do not matter", uneven, None, heights),
            Property("tiny likelihoods do not end in 0/0", very_many, None, heights),
        ),
        hints=(
            "First the logarithm: one term for each reading, one for the prior. Constants that do "
            "not contain w go away when you divide by the sum.",
            "For one weight w it is −Σ(v_i − w)²/(2σ²) − |w|/s. readings − grid[:, None] has one "
            "row for each weight of the grid; sum over axis 1.",
            "e to the power of −6000 is 0 for a computer. Subtract the largest logarithm from all "
            "before np.exp: that is a common factor, which goes away as well.",
        ),
        explanation="Work with logarithms, subtract the largest, take np.exp, divide by the sum. "
        "Evidence and constants need not be known. With a fine grid this is the trapezoid rule of "
        "the lesson, up to the two ends.",
    ),
    Choose(
        name="zeros_come_from",
        points=1,
        minutes=5,
        right="d",
        wrong={
            "a": "look at the first column: of 100,000 weights from the Laplace prior not one is "
            "0, and 98.6 % are 0.01 or more in size.",
            "b": "L1 makes nearly as many zeros of the Gaussian weights: 68,451. What the weights "
            "were drawn from decides little here.",
            "c": "the mean for v = 0.5 is 0.241. It would be 0 only for v = 0.",
            "e": "the posterior is a density, and a density gives no single value a probability "
            "above 0. The top of a curve is high, but it has no area.",
        },
        hints=(
            "Check each sentence against a column. How many weights were 0 before they were "
            "fitted?",
            "Compare mode and mean in the second table. What is special about minus log prior at "
            "0, which a Gaussian prior has not?",
        ),
        explanation="Minus log of the Laplace prior leaves 0 with the slope 1/s on both sides, so "
        "the top of the posterior stays at 0 for a whole interval of readings. Mean, median "
        "and draws know nothing of the corner.",
    ),
]

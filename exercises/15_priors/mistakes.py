"""Wrong answers people give in set 15, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def by_rules(gauss=None, laplace=None, later=None, summed=None):
    """The answer of one who takes these for the four strengths, of n, σ, τ or s."""

    def answer(n, sigma, tau, s, more):
        first = gauss or (lambda n, sigma, tau: sigma**2 / (n * tau**2))
        second = laplace or (lambda n, sigma, s: sigma**2 / (n * s))
        third = later or (lambda n, more, sigma, tau: first(more, sigma, tau))
        fourth = summed or (lambda n, sigma, tau: n * first(n, sigma, tau))
        return (
            first(n, sigma, tau),
            second(n, sigma, s),
            third(n, more, sigma, tau),
            fourth(n, sigma, tau),
        )

    return answer


def solved(strength):
    """The weights of one who adds this, of n, σ and τ, to the diagonal of XᵀX."""

    def answer(X, y, sigma, tau):
        return with_strength(X, y, strength(len(y), sigma, tau))

    return answer


def with_strength(X, y, strength):
    return np.linalg.solve(X.T @ X + strength * np.eye(X.shape[1]), X.T @ y)


def by_mean_square(X, y, sigma, tau):
    return with_strength(X, y, sigma**2 / tau**2) / len(y)


def one_sided(X, y, sigma, tau):
    n = len(y)
    return np.linalg.solve(X.T @ X / n + sigma**2 / (n * tau**2) * np.eye(X.shape[1]), X.T @ y)


def everywhere(X, y, sigma, tau):
    return np.linalg.solve(X.T @ X + sigma**2 / tau**2, X.T @ y)


def centred(X, y, sigma, tau):
    return with_strength(X - X.mean(axis=0), y - y.mean(), sigma**2 / tau**2)


def posterior(likelihood=None, prior=None, finish=None):
    """A posterior on a grid in which only these logarithms, or the end, are wrong."""

    @np.errstate(all="ignore")
    def answer(grid, readings, sigma, s):
        squares = (readings - grid[:, None]) ** 2
        first = (likelihood or log_gauss)(squares, sigma)
        second = (prior or (lambda w, s, n: -np.abs(w) / s))(grid, s, len(readings))
        logs = first + second
        return (finish or share)(logs, grid)

    return answer


def log_gauss(squares, sigma):
    return -squares.sum(axis=1) / (2 * sigma**2)


def share(logs, grid):
    heights = np.exp(logs - logs.max())
    return heights / heights.sum()


def without_shift(logs, grid):
    return np.exp(logs) / np.exp(logs).sum()


def by_area(logs, grid):
    heights = np.exp(logs - logs.max())
    return heights / np.trapezoid(heights, grid)


@np.errstate(all="ignore")
def sum_of_likelihoods(grid, readings, sigma, s):
    squares = (readings - grid[:, None]) ** 2 / (2 * sigma**2)
    shift = squares.min()
    heights = np.exp(shift - squares).sum(axis=1) * np.exp(-np.abs(grid) / s)
    return heights / heights.sum()


NO_SQUARE = "σ and τ themselves are taken; λ is a ratio of variances, σ²/τ²"
UPSIDE_DOWN = "the ratio is upside down: more noise must mean a stronger penalty"


@np.errstate(all="ignore")
def plain_sum_of_likelihoods(grid, readings, sigma, s):
    squares = (readings - grid[:, None]) ** 2 / (2 * sigma**2)
    heights = np.exp(-squares).sum(axis=1) * np.exp(-np.abs(grid) / s)
    return heights / heights.sum()


def by_gaps(logs, grid):
    heights = np.exp(logs - logs.max()) * np.gradient(grid)
    return heights / heights.sum()


MISTAKES = {
    "strengths_from_beliefs": [
        Mistake(
            "σ is taken where its square is meant: the noise enters by its variance",
            by_rules(
                lambda n, sigma, tau: sigma / (n * tau**2), lambda n, sigma, s: sigma / (n * s)
            ),
        ),
        Mistake(NO_SQUARE, by_rules(lambda n, sigma, tau: sigma / (n * tau))),
        Mistake(
            "τ is taken where its square is meant: the prior enters by its variance",
            by_rules(lambda n, sigma, tau: sigma**2 / (n * tau)),
        ),
        Mistake(UPSIDE_DOWN, by_rules(lambda n, sigma, tau: tau**2 / (n * sigma**2))),
        Mistake(
            "the n is missing: the loss is a mean over n samples, the prior is one term",
            by_rules(
                lambda n, sigma, tau: sigma**2 / tau**2,
                lambda n, sigma, s: sigma**2 / s,
                summed=lambda n, sigma, tau: sigma**2 / tau**2,
            ),
        ),
        Mistake(
            "a factor 2 is off: the ½ of ½λw² belongs to the 2 in w²/(2τ²)",
            by_rules(lambda n, sigma, tau: sigma**2 / (2 * n * tau**2)),
        ),
        Mistake(
            "the Laplace prior has |w|/s in its exponent: s, not s²",
            by_rules(laplace=lambda n, sigma, s: sigma**2 / (n * s**2)),
        ),
        Mistake(
            "the Laplace prior has |w|/s without a 2 in its exponent",
            by_rules(laplace=lambda n, sigma, s: sigma**2 / (2 * n * s)),
        ),
        Mistake(
            "λ is kept when n grows; but the prior is one belief, weighed against a mean",
            by_rules(later=lambda n, more, sigma, tau: sigma**2 / (n * tau**2)),
        ),
        Mistake(
            "λ grows with n here; it falls as 1/n",
            by_rules(later=lambda n, more, sigma, tau: more / n * sigma**2 / (n * tau**2)),
        ),
        Mistake(
            "in the last line nothing is divided by n: there the number is nλ",
            by_rules(summed=lambda n, sigma, tau: sigma**2 / (n * tau**2)),
        ),
        Mistake(
            "in the last line both terms lack the ½, so no 2 is left over",
            by_rules(summed=lambda n, sigma, tau: 2 * sigma**2 / tau**2),
        ),
        Mistake(
            "in the last line both terms lack the ½, so nothing is halved",
            by_rules(summed=lambda n, sigma, tau: sigma**2 / tau**2 / 2),
        ),
        Mistake(
            "n counts all samples, the old and the new ones: 200",
            by_rules(later=lambda n, more, sigma, tau: sigma**2 / ((more - n) * tau**2)),
        ),
        Mistake(
            "λ is multiplied by n; it is divided by n",
            by_rules(
                lambda n, sigma, tau: n * sigma**2 / tau**2,
                lambda n, sigma, s: n * sigma**2 / s,
                summed=lambda n, sigma, tau: sigma**2 / tau**2,
            ),
        ),
        Mistake(
            "the scale s is turned into a standard deviation, or back; λ has s as it is",
            by_rules(laplace=lambda n, sigma, s: sigma**2 * 2**0.5 / (n * s)),
        ),
    ],
    "map_with_prior_mean": [
        Mistake(
            "this shrinks towards 0; the prior stands at m",
            lambda v, m, n, sigma, tau: n * v * tau**2 / (n * tau**2 + sigma**2),
        ),
        Mistake(
            "v is shrunk towards 0 and m is added; what is shrunk is the difference v − m",
            lambda v, m, n, sigma, tau: n * v * tau**2 / (n * tau**2 + sigma**2) + m,
        ),
        Mistake(
            "the n readings count as one; their noise averages out, its variance is σ²/n",
            lambda v, m, n, sigma, tau: (v * tau**2 + m * sigma**2) / (tau**2 + sigma**2),
        ),
        Mistake(
            "the prior is counted once for each reading; it is one belief",
            lambda v, m, n, sigma, tau: (v * tau**2 + n * m * sigma**2) / (tau**2 + n * sigma**2),
        ),
        Mistake(
            "the variances are swapped: the noisier the readings, the less they count",
            lambda v, m, n, sigma, tau: (n * v * sigma**2 + m * tau**2) / (n * sigma**2 + tau**2),
        ),
        Mistake(
            "σ and τ themselves are the weights here; it is their squares that count",
            lambda v, m, n, sigma, tau: (n * v * tau + m * sigma) / (n * tau + sigma),
        ),
        Mistake(
            "this is the mean of v and m; which counts more depends on n, σ and τ",
            lambda v, m, n, sigma, tau: (v + m) / 2 + 0 * n,
        ),
        Mistake(
            "this is what the readings alone say: the prior is missing",
            lambda v, m, n, sigma, tau: v + 0 * n,
        ),
        Mistake(
            "v and m have each other's weight: the wider the prior, the more the readings count",
            lambda v, m, n, sigma, tau: (v * sigma**2 + n * m * tau**2) / (n * tau**2 + sigma**2),
        ),
        Mistake(
            "the prior counts as one more reading here; it counts as σ²/τ² of them",
            lambda v, m, n, sigma, tau: (n * v + m) / (n + 1),
        ),
        Mistake(
            "m lacks its weight: it enters as λm, with λ = σ²/(nτ²)",
            lambda v, m, n, sigma, tau: (v + m) / (1 + sigma**2 / (n * tau**2)),
        ),
        Mistake(
            "the sign of m is flipped: the prior pulls towards m",
            lambda v, m, n, sigma, tau: (n * v * tau**2 - m * sigma**2) / (n * tau**2 + sigma**2),
        ),
        Mistake(
            "this is how far w is from m; add m",
            lambda v, m, n, sigma, tau: n * tau**2 * (v - m) / (n * tau**2 + sigma**2),
        ),
    ],
    "mended_map": [
        Mistake(
            "n is still counted twice: λ is multiplied by n, but it was never divided by n",
            solved(lambda n, sigma, tau: n * sigma**2 / tau**2),
        ),
        Mistake(
            "now n is divided by once too often: nλ is σ²/τ²",
            solved(lambda n, sigma, tau: sigma**2 / (n * tau**2)),
        ),
        Mistake(NO_SQUARE, solved(lambda n, sigma, tau: sigma / tau)),
        Mistake("σ is taken where σ² is meant", solved(lambda n, sigma, tau: sigma / tau**2)),
        Mistake("τ is taken where τ² is meant", solved(lambda n, sigma, tau: sigma**2 / tau)),
        Mistake(UPSIDE_DOWN, solved(lambda n, sigma, tau: tau**2 / sigma**2)),
        Mistake(
            "a 2 too much: both squares have a ½, and it goes away",
            solved(lambda n, sigma, tau: 2 * sigma**2 / tau**2),
        ),
        Mistake(
            "half of it is missing: both squares have a ½, and it goes away",
            solved(lambda n, sigma, tau: sigma**2 / tau**2 / 2),
        ),
        Mistake("the prior is gone: this is least squares", solved(lambda n, sigma, tau: 0.0)),
        Mistake("the left side is divided by n, the right side is not", one_sided),
        Mistake("the solution is divided by n; the system was enough", by_mean_square),
        Mistake(
            "σ²/τ² is added to every entry of XᵀX; it belongs on the diagonal, by np.eye",
            everywhere,
        ),
        Mistake("X and y are centred, as if there were an intercept; this model has none", centred),
        Mistake(
            "λ is divided by the number of weights; it is the number of samples",
            lambda X, y, sigma, tau: with_strength(X, y, len(y) * sigma**2 / (X.shape[1] * tau**2)),
        ),
    ],
    "posterior_on_grid": [
        Mistake(
            "the likelihood underflows: where all heights become 0, 0/0 is nan; subtract the "
            "largest logarithm first",
            posterior(finish=without_shift),
        ),
        Mistake(
            "the heights are scaled so that the largest is 1; probabilities must sum to 1",
            posterior(finish=lambda logs, grid: np.exp(logs - logs.max())),
        ),
        Mistake(
            "these are the logarithms; np.exp and the division by the sum are missing",
            posterior(finish=lambda logs, grid: logs),
        ),
        Mistake(
            "this is a density, whose area is 1; the grid points are the only weights here, and "
            "their probabilities sum to 1",
            posterior(finish=by_area),
        ),
        Mistake(
            "the prior is missing: this is the likelihood, scaled",
            posterior(prior=lambda w, s, n: 0.0),
        ),
        Mistake(
            "the likelihood is missing: this is the prior, scaled",
            posterior(likelihood=lambda squares, sigma: 0.0),
        ),
        Mistake(
            "this is a Gaussian prior; the Laplace prior has |w|/s in its exponent",
            posterior(prior=lambda w, s, n: -(w**2) / (2 * s**2)),
        ),
        Mistake(
            "the size of w is missing in the prior: negative weights become more probable",
            posterior(prior=lambda w, s, n: -w / s),
        ),
        Mistake(
            "the sign of the prior is flipped: large weights become more probable",
            posterior(prior=lambda w, s, n: np.abs(w) / s),
        ),
        Mistake(
            "the prior is divided by s²; its exponent is |w|/s",
            posterior(prior=lambda w, s, n: -np.abs(w) / s**2),
        ),
        Mistake(
            "the prior is multiplied by s; a larger s means a wider prior, |w|/s",
            posterior(prior=lambda w, s, n: -np.abs(w) * s),
        ),
        Mistake(
            "the prior is counted once for each reading; it is one belief",
            posterior(prior=lambda w, s, n: -n * np.abs(w) / s),
        ),
        Mistake(
            "the mean over the readings is taken; their densities multiply, so take the sum",
            posterior(likelihood=lambda q, sigma: -q.mean(axis=1) / (2 * sigma**2)),
        ),
        Mistake(
            "the mean of the readings counts as one reading; n of them are worth more: add up "
            "their squares",
            posterior(
                likelihood=lambda q, sigma: -q.mean(axis=1) / (2 * sigma**2), finish=without_shift
            ),
        ),
        Mistake(
            "the heights are not divided by their sum",
            posterior(finish=lambda logs, grid: np.exp(logs)),
        ),
        Mistake(
            "the densities of the readings are added; independent ones multiply",
            sum_of_likelihoods,
        ),
        Mistake(
            "the densities of the readings are added, and they underflow; independent ones "
            "multiply, and their logarithms add",
            plain_sum_of_likelihoods,
        ),
        Mistake(
            "the 2 is missing: the exponent of the noise is −(v − w)²/(2σ²)",
            posterior(likelihood=lambda q, sigma: -q.sum(axis=1) / sigma**2),
        ),
        Mistake(
            "σ is not squared: the exponent of the noise is −(v − w)²/(2σ²)",
            posterior(likelihood=lambda q, sigma: -q.sum(axis=1) / (2 * sigma)),
        ),
        Mistake(
            "the distance is not squared: that is Laplace noise",
            posterior(likelihood=lambda q, sigma: -np.sqrt(q).sum(axis=1) / sigma),
        ),
        Mistake(
            "the heights are multiplied by the gaps, as for an area; the grid points are the only "
            "weights there are",
            posterior(finish=by_gaps),
        ),
        Mistake(
            "these are logarithms, the largest subtracted: now take np.exp, and divide by the sum",
            posterior(finish=lambda logs, grid: logs - logs.max()),
        ),
        Mistake(
            "this is the most probable weight; asked is the probability of each",
            posterior(finish=lambda logs, grid: grid[logs.argmax()]),
        ),
        Mistake(
            "np.nan_to_num hides 0/0, but all probabilities are lost; subtract the largest "
            "logarithm before np.exp",
            posterior(finish=lambda logs, grid: np.nan_to_num(without_shift(logs, grid))),
        ),
        Mistake(
            "the prior is divided by σ; its scale is s",
            lambda grid, readings, sigma, s: posterior()(grid, readings, sigma, sigma),
        ),
        Mistake(
            "the Laplace prior has |w|/s without a 2 in its exponent",
            posterior(prior=lambda w, s, n: -np.abs(w) / (2 * s)),
        ),
        Mistake(
            "n counts twice: the squares are summed over the readings, and σ² is divided by n",
            posterior(likelihood=lambda q, sigma: -q.sum(axis=1) / (2 * sigma**2 / q.shape[1])),
        ),
    ],
}

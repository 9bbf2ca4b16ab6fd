"""Wrong answers people give in set 10, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def strengths(**wrong):
    """The four strengths, of which those are wrong that are given as functions of λ and n."""
    right = {
        "sums": lambda lam, n: n * lam,
        "no_half": lambda lam, n: lam,
        "half_at_loss": lambda lam, n: lam / 2,
        "over_n": lambda lam, n: n * lam / 2,
    }
    return lambda lam, n: tuple(s(lam, n) for s in (right | wrong).values())


def solve(Z, t, strength):
    return np.linalg.solve(Z.T @ Z + strength, Z.T @ t)


def centred(X, y):
    return X - X.mean(axis=0), y - y.mean()


def intercept(X, y, w):
    return y.mean() - X.mean(axis=0) @ w


def ridge_with(strength, b=intercept):
    """A ridge in which what is added to XᵀX is strength(lam, n, p), or b is another function."""

    def answer(X, y, lam):
        w = solve(*centred(X, y), strength(lam, *X.shape))
        return w, b(X, y, w)

    return answer


def plain(lam, n, p):
    return n * lam * np.eye(p)


def ridge(X, y, lam):
    return ridge_with(plain)(X, y, lam)


def on_b_too(X, y, lam):
    theta = on_theta(lambda n, p: np.eye(p))(np.column_stack([X, np.ones(len(y))]), y, lam)
    return theta[:-1], theta[-1]


def no_intercept(X, y, lam):
    return solve(X, y, plain(lam, *X.shape)), 0.0


def only_y_centred(X, y, lam):
    w = solve(X, y - y.mean(), plain(lam, *X.shape))
    return w, y.mean()


def not_centred(X, y, lam):
    w = solve(X, y, plain(lam, *X.shape))
    return w, intercept(X, y, w)


def one_mean_for_all(X, y, lam):
    w = solve(X - X.mean(), y - y.mean(), plain(lam, *X.shape))
    return w, y.mean() - X.mean() * w.sum()


def scaled(X, y, lam):
    """The weights of the standardised features, and their b."""
    Z, t = centred(X, y)
    return solve(Z / X.std(axis=0), t, plain(lam, *X.shape)), y.mean()


def scaled_back(X, y, lam):
    w = scaled(X, y, lam)[0] / X.std(axis=0)
    return w, intercept(X, y, w)


def divided(X, y, lam):
    Z, t = centred(X, y)
    w = np.linalg.pinv(Z) @ t / (1 + lam)
    return w, intercept(X, y, w)


def with_inverse_of_each(X, y, lam):
    Z, t = centred(X, y)
    w = (Z.T @ t) / ((Z**2).sum(axis=0) + len(y) * lam)
    return w, intercept(X, y, w)


def gram_alone(X, y, lam):
    Z, t = centred(X, y)
    w = np.linalg.solve(Z.T @ Z / len(y) + lam * np.eye(X.shape[1]), Z.T @ t)
    return w, intercept(X, y, w)


def ridge_in_place(X, y, lam):
    means = X.mean(axis=0)
    X -= means
    w = solve(X, y - y.mean(), plain(lam, *X.shape))
    return w, y.mean() - means @ w


def on_theta(penalty):
    """A ridge over θ with nλ times penalty(n, p) added to AᵀA."""
    return lambda A, y, lam: solve(A, y, len(y) * lam * penalty(*A.shape))


def spared(place):
    """The unit matrix with a 0 at one place of its diagonal."""

    def penalty(n, p):
        numbers = np.ones(p)
        numbers[place] = 0
        return np.diag(numbers)

    return penalty


buggy = on_theta(lambda n, p: np.eye(p))


def mean_afterwards(A, y, lam):
    return np.append(y.mean(), buggy(A, y, lam)[1:])


def intercept_afterwards(A, y, lam):
    w = buggy(A, y, lam)[1:]
    return np.append(intercept(A[:, 1:], y, w), w)


def y_shifted(A, y, lam):
    theta = buggy(A, y - y.mean(), lam)
    theta[0] += y.mean()
    return theta


def without_ones(A, y, lam):
    return np.append(0.0, no_intercept(A[:, 1:], y, lam)[0])


def mended(A, y, lam, strength=plain):
    w, b = ridge_with(strength)(A[:, 1:], y, lam)
    return np.append(b, w)


def strength_not_times_n(A, y, lam):
    penalty = len(y) * lam * np.eye(A.shape[1])
    penalty[0, 0] = 1
    return solve(A, y, penalty)


def everywhere_else(A, y, lam):
    penalty = np.ones((A.shape[1], A.shape[1]))
    penalty[0] = penalty[:, 0] = 0
    return solve(A, y, len(y) * lam * penalty)


def y_in_place(A, y, lam):
    y -= y.mean()
    return mended(A, y, lam)


def A_in_place(A, y, lam):
    theta = mended(A, y, lam)
    A -= A.mean(axis=0)
    return theta


COPIED = "this is our λ, carried over as it is; compare what stands at Σw² with what stands at "
COPIED += "Σ(y − ŷ)²"
UPWARDS = "divided where it must be multiplied: the sums are n times the means, so s must be larger"
NO_N = "the n is missing: the loss is a mean, so after multiplying by n the matrix is XᵀX + nλI"
TWICE = "twice the penalty: 2nλ belongs to a penalty λΣw², ours is ½λΣw²"
HALF = "half the penalty: the ½ at the loss and the ½ at the penalty cancel, which leaves nλ"
BY_P = "n is the number of samples (rows), not that of the features (columns)"
EVERYWHERE = "n·lam is added to every entry of the matrix; np.eye puts it on the diagonal alone"
UNPENALISED = "the penalty is missing: this is least squares"

MISTAKES = {
    "four_strengths": [
        Mistake(COPIED, lambda lam, n: (lam, lam, lam, lam)),
        Mistake("first text: " + UPWARDS, strengths(sums=lambda lam, n: lam / n)),
        Mistake(
            "first text: our ½ stands at both parts, so it cancels: no factor 2 is left",
            strengths(sums=lambda lam, n: 2 * n * lam),
        ),
        Mistake(
            "first text: our ½ stands at both parts, so it cancels: no ½ is left",
            strengths(sums=lambda lam, n: n * lam / 2),
        ),
        Mistake(
            "first text: its loss is a sum, ours a mean, so n must come in",
            strengths(sums=lambda lam, n: lam),
        ),
        Mistake(
            "second text: the ½ is missing at both parts, so the ratio is that of ours",
            strengths(no_half=lambda lam, n: lam / 2),
        ),
        Mistake(
            "second text: twice our objective as a whole has the same minimum; s is not doubled",
            strengths(no_half=lambda lam, n: 2 * lam),
        ),
        Mistake(
            "third text: without a ½ at the penalty s weighs twice as much, so it must be half of "
            "λ, not twice",
            strengths(half_at_loss=lambda lam, n: 2 * lam),
        ),
        Mistake(
            "third text: it has no ½ at the penalty, so s is not λ",
            strengths(half_at_loss=lambda lam, n: lam),
        ),
        Mistake(
            "fourth text: it has no ½ at the penalty, so s weighs twice as much",
            strengths(over_n=lambda lam, n: n * lam),
        ),
        Mistake(
            "fourth text: s is divided by n there, so it must be n times as large, not smaller",
            strengths(over_n=lambda lam, n: lam / (2 * n)),
        ),
        Mistake(
            "fourth text: the n below s is overlooked",
            strengths(over_n=lambda lam, n: lam / 2),
        ),
        Mistake(
            "fourth text: a ½ too many is made up for: s/n must be λ/2",
            strengths(over_n=lambda lam, n: 2 * n * lam),
        ),
    ],
    "ridge": [
        Mistake(NO_N, ridge_with(lambda lam, n, p: lam * np.eye(p))),
        Mistake(TWICE, ridge_with(lambda lam, n, p: 2 * plain(lam, n, p))),
        Mistake(HALF, ridge_with(lambda lam, n, p: plain(lam, n, p) / 2)),
        Mistake(
            "the penalty is divided by n; XᵀX is a sum over the samples, so λ is multiplied by n",
            ridge_with(lambda lam, n, p: lam * np.eye(p) / n),
        ),
        Mistake(BY_P, ridge_with(lambda lam, n, p: p * lam * np.eye(p))),
        Mistake(EVERYWHERE, ridge_with(lambda lam, n, p: n * lam)),
        Mistake(
            "a sign is flipped: nλI is subtracted, so the weights grow",
            ridge_with(lambda lam, n, p: -plain(lam, n, p)),
        ),
        Mistake(UNPENALISED, ridge_with(lambda lam, n, p: 0 * plain(lam, n, p))),
        Mistake("b is penalised as if it were a weight", on_b_too),
        Mistake(
            "there is no intercept: the fit is forced through 0",
            no_intercept,
        ),
        Mistake(
            "neither X nor y is centred before solving, so the weights do the work of b as well",
            not_centred,
        ),
        Mistake(
            "y is centred but X is not, so b is not the best one for these weights",
            only_y_centred,
        ),
        Mistake(
            "one mean is taken of all of X; each column has a mean of its own: axis=0",
            one_mean_for_all,
        ),
        Mistake(
            "b belongs to the centred features; on the data as they were it is mean(y) − mean(x)·w",
            ridge_with(plain, lambda X, y, w: y.mean()),
        ),
        Mistake(
            "the mean of y is taken after y was centred, so it is 0; keep the one it had before",
            ridge_with(plain, lambda X, y, w: -X.mean(axis=0) @ w),
        ),
        Mistake(
            "b is left at 0, as it is on centred data; put the means back",
            ridge_with(plain, lambda X, y, w: 0.0),
        ),
        Mistake(
            "a sign is flipped in b: it is mean(y) minus mean(x)·w",
            ridge_with(plain, lambda X, y, w: y.mean() + X.mean(axis=0) @ w),
        ),
        Mistake(
            "these are the b of each sample, y − x·w; the best b is their mean",
            ridge_with(plain, lambda X, y, w: y - X @ w),
        ),
        Mistake(
            "the pair is in the wrong order: w comes first, then b", lambda *a: ridge(*a)[::-1]
        ),
        Mistake(
            "the features are divided by their standard deviation; the penalty is on the weights "
            "of the features as they are",
            scaled,
        ),
        Mistake(
            "the penalty is on the weights of scaled features, though the weights are scaled back",
            scaled_back,
        ),
        Mistake(
            "the least-squares weights are divided by 1 + λ; that holds only for uncorrelated "
            "features of mean square 1",
            divided,
        ),
        Mistake(
            "every feature is fitted by itself; correlated features share the work, and solve "
            "takes care of it",
            with_inverse_of_each,
        ),
        Mistake("the left side is divided by n, Xᵀy is not", gram_alone),
        Mistake(
            "`X -= …` writes into the caller's array; `X = X - …` makes a new one", ridge_in_place
        ),
        Mistake(
            "θ is returned as one array; asked is the pair (w, b)",
            lambda X, y, lam: np.append(*ridge(X, y, lam)[::-1]),
        ),
    ],
    "mended_ridge": [
        Mistake("θ₀ is still penalised: the first place of the unit matrix is a 1", buggy),
        Mistake(
            "θ₀ is still penalised, and the n is gone, which was right",
            on_theta(lambda n, p: np.eye(p) / n),
        ),
        Mistake(
            "the unit matrix must stay as large as AᵀA; only its first 1 has to go",
            on_theta(lambda n, p: np.eye(p - 1)),
        ),
        Mistake(UNPENALISED, lambda A, y, lam: mended(A, y, 0.0)),
        Mistake(
            "the last weight is spared; the ones stand in the first column, so θ₀ comes first",
            on_theta(spared(-1)),
        ),
        Mistake(
            "the penalty spares the weights and falls on θ₀; it is the other way round",
            on_theta(lambda n, p: np.diag(np.eye(p)[0])),
        ),
        Mistake(
            "θ₀ is replaced by the mean of y, but the weights still come from the penalised fit",
            mean_afterwards,
        ),
        Mistake(
            "θ₀ is put right afterwards, but the weights still come from the fit that penalised it",
            intercept_afterwards,
        ),
        Mistake(
            "centring y is not enough: θ₀ is penalised still, and it has to make up for the means "
            "of the features",
            y_shifted,
        ),
        Mistake("θ₀ is left out of the fit: the curve is forced through 0", without_ones),
        Mistake(
            "θ₀ is missing in what is returned: it is the first entry",
            lambda A, y, lam: mended(A, y, lam)[1:],
        ),
        Mistake(
            "θ₀ stands at the end; it is the first entry",
            lambda A, y, lam: np.roll(mended(A, y, lam), -1),
        ),
        Mistake(
            "the first place holds a 1, so θ₀ is penalised a little; a 0 leaves it free",
            strength_not_times_n,
        ),
        Mistake(EVERYWHERE, everywhere_else),
        Mistake(
            "the n was right: the loss is a mean, so λ is multiplied by n in this system",
            lambda A, y, lam: mended(A, y, lam / len(y)),
        ),
        Mistake(TWICE, lambda A, y, lam: mended(A, y, 2 * lam)),
        Mistake(HALF, lambda A, y, lam: mended(A, y, lam / 2)),
        Mistake("`y -= …` writes into the caller's array; `y = y - …` makes a new one", y_in_place),
        Mistake("`A -= …` writes into the caller's array; `A = A - …` makes a new one", A_in_place),
        Mistake(
            "a pair is returned; asked is one array with θ₀ first",
            lambda A, y, lam: (mended(A, y, lam)[0], mended(A, y, lam)[1:]),
        ),
        Mistake(
            "a weight is spared instead of θ₀: Python counts from 0, so θ₀ has the place [0, 0]",
            on_theta(spared(1)),
        ),
        Mistake(
            "the penalty is Σw², which has no products of two weights: ones belong on the diagonal "
            "alone",
            on_theta(lambda n, p: np.ones((p, p)) - np.diag(np.eye(p)[0])),
        ),
        Mistake(
            "y is centred, so θ₀ lacks its mean; a free θ₀ needs no centring",
            lambda A, y, lam: mended(A, y - y.mean(), lam),
        ),
    ],
    "shrinking_factor": [
        Mistake(
            "the n is missing: the loss is divided by n, the penalty is not",
            lambda d, n, lam: d**2 / (d**2 + lam),
        ),
        Mistake(
            "λ is divided by n where it is multiplied", lambda d, n, lam: d**2 / (d**2 + lam / n)
        ),
        Mistake(
            "twice the penalty: 2nλ belongs to λa²; here it is ½λa²",
            lambda d, n, lam: d**2 / (d**2 + 2 * n * lam),
        ),
        Mistake(
            "half the penalty: the ½ stands at both parts and cancels",
            lambda d, n, lam: d**2 / (d**2 + n * lam / 2),
        ),
        Mistake(
            "this is the solution a for h = 1; divide it by the solution without a penalty",
            lambda d, n, lam: d / (d**2 + n * lam),
        ),
        Mistake(
            "the d is not squared: it stands at a and comes down once more by the chain rule",
            lambda d, n, lam: d / (d + n * lam),
        ),
        Mistake(
            "this is what is taken off, as a share; the factor is what is left",
            lambda d, n, lam: n * lam / (d**2 + n * lam),
        ),
        Mistake(
            "upside down: the solution with a penalty is divided by the one without",
            lambda d, n, lam: (d**2 + n * lam) / d**2,
        ),
        Mistake(
            "1/(1 + λ) holds only where d² = n, for a feature of mean square 1",
            lambda d, n, lam: 1 / (1 + lam),
        ),
        Mistake(
            "this is the start of a series for small λ; solve for a exactly",
            lambda d, n, lam: 1 - n * lam / d**2,
        ),
        Mistake(
            "a sign is flipped: with the penalty a must be smaller",
            lambda d, n, lam: d**2 / (d**2 - n * lam),
        ),
        Mistake(
            "this is the square of the factor, which acts on a²",
            lambda d, n, lam: (d**2 / (d**2 + n * lam)) ** 2,
        ),
    ],
}

# Changes of the solution that change no answer, and why.
HARMLESS = {
    "ridge": {
        "Z, t = (X - X.mean(axis=0), y - y.mean()) → Z, t = (X - X.mean(axis=0), y + y.mean())": (
            "The columns of Z sum to 0, so a constant in t has no part in Z.T @ t."
        ),
        "Z, t = (X - X.mean(axis=0), y - y.mean()) → Z, t = (X - X.mean(axis=0), y)": (
            "The columns of Z sum to 0, so a constant in t has no part in Z.T @ t."
        ),
        "Z, t = (X - X.mean(axis=0), y - y.mean()) → Z, t = (X - X.mean(axis=0), y - y.sum())": (
            "The columns of Z sum to 0, so a constant in t has no part in Z.T @ t."
        ),
    },
}

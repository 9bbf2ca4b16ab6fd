"""Wrong answers people give in set 09, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def by_steps(move, gradient_at=lambda old, now: now):
    """Two steps on ½hw²; move(m, g, eta, beta) returns the new memory and the step."""

    def answer(w, curvature, learning_rate, beta):
        start, m, trace = w, 0.0, []
        for _ in range(2):
            m, step = move(m, curvature * gradient_at(start, w), learning_rate, beta)
            w = w - step
            trace.append(w)
        return tuple(trace)

    return answer


def heavy(m, g, eta, beta):
    m = beta * m + g
    return m, eta * m


def damped(m, g, eta, beta):
    m = beta * m + (1 - beta) * g
    return m, eta * m


def nesterov(m, g, eta, beta):
    m = beta * m + g
    return m, eta * (g + beta * m)


def adam(mean=None, squares=None, correct=None, step=None, state=None):
    """An Adam step of which these parts are wrong; correct(m, s, b1, b2, k) → m̂, ŝ."""

    @np.errstate(all="ignore")
    def answer(w, gradient, m, s, k, learning_rate, beta1, beta2, eps):
        new_m = (mean or running)(m, gradient, beta1)
        new_s = (squares or running)(s, gradient if squares else gradient**2, beta2)
        m_hat, s_hat = (correct or corrected)(new_m, new_s, beta1, beta2, k)
        moved = (step or usual)(m_hat, s_hat, learning_rate, eps)
        kept = state(new_m, new_s, m_hat, s_hat) if state else (new_m, new_s)
        return w - moved, *kept

    return answer


def running(old, new, beta):
    return beta * old + (1 - beta) * new


def corrected(m, s, beta1, beta2, k):
    return m / (1 - beta1**k), s / (1 - beta2**k)


def usual(m, s, learning_rate, eps):
    return learning_rate * m / (np.sqrt(s) + eps)


def betas_swapped(w, gradient, m, s, k, learning_rate, beta1, beta2, eps):
    return adam()(w, gradient, m, s, k, learning_rate, beta2, beta1, eps)


@np.errstate(all="ignore")
def old_memory(w, gradient, m, s, k, learning_rate, beta1, beta2, eps):
    m_hat, s_hat = corrected(m, s, beta1, beta2, k)
    new = running(m, gradient, beta1), running(s, gradient**2, beta2)
    return w - usual(m_hat, s_hat, learning_rate, eps), *new


@np.errstate(all="ignore")
def gradient_in_place_of_m(w, gradient, m, s, k, learning_rate, beta1, beta2, eps):
    new_m, new_s = running(m, gradient, beta1), running(s, gradient**2, beta2)
    s_hat = new_s / (1 - beta2**k)
    return w - usual(gradient, s_hat, learning_rate, eps), new_m, new_s


@np.errstate(all="ignore")
def in_place(w, gradient, m, s, k, learning_rate, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * gradient
    s *= beta2
    s += (1 - beta2) * gradient**2
    m_hat, s_hat = corrected(m, s, beta1, beta2, k)
    return w - usual(m_hat, s_hat, learning_rate, eps), m, s


def cut(firsts, summary=lambda rows: rows.mean(axis=0), pick=None):
    """Gradients of the batches that begin at firsts(n, size)."""

    def answer(gradients, order, size):
        means = []
        for first in firsts(len(order), size):
            rows = order[first : first + size]
            means.append(summary(gradients[rows if pick is None else pick(rows, first, size)]))
        return np.array(means)

    return answer


def complete(n, size):
    return range(0, n - size + 1, size)


def number_of_batches(gradients, order, size):
    """Take size for the number of batches."""
    return np.array([gradients[rows].mean(axis=0) for rows in np.array_split(order, size)])


def without_axis(gradients, order, size):
    return cut(complete, lambda rows: rows.mean())(gradients, order, size)


def over_all(gradients, order, size):
    return cut(complete, lambda rows: rows.sum(axis=0))(gradients, order, size) / len(order)


def memory_of_the_first_gradient(w, curvature, learning_rate, beta):
    m, trace = curvature * w, []
    for _ in range(2):
        m, step = heavy(m, curvature * w, learning_rate, beta)
        w = w - step
        trace.append(w)
    return tuple(trace)


def loss_for_gradient(w, curvature, learning_rate, beta):
    m, trace = 0.0, []
    for _ in range(2):
        m, step = heavy(m, curvature / 2 * w**2, learning_rate, beta)
        w = w - step
        trace.append(w)
    return tuple(trace)


@np.errstate(all="ignore")
def corrected_gradient(w, gradient, m, s, k, learning_rate, beta1, beta2, eps):
    _, new_m, new_s = adam()(w, gradient, m, s, k, learning_rate, beta1, beta2, eps)
    g_hat, s_hat = corrected(gradient, new_s, beta1, beta2, k)
    return w - usual(g_hat, s_hat, learning_rate, eps), new_m, new_s


@np.errstate(all="ignore")
def eps_beside_the_uncorrected_root(w, gradient, m, s, k, learning_rate, beta1, beta2, eps):
    _, m, s = adam()(w, gradient, m, s, k, learning_rate, beta1, beta2, eps)
    rate = learning_rate * np.sqrt(1 - beta2**k) / (1 - beta1**k)
    return w - rate * m / (np.sqrt(s) + eps), m, s


@np.errstate(all="ignore")
def squares_of_m(w, gradient, m, s, k, learning_rate, beta1, beta2, eps):
    new_m = running(m, gradient, beta1)
    new_s = running(s, new_m**2, beta2)
    m_hat, s_hat = corrected(new_m, new_s, beta1, beta2, k)
    return w - usual(m_hat, s_hat, learning_rate, eps), new_m, new_s


MISTAKES = {
    "two_momentum_steps": [
        Mistake(
            "the gradient is multiplied by 1 − β, as in Adam's running mean; here m ← βm + g",
            by_steps(damped),
        ),
        Mistake(
            "the gradient of the second step is taken at the new w: it is 3 · 1.4, not 6 again",
            by_steps(heavy, lambda start, now: start),
        ),
        Mistake(
            "the memory is forgotten: this is SGD",
            by_steps(lambda m, g, eta, beta: (0.0, eta * g)),
        ),
        Mistake(
            "w is moved with the old memory; the lines go from top to bottom, so m comes first",
            by_steps(lambda m, g, eta, beta: (beta * m + g, eta * m)),
        ),
        Mistake(
            "the steps go uphill: subtract η m",
            by_steps(lambda m, g, eta, beta: (beta * m + g, -eta * (beta * m + g))),
        ),
        Mistake(
            "the learning rate is missing",
            by_steps(lambda m, g, eta, beta: (beta * m + g, beta * m + g)),
        ),
        Mistake(
            "the old gradient counts in full in the second step; multiply the memory by β",
            by_steps(lambda m, g, eta, beta: (m + g, eta * (m + g))),
        ),
        Mistake(
            "this is Nesterov's momentum, which looks ahead; here w ← w − η m",
            by_steps(nesterov),
        ),
        Mistake(
            "the slope of 1.5 w² is 3w, not 1.5 w",
            lambda w, curvature, learning_rate, beta: by_steps(heavy)(
                w, curvature / 2, learning_rate, beta
            ),
        ),
        Mistake("the memory starts at 0, not at the first gradient", memory_of_the_first_gradient),
        Mistake("1.5 w² is the loss; the gradient is its slope, 3w", loss_for_gradient),
        Mistake(
            "the slope of 1.5 w² is 3w, not w",
            lambda w, curvature, learning_rate, beta: by_steps(heavy)(w, 1.0, learning_rate, beta),
        ),
        Mistake(
            "the second number is the memory m; asked is w after each step",
            lambda w, curvature, learning_rate, beta: (
                (1 - learning_rate * curvature) * w,
                curvature * w,
            ),
        ),
    ],
    "rmsprop_step_k": [
        Mistake(
            "this is the length of Adam's steps; RMSprop does not correct for the start at 0",
            lambda eta, rho, k: eta,
        ),
        Mistake(
            "the root is missing: the gradient is divided by √s",
            lambda eta, rho, k: eta / (1 - rho**k),
        ),
        Mistake(
            "this is the first step; the memory goes on filling, so k must be in it",
            lambda eta, rho, k: eta / (1 - rho) ** 0.5,
        ),
        Mistake(
            "the gradient is divided by √s, not multiplied by it",
            lambda eta, rho, k: eta * (1 - rho**k) ** 0.5,
        ),
        Mistake(
            "s is taken as k times (1 − ρ)g²; but what is in the memory fades by ρ in each step",
            lambda eta, rho, k: eta / (k * (1 - rho)) ** 0.5,
        ),
        Mistake(
            "the power belongs to ρ alone: 1 − ρᵏ, not (1 − ρ)ᵏ",
            lambda eta, rho, k: eta / (1 - rho) ** (k / 2),
        ),
        Mistake(
            "the factor 1 − ρ of each new g² is forgotten; with it the sum is 1 − ρᵏ",
            lambda eta, rho, k: eta * ((1 - rho) / (1 - rho**k)) ** 0.5,
        ),
        Mistake(
            "ρᵏ is what a first memory would have left; what came in since is 1 − ρᵏ",
            lambda eta, rho, k: eta / rho ** (k / 2),
        ),
        Mistake(
            "this is one step too few: in step k itself s already holds k gradients",
            lambda eta, rho, k: eta / (1 - rho ** (k - 1)) ** 0.5,
        ),
        Mistake(
            "this is one step too many: in the first step, k = 1, s holds one gradient",
            lambda eta, rho, k: eta / (1 - rho ** (k + 1)) ** 0.5,
        ),
        Mistake(
            "asked is by how much w is lowered, so the answer is positive",
            lambda eta, rho, k: -eta / (1 - rho**k) ** 0.5,
        ),
    ],
    "adam_step": [
        Mistake(
            "both corrections are missing: divide m by 1 − β₁ᵏ and s by 1 − β₂ᵏ for the step",
            adam(correct=lambda m, s, b1, b2, k: (m, s)),
        ),
        Mistake(
            "s is not corrected: divide it by 1 − β₂ᵏ for the step",
            adam(correct=lambda m, s, b1, b2, k: (m / (1 - b1**k), s)),
        ),
        Mistake(
            "m is not corrected: divide it by 1 − β₁ᵏ for the step",
            adam(correct=lambda m, s, b1, b2, k: (m, s / (1 - b2**k))),
        ),
        Mistake(
            "the corrections are those of the first step; they depend on k",
            adam(correct=lambda m, s, b1, b2, k: (m / (1 - b1), s / (1 - b2))),
        ),
        Mistake(
            "the corrections are one step late: k is 1 in the first step already",
            adam(correct=lambda m, s, b1, b2, k: corrected(m, s, b1, b2, k + 1)),
        ),
        Mistake(
            "the corrections are one step behind, and 0/0 in the first; the exponent is k itself",
            adam(correct=lambda m, s, b1, b2, k: corrected(m, s, b1, b2, k - 1)),
        ),
        Mistake(
            "β is multiplied by k; the corrections need its power, β ** k",
            adam(correct=lambda m, s, b1, b2, k: (m / (1 - b1 * k), s / (1 - b2 * k))),
        ),
        Mistake(
            "the corrected means are returned as the memory; next time they would be corrected "
            "once more",
            adam(state=lambda m, s, m_hat, s_hat: (m_hat, s_hat)),
        ),
        Mistake(
            "eps stands inside the root; it is added to the root",
            adam(step=lambda m, s, eta, eps: eta * m / np.sqrt(s + eps)),
        ),
        Mistake(
            "eps is missing",
            adam(step=lambda m, s, eta, eps: eta * m / np.sqrt(s)),
        ),
        Mistake(
            "the root is missing: divide by √s, so that the scale of the gradient drops out",
            adam(step=lambda m, s, eta, eps: eta * m / (s + eps)),
        ),
        Mistake(
            "s remembers the gradient; it must remember its square",
            adam(squares=running),
        ),
        Mistake(
            "m is a fading sum, as in momentum; Adam's is a running mean with the factor 1 − β₁",
            adam(mean=lambda m, g, b1: b1 * m + g),
        ),
        Mistake(
            "the two factors of the running means are swapped: β multiplies the old, 1 − β the new",
            adam(
                mean=lambda m, g, b1: (1 - b1) * m + b1 * g,
                squares=lambda s, g, b2: (1 - b2) * s + b2 * g**2,
            ),
        ),
        Mistake("β₁ and β₂ are swapped: β₁ belongs to m", betas_swapped),
        Mistake(
            "the step is taken with the old memory; first update m and s, then move w",
            old_memory,
        ),
        Mistake(
            "the gradient itself is divided, as in RMSprop; Adam divides the corrected m",
            gradient_in_place_of_m,
        ),
        Mistake(
            "the gradient itself is corrected and divided; in the step stands the corrected m",
            corrected_gradient,
        ),
        Mistake("s remembers the square of m; it must be that of the gradient", squares_of_m),
        Mistake(
            "eps is added to the root of the uncorrected s; correct s first",
            eps_beside_the_uncorrected_root,
        ),
        Mistake(
            "the corrections are multiplied; divide m by 1 − β₁ᵏ and s by 1 − β₂ᵏ",
            adam(correct=lambda m, s, b1, b2, k: (m * (1 - b1**k), s * (1 - b2**k))),
        ),
        Mistake(
            "m and s are in the wrong order: w, then m, then s",
            adam(state=lambda m, s, m_hat, s_hat: (s, m)),
        ),
        Mistake(
            "the step goes uphill: subtract it",
            adam(step=lambda m, s, eta, eps: -usual(m, s, eta, eps)),
        ),
        Mistake(
            "the learning rate is missing",
            adam(step=lambda m, s, eta, eps: usual(m, s, 1, eps)),
        ),
        Mistake(
            "`m *= …` writes into the caller's array; `m = beta1 * m + …` makes a new one",
            in_place,
        ),
    ],
    "epoch_gradients": [
        Mistake(
            "this is the broken function: a last batch that just fits is lost, for range stops "
            "before its end",
            cut(lambda n, size: range(0, n - size, size)),
        ),
        Mistake(
            "the incomplete last batch is kept; it is to be dropped",
            cut(lambda n, size: range(0, n, size)),
        ),
        Mistake(
            "the first batch is left out: first begins at 0",
            cut(lambda n, size: range(size, n - size + 1, size)),
        ),
        Mistake(
            "the batches overlap: first must move on by size, not by 1",
            cut(lambda n, size: range(n - size + 1)),
        ),
        Mistake(
            "the given order is not used: the samples are taken as they lie in the array",
            cut(complete, pick=lambda rows, first, size: slice(first, first + size)),
        ),
        Mistake(
            "the gradients of a batch are added up; asked is their mean",
            cut(complete, lambda rows: rows.sum(axis=0)),
        ),
        Mistake(
            "the sum of a batch is divided by the number of all samples, not by size",
            over_all,
        ),
        Mistake(
            "the mean goes over the weights too; with axis=0 it goes over the samples alone",
            without_axis,
        ),
        Mistake(
            "the mean goes over the weights; the samples of a batch are its rows, axis 0",
            cut(complete, lambda rows: rows.mean(axis=1)),
        ),
        Mistake(
            "size is taken for the number of batches; it is the number of samples in each",
            number_of_batches,
        ),
        Mistake(
            "order says which sample comes where: gradients[order], not the other way round",
            lambda gradients, order, size: cut(complete)(gradients, np.argsort(order), size),
        ),
        Mistake(
            "only the first batch is returned: is the return inside the loop?",
            lambda *args: cut(complete)(*args)[0],
        ),
    ],
}

HARMLESS = {
    "epoch_gradients": {
        "return np.array(means) → return means": (
            "A list of the rows is as good as an array of them."
        ),
    },
}

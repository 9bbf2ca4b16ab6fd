"""Wrong answers people give in set 22, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def first_steps(sgd_l2=None, sgd_decay=None, adam_l2=None, adamw=None):
    """The four steps, where those that are given as (w, g, eta, lam) → new w are wrong."""
    rules = (
        sgd_l2 or (lambda w, g, eta, lam: w - eta * (g + lam * w)),
        sgd_decay or (lambda w, g, eta, lam: (1 - eta * lam) * w - eta * g),
        adam_l2 or (lambda w, g, eta, lam: w - eta * np.sign(g + lam * w)),
        adamw or (lambda w, g, eta, lam: (1 - eta * lam) * w - eta * np.sign(g)),
    )
    return lambda w, gradient, learning_rate, strength: tuple(
        rule(w, gradient, learning_rate, strength) for rule in rules
    )


def doubled(w, gradient, learning_rate, strength):
    return first_steps()(w, gradient, learning_rate, 2 * strength)


def momentum(l2=None, decay=None):
    """A step with these rules (w, m, g, eta, beta, strength) → (w, m)."""

    def answer(w, m, gradient, learning_rate, beta, strength, decoupled):
        rule = (decay or right_decay) if decoupled else (l2 or right_l2)
        return rule(w, m, gradient, learning_rate, beta, strength)

    return answer


def right_l2(w, m, g, eta, beta, lam):
    m = beta * m + g + lam * w
    return w - eta * m, m


def right_decay(w, m, g, eta, beta, delta):
    m = beta * m + g
    return (1 - eta * delta) * w - eta * m, m


def both(change):
    """The two rules after the same change(rule, w, m, g, eta, beta, strength)."""
    return momentum(
        lambda *a: change(right_l2, *a),
        lambda *a: change(right_decay, *a),
    )


def as_running_mean(rule, w, m, g, eta, beta, lam):
    """Adam's convention: the gradient, penalty included, has the factor 1 − β."""
    if rule is right_l2:
        g, lam = g + lam * w, 0
    m = beta * m + (1 - beta) * g
    return (1 - eta * lam) * w - eta * m, m


def step_forgotten(rule, w, m, g, eta, beta, lam):
    new_w, new_m = rule(w, m, g, eta, beta, lam)
    return new_w + eta * new_m - new_m, new_m


def in_place(w, m, gradient, learning_rate, beta, strength, decoupled):
    m *= beta
    m += gradient + (0 if decoupled else strength) * w
    return (1 - learning_rate * strength * decoupled) * w - learning_rate * m, m


def shrunk_in_place(w, m, gradient, learning_rate, beta, strength, decoupled):
    if decoupled:
        w *= 1 - learning_rate * strength
        return right_decay(w, m, gradient, learning_rate, beta, 0)
    return right_l2(w, m, gradient, learning_rate, beta, strength)


def means(m, s, gradient):
    return 0.9 * m + 0.1 * gradient, 0.99 * s + 0.01 * gradient**2


def corrected(m, s, k):
    return m / (1 - 0.9**k), s / (1 - 0.99**k)


def adamw(new_theta=None, pull=None, correct=corrected, keep=None):
    """A step of which these parts are wrong; new_theta(theta, m̂, √ŝ, eta, decay, penalised)."""

    def answer(theta, gradient, m, s, k, learning_rate, decay, penalised):
        if pull:
            gradient = gradient + pull(theta, learning_rate, decay, penalised)
        m, s = means(m, s, gradient)
        m_hat, s_hat = correct(m, s, k)
        rule = new_theta or right_theta
        moved = rule(theta, m_hat, np.sqrt(s_hat), learning_rate, decay, penalised)
        return (moved, *keep(m, s, k)) if keep else (moved, m, s)

    return answer


def right_theta(theta, m, root, eta, decay, penalised):
    return (1 - eta * decay * penalised) * theta - eta * m / root


def theta_in_place(theta, m, root, eta, decay, penalised):
    theta[penalised] *= 1 - eta * decay
    return theta - eta * m / root


def adam_alone(theta, m, root, eta, decay, penalised):
    return theta - eta * m / root


def shrunk_after(w, g, eta, lam):
    return (1 - eta * lam) * (w - eta * g)


def rate_in_the_memory(sign):
    """The memory holds the moves, learning rate included."""

    def change(rule, w, m, g, eta, beta, lam):
        pull, shrink = (lam, 0) if rule is right_l2 else (0, lam)
        m = beta * m + sign * eta * (g + pull * w)
        return (1 - eta * shrink) * w - sign * m, m

    return change


def old_memory(rule, w, m, g, eta, beta, lam):
    new_w, new_m = rule(w, m, g, eta, beta, lam)
    return new_w + eta * (new_m - m), new_m


def uphill(rule, w, m, g, eta, beta, lam):
    new_w, new_m = rule(w, m, g, eta, beta, lam)
    return new_w + 2 * eta * new_m, new_m


def nesterov(rule, w, m, g, eta, beta, lam):
    new_w, new_m = rule(w, m, g, eta, beta, lam)
    pull = lam * w if rule is right_l2 else 0
    return new_w + eta * new_m - eta * (g + pull + beta * new_m), new_m


MISTAKES = {
    "four_first_steps": [
        Mistake(
            "the decay is not multiplied by the learning rate: the factor is 1 − ηδ, not 1 − δ",
            first_steps(
                sgd_decay=lambda w, g, eta, lam: (1 - lam) * w - eta * g,
                adamw=lambda w, g, eta, lam: (1 - lam) * w - eta * np.sign(g),
            ),
        ),
        Mistake(
            "AdamW is treated as Adam with L2; its decay does not go through the gradient",
            first_steps(adamw=lambda w, g, eta, lam: w - eta * np.sign(g + lam * w)),
        ),
        Mistake(
            "Adam with L2 is treated as AdamW; with L2 the pull is part of the gradient whose sign "
            "counts",
            first_steps(adam_l2=lambda w, g, eta, lam: (1 - eta * lam) * w - eta * np.sign(g)),
        ),
        Mistake(
            "Adam's first step has the length of the learning rate; the size of the gradient drops "
            "out",
            first_steps(
                adam_l2=lambda w, g, eta, lam: w - eta * (g + lam * w),
                adamw=lambda w, g, eta, lam: (1 - eta * lam) * w - eta * g,
            ),
        ),
        Mistake(
            "with L2 Adam takes the sign of the whole gradient, 0.5 − 0.6, which is negative",
            first_steps(adam_l2=lambda w, g, eta, lam: w - eta * np.sign(g)),
        ),
        Mistake(
            "the slope of ½λw² is λw, not 2λw; and the decay is δ, not 2δ",
            doubled,
        ),
        Mistake(
            "the steps go uphill: subtract the gradient",
            first_steps(
                lambda w, g, eta, lam: w + eta * (g + lam * w),
                lambda w, g, eta, lam: (1 - eta * lam) * w + eta * g,
                lambda w, g, eta, lam: w + eta * np.sign(g + lam * w),
                lambda w, g, eta, lam: (1 - eta * lam) * w + eta * np.sign(g),
            ),
        ),
        Mistake(
            "the pull is λw, neither λ|w| nor ½λw²: it is negative for a negative w",
            first_steps(
                lambda w, g, eta, lam: w - eta * (g + lam * abs(w)),
                lambda w, g, eta, lam: w - eta * lam * abs(w) - eta * g,
                lambda w, g, eta, lam: w - eta * np.sign(g + lam * abs(w)),
                lambda w, g, eta, lam: w - eta * lam * abs(w) - eta * np.sign(g),
            ),
        ),
        Mistake(
            "the weight is shrunk after the step; it is the old weight that decays, before it",
            first_steps(
                sgd_decay=shrunk_after,
                adamw=lambda w, g, eta, lam: shrunk_after(w, np.sign(g), eta, lam),
            ),
        ),
        Mistake(
            "the slope of ½λw² is λw: the ½ goes away",
            first_steps(
                lambda w, g, eta, lam: w - eta * (g + lam * w / 2),
                adam_l2=lambda w, g, eta, lam: w - eta * np.sign(g + lam * w / 2),
            ),
        ),
    ],
    "momentum_with_decay_at_rest": [
        Mistake(
            "this is the minimiser with L2 and λ = δ, where SGD rests; momentum weakens the decay",
            lambda a, c, delta, beta: a * c / (a + delta),
        ),
        Mistake(
            "this is the minimum of the loss alone, as if there were no decay",
            lambda a, c, delta, beta: c,
        ),
        Mistake(
            "the memory multiplies the gradient by 1/(1 − β), not the decay: the decay is weaker "
            "by it, not stronger",
            lambda a, c, delta, beta: a * c / (a + delta / (1 - beta)),
        ),
        Mistake(
            "the factor is 1 − β, not β: m = βm + g gives g = (1 − β)m",
            lambda a, c, delta, beta: a * c / (a + beta * delta),
        ),
        Mistake(
            "a sign is flipped: the decay pulls towards 0, so the weight is nearer to 0 than c",
            lambda a, c, delta, beta: a * c / (a - (1 - beta) * delta),
        ),
        Mistake(
            "the slope of ½a(w − c)² is a(w − c); the a is lost",
            lambda a, c, delta, beta: c / (1 + (1 - beta) * delta),
        ),
        Mistake(
            "in a(w − c) the a multiplies c as well",
            lambda a, c, delta, beta: c / (a + (1 - beta) * delta),
        ),
        Mistake(
            "the ½ is kept: the slope of ½a(w − c)² is a(w − c)",
            lambda a, c, delta, beta: a * c / (a + 2 * (1 - beta) * delta),
        ),
        Mistake("the c is lost", lambda a, c, delta, beta: a / (a + (1 - beta) * delta)),
        Mistake(
            "this is the λ of the L2 penalty that does the same; asked is the w",
            lambda a, c, delta, beta: (1 - beta) * delta,
        ),
    ],
    "momentum_step": [
        Mistake(
            "decay is done as L2: with decoupled, strength · w must not get into the memory",
            momentum(decay=right_l2),
        ),
        Mistake(
            "L2 is done as decay: without decoupled, strength · w belongs to the gradient, and so "
            "gets into the memory",
            momentum(l2=right_decay),
        ),
        Mistake("the two are swapped", momentum(l2=right_decay, decay=right_l2)),
        Mistake(
            "the decay is not multiplied by the learning rate",
            momentum(
                decay=lambda w, m, g, eta, beta, d: (
                    (1 - d) * w - eta * (beta * m + g),
                    beta * m + g,
                )
            ),
        ),
        Mistake(
            "w is shrunk after the step; the course shrinks the old w, before it",
            momentum(
                decay=lambda w, m, g, eta, beta, d: (
                    (1 - eta * d) * (w - eta * (beta * m + g)),
                    beta * m + g,
                )
            ),
        ),
        Mistake(
            "w is shrunk to the share learning_rate · strength; that is the share which it loses",
            momentum(
                decay=lambda w, m, g, eta, beta, d: (
                    eta * d * w - eta * (beta * m + g),
                    beta * m + g,
                )
            ),
        ),
        Mistake(
            "a sign is flipped: decay makes w larger here",
            momentum(decay=lambda w, m, g, eta, beta, d: right_decay(w, m, g, eta, beta, -d)),
        ),
        Mistake(
            "a sign is flipped: L2 drives w away from 0 here",
            momentum(l2=lambda w, m, g, eta, beta, lam: right_l2(w, m, g, eta, beta, -lam)),
        ),
        Mistake(
            "the slope of ½λw² is λw, not 2λw",
            momentum(l2=lambda w, m, g, eta, beta, lam: right_l2(w, m, g, eta, beta, 2 * lam)),
        ),
        Mistake(
            "the penalty's pull is multiplied by the learning rate twice",
            momentum(l2=lambda w, m, g, eta, beta, lam: right_l2(w, m, g, eta, beta, eta * lam)),
        ),
        Mistake(
            "with decay the penalty acts twice: in the memory and on w",
            momentum(
                decay=lambda w, m, g, eta, beta, d: right_decay(w, m, g + d * w, eta, beta, d)
            ),
        ),
        Mistake(
            "with decay, strength · w gets into the memory as well, after w was shrunk; leave the "
            "memory alone",
            momentum(
                decay=lambda w, m, g, eta, beta, d: right_l2((1 - eta * d) * w, m, g, eta, beta, d)
            ),
        ),
        Mistake(
            "with L2 the penalty acts twice: in the memory and on w",
            momentum(
                l2=lambda w, m, g, eta, beta, lam: right_decay(w, m, g + lam * w, eta, beta, lam)
            ),
        ),
        Mistake(
            "m is a running mean with the factor 1 − β; the course's momentum is m ← βm + g",
            both(as_running_mean),
        ),
        Mistake(
            "the step is not multiplied by the learning rate",
            both(step_forgotten),
        ),
        Mistake(
            "the pair is in the wrong order: w comes first, then m",
            both(lambda rule, *a: rule(*a)[::-1]),
        ),
        Mistake(
            "`m *= …` writes into the caller's array; `m = beta * m + …` makes a new one",
            in_place,
        ),
        Mistake(
            "`w *= …` writes into the caller's array; `w = … * w` makes a new one",
            shrunk_in_place,
        ),
        Mistake(
            "the learning rate belongs to the step, η m; the memory is βm + g without it",
            both(rate_in_the_memory(1)),
        ),
        Mistake(
            "the memory holds the moves, with their minus and the learning rate; it is βm + g",
            both(rate_in_the_memory(-1)),
        ),
        Mistake("w is moved with the old memory; m comes first", both(old_memory)),
        Mistake(
            "the penalty ½λw² itself is added to the gradient; add its slope, λw",
            momentum(
                l2=lambda w, m, g, eta, beta, lam: right_l2(w, m, g + lam * w**2 / 2, eta, beta, 0)
            ),
        ),
        Mistake("the memory is missing: return the pair (w, m)", lambda *a: momentum()(*a)[0]),
        Mistake("the step goes uphill: subtract η m", both(uphill)),
        Mistake(
            "this is Nesterov's momentum, which looks ahead; here the step is η m", both(nesterov)
        ),
    ],
    "adamw_step": [
        Mistake(
            "this is the broken function: the decay goes through the memories and the division, "
            "which makes it Adam with L2",
            adamw(adam_alone, lambda theta, eta, decay, marks: decay * marks * theta),
        ),
        Mistake(
            "the decay goes both through the gradient and on theta; take it out of the gradient",
            adamw(pull=lambda theta, eta, decay, marks: decay * marks * theta),
        ),
        Mistake(
            "the decay is divided by the root, together with the move; it acts beside it",
            adamw(lambda t, m, root, eta, decay, marks: t - eta * (m + decay * marks * t) / root),
        ),
        Mistake(
            "the decay is not multiplied by the learning rate",
            adamw(lambda t, m, root, eta, decay, marks: (1 - decay * marks) * t - eta * m / root),
        ),
        Mistake(
            "biases decay as well; penalised says which parameters are weights",
            adamw(lambda t, m, root, eta, decay, marks: (1 - eta * decay) * t - eta * m / root),
        ),
        Mistake(
            "it is the biases that decay here; penalised is True for the weights",
            adamw(
                lambda t, m, root, eta, decay, marks: right_theta(t, m, root, eta, decay, ~marks)
            ),
        ),
        Mistake(
            "biases are not moved at all; they follow Adam, only without decay",
            adamw(
                lambda t, m, root, eta, decay, marks: np.where(
                    marks, right_theta(t, m, root, eta, decay, marks), t
                )
            ),
        ),
        Mistake(
            "theta is shrunk after the move; the course shrinks the old theta, before it",
            adamw(
                lambda t, m, root, eta, decay, marks: (
                    (1 - eta * decay * marks) * (t - eta * m / root)
                )
            ),
        ),
        Mistake(
            "a sign is flipped: the decay makes weights larger",
            adamw(
                lambda t, m, root, eta, decay, marks: right_theta(t, m, root, eta, -decay, marks)
            ),
        ),
        Mistake(
            "the decay is gone altogether: this is plain Adam",
            adamw(adam_alone),
        ),
        Mistake(
            "the decay takes its share of the sign only, as L1 would; multiply theta itself",
            adamw(
                lambda t, m, root, eta, decay, marks: (
                    t - eta * decay * marks * np.sign(t) - eta * m / root
                )
            ),
        ),
        Mistake(
            "penalised multiplies theta itself and sets the biases to 0; it belongs to the decay",
            adamw(lambda t, m, root, eta, d, marks: (1 - eta * d) * t * marks - eta * m / root),
        ),
        Mistake(
            "`theta *= …` writes into the caller's array; make a new one",
            adamw(theta_in_place),
        ),
        Mistake(
            "the corrections were right and are gone; divide by 1 − 0.9ᵏ and 1 − 0.99ᵏ",
            adamw(correct=lambda m, s, k: (m, s)),
        ),
        Mistake(
            "the corrected means are returned as the memories",
            adamw(keep=corrected),
        ),
        Mistake(
            "the decay is subtracted without theta: a weight loses a share of itself",
            adamw(lambda t, m, root, eta, decay, marks: t - eta * decay * marks - eta * m / root),
        ),
        Mistake("the memories are missing: return theta, m and s", lambda *a: adamw()(*a)[0]),
    ],
}

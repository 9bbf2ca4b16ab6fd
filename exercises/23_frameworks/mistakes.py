"""Wrong answers people give in set 23, as code, with the diagnosis each must get."""

import sympy as sp

from coursekit.course.exercises.tasks import Mistake

RIGHT = {
    "keras L2": lambda t, n: 2 * t,
    "weight_decay": lambda t, n: t,
    "Lasso": lambda t, n: t,
    "Ridge": lambda t, n: t / n,
    "LogisticRegression": lambda t, n: 1 / (n * t),
}


def but(**wrong):
    """The answer in which only these libraries are wrong; keras stands for "keras L2"."""
    rules = RIGHT | {name.replace("keras", "keras L2"): rule for name, rule in wrong.items()}
    return lambda number, n, library: rules[library](number, n)


MISTAKES = {
    "alpha_for_ridge": [
        Mistake(
            "Ridge sums over the samples where we take the mean: n is missing", lambda lam, n: lam
        ),
        Mistake("n is on the wrong side: the sum is n times the mean", lambda lam, n: lam / n),
        Mistake(
            "both sides have lost their ½: 2n times our penalty is nλ Σw², not 2nλ Σw²",
            lambda lam, n: 2 * n * lam,
        ),
        Mistake(
            "one ½ too many: Ridge has none on its squares either, so the two cancel",
            lambda lam, n: n * lam / 2,
        ),
        Mistake("this is C, the number of LogisticRegression", lambda lam, n: 1 / (n * lam)),
        Mistake(
            "Ridge sums over the samples, so n is missing; and the ½ of loss and penalty cancel",
            lambda lam, n: lam / 2,
        ),
        Mistake(
            "n is missing, since Ridge sums; and no 2 is left over: both have lost their ½",
            lambda lam, n: 2 * lam,
        ),
    ],
    "our_lam": [
        Mistake(
            "every number is taken for our λ; only weight_decay and the Lasso's alpha are",
            lambda number, n, library: number,
        ),
        Mistake(
            "this goes from our λ to theirs; here the number is theirs and λ is asked for",
            lambda number, n, library: {
                "keras L2": number / 2,
                "Ridge": n * number,
                "LogisticRegression": 1 / (n * number),
            }.get(library, number),
        ),
        Mistake(
            "Keras' L2 and C are still taken for our λ; only weight_decay and the Lasso's are",
            but(keras=lambda t, n: t, LogisticRegression=lambda t, n: t),
        ),
        Mistake("Keras' L2 has no ½: t Σw² is our λ/2 Σw² with λ = 2t", but(keras=lambda t, n: t)),
        Mistake(
            "the 2 of Keras is on the wrong side: t = λ/2, so λ = 2t", but(keras=lambda t, n: t / 2)
        ),
        Mistake(
            "Ridge sums over the samples: alpha is nλ, so n is missing", but(Ridge=lambda t, n: t)
        ),
        Mistake("Ridge's alpha is nλ: divide by n, do not multiply", but(Ridge=lambda t, n: t * n)),
        Mistake(
            "one ½ too many: neither Ridge nor 2n times our objective has one on Σw²",
            but(Ridge=lambda t, n: 2 * t / n),
        ),
        Mistake(
            "C stands in front of the loss: λ is 1/(nC), not C",
            but(LogisticRegression=lambda t, n: t),
        ),
        Mistake(
            "C multiplies a sum of losses: n is missing in 1/(nC)",
            but(LogisticRegression=lambda t, n: 1 / t),
        ),
        Mistake(
            "C stands in front of the loss: λ falls when C rises",
            but(LogisticRegression=lambda t, n: t / n),
        ),
        Mistake("n is on the wrong side: λ = 1/(nC)", but(LogisticRegression=lambda t, n: n / t)),
        Mistake(
            "weight_decay adds λw to the gradient as it is: it needs no factor",
            but(weight_decay=lambda t, n: 2 * t),
        ),
        Mistake(
            "weight_decay belongs to a mean loss: n has no part in it",
            but(weight_decay=lambda t, n: t / n),
        ),
        Mistake(
            "the Lasso takes the mean of ½(y − ŷ)², as we do: n has no part in it",
            but(Lasso=lambda t, n: t / n),
        ),
        Mistake(
            "L1 has no square and no ½: the Lasso's alpha is λ itself",
            but(Lasso=lambda t, n: 2 * t),
        ),
        Mistake(
            "one 2 too many: neither Ridge nor 2n times our objective has a ½ on Σw²",
            but(Ridge=lambda t, n: t / (2 * n)),
        ),
        Mistake(
            "number · w is the slope of ½ · number · w², so no ½ is left over",
            but(weight_decay=lambda t, n: t / 2),
        ),
        Mistake(
            "C stands in front of the loss, so it divides: λ is 1/(nC), not nC",
            but(LogisticRegression=lambda t, n: t * n),
        ),
        Mistake(
            "one 2 too many: the ½ before Σw² is there in both objectives",
            but(LogisticRegression=lambda t, n: 1 / (2 * n * t)),
        ),
    ],
    "keras_elastic_net": [
        Mistake(
            "λ and λρ are passed on; l1 has the share ρ of λ, and l2 the share 1 − ρ",
            lambda lam, rho: (lam, lam * rho),
        ),
        Mistake(
            "the pair is in the wrong order, and Keras' l2 has no ½ of its own",
            lambda lam, rho: (lam * (1 - rho), lam * rho),
        ),
        Mistake(
            "both have the share ρ; that of l2 is 1 − ρ",
            lambda lam, rho: (lam * rho, lam * rho / 2),
        ),
        Mistake(
            "a sign is flipped: the share of L2 is 1 − ρ, not ρ − 1",
            lambda lam, rho: (lam * rho, lam * (rho - 1) / 2),
        ),
        Mistake(
            "the pair is in the wrong order: l1 comes first",
            lambda lam, rho: (lam * (1 - rho) / 2, lam * rho),
        ),
        Mistake(
            "Keras' l2 has no ½ of its own, so ours must go into the number",
            lambda lam, rho: (lam * rho, lam * (1 - rho)),
        ),
        Mistake(
            "the ½ is taken off twice over: l2 is λ(1 − ρ)/2, not twice λ(1 − ρ)",
            lambda lam, rho: (lam * rho, 2 * lam * (1 - rho)),
        ),
        Mistake(
            "the ½ belongs to the square alone, not to the absolute values",
            lambda lam, rho: (lam * rho / 2, lam * (1 - rho) / 2),
        ),
        Mistake(
            "ρ and 1 − ρ are swapped: ρ is the share of L1",
            lambda lam, rho: (lam * (1 - rho), lam * rho / 2),
        ),
        Mistake(
            "λ is missing: ρ only says how it is shared out",
            lambda lam, rho: (rho, (1 - rho) / 2),
        ),
        Mistake(
            "l2 is λ(1 − ρ)/2: both parts share one λ",
            lambda lam, rho: (lam * rho, lam / 2),
        ),
        Mistake(
            "l1 is λρ: both parts share one λ",
            lambda lam, rho: (lam, lam * (1 - rho) / 2),
        ),
    ],
    "decay_for_mse_loss": [
        Mistake(
            "MSELoss has no ½, so it is twice our loss, and the penalty must follow",
            lambda lam, n: lam,
        ),
        Mistake(
            "the 2 is on the wrong side: the loss has grown, so the penalty must grow too",
            lambda lam, n: lam / 2,
        ),
        Mistake("both losses are means: n has no part in it", lambda lam, n: 2 * n * lam),
        Mistake("MSELoss is a mean: nλ belongs to a sum of squares", lambda lam, n: n * lam),
        Mistake(
            "weight_decay has a ½ in its penalty, as we have: 2λ, not 4λ", lambda lam, n: 4 * lam
        ),
        Mistake(
            "λ does not enter as a square: a factor on the objective multiplies it",
            lambda lam, n: 2 * sp.sympify(lam) ** 2,
        ),
        Mistake("both losses are means, so nothing is divided by n", lambda lam, n: 2 * lam / n),
    ],
}

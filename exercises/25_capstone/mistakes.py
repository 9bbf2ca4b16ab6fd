"""Wrong answers people give in set 25, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def decisions(threshold=None, ratio=None, per_100=None, missed=None):
    """The answer of one who gets only these of the four numbers wrong."""

    def answer(alarm, miss, cut, alarms, misses, n, found, z):
        return (
            threshold(alarm, miss) if threshold else alarm / (alarm + miss),
            ratio(cut) if ratio else 1 / cut - 1,
            (per_100 or cost_per_100)(alarm, miss, alarms, misses, n),
            missed(found, z) if missed else z**2 / (found + z**2),
        )

    return answer


def cost_per_100(alarm, miss, alarms, misses, n):
    return 100 * (alarm * alarms + miss * misses) / n


def cost(p, y, cut, ratio):
    return np.mean(np.where(p >= cut, 1 - y, ratio * y))


def evaluation(chosen_on="valid", judged_on="test", rule=cost, choice=None, pick=np.argmin):
    """An evaluation that chooses and judges on these rows, by this cost."""

    def answer(p_valid, y_valid, p_test, y_test, cuts, ratio):
        rows = {
            "valid": (p_valid, y_valid),
            "test": (p_test, y_test),
            "both": (np.append(p_valid, p_test), np.append(y_valid, y_test)),
        }
        costs = [(choice or rule)(*rows[chosen_on], cut, ratio) for cut in cuts]
        best = cuts[pick(costs)]
        return best, rule(*rows[judged_on], best, ratio)

    return answer


def by_formula(p_valid, y_valid, p_test, y_test, cuts, ratio):
    best = 1 / (1 + ratio)
    return best, cost(p_test, y_test, best, ratio)


def place(p_valid, y_valid, p_test, y_test, cuts, ratio):
    best, of_best = evaluation()(p_valid, y_valid, p_test, y_test, cuts, ratio)
    return int(np.argmax(cuts == best)), of_best


def lowest_of_the_best(p_valid, y_valid, p_test, y_test, cuts, ratio):
    return evaluation()(p_valid, y_valid, p_test, y_test, np.sort(cuts), ratio)


def best_of_each(p_valid, y_valid, p_test, y_test, cuts, ratio):
    best, _ = evaluation()(p_valid, y_valid, p_test, y_test, cuts, ratio)
    return best, min(cost(p_test, y_test, cut, ratio) for cut in cuts)


def se(x, ddof=1):
    return x.std(ddof=ddof) / len(x) ** 0.5


def comparison(mean=None, paired=None, unpaired=None):
    """A comparison in which only these numbers are wrong."""

    def answer(one, other):
        return (
            mean(one, other) if mean else np.mean(one - other),
            paired(one, other) if paired else se(one - other),
            unpaired(one, other) if unpaired else np.hypot(se(one), se(other)),
        )

    return answer


@np.errstate(all="ignore")
def variances_subtracted(one, other):
    errors = np.mean(one - other), se(one - other), np.sqrt(se(one) ** 2 - se(other) ** 2)
    return tuple(float(x) for x in errors)


MISTAKES = {
    "four_decisions": [
        Mistake(
            "the threshold is ½ only where both errors cost the same",
            decisions(threshold=lambda alarm, miss: 0.5),
        ),
        Mistake(
            "the cost of a miss stands on top: the dearer a miss, the lower the threshold",
            decisions(threshold=lambda alarm, miss: miss / (alarm + miss)),
        ),
        Mistake(
            "the ratio of the costs is the ratio of p to 1 − p, not p itself",
            decisions(threshold=lambda alarm, miss: alarm / miss),
        ),
        Mistake(
            "with 1/threshold a miss counts one false alarm too many: it is (1 − p)/p",
            decisions(ratio=lambda cut: 1 / cut),
        ),
        Mistake(
            "the ratio is upside down: below a threshold of ½ a miss must be the dearer one",
            decisions(ratio=lambda cut: cut / (1 - cut)),
        ),
        Mistake(
            "the costs are exchanged: 20 false alarms at 25 and 3 misses at 400",
            decisions(per_100=lambda a, m, alarms, misses, n: 100 * (a * misses + m * alarms) / n),
        ),
        Mistake(
            "this is the cost of all 200; asked is that of 100",
            decisions(per_100=lambda a, m, alarms, misses, n: a * alarms + m * misses),
        ),
        Mistake(
            "this is the cost of one machine; asked is that of 100",
            decisions(per_100=lambda a, m, alarms, misses, n: (a * alarms + m * misses) / n),
        ),
        Mistake(
            "none missed among 40 does not mean that none can be: 40 is a small number",
            decisions(missed=lambda found, z: 0.0),
        ),
        Mistake(
            "this is the share that is found, the lower end; asked is the share that is missed",
            decisions(missed=lambda found, z: found / (found + z**2)),
        ),
        Mistake(
            "this is the rule of three, 3/40; a good guess, but not the Wilson interval",
            decisions(missed=lambda found, z: 3 / found),
        ),
        Mistake(
            "this is 1 − 0.05^(1/40), an exact one-sided bound; asked is the Wilson interval",
            decisions(missed=lambda found, z: 1 - 0.05 ** (1 / found)),
        ),
        Mistake(
            "these are percentages; a threshold and a share are numbers between 0 and 1",
            decisions(
                threshold=lambda alarm, miss: 100 * alarm / (alarm + miss),
                missed=lambda found, z: 100 * z**2 / (found + z**2),
            ),
        ),
        Mistake(
            "z is not squared in the solution: it is z²/(40 + z²)",
            decisions(missed=lambda found, z: z / (found + z)),
        ),
    ],
    "slope_at_no_penalty": [
        Mistake("this is for a = 1, as in the lesson", lambda v, a, alpha: -2 * v + 0 * a),
        Mistake("the sign is lost: the variance falls when λ grows", lambda v, a, alpha: 2 * v / a),
        Mistake(
            "the variance is multiplied by the factor itself here; it is multiplied by its square",
            lambda v, a, alpha: -v / a,
        ),
        Mistake(
            "the slope at 0 is that of the bias alone; the variance has a slope too",
            lambda v, a, alpha: 0 * v * a,
        ),
        Mistake("the factor is a/(a + λ), not 1/(a + λ)", lambda v, a, alpha: -2 * v / a**3),
        Mistake(
            "the a² on top is taken once only: the factor is squared as a whole",
            lambda v, a, alpha: -2 * v / a**2,
        ),
        Mistake(
            "a stands on top; but the more the data say, the less a given λ changes",
            lambda v, a, alpha: -2 * v * a,
        ),
        Mistake(
            "the squared bias is given a slope at 0; it begins with λ², so α has no part in it",
            lambda v, a, alpha: (2 * alpha**2 - 2 * v) / a,
        ),
    ],
    "mended_evaluation": [
        Mistake(
            "the test rows still choose the cut, so its cost on them is flattered",
            evaluation(chosen_on="test"),
        ),
        Mistake(
            "validation and test rows choose together: the test rows must have no say",
            evaluation(chosen_on="both"),
        ),
        Mistake(
            "the cost is that of the rows which chose the cut, and so it is flattered",
            evaluation(judged_on="valid"),
        ),
        Mistake(
            "the cost is that of all rows; those which chose the cut flatter it",
            evaluation(judged_on="both"),
        ),
        Mistake(
            "the cut is right, but the cost is that of the cut which suits the test rows best",
            best_of_each,
        ),
        Mistake("the dearest cut is chosen", evaluation(pick=np.argmax)),
        Mistake(
            "the cut is chosen by the share of errors, as if both cost the same",
            evaluation(choice=lambda p, y, cut, ratio: cost(p, y, cut, 1)),
        ),
        Mistake(
            "the ratio multiplies the false alarms; it is the misses that are dearer",
            evaluation(
                rule=lambda p, y, cut, ratio: np.mean(np.where(p >= cut, ratio * (1 - y), y))
            ),
        ),
        Mistake(
            "misses and false alarms cost the same here; a miss costs ratio, a false alarm 1",
            evaluation(rule=lambda p, y, cut, ratio: cost(p, y, cut, 1)),
        ),
        Mistake(
            "the cut is right, but on the test rows a miss costs no more than a false alarm",
            evaluation(rule=lambda p, y, cut, ratio: cost(p, y, cut, 1), choice=cost),
        ),
        Mistake(
            "only the misses are counted, so the lowest cut always wins",
            evaluation(rule=lambda p, y, cut, ratio: np.mean((p < cut) * ratio * y)),
        ),
        Mistake(
            "a patient exactly at the cut is sent home here; >= refers",
            evaluation(rule=lambda p, y, cut, ratio: np.mean(np.where(p > cut, 1 - y, ratio * y))),
        ),
        Mistake(
            "the costs are added up; asked is their mean",
            evaluation(rule=lambda p, y, cut, ratio: cost(p, y, cut, ratio) * len(p)),
        ),
        Mistake(
            "this is the cost of 100 patients; asked is the mean",
            evaluation(rule=lambda p, y, cut, ratio: cost(p, y, cut, ratio) * 100),
        ),
        Mistake(
            "this is the cut from the costs alone; asked is the best of cuts on the validation "
            "rows",
            by_formula,
        ),
        Mistake(
            "of equally good cuts the last is taken: compare with <, not with <=",
            evaluation(pick=lambda costs: len(costs) - 1 - np.argmin(costs[::-1])),
        ),
        Mistake(
            "of equally good cuts the lowest is taken, not the one that comes first in cuts",
            lowest_of_the_best,
        ),
        Mistake("the place in cuts is returned; asked is the cut itself", place),
        Mistake(
            "the pair is in the wrong order: the cut comes first",
            lambda *args: evaluation()(*args)[::-1],
        ),
    ],
    "paired_comparison": [
        Mistake(
            "the difference is the other way round: one minus other",
            comparison(mean=lambda one, other: np.mean(other - one)),
        ),
        Mistake(
            "the size of the difference is taken row by row: leads of both signs must cancel",
            comparison(
                mean=lambda one, other: np.mean(np.abs(one - other)),
                paired=lambda one, other: se(np.abs(one - other)),
            ),
        ),
        Mistake(
            "this is the unpaired standard error; take the differences row by row first",
            comparison(paired=lambda one, other: np.hypot(se(one), se(other))),
        ),
        Mistake(
            "the two standard errors are exchanged: the paired one comes first",
            comparison(
                paired=lambda one, other: np.hypot(se(one), se(other)),
                unpaired=lambda one, other: se(one - other),
            ),
        ),
        Mistake(
            "this is the standard deviation of the differences; the root of n is missing",
            comparison(paired=lambda one, other: (one - other).std(ddof=1)),
        ),
        Mistake(
            "the standard deviation is divided by n, not by its root",
            comparison(paired=lambda one, other: (one - other).std(ddof=1) / len(one)),
        ),
        Mistake(
            "ddof=1 is missing: the squares are divided by n − 1",
            comparison(
                paired=lambda one, other: se(one - other, 0),
                unpaired=lambda one, other: np.hypot(se(one, 0), se(other, 0)),
            ),
        ),
        Mistake(
            "the paired error is the difference of the two errors; it is the error of the "
            "differences",
            comparison(paired=lambda one, other: abs(se(one) - se(other))),
        ),
        Mistake(
            "the two standard errors are added; it is their squares that add up",
            comparison(unpaired=lambda one, other: se(one) + se(other)),
        ),
        Mistake(
            "the root is missing: this is a variance",
            comparison(unpaired=lambda one, other: se(one) ** 2 + se(other) ** 2),
        ),
        Mistake(
            "each standard error is divided by the root of 2n; each model was judged on n rows",
            comparison(unpaired=lambda one, other: np.hypot(se(one), se(other)) / 2**0.5),
        ),
        Mistake(
            "the paired error is divided by the root of 2n; there are n differences",
            comparison(paired=lambda one, other: se(one - other) / 2**0.5),
        ),
        Mistake(
            "the root of n is missing: these are the standard deviations of the losses",
            comparison(
                unpaired=lambda one, other: np.hypot(se(one), se(other)) * len(one) ** 0.5,
            ),
        ),
        Mistake(
            "the variances are subtracted; those of two independent means add up, also for their "
            "difference",
            variances_subtracted,
        ),
        Mistake(
            "n − 1 stands under both roots; it is for the standard deviation, which is then "
            "divided by the root of n",
            comparison(
                paired=lambda one, other: se(one - other) * (len(one) / (len(one) - 1)) ** 0.5,
                unpaired=lambda one, other: (
                    np.hypot(se(one), se(other)) * (len(one) / (len(one) - 1)) ** 0.5
                ),
            ),
        ),
        Mistake(
            "both roots are missing: these are variances",
            comparison(
                paired=lambda one, other: se(one - other) ** 2,
                unpaired=lambda one, other: se(one) ** 2 + se(other) ** 2,
            ),
        ),
        Mistake(
            "the mean of the two standard errors is taken; the variances of both means add up",
            comparison(unpaired=lambda one, other: (se(one) + se(other)) / 2),
        ),
        Mistake(
            "all losses are thrown into one set; each model has a mean of its own",
            comparison(unpaired=lambda one, other: se(np.append(one, other))),
        ),
    ],
}

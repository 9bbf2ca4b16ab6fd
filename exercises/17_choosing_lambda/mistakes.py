"""Wrong answers people give in set 17, as code, with the diagnosis each must get."""

import numpy as np

from coursekit.course.exercises.tasks import Mistake


def lams(x_l1=None, x_l2=None, y_l1=None, y_l2=None):
    """The answer of one who takes these for the new λ, each of the old one and the factor."""

    def answer(lam, u, factor):
        return (
            x_l1(lam, u) if x_l1 else lam * u,
            x_l2(lam, u) if x_l2 else lam * u**2,
            y_l1(lam, factor) if y_l1 else lam * factor,
            y_l2(lam, factor) if y_l2 else lam,
        )

    return answer


def scaling(centre=None, spread=None, test=None):
    """A scaling in which only these are wrong; `test` scales the new rows in its own way."""

    @np.errstate(all="ignore")
    def answer(train, other):
        m = centre(train, other) if centre else train.mean(axis=0)
        s = spread(train, other) if spread else train.std(axis=0)
        return (train - m) / s, test(train, other) if test else (other - m) / s

    return answer


def joined(train, other):
    return np.vstack([train, other])


def by_itself(train, other):
    return (other - other.mean(axis=0)) / other.std(axis=0)


def in_place(train, other):
    m, s = train.mean(axis=0), train.std(axis=0)
    train -= m
    return train / s, (other - m) / s


def rule(error=None, largest=None, best=None):
    """A one-SE rule in which only these are wrong; they get λ, the errors and the best place."""

    @np.errstate(all="ignore")
    def answer(lams, errors):
        place = best(errors) if best else np.argmin(errors.mean(axis=0))
        spread = error(errors, place) if error else standard_error(errors[:, place])
        allowed = errors.mean(axis=0)[place] + spread
        pick = largest or (lambda lams, errors, place, allowed: within(lams, errors, allowed).max())
        return lams[place], pick(lams, errors, place, allowed)

    return answer


def within(lams, errors, allowed):
    return lams[errors.mean(axis=0) <= allowed]


def standard_error(column):
    return column.std(ddof=1) / len(column) ** 0.5


def of_the_candidates(lams, errors):
    means, best = errors.mean(axis=0), errors.mean(axis=0).argmin()
    errors_of_all = errors.std(axis=0, ddof=1) / len(errors) ** 0.5
    return lams[best], lams[means - errors_of_all <= means[best]].max()


def above_own(lams, errors):
    """Each λ is allowed its own standard error above the smallest mean."""
    means, best = errors.mean(axis=0), errors.mean(axis=0).argmin()
    errors_of_all = errors.std(axis=0, ddof=1) / len(errors) ** 0.5
    return lams[best], lams[means <= means[best] + errors_of_all].max()


def first_within(lams, errors, place, allowed):
    return within(lams, errors, allowed)[0]


def cross_validated(
    rows=None, target=None, solve=None, error=None, over_folds=None, other_rows=None, fit=None
):
    """Cross-validation of ridge in which only these are wrong."""

    @np.errstate(all="ignore")
    def answer(X, y, folds, lams):
        table, sizes = [], []
        for fold in np.unique(folds):
            out = folds == fold
            train, test = (out, ~out) if other_rows == "swapped" else (~out, out)
            if other_rows == "same":
                test = train
            m, s = rows(X, train) if rows else (X[train].mean(axis=0), X[train].std(axis=0))
            Z, Z_test = (X[train] - m) / s, (X[test] - m) / s
            if other_rows == "centred":
                Z_test = X[test] - m
            if other_rows == "own scale":
                Z_test = (X[test] - X[test].mean(axis=0)) / X[test].std(axis=0)
            middle = target(y, train) if target else y[train].mean()
            t = y[train] if fit == "as it is" else y[train] - middle
            factor = len(y) / np.sum(train) if fit == "all rows" else 1
            weights = [(solve or ridge)(Z, t, factor * lam) for lam in lams]
            residuals = [y[test] - middle - Z_test @ w for w in weights]
            if other_rows == "own mean":
                residuals = [y[test] - y[test].mean() - Z_test @ w for w in weights]
            if other_rows == "no intercept":
                residuals = [y[test] - Z_test @ w for w in weights]
            table.append([(error or mean_square)(r) for r in residuals])
            sizes.append(np.sum(test))
        return (over_folds or (lambda t, n: t.mean(axis=0)))(np.array(table), np.array(sizes))

    return answer


def mean_square(r):
    return np.mean(r**2)


def ridge(Z, t, lam, strength=None):
    nlam = len(t) * lam if strength is None else strength
    return np.linalg.solve(Z.T @ Z + nlam * np.eye(Z.shape[1]), Z.T @ t)


def by_itself_safely(train, other):
    """As scikit-learn does, which divides by 1 where the spread is 0."""
    spread = other.std(axis=0)
    return (other - other.mean(axis=0)) / np.where(spread == 0, 1, spread)


def strictly_within(lams, errors, place, allowed):
    return lams[errors.mean(axis=0) < allowed].max()


def largest_error_within(lams, errors, place, allowed):
    means = errors.mean(axis=0)
    return lams[np.argmax(np.where(means <= allowed, means, -np.inf))]


def nearest(lams, errors, place, allowed):
    return lams[np.argmin(np.abs(errors.mean(axis=0) - allowed))]


def error_added_to_lam(lams, errors, place, allowed):
    return lams[place] + allowed - errors.mean(axis=0)[place]


def between_lams(errors, place):
    return standard_error(errors.mean(axis=0))


def stops_at_the_first_out(lams, errors, place, allowed):
    found = lams[place]
    for i in np.argsort(lams):
        if lams[i] > lams[place]:
            if errors.mean(axis=0)[i] > allowed:
                break
            found = lams[i]
    return found


MISTAKES = {
    "same_fit_lams": [
        Mistake(
            "the other way round: a feature with larger numbers needs smaller weights, so the "
            "same λ would shrink it less, and λ must grow",
            lams(lambda lam, u: lam / u, lambda lam, u: lam / u**2),
        ),
        Mistake(
            "λ is kept; but then large numbers are penalised less than small ones",
            lams(lambda lam, u: lam, lambda lam, u: lam),
        ),
        Mistake(
            "L2 is treated as L1: it charges the square of the weight, so u counts twice",
            lams(x_l2=lambda lam, u: lam * u),
        ),
        Mistake(
            "L1 is treated as L2: it charges the weight itself, so u counts once",
            lams(x_l1=lambda lam, u: lam * u**2),
        ),
        Mistake(
            "under L1 λ has the unit of y: its penalty grows as y, the loss as y²",
            lams(y_l1=lambda lam, factor: lam),
        ),
        Mistake(
            "under L1 the loss grows as y², but the penalty grows as y; one factor is left",
            lams(y_l1=lambda lam, factor: lam * factor**2),
        ),
        Mistake(
            "under L2 loss and penalty both grow as y², so nothing is left to do",
            lams(y_l2=lambda lam, factor: lam * factor),
        ),
        Mistake(
            "under L2 the penalty grows as y² by itself, without a larger λ",
            lams(y_l2=lambda lam, factor: lam * factor**2),
        ),
        Mistake(
            "for y it is the other way round: the loss grows faster than the L1 penalty",
            lams(y_l1=lambda lam, factor: lam / factor),
        ),
        Mistake(
            "these are the factors; multiply the old λ by them",
            lambda lam, u, factor: (u, u**2, factor, 1),
        ),
    ],
    "mended_scaling": [
        Mistake(
            "the new rows are still scaled by their own mean and spread; those of train belong "
            "there too",
            scaling(test=by_itself),
        ),
        Mistake(
            "the new rows are still scaled by themselves, so that a row alone becomes 0; use mean "
            "and spread of train",
            scaling(test=by_itself_safely),
        ),
        Mistake(
            "mean and spread come from all rows together: that way the new rows reach the fit",
            scaling(lambda a, b: joined(a, b).mean(axis=0), lambda a, b: joined(a, b).std(axis=0)),
        ),
        Mistake(
            "the new rows are shifted by the training mean, but divided by their own spread",
            scaling(test=lambda a, b: (b - a.mean(axis=0)) / b.std(axis=0)),
        ),
        Mistake(
            "the new rows are divided by the training spread, but shifted by their own mean",
            scaling(test=lambda a, b: (b - b.mean(axis=0)) / a.std(axis=0)),
        ),
        Mistake(
            "the new rows come out as they are: take centre and spread once, before train is "
            "changed, and use them for both",
            scaling(test=lambda a, b: b),
        ),
        Mistake(
            "both parts are scaled by the new rows; it is the training rows that may be fitted",
            scaling(lambda a, b: b.mean(axis=0), lambda a, b: b.std(axis=0)),
        ),
        Mistake(
            "ddof=1 makes the spread larger; the standard deviation here divides by n",
            scaling(spread=lambda a, b: a.std(axis=0, ddof=1)),
        ),
        Mistake(
            "this divides by the variance; it is the standard deviation that makes the unit 1",
            scaling(spread=lambda a, b: a.var(axis=0)),
        ),
        Mistake(
            "axis=0 is missing: one mean and one spread for all features together",
            scaling(lambda a, b: a.mean(), lambda a, b: a.std()),
        ),
        Mistake("the spread is missing: this only centres", scaling(spread=lambda a, b: 1.0)),
        Mistake(
            "this is range normalisation; asked is mean 0 and standard deviation 1",
            scaling(lambda a, b: a.min(axis=0), lambda a, b: np.ptp(a, axis=0)),
        ),
        Mistake(
            "the pair is in the wrong order: the training rows come first",
            lambda a, b: scaling()(a, b)[::-1],
        ),
        Mistake(
            "`train -= …` writes into the caller's array; `train = train - …` makes a new one",
            in_place,
        ),
        Mistake(
            "only the training rows are returned; asked is the pair",
            lambda a, b: scaling()(a, b)[0],
        ),
        Mistake(
            "axis=1 takes the mean of each row; a feature is a column, axis=0",
            scaling(lambda a, b: a.mean(axis=1), lambda a, b: a.std(axis=1)),
        ),
        Mistake(
            "the new rows are only centred: was the spread taken after train had been changed?",
            scaling(test=lambda a, b: b - a.mean(axis=0)),
        ),
        Mistake(
            "brackets are missing: subtract the mean first, (train − mean)/spread",
            lambda a, b: tuple(x - a.mean(axis=0) / a.std(axis=0) for x in (a, b)),
        ),
    ],
    "one_se_rule": [
        Mistake(
            "this is the standard deviation; the standard error divides it by the root of the "
            "number of folds",
            rule(lambda errors, place: errors[:, place].std(ddof=1)),
        ),
        Mistake(
            "the standard deviation is divided by the number of folds, not by its root",
            rule(lambda errors, place: errors[:, place].std(ddof=1) / len(errors)),
        ),
        Mistake(
            "the root of the number of λ is taken; it is the number of folds that counts",
            lambda lams, errors: rule(
                lambda errors, place: errors[:, place].std(ddof=1) / len(lams) ** 0.5
            )(lams, errors),
        ),
        Mistake(
            "ddof=1 is missing: between k folds the squares are divided by k − 1",
            rule(lambda errors, place: errors[:, place].std() / len(errors) ** 0.5),
        ),
        Mistake(
            "the variance is taken where the standard deviation is meant",
            rule(lambda errors, place: errors[:, place].var(ddof=1) / len(errors) ** 0.5),
        ),
        Mistake(
            "the smallest λ within reach is taken; the rule takes the strongest penalty",
            rule(largest=lambda lams, errors, place, allowed: within(lams, errors, allowed).min()),
        ),
        Mistake(
            "the first λ within reach is taken, which is the largest only if lams falls",
            rule(largest=first_within),
        ),
        Mistake(
            "the last λ within reach is taken, which is the largest only if lams rises",
            rule(largest=lambda lams, errors, place, allowed: within(lams, errors, allowed)[-1]),
        ),
        Mistake(
            "every λ is given its own standard error; that of the best is meant for all",
            above_own,
        ),
        Mistake(
            "the best λ is returned twice: the standard error is not used",
            rule(lambda errors, place: 0.0),
        ),
        Mistake(
            "the largest of all λ is taken, however large its error",
            rule(largest=lambda lams, errors, place, allowed: lams.max()),
        ),
        Mistake(
            "places are returned; asked are the values of λ",
            lambda lams, errors: (
                np.argmin(errors.mean(axis=0)),
                int(np.argmax(lams == rule()(lams, errors)[1])),
            ),
        ),
        Mistake(
            "errors are returned; asked are the values of λ",
            lambda lams, errors: (
                errors.mean(axis=0).min(),
                errors.mean(axis=0)[np.argmax(lams == rule()(lams, errors)[1])],
            ),
        ),
        Mistake(
            "the best λ is that of the single smallest error; take the mean over the folds first",
            rule(best=lambda errors: np.argmin(errors.min(axis=0))),
        ),
        Mistake(
            "the best λ is that of the first fold; take the mean over the folds first",
            rule(best=lambda errors: np.argmin(errors[0])),
        ),
        Mistake(
            "the pair is in the wrong order: the best λ comes first",
            lambda lams, errors: rule()(lams, errors)[::-1],
        ),
        Mistake(
            "the spread between the λ is taken; the standard error is that between the folds",
            rule(between_lams),
        ),
        Mistake(
            "the standard error is added to λ; add it to the smallest mean error",
            rule(largest=error_added_to_lam),
        ),
        Mistake(
            "the λ with the largest error within reach is taken; the rule takes the largest λ",
            rule(largest=largest_error_within),
        ),
        Mistake(
            "the λ whose error is nearest to the bound is taken; it may lie above it, and need not "
            "be the largest λ below",
            rule(largest=nearest),
        ),
        Mistake(
            "“at most” means <=: where the folds agree, < leaves out the best λ itself",
            rule(largest=strictly_within),
        ),
        Mistake(
            "all λ within reach are returned; the rule takes the largest",
            rule(largest=lambda lams, errors, place, allowed: within(lams, errors, allowed)),
        ),
        Mistake(
            "the search stops at the first λ out of reach; a larger one may be within reach again",
            rule(largest=stops_at_the_first_out),
        ),
        Mistake(
            "the spread of the whole table is taken; it is that of the best λ alone",
            rule(lambda errors, place: errors.std(ddof=1) / len(errors) ** 0.5),
        ),
    ],
    "ridge_cv_errors": [
        Mistake(
            "the features are scaled with all rows, so those left out reach the fit",
            cross_validated(rows=lambda X, train: (X.mean(axis=0), X.std(axis=0))),
        ),
        Mistake(
            "the mean of y is that of all rows, so those left out reach the fit",
            cross_validated(target=lambda y, train: y.mean()),
        ),
        Mistake(
            "features and target are scaled with all rows, so those left out reach the fit",
            cross_validated(
                rows=lambda X, train: (X.mean(axis=0), X.std(axis=0)),
                target=lambda y, train: y.mean(),
            ),
        ),
        Mistake(
            "the features are scaled with all rows, and so they are not even centred in the fit, "
            "which needs that as long as y is not centred",
            cross_validated(rows=lambda X, train: (X.mean(axis=0), X.std(axis=0)), fit="as it is"),
        ),
        Mistake(
            "the spread is that of all rows, so those left out reach the fit",
            cross_validated(rows=lambda X, train: (X[train].mean(axis=0), X.std(axis=0))),
        ),
        Mistake(
            "the rows left out are scaled by themselves; use the training rows' means and spreads",
            cross_validated(other_rows="own scale"),
        ),
        Mistake(
            "the features are centred, but not divided by their spread",
            cross_validated(rows=lambda X, train: (X[train].mean(axis=0), 1.0)),
        ),
        Mistake(
            "the features are neither centred nor scaled",
            cross_validated(rows=lambda X, train: (0.0, 1.0)),
        ),
        Mistake(
            "ddof=1 makes the spread larger; the standard deviation here divides by n",
            cross_validated(rows=lambda X, train: (X[train].mean(0), X[train].std(0, ddof=1))),
        ),
        Mistake(
            "the errors are those of the training rows",
            cross_validated(other_rows="same"),
        ),
        Mistake(
            "the fit is made on the fold and judged on the rest; it is the other way round",
            cross_validated(other_rows="swapped"),
        ),
        Mistake(
            "the n is missing: with a mean loss λ is multiplied by the number of training rows",
            cross_validated(solve=lambda Z, t, lam: ridge(Z, t, lam, lam)),
        ),
        Mistake(
            "n is that of all rows here; in a fold it is the number of training rows",
            cross_validated(fit="all rows"),
        ),
        Mistake(
            "λ is ignored: this is least squares in every column",
            cross_validated(solve=lambda Z, t, lam: ridge(Z, t, lam, 0.0)),
        ),
        Mistake(
            "the mean of y is missing in the predictions: it is the intercept of centred features",
            cross_validated(other_rows="no intercept"),
        ),
        Mistake(
            "this is half of the error; the ½ belongs to the objective",
            cross_validated(error=lambda r: np.mean(r**2) / 2),
        ),
        Mistake(
            "the squares are summed; asked is their mean over the rows left out",
            cross_validated(error=lambda r: np.sum(r**2)),
        ),
        Mistake(
            "a root is taken; asked is the mean squared error",
            cross_validated(error=lambda r: np.sqrt(np.mean(r**2))),
        ),
        Mistake(
            "every row counts the same here; asked is the mean over the folds of their means",
            cross_validated(over_folds=lambda t, n: n @ t / n.sum()),
        ),
        Mistake(
            "the folds are added up; asked is their mean",
            cross_validated(over_folds=lambda t, n: t.sum(axis=0)),
        ),
        Mistake(
            "the mean goes over the λ; it goes over the folds",
            cross_validated(over_folds=lambda t, n: t.mean(axis=1)),
        ),
        Mistake(
            "only the last fold is returned: is the list made anew inside the loop?",
            cross_validated(over_folds=lambda t, n: t[-1]),
        ),
        Mistake(
            "the targets left out are centred by their own mean; take that of the training targets",
            cross_validated(other_rows="own mean"),
        ),
        Mistake(
            "fold 0 is left out of the mean",
            cross_validated(over_folds=lambda t, n: t[1:].mean(axis=0)),
        ),
        Mistake(
            "the last fold is left out of the mean: a range stops before its end",
            cross_validated(over_folds=lambda t, n: t[:-1].mean(axis=0)),
        ),
        Mistake(
            "the errors of each fold are returned; asked is their mean over the folds",
            cross_validated(over_folds=lambda t, n: t),
        ),
        Mistake(
            "the rows left out are centred, but not divided by the spread",
            cross_validated(other_rows="centred"),
        ),
        Mistake(
            "the sizes of the errors are averaged; asked are their squares",
            cross_validated(error=lambda r: np.mean(np.abs(r))),
        ),
        Mistake(
            "the median over the folds is taken; asked is the mean",
            cross_validated(over_folds=lambda t, n: np.median(t, axis=0)),
        ),
    ],
}

"""The course's figures: each takes data and returns a matplotlib Figure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ..losses import Loss
from ..penalties import L1, L2, Penalty
from ..validation import Array, finite_array, number
from .style import COLOURS, HATCHES, LINE_STYLES, figure


def _some(name: str, entries: Mapping[str, Any]) -> None:
    if not entries:
        raise ValueError(f"{name} must hold at least one entry, got {entries!r}")


def loss_curves(losses: Mapping[str, Loss], y_true: float, scores: ArrayLike) -> Figure:
    """Return the losses of one target over the scores, one labelled curve each."""
    _some("losses", losses)
    z = finite_array("scores", scores, 1)
    fig, ax = figure()
    for label, loss in losses.items():
        ax.plot(z, loss.value(np.full_like(z, y_true), z), label=label)
    ax.set(xlabel=f"score ŷ, for a target y = {y_true:g}", ylabel="loss")
    ax.legend(frameon=False)
    return fig


def loss_and_gradient(loss: Loss, y_true: float, scores: ArrayLike) -> Figure:
    """Return the loss of one target and its slope, side by side; the slope breaks where it jumps.

    Kinks within the range of the scores are added to them, so that breaks stand where they belong.
    """
    z = finite_array("scores", scores, 1)
    kinks = np.ravel(loss.kinks(np.array([float(y_true)])))
    z = np.union1d(z, kinks[(kinks >= z.min()) & (kinks <= z.max())])
    y = np.full_like(z, y_true)
    slope = loss.gradient(y, z)
    if np.isinf(loss.lipschitz):
        slope[np.isin(z, kinks)] = np.nan
    fig, (left, right) = figure(ncols=2, height=3.2)
    left.plot(z, loss.value(y, z))
    right.plot(z, slope)
    name = type(loss).__name__
    left.set(title=name, xlabel=f"score ŷ, y = {y_true:g}", ylabel="loss")
    right.set(title=f"Slope of {name}", xlabel=f"score ŷ, y = {y_true:g}", ylabel="∂ loss / ∂ŷ")
    return fig


def balls_and_contours(
    A: ArrayLike, centre: ArrayLike, solutions: Mapping[str, tuple[Penalty, ArrayLike]]
) -> Figure:
    """Return, for each penalty and its solution, where loss contour and penalty ball touch.

    The loss is ½(w − centre)ᵀA(w − centre) in two weights; the ball is the set where the penalty
    is at most what it is at the solution.
    """
    A, centre = finite_array("A", A, 2), finite_array("centre", centre, 1)
    if A.shape != (2, 2) or centre.shape != (2,):
        raise ValueError(f"A must be (2, 2) and centre (2,), got {A.shape} and {centre.shape}")
    _some("solutions", solutions)
    fig, axes = figure(ncols=len(solutions), width=3.4 * len(solutions), height=3.4)
    points = {name: finite_array(name, point, 1) for name, (_, point) in solutions.items()}
    reach = 1.4 * max(np.abs(p).max() for p in (centre, *points.values()))
    grid = np.stack(np.meshgrid(*[np.linspace(-reach, reach, 121)] * 2), axis=-1) - centre
    loss = 0.5 * np.einsum("...i,ij,...j", grid, A, grid)
    for ax, (name, (penalty, _)) in zip(np.ravel(axes), solutions.items(), strict=True):
        point = points[name]
        touching = 0.5 * (point - centre) @ A @ (point - centre)
        x, y = (grid + centre).transpose(2, 0, 1)
        ax.contour(x, y, loss, levels=touching * np.array([0.25, 1.0, 2.25]), colors="#777777")
        ax.fill(*_ball(penalty, penalty.value(point)).T, color=COLOURS["blue"], alpha=0.35)
        ax.plot(*centre, "+", color="black", label="smallest loss")
        ax.plot(*point, "o", color=COLOURS["vermillion"], label="solution")
        ax.axhline(0, color="black", linewidth=0.8, linestyle="-")
        ax.axvline(0, color="black", linewidth=0.8, linestyle="-")
        ax.set(title=name, xlabel="w₁", ylabel="w₂", aspect="equal")
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
    np.ravel(axes)[0].legend(frameon=False, loc="lower left")
    return fig


def _ball(penalty: Penalty, level: float) -> Array:
    """Return points (181, 2) where a penalty that grows along every ray has this value."""
    angle = np.linspace(0, 2 * np.pi, 181)
    directions = np.column_stack([np.cos(angle), np.sin(angle)])
    low, high = np.zeros(len(angle)), np.ones(len(angle))
    while any(penalty.value(u) < level for u in high[:, None] * directions):
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        inside = [penalty.value(u) < level for u in middle[:, None] * directions]
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return high[:, None] * directions


def soft_threshold_figure(lam: float) -> Figure:
    """Return the minimisers of ½(w − v)² + penalty(w) over v: L1 cuts to zero, L2 only shrinks."""
    number("lam", lam, above=0)
    v = np.linspace(-3 * lam, 3 * lam, 241)
    fig, ax = figure()
    ax.plot(v, v, label="no penalty")
    ax.plot(v, L1(lam).prox(v), label=f"L1, λ = {lam:g}")
    ax.plot(v, L2(lam).prox(v), label=f"L2, λ = {lam:g}")
    ax.set(xlabel="v, the minimiser without a penalty", ylabel="w, the minimiser")
    ax.legend(frameon=False)
    return fig


def path_plot(
    lams: ArrayLike,
    weights: ArrayLike,
    names: Sequence[str],
    degrees_of_freedom: ArrayLike | None = None,
) -> Figure:
    """Return each weight over λ on a log axis that falls to the right, where weights enter.

    lams (k,), weights (k, p), p names. degrees_of_freedom (k,) stand above the figure, for seven of
    the λs. The legend lists the weights as they end, from the top.
    """
    x, W = finite_array("lams", lams, 1), finite_array("weights", weights, 2)
    if W.shape != (len(x), len(names)):
        raise ValueError(f"weights must have shape {(len(x), len(names))}, got {W.shape}")
    fig, ax = figure(width=7.2, height=4.0)
    for j in np.argsort(-W[np.argmin(x)], kind="stable"):
        ax.plot(x, W[:, j], label=names[j])
    ax.set(xscale="log", xlabel="λ", ylabel="weight")
    ax.xaxis.set_inverted(True)
    if degrees_of_freedom is not None:
        freedom = finite_array("degrees_of_freedom", degrees_of_freedom, 1)
        if freedom.shape != x.shape:
            raise ValueError(f"degrees_of_freedom must have shape {x.shape}, got {freedom.shape}")
        some = np.unique(np.linspace(0, len(x) - 1, 7).astype(int))
        top = ax.secondary_xaxis("top")
        top.set(xlabel="degrees of freedom")
        top.set_xticks(x[some], [f"{number:.3g}" for number in freedom[some]])
        top.minorticks_off()
    fig.legend(*ax.get_legend_handles_labels(), loc="outside right upper", frameon=False)
    return fig


def trace_plot(traces: Mapping[str, ArrayLike], ylabel: str, log: bool = True) -> Figure:
    """Return the values of each trace over its iterations 0, 1, 2, …"""
    _some("traces", traces)
    fig, ax = figure()
    for label, trace in traces.items():
        ax.plot(finite_array(label, trace, 1), label=label)
    ax.set(xlabel="iteration", ylabel=ylabel, yscale="log" if log else "linear")
    ax.legend(frameon=False)
    return fig


def weights_bars(names: Sequence[str], weights: Mapping[str, ArrayLike]) -> Figure:
    """Return the weights (p,) of several fits as bars; a weight of exactly 0 is a hollow circle."""
    _some("weights", weights)
    fig, ax = figure(height=max(3.6, 0.28 * len(names)))
    places, thickness = np.arange(len(names)), 0.8 / len(weights)
    for k, (label, w) in enumerate(weights.items()):
        w = finite_array(label, w, 1)
        if len(w) != len(names):
            raise ValueError(f"{label} must hold {len(names)} weights, got shape {w.shape}")
        y = places + (k + 0.5) * thickness - 0.4
        colour = list(COLOURS.values())[k % len(COLOURS)]
        ax.barh(y, w, height=thickness, color=colour, alpha=0.6, edgecolor="black", label=label,
                hatch=HATCHES[k % len(HATCHES)])  # fmt: skip
        zero = w == 0
        if zero.any():
            ax.plot(w[zero], y[zero], "o", markerfacecolor="white", markeredgecolor=colour,
                    label=f"{label}, exactly 0")  # fmt: skip
    ax.set(xlabel="weight", yticks=places, yticklabels=names)
    ax.yaxis.set_inverted(True)
    ax.legend(frameon=False)
    return fig


def cross_validation_plot(
    lams: ArrayLike, mean: ArrayLike, standard_error: ArrayLike, marks: Mapping[str, float]
) -> Figure:
    """Return the mean error ± one standard error over λ, and a labelled line at each λ in marks."""
    x, y = finite_array("lams", lams, 1), finite_array("mean", mean, 1)
    half = finite_array("standard_error", standard_error, 1)
    if not x.shape == y.shape == half.shape:
        raise ValueError(f"all must have one shape, got {x.shape}, {y.shape} and {half.shape}")
    fig, ax = figure()
    ax.fill_between(x, y - half, y + half, color=COLOURS["blue"], alpha=0.25, linewidth=0,
                    label="± one standard error")  # fmt: skip
    ax.plot(x, y, label="mean over folds")
    for k, (label, lam) in enumerate(marks.items(), start=1):
        ax.axvline(lam, label=label, color=list(COLOURS.values())[k], linestyle=LINE_STYLES[k])
    ax.set(xscale="log", xlabel="λ", ylabel="error on rows left out")
    ax.xaxis.set_inverted(True)
    fig.legend(loc="outside upper center", ncols=2, frameon=False)
    return fig


def landscape_figure(
    x: ArrayLike,
    y: ArrayLike,
    heights: ArrayLike,
    *,
    labels: tuple[str, str],
    height_label: str = "objective",
    traces: Mapping[str, ArrayLike] | None = None,
    levels: ArrayLike | None = None,
) -> Figure:
    """Return a function of two variables as contours and as a 3-D surface, side by side.

    x (k,), y (m,), heights (m, k) with rows for y. traces: ways (t, 2) through the plane, drawn on
    the contours. levels: heights of the contours, by default ten from the lowest tenth up.
    """
    x, y = finite_array("x", x, 1), finite_array("y", y, 1)
    Z = finite_array("heights", heights, 2)
    if Z.shape != (len(y), len(x)):
        raise ValueError(f"heights must have shape {(len(y), len(x))}, got {Z.shape}")
    fig, (left, right) = figure(ncols=2, width=7.6, height=3.6)
    if levels is None:
        levels = np.unique(np.quantile(Z, np.linspace(0.02, 0.95, 10)))
    left.contour(x, y, Z, levels=np.asarray(levels), cmap="cividis", linewidths=1.0)
    for label, trace in (traces or {}).items():
        left.plot(*finite_array(label, trace, 2).T, marker="o", markersize=3, label=label)
    if traces:
        fig.legend(loc="outside upper center", ncols=3, frameon=False)
    left.set(xlabel=labels[0], ylabel=labels[1], title="Contours")
    place = right.get_subplotspec()
    right.remove()
    surface = fig.add_subplot(place, projection="3d")
    surface.plot_surface(*np.meshgrid(x, y), Z, cmap="cividis", linewidth=0.2,
                         rstride=max(1, len(y) // 30), cstride=max(1, len(x) // 30))  # fmt: skip
    surface.set(xlabel=labels[0], ylabel=labels[1], title=f"Surface: {height_label}")
    return fig

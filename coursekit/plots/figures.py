"""The course's figures: each takes data and returns a matplotlib Figure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ..losses import Loss
from ..penalties import L1, L2, Penalty
from ..validation import Array, finite_array, number
from .style import COLOURS, HATCHES, figure


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


def path_plot(lams: ArrayLike, weights: ArrayLike, names: Sequence[str]) -> Figure:
    """Return each weight over λ on a log axis that falls to the right, where weights enter.

    lams (k,), weights (k, p), p names. The legend lists the weights as they end, from the top.
    """
    x, W = finite_array("lams", lams, 1), finite_array("weights", weights, 2)
    if W.shape != (len(x), len(names)):
        raise ValueError(f"weights must have shape {(len(x), len(names))}, got {W.shape}")
    fig, ax = figure(width=7.2, height=4.0)
    for j in np.argsort(-W[np.argmin(x)], kind="stable"):
        ax.plot(x, W[:, j], label=names[j])
    ax.set(xscale="log", xlabel="λ", ylabel="weight")
    ax.xaxis.set_inverted(True)
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

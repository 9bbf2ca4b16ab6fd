"""The course's figures, and `show`, which puts alternative text and words beside a figure."""

from .figures import (
    balls_and_contours,
    cross_validation_plot,
    landscape_figure,
    loss_and_gradient,
    loss_curves,
    path_plot,
    soft_threshold_figure,
    trace_plot,
    weights_bars,
)
from .showing import show, slider_figure
from .style import COLOURS, STYLE, figure

__all__ = [
    "COLOURS",
    "STYLE",
    "balls_and_contours",
    "cross_validation_plot",
    "figure",
    "landscape_figure",
    "loss_and_gradient",
    "loss_curves",
    "path_plot",
    "show",
    "slider_figure",
    "soft_threshold_figure",
    "trace_plot",
    "weights_bars",
]

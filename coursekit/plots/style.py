"""The house style: figures that read in colour, for colour-blind readers and in grey.

Colours are those of Okabe & Ito (2008) that keep a contrast of 3:1 on white; line styles change
with them. Figures do not touch pyplot or its global settings.
"""

from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure

COLOURS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "black": "#000000",
    "green": "#009E73",
    "purple": "#CC79A7",
}
LINE_STYLES = ("-", "--", ":", "-.")
HATCHES = ("", "///", "...", "xxx")
# Five colours against four line styles: a pair comes back only after twenty series.
STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.labelsize": 10,
    "axes.prop_cycle": cycler(color=list(COLOURS.values()) * 4, linestyle=list(LINE_STYLES) * 5),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
}
DPI = 100


def figure(
    ncols: int = 1, nrows: int = 1, *, width: float = 6.4, height: float = 3.6
) -> tuple[Figure, Any]:
    """Return a new figure in the house style and its Axes, an array of them if more than one.

    width and height are inches, at 100 pixels an inch.
    """
    with mpl.rc_context(STYLE):
        fig = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
        return fig, fig.subplots(nrows, ncols)

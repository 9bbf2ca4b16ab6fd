"""A figure in words, read back from its artists: what is drawn, not what was meant to be drawn.

Screen readers read these words, and tests compare them in place of the image. `words` turns
numbers and series into text, `artists` knows what each kind of artist shows; a kind that it does
not know is named, never dropped.
"""

from dataclasses import dataclass
from html import escape
from itertools import chain

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure

from .artists import describe, describe_bars, describe_legend, describe_unknown
from .words import AxesWords, Row, format_number

__all__ = ["Panel", "Row", "format_number", "panels", "summary", "table"]

COLOUR_BAR = "<colorbar>"


@dataclass(frozen=True)
class Panel:
    """One axes: title and axes in words, then a row for each artist."""

    heading: str
    rows: tuple[Row, ...]


def summary(fig: Figure, digits: int = 3) -> str:
    """Return the figure in words: a line for each axes and a line for each of its artists."""
    parts = panels(fig, digits)
    return "\n".join(chain.from_iterable((p.heading, *(f"- {r}" for r in p.rows)) for p in parts))


def table(fig: Figure, digits: int = 3) -> str:
    """Return the same words as an HTML table with a caption, one row of it on each line."""
    lines = [
        "<table>",
        "<caption>What is drawn, read back from the figure</caption>",
        "<thead>",
        '<tr><th scope="col">Part</th><th scope="col">Extent</th><th scope="col">Values</th></tr>',
        "</thead>",
    ]
    for panel in panels(fig, digits):
        heading = escape(panel.heading)
        lines += ["<tbody>", f'<tr><th scope="rowgroup" colspan="3">{heading}</th></tr>']
        lines += [
            f'<tr><th scope="row">{escape(row.element)}</th>'
            f"<td>{escape(row.extent)}</td><td>{escape(row.values)}</td></tr>"
            for row in panel.rows
        ]
        lines.append("</tbody>")
    return "\n".join([*lines, "</table>"])


def panels(fig: Figure, digits: int = 3) -> list[Panel]:
    """Return the axes of the figure in words, numbered where there are several."""
    seen = [ax for ax in fig.axes if ax.get_visible()]
    found = []
    for k, ax in enumerate(seen, start=1):
        words = AxesWords(ax, digits)
        position = f"Panel {k} of {len(seen)}" if len(seen) > 1 else "One panel"
        is_bar = ax.get_label() == COLOUR_BAR
        parts = [f"{position}, colour bar" if is_bar else position, *_title_and_axes(words)]
        found.append(Panel("; ".join(parts), () if is_bar else tuple(_rows(words))))
    own = [Row("text", text.get_text()) for text in fig.texts if text.get_text()]
    own += [describe_legend(legend) for legend in fig.legends]
    own += [describe_unknown(a) for a in chain(fig.lines, fig.patches, fig.images, fig.artists)]
    return [Panel("Whole figure", tuple(own)), *found] if own else found


def _title_and_axes(words: AxesWords) -> list[str]:
    """Return title, axis labels, kinds of scale, and the limits where they were set by hand."""
    titles = [words.ax.get_title(loc) for loc in ("left", "center", "right")]
    parts = [f'"{title}"' for title in titles if title]
    for dim, axis in words.axes.items() if words.ax.axison else ():
        details = _axis_details(words, dim, axis)
        if axis.get_label_text() or words.ax.get_label() != COLOUR_BAR:
            parts.append(f"{dim} axis: {axis.get_label_text() or 'no label'}{details}")
    return parts


def _axis_details(words: AxesWords, dim: str, axis: Axis) -> str:
    details = [] if axis.get_scale() == "linear" else [f"{axis.get_scale()} scale"]
    if not getattr(words.ax, f"get_autoscale{dim}_on")():
        low, high = sorted(axis.get_view_interval())
        details.append(f"from {words.say(low, dim)} to {words.say(high, dim)}")
    if axis.get_inverted():
        details.append("reversed")
    return f" ({', '.join(details)})" if details else ""


def _rows(words: AxesWords) -> list[Row]:
    ax: Axes = words.ax
    bars = [c for c in ax.containers if isinstance(c, BarContainer)]
    told = {id(patch) for container in bars for patch in container.patches}
    for contours in ax.collections:
        if isinstance(contours, ContourSet):
            told.update(id(text) for text in contours.labelTexts)
    artists = chain(
        ax.lines, ax.collections, ax.patches, ax.images, ax.texts, ax.artists, ax.tables,
        ax.child_axes,
    )  # fmt: skip
    seen = [artist for artist in artists if artist.get_visible() and id(artist) not in told]
    rows = [describe_bars(container, words) for container in bars]
    rows += [describe(artist, words) for artist in seen]
    legend = ax.get_legend()
    return [*rows, describe_legend(legend)] if legend else rows

"""Numbers and series of points in words, in few digits that are the same on every machine."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter
from matplotlib.container import Container
from matplotlib.ticker import FixedFormatter, FuncFormatter
from numpy.typing import ArrayLike

from ..validation import Array

ALL_POINTS_UP_TO = 12
SAMPLES = 7
NEGLIGIBLE = 1e-9
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Row:
    """One artist: its name, how far it extends, and its values."""

    element: str
    extent: str
    values: str = ""

    def __str__(self) -> str:
        return f"{self.element}: {self.extent}" + (f"; {self.values}" if self.values else "")


def format_number(value: float, digits: int = 3, scale: float = 0.0) -> str:
    """Return the number as text: whole numbers in full, what is below 1e-9 · scale as 0."""
    if np.isnan(value):
        return "missing"
    if np.isinf(value):
        return "infinity" if value > 0 else f"{MINUS}infinity"
    if abs(value) < NEGLIGIBLE * scale:
        return "0"
    # Ten digits first: a tie at `digits` digits would otherwise fall either way by the last bit.
    value = float(f"{value:.10g}")
    text = f"{value:.0f}" if value.is_integer() else f"{value:.{digits}g}"
    if abs(value) >= 1e6:
        text = f"{value:.{digits}g}"
    elif "e+" in text:
        text = f"{float(text):.0f}"
    return text.replace("-", MINUS) if value else "0"


def in_short(words: list[str]) -> str:
    """Return the first three words, and how many more there are."""
    more = f" and {len(words) - 3} more" if len(words) > 3 else ""
    return ", ".join(words[:3]) + more


class AxesWords:
    """One axes: the size of its numbers, its tick names, and how many artists were named so far.

    `axes` maps x, y and perhaps z to the matplotlib axis.
    """

    def __init__(self, ax: Axes, digits: int) -> None:
        self.ax = ax
        self.digits = digits
        found = {dim: getattr(ax, f"{dim}axis", None) for dim in "xyz"}
        self.axes: dict[str, Axis] = {dim: axis for dim, axis in found.items() if axis is not None}
        self._scale = {dim: _largest(axis) for dim, axis in self.axes.items()}
        self._tick_names = {dim: _tick_names(axis) for dim, axis in self.axes.items()}
        self._count: Counter[str] = Counter()

    def name(self, kind: str, artist: Artist | Container) -> str:
        """Return kind and label, or kind and number where the artist has no label."""
        label = str(artist.get_label() or "")
        if label and not label.startswith("_"):
            return f'{kind} "{label}"'
        self._count[kind] += 1
        return f"{kind} {self._count[kind]}"

    def say(self, value: float, dim: str, categories: bool = False) -> str:
        """Return the value as its tick's name or as a number; near a tick counts for categories."""
        scale = self._scale[dim]
        names = self._tick_names.get(dim, {})
        nearest = min(names, key=lambda place: abs(place - value), default=np.inf)
        # Matplotlib puts categories at 0, 1, 2, …; bars side by side stand a little beside them.
        one_apart = categories and list(names) == list(range(len(names)))
        if abs(nearest - value) <= (0.45 if one_apart else NEGLIGIBLE * scale):
            return names[nearest]
        logarithmic = dim in self.axes and self.axes[dim].get_scale() == "log"
        if logarithmic and 0 < value < NEGLIGIBLE * scale:
            return "about 0"
        return format_number(value, self.digits, scale)

    def number(self, value: float) -> str:
        """Return a value that lies on no axis, a contour's level for instance."""
        return format_number(value, self.digits)

    def series(
        self, element: str, points: ArrayLike, dims: str = "xy", categories: bool = False
    ) -> Row:
        """Return the row for points (n, d), a letter of `dims` for each column, v for a value.

        The last column is the one whose lowest, highest and mean values are told.
        """
        columns: Array = np.ma.filled(np.ma.asarray(points, dtype=float), np.nan)
        finite = np.isfinite(columns).all(axis=1)
        gaps = [self.say(x, dims[0], categories) for x in columns[~finite, 0]]
        noted = f", broken at {dims[0]} = {in_short(gaps)}" if gaps else ""
        table = columns[finite]
        if not len(table):
            return Row(element, f"no points{noted}")
        if "v" in dims:
            self._scale["v"] = float(np.abs(table[:, dims.index("v")]).max())

        def point(row: Array) -> str:
            said = (self.say(x, dim, categories) for x, dim in zip(row, dims, strict=True))
            return f"({', '.join(said)})"

        count = f"{len(table)} point{'s' if len(table) > 1 else ''}{noted}"
        spans = (self.span(c, dim, categories) for c, dim in zip(table.T, dims, strict=True))
        extent = ", ".join([count, *spans])
        if len(table) <= ALL_POINTS_UP_TO:
            return Row(element, extent, ", ".join(map(point, table)))
        last = table[:, -1]
        # Values that differ by rounding alone are ties, of which the first is named.
        rounding = NEGLIGIBLE * self._scale[dims[-1]]
        lowest = table[np.argmax(last <= last.min() + rounding)]
        highest = table[np.argmax(last >= last.max() - rounding)]
        through = table[np.linspace(0, len(table) - 1, SAMPLES).astype(int)]
        values = (
            f"lowest at {point(lowest)}, highest at {point(highest)}, "
            f"mean {self.say(last.mean(), dims[-1])}, through {', '.join(map(point, through))}"
        )
        return Row(element, extent, values)

    def span(self, values: Array, dim: str, categories: bool = False) -> str:
        """Return "x from a to b", or "x = a" where all are the same."""
        low, high = (self.say(end, dim, categories) for end in (values.min(), values.max()))
        called = "value" if dim == "v" else dim
        return f"{called} = {low}" if low == high else f"{called} from {low} to {high}"


def _largest(axis: Axis) -> float:
    """Return the largest absolute value of the data along an axis, of the limits without data."""
    data = np.abs(axis.get_data_interval())
    return float((data if np.isfinite(data).all() else np.abs(axis.get_view_interval())).max())


def _tick_names(axis: Axis) -> dict[float, str]:
    """Return {position: word} for an axis whose ticks carry words."""
    formatter = axis.get_major_formatter()
    if not isinstance(formatter, FixedFormatter | FuncFormatter | StrCategoryFormatter):
        return {}
    places = list(axis.get_majorticklocs())
    names = formatter.format_ticks(places)
    return {float(place): str(name) for place, name in zip(places, names, strict=True)}

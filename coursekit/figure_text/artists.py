"""What each kind of matplotlib artist shows, as one row of words.

A new kind is one more registered function; the dispatch is by the artist's class.
"""

from functools import singledispatch

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes._secondary_axes import SecondaryAxis
from matplotlib.collections import Collection, LineCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import AxLine, Line2D
from matplotlib.patches import Patch
from matplotlib.quiver import Quiver
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Transform
from mpl_toolkits.mplot3d.art3d import Line3D, Path3DCollection, Poly3DCollection
from numpy.typing import ArrayLike

from ..validation import Array
from .words import AxesWords, Row, format_number


def describe_bars(container: BarContainer, words: AxesWords) -> Row:
    """Return the places and lengths of a group of bars."""
    if container.orientation == "horizontal":
        bars = [(bar.get_y() + bar.get_height() / 2, bar.get_width()) for bar in container.patches]
        return words.series(words.name("bars", container), bars, "yx", categories=True)
    bars = [(bar.get_x() + bar.get_width() / 2, bar.get_height()) for bar in container.patches]
    return words.series(words.name("bars", container), bars, "xy", categories=True)


def describe_legend(legend: Legend) -> Row:
    """Return title and entries of a legend in their order."""
    title = legend.get_title().get_text()
    entries = ", ".join(text.get_text() for text in legend.get_texts())
    return Row("legend", f"{title}: {entries}" if title else entries)


def describe_unknown(artist: Artist) -> Row:
    """Return the class of an artist, so that the words never claim to be complete when not."""
    return Row(type(artist).__name__, "an artist of this kind is drawn but not described")


@singledispatch
def describe(artist: Artist, words: AxesWords) -> Row:
    """Return the row of one artist of the axes that `words` belongs to."""
    return describe_unknown(artist)


@describe.register
def _line(line: Line2D, words: AxesWords) -> Row:
    bare = str(line.get_linestyle()) in ("None", "none", " ", "")
    points = np.ma.column_stack(line.get_data(orig=False))
    return _placed("points" if bare else "line", line, points, line.get_transform(), words, bare)


@describe.register
def _straight_line(line: AxLine, words: AxesWords) -> Row:
    slope = line.get_slope()
    points = [point for point in (line.get_xy1(), line.get_xy2()) if point is not None]
    row = words.series(words.name("endless line", line), points)
    steep = "" if slope is None else f", slope {format_number(slope, words.digits)}"
    return Row(row.element, row.extent, row.values + steep)


@describe.register
def _collection(collection: Collection, words: AxesWords) -> Row:
    """Markers are told by their places, and by the values that colour them; areas by outline."""
    if _data_dims(collection.get_offset_transform(), words) == "xy":
        places: Array = np.ma.asarray(collection.get_offsets())
        values = collection.get_array()
        if values is not None and len(places) == np.size(values):
            points = np.ma.column_stack([places, values])
            return words.series(words.name("points", collection), points, "xyv", categories=True)
        return words.series(words.name("points", collection), places, categories=True)
    vertices = _vertices(collection)
    return _placed("area", collection, vertices, collection.get_transform(), words)


@describe.register
def _segments(lines: LineCollection, words: AxesWords) -> Row:
    return _placed("segments", lines, _vertices(lines), lines.get_transform(), words)


@describe.register
def _contours(contours: ContourSet, words: AxesWords) -> Row:
    kind = "filled contours" if contours.filled else "contours"
    levels = [words.number(level) for level in contours.levels]
    spans = []
    for level, path in zip(levels, contours.get_paths(), strict=False):
        vertices = np.asarray(path.vertices, dtype=float)
        if len(vertices):
            x, y = vertices.T
            spans.append(f"{level}: {words.span(x, 'x')}, {words.span(y, 'y')}")
    extent = f"{len(levels)} level{'s' if len(levels) > 1 else ''}, {', '.join(levels)}"
    return Row(words.name(kind, contours), extent, "; ".join(spans))


@describe.register
def _second_axis(second: SecondaryAxis, words: AxesWords) -> Row:
    """A second axis is told by the names it gives to places on the first."""
    horizontal = second._orientation == "x"  # type: ignore[attr-defined]
    axis = second.xaxis if horizontal else second.yaxis
    places = [
        f"{label.get_text()} at {words.number(float(place))}"
        for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
    ]
    label = axis.get_label_text() or "no label"
    return Row("second x axis" if horizontal else "second y axis", label, ", ".join(places))


@describe.register
def _mesh(mesh: QuadMesh, words: AxesWords) -> Row:
    values: Array = np.ma.asarray(mesh.get_array())
    corners = np.asarray(mesh.get_coordinates(), dtype=float)
    if values.shape != corners.shape[:2]:
        corners = (corners[:-1, :-1] + corners[:-1, 1:] + corners[1:, :-1] + corners[1:, 1:]) / 4
    return _grid(words.name("mesh", mesh), corners[..., 0], corners[..., 1], values, words)


@describe.register
def _image(image: AxesImage, words: AxesWords) -> Row:
    values: Array = np.ma.asarray(image.get_array())
    if values.ndim == 3:
        values = values[..., :3].mean(axis=-1)
    left, right, bottom, top = image.get_extent()
    first, last = (bottom, top) if image.origin == "lower" else (top, bottom)
    n_rows, n_columns = values.shape
    x = left + (np.arange(n_columns) + 0.5) * (right - left) / n_columns
    y = first + (np.arange(n_rows) + 0.5) * (last - first) / n_rows
    x, y = np.meshgrid(x, y)
    return _grid(words.name("image", image), x, y, values, words)


@describe.register
def _patch(patch: Patch, words: AxesWords) -> Row:
    path = patch.get_path().transformed(patch.get_patch_transform())
    outline = np.vstack(path.to_polygons(closed_only=False))
    kind = type(patch).__name__.lower()
    return _placed(kind, patch, outline, patch.get_data_transform(), words)


@describe.register
def _text(text: Text, words: AxesWords) -> Row:
    if isinstance(text, Annotation):
        place, in_data = text.xy, text.xycoords == "data"
    else:
        place, in_data = text.get_position(), _data_dims(text.get_transform(), words) == "xy"
    where = "at ({}, {})".format(*map(words.say, place, "xy")) if in_data else ""
    return Row("text", text.get_text(), where)


@describe.register
def _arrows(arrows: Quiver, words: AxesWords) -> Row:
    ends = np.ma.column_stack([arrows.X, arrows.Y, np.hypot(arrows.U, arrows.V)])
    return words.series(words.name("arrows of length", arrows), ends, "xyv")


@describe.register
def _line_3d(line: Line3D, words: AxesWords) -> Row:
    return words.series(words.name("line", line), np.ma.column_stack(line.get_data_3d()), "xyz")


# matplotlib has no public way to ask 3-D points and surfaces for their data.
@describe.register
def _points_3d(points: Path3DCollection, words: AxesWords) -> Row:
    return words.series(words.name("points", points), np.ma.column_stack(points._offsets3d), "xyz")


@describe.register
def _surface_3d(surface: Poly3DCollection, words: AxesWords) -> Row:
    if hasattr(surface, "_faces"):
        corners = np.ma.reshape(surface._faces, (-1, 3))
    else:  # matplotlib 3.9
        corners = surface._vec[:3].T
    return words.series(words.name("surface", surface), corners, "xyz")


def _grid(element: str, x: Array, y: Array, values: Array, words: AxesWords) -> Row:
    points = np.ma.column_stack([x.ravel(), y.ravel(), values.ravel()])
    row = words.series(element, points, "xyv")
    n_rows, n_columns = values.shape
    return Row(row.element, f"{n_rows} by {n_columns} cells, {row.extent}", row.values)


def _placed(
    kind: str,
    artist: Artist,
    points: ArrayLike,
    transform: Transform,
    words: AxesWords,
    categories: bool = False,
) -> Row:
    """Return the row for points of which perhaps only x, or only y, is in data coordinates."""
    dims = _data_dims(transform, words)
    if dims == "xy":
        return words.series(words.name(kind, artist), points, categories=categories)
    if not dims:
        return Row(words.name(kind, artist), "placed in the figure, not in the data")
    along = np.asarray(points, dtype=float)[:, "xy".index(dims)]
    direction = "vertical" if dims == "x" else "horizontal"
    return Row(words.name(f"{direction} {kind}", artist), words.span(along, dims))


def _data_dims(transform: Transform, words: AxesWords) -> str:
    """Return which of x and y the transform takes in data coordinates: "xy", "x", "y" or ""."""
    in_data = transform.contains_branch_seperately(words.ax.transData)
    return "".join(dim for dim, yes in zip("xy", in_data, strict=True) if yes)


def _vertices(collection: Collection) -> Array:
    return np.vstack([np.empty((0, 2)), *(path.vertices for path in collection.get_paths())])

"""How a figure reaches its readers: one output with image, alternative text, words and table.

Two MIME types, so that JupyterLab, exported pages and the course's site all find the alternative
text, and so that a comparison of stored outputs compares the words.
"""

import base64
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from matplotlib.figure import Figure
from PIL import Image

from ..figure_text import summary, table
from .style import DPI

PNG_COLOURS = 32
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def show(fig: Figure, *, alt: str, digits: int = 3) -> None:
    """Display the figure with its alternative text, its words and a table, as one output.

    alt says in a sentence or two what a reader should see; ValueError if it is empty.
    """
    _display(figure_bundle(fig, alt, digits))


def slider_figure(
    draw: Callable[[float], tuple[Figure, str]],
    *,
    values: Sequence[float],
    initial: float,
    description: str,
) -> None:
    """Display the figure for `initial`, with a slider over `values` where ipywidgets is there.

    draw(value) returns a figure and its alternative text. The slider changes image, words and
    alternative text together; without a running kernel the first figure stays.
    """
    if initial not in values:
        raise ValueError(f"initial must be one of {list(values)}, got {initial!r}")
    if not description.strip():
        raise ValueError(
            f"description must name the slider for screen readers, got {description!r}"
        )
    bundle = figure_bundle(*draw(initial))
    try:
        import ipywidgets
    except ImportError:
        _display(bundle)
        return
    slider = ipywidgets.SelectionSlider(
        options=[(f"{value:g}", value) for value in values], value=initial, description=description
    )
    picture = ipywidgets.HTML(bundle["text/html"])

    def redraw(change: Mapping[str, Any]) -> None:
        picture.value = figure_bundle(*draw(change["new"]))["text/html"]

    slider.observe(redraw, names="value")
    view = ipywidgets.VBox([slider, picture])._repr_mimebundle_()[WIDGET_VIEW]
    _display({WIDGET_VIEW: view, **bundle})


def _display(bundle: Mapping[str, Any]) -> None:
    try:
        from IPython.display import display
    except ImportError:
        raise ImportError(
            'showing figures needs IPython: python -m pip install "coursekit[course]"'
        ) from None
    display(bundle, raw=True)


def figure_bundle(fig: Figure, alt: str, digits: int = 3) -> dict[str, str]:
    """Return text/html (image with alt, table) and text/plain (alt, summary); close the figure."""
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"alt must say in words what the figure shows, got {alt!r}")
    alt = " ".join(alt.split())
    png, (width, height) = _png(fig)
    # The bytes stand on a line of their own, so that a changed curve is one changed line.
    html = (
        f'<img alt="{escape(alt)}" src="data:image/png;base64,\n'
        f'{base64.b64encode(png).decode("ascii")}\n" width="{width}" height="{height}">\n'
        f"<details><summary>Data in this figure</summary>\n{table(fig, digits)}\n</details>"
    )
    plain = f"{alt}\n{summary(fig, digits)}"
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(fig)
    return {"text/html": html, "text/plain": plain}


def _png(fig: Figure) -> tuple[bytes, tuple[int, int]]:
    drawn, small = io.BytesIO(), io.BytesIO()
    fig.savefig(drawn, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
    # The octree keeps small spots of pure colour, which the default method blends away.
    image = (
        Image.open(drawn)
        .convert("RGB")
        .quantize(PNG_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    )
    image.save(small, format="png", optimize=True)
    return small.getvalue(), image.size

"""Sliders that work on a page: each is drawn at all of its values when the site is made.

The page shows the stored figure. A script of ours, static/sliders.js, puts the slider above it and
loads the other pictures, with their words, when the reader first moves it.
"""

import json
from concurrent.futures import ProcessPoolExecutor
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from coursekit.course.catalogue import read_notebook
from coursekit.course.root import find_root
from coursekit.course.site.frames import SLIDER, Frames, frames

FOLDER = "_static/sliders"


class Slider(SphinxDirective):
    """A slider of a lesson on another page: `{slider} 12_exact_zeros 1` is the lesson's first."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        lesson, number = self.arguments
        cells = read_notebook(find_root() / "lessons" / f"{lesson}.ipynb")["cells"]
        with_slider = [i for i, cell in enumerate(cells) if f"{SLIDER}(" in "".join(cell["source"])]
        index = with_slider[int(number) - 1]
        shown = [output["data"] for output in cells[index]["outputs"] if "data" in output]
        picture = "".join(shown[-1]["text/html"])
        place = _place(self.env.docname, f"{lesson}.{index}")
        box = f'<div class="cell_output">{place}<div class="output text_html">{picture}</div></div>'
        return [nodes.raw("", box, format="html")]


def _place(page: str, name: str) -> str:
    """Return the empty place of a slider, which names the script with its pictures."""
    script = f"{'../' * page.count('/')}{FOLDER}/{name}.js"
    return f'<div class="slider" data-frames="{escape(script)}"></div>'


def add_places(app: Sphinx, doctree: nodes.document) -> None:
    """Put an empty place above the figure of each cell that has a slider."""
    lesson = app.env.docname.rpartition("/")[2]
    for cell in doctree.findall(lambda node: _is(node, "cell")):
        source = next(cell.findall(nodes.literal_block), None)
        if source is None or f"{SLIDER}(" not in source.astext():
            continue
        output = next(cell.findall(lambda node: _is(node, "cell_output")))
        place = _place(app.env.docname, f"{lesson}.{cell['cell_index']}")
        output.insert(0, nodes.raw("", place, format="html"))


def _is(node: nodes.Node, kind: str) -> bool:
    return isinstance(node, nodes.Element) and kind in node["classes"]


def draw_frames(app: Sphinx, failure: Exception | None) -> None:
    """Draw every slider at all of its values, two lessons at a time."""
    if failure or app.builder.format != "html":
        return
    lessons = sorted((Path(app.srcdir) / "lessons").glob("*.ipynb"))
    folder = app.outdir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        for lesson, found in zip(lessons, pool.map(frames, lessons), strict=True):
            for slider in found:
                name = f"{lesson.stem}.{slider.cell}.js"
                (folder / name).write_text(_script(name, slider), encoding="utf-8")


def _script(name: str, slider: Frames) -> str:
    # A script rather than data: pages that are opened as files may not fetch.
    content = {
        "description": slider.description,
        "labels": slider.labels,
        "initial": slider.initial,
        "pictures": slider.pictures,
    }
    return f"coursekitFrames({json.dumps(name)}, {json.dumps(content, ensure_ascii=False)});\n"


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what is here."""
    app.add_directive("slider", Slider)
    app.connect("doctree-read", add_places)
    app.connect("build-finished", draw_frames)
    app.add_js_file("sliders.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}

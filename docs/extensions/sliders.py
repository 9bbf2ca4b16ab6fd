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

from coursekit.course.site.frames import SLIDER, Frames, frames

FOLDER = "_static/sliders"


def add_places(app: Sphinx, doctree: nodes.document) -> None:
    """Put an empty place above the figure of each cell that has a slider."""
    up = "../" * app.env.docname.count("/")
    lesson = app.env.docname.rpartition("/")[2]
    for cell in doctree.findall(lambda node: _is(node, "cell")):
        source = next(cell.findall(nodes.literal_block), None)
        if source is None or f"{SLIDER}(" not in source.astext():
            continue
        output = next(cell.findall(lambda node: _is(node, "cell_output")))
        script = f"{up}{FOLDER}/{lesson}.{cell['cell_index']}.js"
        place = f'<div class="slider" data-frames="{escape(script)}"></div>'
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
    app.connect("doctree-read", add_places)
    app.connect("build-finished", draw_frames)
    app.add_js_file("sliders.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}

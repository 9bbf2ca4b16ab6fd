"""The README's picture shows what the package draws."""

import runpy
from pathlib import Path

from PIL import Image

from coursekit.figure_text import summary

DOCS = Path(__file__).parents[1] / "docs"


def test_the_stored_picture_says_what_the_package_draws():
    made = runpy.run_path(str(DOCS / "make_picture.py"))
    with Image.open(made["PICTURE"]) as picture:
        stored = picture.text["Description"]
    assert stored == summary(made["draw"](), digits=2)
    fig = made["draw"]()
    fig.axes[0].lines[1].set_ydata([0.2])
    assert stored != summary(fig, digits=2)

"""Scripts that pages carry along to need no network: MathJax, and reveal.js for slides."""

import importlib
import shutil
from pathlib import Path

# Both come from packages that bring the files for Sphinx.
MATHJAX_PACKAGE = "sphinx-mathjax-offline"
REVEAL_PACKAGE = "sphinx_revealjs"
# Of MathJax: what pages load, what that asks for later, and its fonts.
MATHJAX = ("tex-chtml.js", "a11y", "input", "output/chtml", "sre", "ui")
REVEAL = ("LICENSE", "dist/reset.css", "dist/reveal.css", "dist/reveal.js", "plugin/notes")


def copy_mathjax(target: Path) -> None:
    """Copy MathJax into the folder `target`."""
    _copy(MATHJAX_PACKAGE, "static/mathjax", MATHJAX, target)


def copy_reveal(target: Path) -> None:
    """Copy reveal.js into the folder `target`."""
    _copy(REVEAL_PACKAGE, "_static/revealjs", REVEAL, target)


def _copy(package: str, folder: str, names: tuple[str, ...], target: Path) -> None:
    source = Path(str(importlib.import_module(package).__file__)).parent / folder
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        else:
            shutil.copyfile(source / name, target / name)

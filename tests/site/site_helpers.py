"""What the tests of the site share: which pages there are, and opening one."""

from pathlib import Path

from coursekit.course.root import find_root

ROOT = find_root(Path(__file__).parent)
SOURCES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "lessons").glob("*.ipynb")),
    *sorted((ROOT / "exercises").glob("*/exercise.ipynb")),
    ROOT / "exercises/polls.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
]
MADE_BY_SPHINX = ["index.html", "search.html", "genindex.html", "py-modindex.html"]
PAGES = [
    *(path.relative_to(ROOT).with_suffix(".html").as_posix() for path in SOURCES),
    *MADE_BY_SPHINX,
]
LESSONS = [page for page in PAGES if page.startswith("lessons/")]


def pages_in(site):
    """Return the pages of a site that was built."""
    found = (path.relative_to(site) for path in site.rglob("*.html"))
    return [path.as_posix() for path in found if "_static" not in path.parts]


def open_page(page, url):
    """Open a page and wait until its formulas stand."""
    page.goto(url)
    page.evaluate("async () => { await window.MathJax?.startup?.promise }")

"""How Sphinx makes the course's site. `uv run coursekit site` is the way to run it.

The source folder is the course itself, so that pages, lessons and exercises are read where they
are and their links to each other hold on the site as in the folder.
"""

import os
import sys
from pathlib import Path

import coursekit

sys.path.append(str(Path(__file__).parent / "extensions"))

project = "coursekit"
author = "The coursekit authors"
copyright = "the coursekit authors; text and figures CC BY 4.0, code BSD 3-Clause"
version = release = coursekit.__version__
language = "en-GB"
# As the title of a browser's tab, after the page's own.
html_title = "coursekit"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "course_pages",
    "reference",
    "sliders",
]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "lessons/*.ipynb",
    "exercises/*/exercise.ipynb",
    "exercises/polls.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
]
exclude_patterns = ["my-course", "tests", "benchmarks", "coursekit", ".*"]
# For maintainers: a name in a docstring or a page that leads nowhere is an error.
nitpicky = True

# Lessons are shown with the outputs that the tests compare; nothing is executed here.
nb_execution_mode = "off"
# The figure that stands beside each slider, not the widget, which needs a kernel.
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3

add_module_names = False
toc_object_entries_show_parents = "hide"
autodoc_typehints = "none"
default_role = "code"
autodoc_member_order = "bysource"

# Mathematics comes from files beside the pages: see coursekit.course.assets.
mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {
    "options": {"enableMenu": True, "menuOptions": {"settings": {"assistiveMml": True}}},
}

html_theme = "sphinx_book_theme"
html_static_path = ["static"]
html_favicon = "static/favicon.svg"
html_css_files = ["course.css"]
html_js_files = [("accessible.js", {"defer": "defer"})]
html_extra_path = ["redirect"]
html_context = {"default_mode": "auto"}
html_copy_source = True
html_sourcelink_suffix = ""
html_theme_options = {
    "use_download_button": True,
    "use_fullscreen_button": False,
    "show_navbar_depth": 1,
    "home_page_in_toc": False,
    "show_toc_level": 2,
    "navbar_persistent": [],
}
if repository := os.environ.get("COURSEKIT_REPOSITORY"):
    known = [name for name in ("gitlab", "bitbucket") if name in repository]
    html_theme_options |= {
        "repository_url": repository,
        "repository_provider": known[0] if known else "github",
        "use_repository_button": True,
        "use_issues_button": True,
        "launch_buttons": {
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        },
    }

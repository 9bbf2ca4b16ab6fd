"""Lists that the site makes from the course itself, and what it needs besides: nothing typed twice.

`{lesson-list}`, `{exercise-index}`, `{tracks}` and `{verdicts}` stand in a page like any other
directive.
"""

import os
import re
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from docutils import nodes
from mdit_py_plugins.anchors.index import slugify
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from coursekit.course.assets import copy_mathjax
from coursekit.course.catalogue import extra_exercises, lessons, read_notebook
from coursekit.course.exercises.sets import all_sets
from coursekit.course.root import find_root
from coursekit.course.workshop.slides import clock
from coursekit.course.workshop.tracks import tracks

# Sphinx has made quotation marks round by the time that headings are known.
STRAIGHT = str.maketrans("“”\u2018\u2019", "\"\"''")


class CoursePages(SphinxDirective):
    """A directive that writes Markdown, which is then read like the rest of its page."""

    option_spec: ClassVar = {"lessons": str}

    def markdown(self) -> str:
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(self.markdown())


class LessonList(CoursePages):
    """Lessons with their question and minutes: all, or those from `:lessons: 08-09` on."""

    def markdown(self) -> str:
        first, _, last = self.options.get("lessons", "00-99").partition("-")
        rows = [
            f"| [{lesson.title}](../lessons/{lesson.path.name}) | {lesson.question} "
            f"| {lesson.minutes} |"
            for lesson in lessons(find_root())
            if first <= lesson.number <= last
        ]
        return "\n".join(["| lesson | its question | minutes |", "|---|---|---:|", *rows])


class ExerciseIndex(CoursePages):
    """Every exercise set with its tasks."""

    def markdown(self) -> str:
        root = find_root()
        titles = {x.exercises: x.title for x in lessons(root)}
        titles |= {folder: name for name, folder in extra_exercises(root, lessons(root))}
        rows = []
        for one in all_sets(root):
            for task in one.tasks:
                link = f"[{titles[one.name]}](../exercises/{one.name}/exercise.ipynb)"
                rows.append(
                    f"| {link if task is one.tasks[0] else ''} | {one.headings[task.name]} "
                    f"| `{task.name}` | {task.kind} | {task.minutes} |"
                )
        return "\n".join(
            ["| set | task | name | kind | minutes |", "|---|---|---|---|---:|", *rows]
        )


class Tracks(CoursePages):
    """The agenda of each track."""

    def markdown(self) -> str:
        parts = []
        for track in tracks(find_root()):
            parts += [
                f"### {track.title}",
                "",
                f"`--track {track.name}`, {track.minutes} minutes.",
                "",
            ]
            parts += ["| from | minutes | part | lesson |", "|---:|---:|---|---|"]
            for item in track.agenda:
                part, lesson = item.title, ""
                if item.visit:
                    path = item.visit.lesson.path.name
                    lesson = f"[{item.visit.lesson.number}](../lessons/{path})"
                    if item.kind == "exercises" and item.visit.exercises:
                        part = f"[{part}](../exercises/{item.visit.exercises.name}/exercise.ipynb)"
                parts.append(f"| {clock(item.start)} | {item.minutes} | {part} | {lesson} |")
            parts.append("")
        return "\n".join(parts)


class Verdicts(CoursePages):
    """The table of claims and verdicts that a cell of the lesson on claims has made."""

    has_content = False
    required_arguments = 1

    def markdown(self) -> str:
        path = find_root() / "lessons" / f"{self.arguments[0]}.ipynb"
        tables = [
            "".join(output["data"]["text/markdown"])
            for cell in read_notebook(path)["cells"]
            for output in cell.get("outputs", ())
            if "text/markdown" in output.get("data", {})
        ]
        table = re.sub(
            r"\]\(#(.*?)\)", lambda link: f"]({path.name}#{slugify(unquote(link[1]))})", tables[0]
        )
        return re.sub(r"\]\((\d\d_)", r"](../lessons/\1", table)


def jupyter_links(app: Sphinx, doctree: nodes.document) -> None:
    """Let links in Jupyter's form hold: to headings, and, where a cell printed them, to lessons."""
    anchors = {}
    for section in doctree.findall(nodes.section):
        heading = section.next_node(nodes.title).astext().translate(STRAIGHT)
        anchors["#" + heading.replace(" ", "-")] = f"#{section['ids'][0]}"
    for link in doctree.findall(nodes.reference):
        target = unquote(link.get("refuri", ""))
        if re.fullmatch(r"\w+\.ipynb", target):
            link["refuri"] = target.replace(".ipynb", ".html")
        elif target in anchors:
            link["refuri"] = anchors[target]


def extra_files(app: Sphinx, failure: Exception | None) -> None:
    """Put MathJax beside the pages, so that formulas need no network."""
    if not failure and app.builder.format == "html":
        copy_mathjax(app.outdir / "_static" / "mathjax")


def open_in_browser(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give each notebook a button that opens it in the JupyterLite beside the pages."""
    lite = os.environ.get("COURSEKIT_LITE")
    if lite and doctree is not None and app.env.doc2path(page).suffix == ".ipynb":
        context["header_buttons"].append({
            "type": "link",
            "url": context["pathto"](f"{lite}/lab/index.html", 1) + f"?path={quote(page)}.ipynb",
            "tooltip": "Run this in your browser, without installing anything",
            "icon": "fas fa-rocket",
            "label": "run-in-browser",
        })  # fmt: skip


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what is here."""
    app.add_directive("lesson-list", LessonList)
    app.add_directive("exercise-index", ExerciseIndex)
    app.add_directive("tracks", Tracks)
    app.add_directive("verdicts", Verdicts)
    # After the theme has begun the list of buttons.
    app.connect("html-page-context", open_in_browser, priority=900)
    app.connect("doctree-read", jupyter_links)
    app.connect("build-finished", extra_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

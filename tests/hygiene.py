"""The rules for stored notebooks. Each takes a notebook and returns what is wrong with it.

`RULES` hold for every notebook, `LESSON_RULES` for lessons in addition; a rule is one function in
one of the two lists.
"""

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat

Cell = dict[str, Any]
SECTIONS = ("predict", "idea", "derivation", "experiment", "claims", "summary")
MAX_CODE_LINES = 25
MAX_BYTES = 400_000
PACKAGES = {
    "coursekit", "numpy", "sympy", "matplotlib", "sklearn", "IPython", "ipywidgets",
    "torch", "keras", *sys.stdlib_module_names,
}  # fmt: skip
AMERICAN = re.compile(
    r"\b(?!(?:re|down|over|under)?siz|priz|seiz|capsiz)\w+iz(?:e[ds]?|ers?|ing|ations?|able)\b"
    r"|\b\w*(?:analyz(?:e[ds]?|ing)|behavior|colored|color|favor|neighbor|fulfill|gray"
    r"|center(?:ed|ing)?|labeled|labeling|modeled|modeling)s?\b",
    re.IGNORECASE,
)
HOME = re.compile(
    r"(?<![\w.:/<])(?:~/|/(?:home|root|tmp|usr|var|opt|mnt|private|work|Users)/)|\b[A-Za-z]:\\\\?\w"
)
ID = re.compile(r"[a-z]+\d*(?:-(?:[a-z]+\d*|\d+))*")
RANDOM_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f-]+)?")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(\s*<?([^)>\s]*)>?[^)]*\)")
DATA = re.compile(r"data:[\w/+.-]+;base64,[\sA-Za-z0-9+/=]*")
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1[`~]*\s*$", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"(`+).+?\1", re.DOTALL)
MATHS = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
QUOTED = re.compile('“[^”]*”|"[^"\n]*"')


@dataclass(frozen=True)
class Notebook:
    """A notebook as it lies on disk."""

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> "Notebook":
        return cls(path, path.read_text(encoding="utf-8"))

    @cached_property
    def node(self) -> dict[str, Any]:
        return json.loads(self.text)

    @property
    def cells(self) -> list[Cell]:
        return self.node["cells"]

    def of_kind(self, kind: str) -> Iterator[tuple[str, Cell, str]]:
        """Yield (name for messages, cell, source) for each cell of a kind."""
        for number, cell in enumerate(self.cells, start=1):
            if cell["cell_type"] == kind:
                yield f"cell {number} ({cell.get('id')})", cell, source_of(cell)

    @property
    def prose(self) -> list[tuple[str, str]]:
        """The markdown cells as (name, source) without their fenced code."""
        return [(name, FENCE.sub("", source)) for name, _, source in self.of_kind("markdown")]


Rule = Callable[[Notebook], list[str]]


def source_of(cell: Cell) -> str:
    return joined(cell["source"])


def joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def outputs(notebook: Notebook) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, cell, _ in notebook.of_kind("code"):
        for output in cell["outputs"]:
            yield name, output


def texts(output: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (MIME type, text) for what an output says."""
    if "text" in output:
        yield "text/plain", joined(output["text"])
    for kind, data in output.get("data", {}).items():
        yield kind, joined(data) if isinstance(data, str | list) else json.dumps(data)


class _Tags(HTMLParser):
    """Collects (tag, attributes) of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags_of(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Return the tags in a piece of HTML with their attributes, in order."""
    parser = _Tags()
    parser.feed(html)
    return parser.found


# Every notebook


def is_valid(notebook: Notebook) -> list[str]:
    errors = nbformat.validator.iter_validate(nbformat.from_dict(notebook.node))
    return [f"not a valid notebook: {error.message}" for error in errors]


def ends_well(notebook: Notebook) -> list[str]:
    errors = [
        f"{name}: error {output['ename']}"
        for name, output in outputs(notebook)
        if output["output_type"] == "error"
    ]
    streams = [
        f"{name}: stderr" for name, output in outputs(notebook) if output.get("name") == "stderr"
    ]
    return errors + streams


def names_no_machine(notebook: Notebook) -> list[str]:
    said = [
        (f"cell {number} ({cell.get('id')})", source_of(cell))
        for number, cell in enumerate(notebook.cells, start=1)
    ]
    said += [(name, text) for name, output in outputs(notebook) for _, text in texts(output)]
    said = [(name, DATA.sub("", text)) for name, text in said]
    return [
        f"{name}: path of one machine, {match.group()!r}"
        for name, text in said
        if (match := HOME.search(text))
    ]


def has_stable_ids(notebook: Notebook) -> list[str]:
    ids = [str(cell.get("id")) for cell in notebook.cells]
    repeated = [f"cell id {i!r} is used {n} times" for i, n in Counter(ids).items() if n > 1]
    return repeated + [
        f"cell id {i!r} must be lower-case words joined by dashes"
        for i in ids
        if not ID.fullmatch(i) or RANDOM_ID.fullmatch(i)
    ]


def describes_images(notebook: Notebook) -> list[str]:
    found = []
    for name, output in outputs(notebook):
        for kind, text in texts(output):
            if kind.startswith("image/"):
                found.append(f"{name}: {kind} without words; use coursekit.plots.show")
            elif kind == "text/html":
                found += _without_alt(name, text)
    for name, source in notebook.prose:
        found += _without_alt(name, source)
        found += [
            f"{name}: image {target} has no alternative text"
            for mark, alt, target in LINK.findall(source)
            if mark and not alt.strip()
        ]
    return found


def _without_alt(name: str, html: str) -> list[str]:
    images = [attributes for tag, attributes in tags_of(html) if tag == "img"]
    return [
        f"{name}: image without alternative text"
        for attributes in images
        if not (attributes.get("alt") or "").strip()
    ]


def links_to_files(notebook: Notebook) -> list[str]:
    found = []
    for name, source in notebook.prose:
        prose = CODE_SPAN.sub("", source)
        targets = [target for _, _, target in LINK.findall(prose)]
        targets += [a.get("href") or a.get("src") or "" for _, a in tags_of(prose)]
        for target in targets:
            path = unquote(target.partition("#")[0])
            if path and not re.match(r"[a-z]+:", path):
                if not (notebook.path.parent / path).exists():
                    found.append(f"{name}: link to {target}, which is not there")
    return found


def has_short_code(notebook: Notebook) -> list[str]:
    return [
        f"{name}: {lines} lines of code, at most {MAX_CODE_LINES}"
        for name, _, source in notebook.of_kind("code")
        if (lines := len(source.splitlines())) > MAX_CODE_LINES
    ]


def has_clean_lines(notebook: Notebook) -> list[str]:
    return [
        f"cell {number} ({cell.get('id')}): white space at the end of a line or of the cell"
        for number, cell in enumerate(notebook.cells, start=1)
        if (source := source_of(cell)) != "\n".join(line.rstrip() for line in source.split("\n"))
        or source != source.rstrip()
    ]


def is_small(notebook: Notebook) -> list[str]:
    size = len(notebook.text.encode())
    return [f"{size} bytes, must be below {MAX_BYTES}"] if size >= MAX_BYTES else []


def is_compared(notebook: Notebook) -> list[str]:
    """No cell may keep its output from being compared with the stored one."""
    found = []
    for name, cell, source in notebook.of_kind("code"):
        tags = cell["metadata"].get("tags", [])
        excused = [t for t in tags if t.startswith("nbval") or t == "raises-exception"]
        excused += re.findall(r"#\s*(NBVAL_\w+|PYTEST_VALIDATE_\w+)", source)
        found += [f"{name}: {excuse} keeps it from being compared" for excuse in excused]
    return found


def has_only_our_metadata(notebook: Notebook) -> list[str]:
    known = {"kernelspec", "language_info", "coursekit"}
    return [f"notebook metadata {key!r}" for key in notebook.node["metadata"] if key not in known]


def imports_known_packages(notebook: Notebook) -> list[str]:
    found = []
    for name, _, source in notebook.of_kind("code"):
        try:
            tree = ast.parse(source)
        except SyntaxError as error:
            found.append(f"{name}: not plain Python, line {error.lineno}")
            continue
        for node in ast.walk(tree):
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or "."]
            found += [
                f"{name}: imports {module}" for module in modules
                if module.split(".")[0] not in PACKAGES
            ]  # fmt: skip
    return found


def spells_british(notebook: Notebook) -> list[str]:
    """Prose only: code, mathematics, links and quoted titles keep their own spelling."""
    found = []
    for name, source in notebook.prose:
        for other in (CODE_SPAN, MATHS, LINK, re.compile(r"<[^>]+>|https?://\S+"), QUOTED):
            source = other.sub(" ", source)
        found += [f"{name}: American spelling {word!r}" for word in AMERICAN.findall(source)]
    return found


def leaves_nothing_to_do(notebook: Notebook) -> list[str]:
    return [
        f"cell {number} ({cell.get('id')}): {match.group()}"
        for number, cell in enumerate(notebook.cells, start=1)
        if (match := re.search(r"\b(?:TODO|FIXME|XXX)\b", source_of(cell)))
    ]


# Lessons


def was_run_once_in_order(notebook: Notebook) -> list[str]:
    counts = [cell["execution_count"] for _, cell, _ in notebook.of_kind("code")]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"execution counts {counts}"]


def has_one_title(notebook: Notebook) -> list[str]:
    titles = [
        (name, title) for name, source in notebook.prose
        for title in re.findall(r"^# .*$|^.+\n=+$|<h1\b.*?>.*", source, re.MULTILINE)
    ]  # fmt: skip
    first = notebook.cells[0]
    number = re.escape(notebook.path.name.partition("_")[0])
    begins = first["cell_type"] == "markdown" and re.match(rf"# {number} · \S", source_of(first))
    if len(titles) != 1 or not begins:
        return [f"must begin with its only title, '# NN · …' with its number, got {titles}"]
    return []


def states_its_minutes(notebook: Notebook) -> list[str]:
    stated = re.search(r"\*\*Minutes\*\* (\d+)\b", source_of(notebook.cells[0]))
    kept = notebook.node["metadata"].get("coursekit", {}).get("minutes")
    if stated is None:
        return ["the first cell must say '**Minutes** 40'"]
    return [] if int(stated[1]) == kept else [f"says {stated[1]} minutes, metadata says {kept}"]


def calls_lessons_by_their_titles(notebook: Notebook) -> list[str]:
    """A link text such as "10 · Title" must be the title of the lesson that it leads to."""
    found = []
    for name, source in notebook.prose:
        for _, text, target in LINK.findall(source):
            path = notebook.path.parent / target
            if re.match(r"\d\d · ", text) and path.exists():
                title = source_of(Notebook.read(path).cells[0]).splitlines()[0].removeprefix("# ")
                if text != title:
                    found.append(f"{name}: {target} is called {title!r}, not {text!r}")
    return found


def follows_the_anatomy(notebook: Notebook) -> list[str]:
    tagged = []
    for name, cell, source in notebook.of_kind("markdown"):
        for tag in set(cell["metadata"].get("tags", [])) & set(SECTIONS):
            if not source.startswith("#"):
                return [f"{name}: tag {tag!r} belongs on a cell that begins with a heading"]
            tagged.append(tag)
    missing = [section for section in SECTIONS if section not in tagged]
    if missing:
        return [f"no section is tagged {', '.join(missing)}"]
    return [] if tagged == sorted(tagged, key=SECTIONS.index) else [f"sections in order {tagged}"]


RULES: list[Rule] = [
    is_valid,
    ends_well,
    names_no_machine,
    has_stable_ids,
    describes_images,
    links_to_files,
    has_short_code,
    has_clean_lines,
    is_small,
    is_compared,
    has_only_our_metadata,
    imports_known_packages,
    spells_british,
    leaves_nothing_to_do,
]
LESSON_RULES: list[Rule] = [
    was_run_once_in_order,
    has_one_title,
    states_its_minutes,
    calls_lessons_by_their_titles,
    follows_the_anatomy,
]

"""A handout to print: what the participants take home, as a PDF made without a network.

The lessons' Markdown becomes Typst by pandoc, their formulas included, and Typst sets it.
"""

import base64
import re
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from ..polls import polls
from .sections import summary, without_links
from .slides import clock, figures, formulas
from .tracks import WELCOME, Track, Visit

TEMPLATE = Path(__file__).parent / "templates" / "handout.typ"
# Pandoc's Markdown without what the lessons' is not.
READER = "markdown-citations-subscript-superscript+lists_without_preceding_blankline"
FORMULAS = 5
LINES = (
    "```{=typst}\n#block(breakable: false)[\n== Notes\n"
    + "#v(1.6em)\n#line(length: 100%, stroke: 0.3pt + gray)\n" * 4
    + "]\n```"
)
DRAWN = re.compile(r'<img alt="([^"]*)" src="data:image/png;base64,\s*([^"]*?)\s*"')


def write(track: Track, path: Path, start: int) -> None:
    """Write the handout of a workshop that begins `start` minutes after midnight, as a PDF."""
    import pypandoc
    import typst

    with tempfile.TemporaryDirectory() as folder:
        words = "\n\n".join(_parts(track, Path(folder), start))
        body = pypandoc.convert_text(words, "typst", format=READER)
        source = Path(folder) / "handout.typ"
        source.write_text(f"{TEMPLATE.read_text('utf-8')}\n{body}", encoding="utf-8")
        pdf = typst.compile(str(source), sys_inputs={"title": track.title})
    path.write_bytes(pdf)


def _parts(track: Track, folder: Path, start: int) -> Iterator[str]:
    yield f"# {track.title}"
    yield WELCOME
    rows = [
        f"| {clock(start + item.start)} | {item.visit.lesson.number if item.visit else ''} "
        f"| {item.title} | {item.minutes} |"
        for item in track.agenda
    ]
    yield "\n".join(["| from | lesson | what | minutes |", "|--|--|:-------|--:|", *rows])
    # Before anything that gives an answer away.
    yield "# Polls"
    for visit in track.visits:
        yield from _polls(visit)
    yield "**The pages after this one hold the answers. Leave them until the workshop is over.**"
    for visit in track.visits:
        yield f"# {visit.lesson.title}"
        yield f"*{visit.lesson.question}*"
        yield from _pictures(visit, folder)
        yield f"## To take home\n\n{without_links(summary(visit.lesson))}"
        yield from _tasks(visit)
        yield LINES


def _polls(visit: Visit) -> Iterator[str]:
    for poll in polls(visit.lesson):
        yield f"## Poll {poll.name}"
        yield from (without_links(part) for part in (poll.context, poll.question) if part)
        yield "\n".join(
            f"- ☐ ({letter}) {without_links(text)}" for letter, text in poll.options.items()
        )


def _pictures(visit: Visit, folder: Path) -> Iterator[str]:
    """Yield of each section the last formulas and the last picture: there the results stand."""
    for section in visit.sections:
        cells = [cell for cells, _ in section.slides for cell in cells]
        drawn = list(figures(cells))[-1:]
        shown = list(formulas(cells))[-FORMULAS:]
        if drawn or shown:
            yield f"## {section.heading}"
            yield from shown
        for found in map(DRAWN.match, drawn):
            assert found is not None
            name = f"{visit.lesson.number}-{section.tag}.png"
            (folder / name).write_bytes(base64.b64decode(found[2]))
            yield f"![{unescape(found[1])}]({name}){{width=58%}}"


def _tasks(visit: Visit) -> Iterator[str]:
    if visit.chosen:
        yield "## Exercises"
        yield "\n".join(
            f"- ☐ {heading} (`{task.name}`), {task.minutes} minutes"
            for heading, task in visit.chosen.items()
        )
        yield f"`coursekit check {visit.lesson.number}` tells you how far you are."

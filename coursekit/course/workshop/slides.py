"""Slides of a track, made from the cells of its lessons, with notes for the speaker.

A slide shows the words of the cells on the core path, and what their code printed or drew; the code
itself stays in the notebook. Notes tell the time, what the notebook says besides, where people
stumble, and the answers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from nbconvert.filters import markdown2html

from ..exercises.tasks import Choose
from ..polls import Poll, polls
from .sections import Section, first_line, headings, summary, text, without_links
from .tracks import WELCOME, Item, Track, Visit

# How many lines of each size of type fit on a slide, and how many letters go into a line there and
# beside a picture; held by a test that measures every slide in a browser.
SIZES = (("", 12.5, 76, 27), ("small", 16, 96, 34), ("tiny", 20.5, 122, 45))
# How many lines leave room for a picture under them that is larger than one beside them, if the
# picture is so many times as wide as high.
ABOVE = {"": 4, "small": 6.5}
WIDE = 1.6
MISTAKES = 3
# A claim is a heading in quotation marks; its verdict stands below it.
CLAIM = re.compile(r'^### ("[^\n]*)$(?:(?!^##).)*?\*\*Verdict: (.*?)\*\*', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Slide:
    """The HTML of a slide: its words, a picture and its place, notes; its type; where we are.

    begins: when the line of the agenda starts that begins with this slide, in minutes.
    """

    words: str
    picture: str = ""
    place: str = ""
    notes: str = ""
    size: str = ""
    kind: str = "plain"
    where: str = ""
    begins: int | None = None


def slides(track: Track, start: int = 0) -> list[Slide]:
    """Return the slides of a track that begins `start` minutes after midnight."""
    named = "".join(f"<li>{escape(visit.lesson.title)}</li>" for visit in track.visits)
    found = [Slide(f"<h1>{escape(track.title)}</h1><ul>{named}</ul>", kind="first")]
    met: list[Visit] = []
    for item in track.agenda:
        first, *rest = _slides_of(item, track)
        if item.visit and item.visit not in met:
            met.append(item.visit)
            first, rest = _lesson(item.visit), [first, *rest]
        begin = start + item.start
        when = f"{clock(begin)} to {clock(begin + item.minutes)}: {item.title}"
        made = [first, *rest]
        for number, slide in enumerate(made, 1):
            head = f"<p><b>{escape(when)}, slide {number} of {len(made)}</b></p>"
            begins = item.start if number == 1 else None
            found.append(replace(slide, notes=head + slide.notes, begins=begins))
    return found


def clock(minutes: int) -> str:
    """Return minutes as hours and minutes, 95 as 1:35."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def html(markdown: str) -> str:
    """Return Markdown as HTML, formulas left to MathJax, links to other files as plain words."""
    made = markdown2html(without_links(markdown))
    # Several lessons on a page have headings of one name, and links to them would be mixed up.
    return re.sub(r'<a class="anchor-link".*?</a>|(?<=<h\d) id="[^"]*"', "", made)


def _slides_of(item: Item, track: Track) -> list[Slide]:
    if item.kind == "closing":
        return [_closing(item, track)]
    if item.visit is None:
        words = f"## {item.title}\n\n{WELCOME if item.kind == 'opening' else ''}"
        return [Slide(html(f"{words}\n\n{item.minutes} minutes"), kind="title")]
    visit = item.visit
    if item.recalled:
        words = f"## {item.title}\n\n{item.recalled.question}\n\n{first_line(item.recalled)}"
        return [_sized(html(words))]
    if item.kind == "exercises":
        return [_tasks(visit)]
    if item.kind == "predict":
        return [_question(poll) for poll in polls(visit.lesson)]
    if item.kind == "summary":
        return [_sized(html(f"## Summary\n\n{summary(visit.lesson)}")), _answers(visit)]
    section = next(one for one in visit.sections if one.tag == item.kind)
    return list(_section(section, visit.lesson.number)) or [_sized(html(f"## {item.title}"))]


def _lesson(visit: Visit) -> Slide:
    said = "\n\n".join(text(cell) for section in visit.all for cell in section.cells)
    claims = [f"{claim}: {verdict.strip('.,')}" for claim, verdict in CLAIM.findall(said)]
    notes = f"<p>Where people stumble:</p>{html(_bullets(claims))}" if claims else ""
    words = html(f"# {visit.lesson.title}\n\n{visit.lesson.question}")
    return Slide(words, notes=notes, kind="title")


def _closing(item: Item, track: Track) -> Slide:
    """Return the last slide: of each lesson the line of its summary that stands first."""
    lines = [first_line(visit.lesson) for visit in track.visits]
    on = [f"Go on with **{track.then.title}**."] if track.then else []
    return _sized(html("\n\n".join([f"## {item.title}", _bullets(lines), *on])))


def _question(poll: Poll) -> Slide:
    options = _bullets(f"({letter}) {option}" for letter, option in poll.options.items())
    parts = [f"## Poll {poll.name}", poll.context, poll.question, options]
    how = (
        "Everybody votes alone (1 minute); do not say what is right. Neighbours who differ "
        "convince each other (2 minutes). Vote again. The answer comes with the summary."
    )
    return replace(
        _sized(html("\n\n".join(parts)), kind="poll"), notes=html(f"{how}\n\n{poll.answer}")
    )


def _answers(visit: Visit) -> Slide:
    answers = [f"**Poll {poll.name}.** {poll.answer}" for poll in polls(visit.lesson)]
    return _sized(html("\n\n".join(["## Back to the prediction", *answers])), kind="answer")


def _tasks(visit: Visit) -> Slide:
    assert visit.exercises is not None
    lines = _bullets(
        f"{heading} (`{task.name}`), {task.minutes} minutes"
        for heading, task in visit.chosen.items()
    )
    words = f"## Exercises\n\nOpen `exercises/{visit.exercises.name}/exercise.ipynb`.\n\n{lines}"
    notes = []
    for task in visit.chosen.values():
        known = [mistake.diagnosis for mistake in visit.exercises.mistakes.get(task.name, ())]
        if isinstance(task, Choose):
            known = [f"({letter}) {why}" for letter, why in task.wrong.items()]
        seen = list(dict.fromkeys(known))
        notes.append(f"`{task.name}`, where people stumble:\n\n{_bullets(seen[:MISTAKES])}")
    return replace(_sized(html(words)), notes=html("\n\n".join(notes)))


def _bullets(lines: Any) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _section(section: Section, number: str) -> Iterator[Slide]:
    """Yield the slides of a core path; what the notebook says up to the next one goes to notes."""
    for cells, besides in section.slides:
        so_far = section.cells[: section.cells.index(cells[0]) + 1]
        heading = (headings(so_far) or [section.heading])[-1]
        shown = [part for cell in cells for part in _parts(cell)]
        pictures = [part for part in shown if part.startswith("<img")]
        body = "".join(part for part in shown if part not in pictures)
        notes = [text(cell) for cell in besides if cell["cell_type"] == "markdown"]
        if notes:
            notes.insert(0, "The notebook goes on, and shows what is spoken of here:")
        slide = _sized(body, "".join(pictures))
        yield replace(slide, notes=html("\n\n".join(notes)), where=f"{number} · {heading}")


def _parts(cell: dict[str, Any]) -> Iterator[str]:
    """Yield as HTML what a cell says, or what its code has printed and drawn."""
    if cell["cell_type"] == "markdown":
        yield html(text(cell))
    for output in cell.get("outputs", ()):
        data = {kind: "".join(part) for kind, part in output.get("data", {}).items()}
        if image := re.match(r"<img[^>]*>", data.get("text/html", "")):
            yield image[0]
        elif "text/latex" in data:
            yield f'<p class="formula">{escape(data["text/latex"])}</p>'
        elif "text/markdown" in data:
            yield html(data["text/markdown"])
        elif words := "".join(output.get("text", data.get("text/plain", ""))).rstrip():
            yield f"<pre>{escape(words)}</pre>"


def _sized(words: str, picture: str = "", kind: str = "plain") -> Slide:
    """Return the slide in the largest type in which it should fit."""
    measures = re.search(r'width="(\d+)" height="(\d+)"', picture)
    is_wide = measures and int(measures[1]) > WIDE * int(measures[2])
    for size, _, wide, _ in SIZES:
        if is_wide and _fits(words, ABOVE.get(size, 0), wide):
            return Slide(words, picture, "under", size=size, kind=kind)
    fitting = [
        size
        for size, lines, wide, beside in SIZES
        if _fits(words, lines, beside if picture else wide)
    ]
    size = fitting[0] if fitting else SIZES[-1][0]
    return Slide(words, picture, "beside", size=size, kind=kind)


def _fits(words: str, lines: float, width: int) -> bool:
    """Estimate whether HTML fits into so many lines of so many letters."""
    printed = re.findall(r"<pre>(.*?)</pre>", words, re.DOTALL)
    # What was printed keeps its lines, and its letters are wider.
    if any(len(line) > 0.85 * width for block in printed for line in block.split("\n")):
        return False
    formulas = re.findall(r'<p class="formula">.*?</p>', words, re.DOTALL)
    # A formula is higher than a line, and one by cases has a line for each.
    count = sum(1.8 + formula.count(r"\\") for formula in formulas)
    for formula in formulas:
        words = words.replace(formula, "")
    for block in re.split(r"</?(?:p|li|h\d|ul|pre|tr|blockquote)\b[^>]*>", words):
        # Mathematics is as long as its signs, not its commands.
        plain = re.sub(r"\\[a-zA-Z]+|[{}^_]|<[^>]*>", "", block).strip("\n ")
        count += sum(max(1, -(-len(line) // width)) for line in plain.split("\n")) if plain else 0
        # A gap between blocks is half a line.
        count += 0.5 * bool(plain)
    return count <= lines


def figures(cells: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the pictures that cells have drawn, as HTML."""
    for cell in cells:
        yield from (part for part in _parts(cell) if part.startswith("<img"))


def formulas(cells: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the formulas that cells have shown, as Markdown."""
    for cell in cells:
        for output in cell.get("outputs", ()):
            if latex := "".join(output.get("data", {}).get("text/latex", "")):
                yield f"$${latex.strip('$').removeprefix(chr(92) + 'displaystyle')}$$"

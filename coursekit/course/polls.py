"""Polls for a room, drawn from the questions that the lessons open with.

Peer instruction (Mazur 1997, *Peer Instruction: A User's Manual*, chapter 2): everybody votes
alone, talks with a neighbour, votes again, and only then hears why.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .catalogue import Lesson, read_notebook
from .errors import CourseError
from .files import write_atomically

HOW_TO = """\
# Polls for a room

Made from the lessons by `coursekit polls`: to change one, change its lesson. Each question is one
that a lesson opens with, and each answer is the lesson's own.

One poll takes about five minutes, three of them before the answer:

1. Show the question. Everybody votes alone, in silence: one minute. Fingers will do, one for (a),
   two for (b).
2. Do not say what is right. If hardly anybody is right, explain first; if nearly all are, go on. In
   between, let neighbours who voted differently convince each other: two minutes.
3. Vote again. Then run the lesson's experiment, and only then open the answer.

The wrong options are what people really believe. Ask somebody who has changed sides what it was
that convinced them.
"""


@dataclass(frozen=True)
class Poll:
    """One question of a lesson with its options by letter, and the right one with the reason."""

    lesson: Lesson
    number: int
    context: str
    question: str
    options: dict[str, str]
    right: str
    answer: str

    @property
    def name(self) -> str:
        return f"{self.lesson.number}.{self.number}"


def polls(lesson: Lesson) -> list[Poll]:
    """Return the polls of a lesson: its opening questions that have options.

    CourseError when the lesson does not say at its end which option is right.
    """
    cells = [c for c in read_notebook(lesson.path)["cells"] if c["cell_type"] == "markdown"]
    opening = next((_text(c) for c in cells if "predict" in c["metadata"].get("tags", ())), "")
    end = "\n\n".join(map(_text, cells)).partition("**Back to the prediction.**")[2]
    answers = _answers(re.split(r"\*\*(?:Exercises|Further reading)\*\*", end)[0])
    context, questions = _questions(opening)
    found = []
    for number, text in questions.items():
        question, options = _options(text)
        if not options:
            continue
        right, answer = answers.get(number, ("", ""))
        if right not in options:
            raise CourseError(
                f"{lesson.path.name}: question {number} has the options {', '.join(options)}; "
                f"after 'Back to the prediction.' one must be named, as in '{number}: (a). …'; "
                f"got {right!r}"
            )
        found.append(Poll(lesson, number, context, question, options, right, answer))
    return found


def page(found: Sequence[Poll]) -> str:
    """Return the polls as one Markdown page, the answers folded away."""
    parts = [HOW_TO]
    title = ""
    for poll in found:
        if poll.lesson.title != title:
            title = poll.lesson.title
            parts.append(f"## {title}\n")
        parts.append(f"### Poll {poll.name}\n")
        parts += [f"{text}\n" for text in (poll.context, poll.question) if text]
        parts.append("".join(f"- ({a}) {option}\n" for a, option in poll.options.items()))
        parts.append(f"<details><summary>Answer</summary>\n\n{poll.answer}\n\n</details>\n")
    return "\n".join(parts)


def write(found: Sequence[Poll], path: Path) -> bool:
    """Write the page if it is not what it must be; tell whether it was written."""
    content = page(found).encode()
    if path.exists() and not path.is_file():
        raise CourseError(f"cannot write {str(path)!r}: it is not a file")
    if path.exists() and path.read_bytes() == content:
        return False
    write_atomically(path, content)
    return True


def _text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _questions(opening: str) -> tuple[str, dict[int, str]]:
    """Split an opening into what all questions share, and the questions by number."""
    body = re.sub(r"\n\nWrite your \w+ down\..*", "", opening, flags=re.DOTALL)
    body = body.removeprefix("## Predict first").strip()
    starts = list(re.finditer(r"^(?:\*\*)?(\d+)\.(?:\*\*)? ", body, re.MULTILINE))
    ends = [start.start() for start in starts[1:]] + [len(body)]
    texts = [body[s.end() : end].strip() for s, end in zip(starts, ends, strict=False)]
    # Numbers may also count the things that one question is about.
    if not texts or not ("?" in texts[0] or _options(texts[0])[1]):
        return "", {1: body}
    shared = body[: starts[0].start()].strip()
    return shared, {int(s[1]): text for s, text in zip(starts, texts, strict=True)}


def _options(text: str) -> tuple[str, dict[str, str]]:
    """Split a question into what is asked, with any afterthought, and its options by letter."""
    question, *rest = re.split(r"(?:^[ ]*- |(?<=, )|^[ ]*)\(([a-e])\) ", text, flags=re.MULTILINE)
    options = dict(zip(rest[::2], (part.strip() for part in rest[1::2]), strict=True))
    if options:
        last = max(options)
        options[last], _, afterthought = options[last].partition("\n\n")
        question = f"{question.strip()}\n\n{afterthought}"
    return question.strip().removesuffix("-").strip(), {
        letter: " ".join(option.split()).rstrip(",.") for letter, option in options.items()
    }


def _answers(text: str) -> dict[int, tuple[str, str]]:
    """Return by number the letter and the answer, from "1: (c). Why …" or a single "(c). Why …"."""
    text = re.sub(r"\bQuestion (?=\d)", "", text).strip()
    text = re.sub(r"^(?=\([a-e]\))", "1: ", text)
    found = {}
    for paragraph in text.split("\n\n"):
        _, *parts = re.split(r"(?:^|\s)(\d): (?=\([a-e]\))", paragraph)
        for number, answer in zip(parts[::2], parts[1::2], strict=True):
            found[int(number)] = answer[1], " ".join(answer.split())
    return found

"""The glossary: two languages, names that exist in the code, lessons that use the term."""

import re
from pathlib import Path

import pytest

import coursekit

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]*)\| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PACKAGE = "\n".join(
    path.read_text("utf-8") for path in Path(coursekit.__file__).parent.rglob("*.py")
)


def rows(text):
    """Return (English, Chinese, names in code, lesson's file or "") for each term."""
    found = []
    for english, chinese, code, _, lesson in ROW.findall(text):
        if english not in ("English", "---"):
            link = re.search(r"\(\.\./lessons/([^)]+)\)", lesson)
            names = re.findall(r"`([\w.]+)`", code)
            found.append((english.strip(), chinese, names, link[1] if link else ""))
    return found


def problems(term, chinese, names, lesson):
    """Return what is wrong with a row."""
    wrong = [] if CHINESE.search(chinese) or chinese.startswith("log-cosh") else ["no Chinese"]
    wrong += [
        f"{n} is not in the code"
        for n in names
        if not re.search(rf"\b{n.split('.')[-1]}\b", PACKAGE)
    ]
    if lesson:
        path = ROOT / "lessons" / lesson
        if not path.exists():
            wrong.append(f"{lesson} is not there")
        elif not any(word in path.read_text("utf-8").lower() for word in spellings(term)):
            wrong.append(f"{lesson} does not speak of {term}")
    return wrong


def spellings(term):
    """Return the term and its root without a grammatical ending, in lower case."""
    term = term.strip('"').lower()
    return {term, re.sub(r"(ing| loss| regularisation| step| network| features)$", "", term)}


TERMS = rows((ROOT / "docs" / "glossary.md").read_text("utf-8"))


@pytest.mark.parametrize("row", TERMS, ids=[row[0] for row in TERMS])
def test_each_term_has_both_languages_its_name_in_code_and_its_lesson(row):
    assert problems(*row) == []


def test_no_term_comes_twice_and_every_lesson_with_terms_is_reached():
    terms = [row[0] for row in TERMS]
    assert len(terms) == len(set(terms)) >= 70
    linked = {row[3] for row in TERMS}
    written = {path.name for path in (ROOT / "lessons").glob("*.ipynb")}
    assert written <= linked


def test_what_is_wrong_is_noticed():
    text = "| lasso | lasso | `Lassoo` | x | [12](../lessons/12_none.ipynb) |"
    (row,) = rows(text)
    assert problems(*row) == [
        "no Chinese",
        "Lassoo is not in the code",
        "12_none.ipynb is not there",
    ]
    elsewhere = ("dropout", "随机失活", [], "11_updates.ipynb")
    assert problems(*elsewhere) == ["11_updates.ipynb does not speak of dropout"]

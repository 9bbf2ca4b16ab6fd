"""One version in all places, and a new one is written into all of them or none."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

import coursekit
from coursekit.course.errors import CourseError
from coursekit.course.root import find_root
from coursekit.course.versions import bump

ROOT = find_root(Path(__file__).parent)
FILES = ["coursekit/__init__.py", "CITATION.cff", "CHANGELOG.md"]
DAY = date(2027, 1, 31)


@pytest.fixture
def course(tmp_path):
    (tmp_path / "coursekit").mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    changelog = tmp_path / "CHANGELOG.md"
    head = changelog.read_text("utf-8").partition("## Unreleased")[0]
    changelog.write_text(f"{head}## Unreleased\n\n- A novelty.\n\n## 0.0.1 · 2020-01-01\n", "utf-8")
    return tmp_path


def test_package_and_citation_name_one_version():
    cited = re.findall(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert cited == [coursekit.__version__]
    assert 'path = "coursekit/__init__.py"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_a_new_version_is_written_everywhere(course):
    assert bump(course, "7.0.1", DAY) == FILES
    assert '__version__ = "7.0.1"\n' in (course / FILES[0]).read_text("utf-8")
    citation = (course / FILES[1]).read_text("utf-8")
    assert "\nversion: 7.0.1\n" in citation
    assert '\ndate-released: "2027-01-31"\n' in citation
    changelog = (course / FILES[2]).read_text("utf-8")
    assert "## Unreleased\n\n## 7.0.1 · 2027-01-31\n\n- A novelty.\n\n## 0.0.1" in changelog


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        (coursekit.__version__, "must be later than"),
        ("0.0.9", "must be later than .*, got 0.0.9"),
        ("next", "a version looks like 0.2.0, got 'next'"),
    ],
)
def test_a_version_that_is_none_or_not_later_changes_nothing(course, version, reason):
    before = [(course / name).read_bytes() for name in FILES]
    with pytest.raises(CourseError, match=reason):
        bump(course, version, DAY)
    assert [(course / name).read_bytes() for name in FILES] == before


def test_without_news_there_is_no_release(course):
    bump(course, "7.0.0", DAY)
    before = [(course / name).read_bytes() for name in FILES]
    with pytest.raises(CourseError, match="says nothing under '## Unreleased'"):
        bump(course, "7.0.1", DAY)
    assert [(course / name).read_bytes() for name in FILES] == before

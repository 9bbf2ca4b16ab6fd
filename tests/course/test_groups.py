"""Dependency groups: what is there is left alone, what is not is fetched or named."""

import pytest

from coursekit.course import groups
from coursekit.course.errors import CourseError


@pytest.fixture
def absent(monkeypatch):
    """Make a group that is not there, and note what is run to fetch it."""
    monkeypatch.setitem(groups.MODULES, "toys", ("json", "no_such_module"))
    ran = []
    monkeypatch.setattr(groups, "uv", lambda: "uv")
    monkeypatch.setattr(groups, "run", lambda *command: ran.append(command[0]) or 0)
    return ran


def test_what_is_there_is_not_fetched(tmp_path, absent, monkeypatch):
    monkeypatch.setitem(groups.MODULES, "toys", ("json",))
    groups.require(tmp_path, "toys")
    assert absent == []


def test_what_is_fetched_is_found_at_once(tmp_path, absent, monkeypatch, capsys):
    def fetch(command, root, environment):
        absent.append(command)
        (tmp_path / "no_such_module.py").write_text("")
        return 0

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(groups, "run", fetch)
    groups.require(tmp_path, "toys")
    assert absent == [["uv", "sync", "--quiet", "--inexact", "--group", "toys"]]
    assert "dependency group 'toys'" in capsys.readouterr().out


def test_what_cannot_be_fetched_is_named_with_the_command(tmp_path, absent):
    reason = "no_such_module is not installed and could not be fetched; .* --group toys"
    with pytest.raises(CourseError, match=reason):
        groups.require(tmp_path, "toys")
    assert len(absent) == 1


def test_without_uv_nothing_is_run(tmp_path, absent, monkeypatch):
    monkeypatch.setattr(groups, "uv", lambda: None)
    with pytest.raises(CourseError, match="no_such_module is not installed; get it with"):
        groups.require(tmp_path, "toys")
    assert absent == []

"""What the doctor sees, and what it advises."""

import pytest

from coursekit.course import doctor


def test_all_is_well_here(capsys):
    assert doctor.report() == 0
    printed = capsys.readouterr().out
    assert "✓ numpy" in printed
    assert printed.endswith("All that is needed is here.\n")


def test_what_is_missing_or_too_old_is_named():
    wanted = ["numpy>=99", "nowhere-to-be-found>=1", "sympy>=1.13", "keras ; extra == 'other'"]
    old, missing, well = doctor.packages(wanted)
    assert not old.well
    assert ">=99 is needed" in str(old)
    assert "to mend it: python -m uv sync" in str(old)
    assert "✗ nowhere-to-be-found is not installed" in str(missing)
    assert str(well).startswith("✓ sympy 1.")


def test_status_is_1_if_something_needed_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "kernel", lambda: doctor.Finding(False, "no kernel", "mend"))
    assert doctor.report() == 1
    assert "✗ no kernel\n  to mend it: mend" in capsys.readouterr().out


def test_what_one_can_do_without_does_not_count(monkeypatch, capsys):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.delenv("UV", raising=False)
    assert doctor.report() == 0
    assert "– git is not found" in capsys.readouterr().out


@pytest.mark.parametrize("deep", ["", "a/b"])
def test_trying_to_write_leaves_nothing_behind(tmp_path, deep):
    assert doctor.writable("here", tmp_path / deep).well
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a").write_text("a file")
    assert not doctor.writable("here", tmp_path / "a").well


def test_an_older_python_is_said(monkeypatch):
    monkeypatch.setattr(doctor.sys, "version_info", (3, 9, 2))
    assert str(doctor.python()).startswith("✗ Python 3.9.2, and >=3.11 is needed")


def test_a_used_up_port_is_said(monkeypatch):
    class Refusing(doctor.socket.socket):
        def bind(self, address):
            raise OSError("no")

    monkeypatch.setattr(doctor.socket, "socket", Refusing)
    assert str(doctor.port()).startswith("✗ no port can be opened: no")

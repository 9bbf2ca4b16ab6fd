"""The block of exact versions in pyproject.toml."""

import tomllib

import pytest

from coursekit.course import pins
from coursekit.course.errors import CourseError

PROJECT = '[project]\nname = "x"\n\n# pins: begin\nold = 1\n# pins: end\n\n[tool.other]\na = 1\n'
EXPORTED = ["numpy==2.4.6", "pywinpty==3.1.2 ; os_name == 'nt'"]


@pytest.fixture
def pyproject(tmp_path, monkeypatch):
    monkeypatch.setattr(pins, "_newest", lambda text: EXPORTED)
    path = tmp_path / "pyproject.toml"
    path.write_text(PROJECT)
    return path


def test_only_the_block_changes(pyproject):
    assert pins.refresh(pyproject) == 2
    once = pyproject.read_text()
    table = tomllib.loads(once)
    assert table["tool"]["uv"]["constraint-dependencies"] == EXPORTED
    assert once.startswith('[project]\nname = "x"\n\n# pins: begin\n')
    assert once.endswith("# pins: end\n\n[tool.other]\na = 1\n")
    pins.refresh(pyproject)
    assert pyproject.read_text() == once


@pytest.mark.parametrize(
    "text", ["", "# pins: begin\n", PROJECT + PROJECT, PROJECT + "[tool.uv]\npackage = true\n"]
)
def test_a_file_without_room_for_pins_is_left_alone(pyproject, text):
    pyproject.write_text(text)
    with pytest.raises(CourseError, match="pins"):
        pins.refresh(pyproject)
    assert pyproject.read_text() == text


@pytest.mark.parametrize(
    ("line", "pin"),
    [
        ("torch==2.13.0+cpu", "torch==2.13.0"),
        ("torch==2.13.0+cpu ; os_name == 'nt'\n", "torch==2.13.0 ; os_name == 'nt'"),
        ("numpy==2.4.6", "numpy==2.4.6"),
    ],
)
def test_the_name_of_a_build_is_dropped(line, pin):
    assert pins.exact(line) == pin

"""Hostile files and names, first read as one would without a thought, then graded in a class."""

import csv
import html
import io
import json
import os
import re
import socket
import stat
import subprocess
import sys
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import hostile_helpers as helpers
import pytest
from hostile_helpers import NAME, World, notebook, right_answers

from coursekit.course.grading.pages import file_name
from coursekit.course.grading.places import MAX_BYTES
from coursekit.course.grading.sandbox import missing
from coursekit.course.grading.submissions import MAX_FILES_OF_ONE, find, normal

LACKING = missing()
pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(bool(LACKING), reason=LACKING or "there is a sandbox"),
]

GOOD = notebook(*right_answers().values())
WHOLE = 5
IS_ROOT = os.getuid() == 0
SCRIPT = "<script>alert(1)</script>"


# What a reader does who expects nothing bad.


def read(path):
    with path.open(encoding="utf-8") as file:
        found = json.load(file)
    found["metadata"].get("kernelspec")
    return found


def sources(path):
    return ["".join(c["source"]) for c in read(path)["cells"] if c["cell_type"] == "code"]


def stops(path, world):
    """Tell whether reading fails, and all others are left ungraded."""
    try:
        sources(path)
    except (Exception, RecursionError):
        return True
    return False


def hangs(path, world):
    words = [sys.executable, "-c", "import sys; open(sys.argv[1]).read()", str(path)]
    try:
        subprocess.run(words, timeout=1.5, check=False, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return True
    return False


def is_followed(path, world):
    """Tell whether one gets what lies somewhere else."""
    words = path.read_text(encoding="utf-8")
    return world.token in words or "root:" in words or "hinge_loss" in words


def fills_memory(path, world):
    return len(path.read_bytes()) > MAX_BYTES


def goes_in_circles(path, world):
    return sum(1 for _ in os.walk(path.parent, followlinks=True)) > 20


def is_not_found(path, world):
    """Tell whether an answer is overlooked by who looks for a line of code."""
    return not any(re.search(r"^def hinge_loss\(.*\):$", s, re.MULTILINE) for s in sources(path))


def is_another_set(path, world):
    return read(path)["metadata"]["coursekit"]["exercises"] != NAME


def is_read_often(path, world):
    return len(list(path.parent.rglob("*.ipynb"))) > 1


def is_no_time(path, world):
    try:
        datetime.fromisoformat((path.parent / "timestamp.txt").read_text(encoding="latin-1"))
    except ValueError:
        return True
    return False


def runs_in_a_page(path, world):
    """Tell whether a page made of strings has a script in it."""
    return SCRIPT in f"<p>{' '.join(sources(path))}</p>"


def depends_on_who(path, world):
    """Only root gets past permissions."""
    return IS_ROOT or not os.access(path, os.R_OK)


def written(content):
    return lambda path, world: path.write_bytes(content)


def linked(target):
    return lambda path, world: path.symlink_to(target(path, world))


@dataclass(frozen=True)
class Bad:
    """A file: what is odd about it, how it is made, how that harms, and what is said of it."""

    name: str
    tries: str
    make: Callable[[Path, World], object]
    harm: Callable[[Path, World], bool]
    says: str = ""
    marks: float = 0


def other_cells(cells, **more):
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more
    ).encode()


def changed(change):
    """Return the good notebook after a change."""
    found = json.loads(GOOD)
    change(found)
    return json.dumps(found).encode()


def to_format_3(found):
    for cell in found["cells"]:
        cell["input"] = cell.pop("source")
        cell["language"] = "python"
    found["worksheets"] = [{"cells": found.pop("cells"), "metadata": {}}]
    found["nbformat"] = 3


def zipped(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def make_socket(path, world):
    # Its path may have some 100 characters only, and pytest's folders are deep.
    folder = os.open(path.parent, os.O_PATH)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"/proc/self/fd/{folder}/{path.name}")
    os.close(folder)


def make_many(number):
    def make(path, world):
        for i in range(number):
            path.with_name(f"part{i}.ipynb").write_bytes(GOOD)

    return make


def make_deep(path, world):
    folder = path.parent / Path(*"abcdefgh")
    folder.mkdir(parents=True)
    (folder / path.name).write_bytes(GOOD)


def make_locked(path, world):
    path.write_bytes(GOOD)
    path.chmod(0)


def with_file(name, content):
    def make(path, world):
        path.write_bytes(GOOD)
        place = path.parent / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content)

    return make


RAISES = f"def hinge_loss(y, s):\n    raise ValueError('{SCRIPT}')\n"
PRINTS = f"def hinge_loss(y, s):\n    print('=1+1 {SCRIPT} \\x1b[31m')\n"
OWN = {"coursekit": {"exercises": "12_exact_zeros"}}

FILES = [
    Bad("empty", "0 bytes", written(b""), stops, "is empty"),
    Bad("half", "breaks off", written(GOOD[:500]), stops, "does not hold JSON"),
    Bad("null", "is null", written(b"null"), stops, "has no list of cells"),
    Bad("pdf", "is a PDF", written(b"%PDF-1.7\n\xff"), stops, "a PDF"),
    Bad("picture", "is a PNG", written(b"\x89PNG\r\n\x1a\n"), stops, "a picture"),
    Bad("page", "is a web page", written(b"<!doctype html>"), stops, "a web page"),
    Bad("archive", "is a zip", written(zipped(a="b")), stops, "an archive"),
    Bad("format-3", "is of format 3", written(changed(to_format_3)), stops, "", WHOLE),
    Bad("mark", "has a byte order mark", written(b"\xef\xbb\xbf" + GOOD), stops, "", WHOLE),
    Bad("utf-16", "is UTF-16", written(GOOD.decode().encode("utf-16")), stops, "", WHOLE),
    Bad(
        "crlf", "has the line ends of Windows",
        written(GOOD.replace(rb"\n", rb"\r\n").replace(b" ", b"\r\n", 1)), is_not_found,
        "", WHOLE,
    ),
    Bad(
        "big", "has 30 MB", written(other_cells([], filling="x" * 30_000_000)), fills_memory,
        "larger than 25 MB",
    ),
    Bad("deep", "is nested 100,000 deep", written(b"[" * 100_000), stops, "does not hold JSON"),
    Bad(
        "integer", "has a number of 5,000 digits",
        written(GOOD.replace(b'"nbformat": 4', b'"nbformat": ' + b"4" * 5000)), stops,
        "does not hold JSON",
    ),
    Bad("cell-kind", "has cells that are numbers", written(other_cells([1])), stops, "is int"),
    Bad("cells-kind", "has a number of cells", written(other_cells(5)), stops, "no list of cells"),
    Bad(
        "metadata-kind", "has a list of metadata",
        written(changed(lambda found: found.update(metadata=[]))), stops, "no dictionary",
    ),
    Bad(
        "source-kind", "has a number as a source",
        written(changed(lambda found: found["cells"][-1].update(source=5))), stops, "", WHOLE,
    ),
    Bad(
        "source-nested", "has sources within sources",
        written(changed(lambda found: found["cells"].append(
            {"cell_type": "code", "source": [["x"], {"y": None}], "metadata": {}}))),
        stops, "", WHOLE,
    ),
    Bad(
        "link-to-another", "links to another's notebook",
        linked(lambda path, world: path.parents[2] / "honest_anna" / NAME / "exercise.ipynb"),
        is_followed, "links are not followed",
    ),
    Bad("link-to-passwd", "links to the accounts", linked(lambda *_: "/etc/passwd"),
        is_followed, "links are not followed"),
    Bad("link-to-secret", "links to a secret",
        linked(lambda path, world: world.outside / "id_ed25519"), is_followed,
        "links are not followed"),
    Bad("link-in-circles", "links to its own folder", linked(lambda path, _: path.parent),
        goes_in_circles, "links are not followed"),
    Bad("pipe", "waits for somebody to write", lambda path, _: os.mkfifo(path), hangs,
        "not a file"),
    Bad("socket", "is a socket", make_socket, stops, "not a file"),
    Bad("locked", "may not be read", make_locked, depends_on_who,
        "" if IS_ROOT else "Permission denied", WHOLE * IS_ROOT),
    Bad("another-set", "says that it is another set", written(notebook(
        *right_answers().values(), **OWN)), is_another_set, "", WHOLE),
    Bad("many", "is one of 25 notebooks", make_many(25), is_read_often, "25 notebooks"),
    Bad("two", "is one of two", make_many(2), is_read_often, "no telling which counts"),
    Bad("checkpoint", "comes with an older copy",
        with_file(".ipynb_checkpoints/exercise-checkpoint.ipynb", GOOD), is_read_often, "", WHOLE),
    Bad("buried", "lies nine folders deep", make_deep, lambda path, _: bool(
        list(path.parent.rglob("*.ipynb"))), "6 deep"),
    Bad("stamp", "comes with a time that is none", with_file("timestamp.txt", b"\xff now 25:61"),
        is_no_time, "", WHOLE),
    Bad("error", "raises a script", written(notebook(RAISES)), runs_in_a_page, "ValueError"),
    Bad("print", "prints a script, a formula and what steers a terminal",
        written(notebook(PRINTS)), runs_in_a_page, "your code printed"),
]  # fmt: skip


# What a name is put into by who expects nothing bad.


def is_a_formula(name):
    return csv_of(name)[0].startswith(tuple("=+-@−"))


def is_a_formula_after_a_semicolon(name):
    return any(is_a_formula(part) for part in csv_of(name)[0].split(";"))


def csv_of(name):
    text = io.StringIO()
    csv.writer(text).writerow([name])
    return text.getvalue().splitlines()


def is_markup(name):
    return "<img" in f"<h1>{name}</h1>"


def steers(name):
    return not name.isprintable()


def is_no_text(name):
    try:
        name.encode()
    except UnicodeEncodeError:
        return True
    return False


def is_too_long(name):
    return len(f"{name}.html".encode()) > 255


def is_a_twin(name):
    return name != "zoé" and normal(name) == "zoé"


def is_split(name):
    return f"{name},5".count(",") > 1 or f"{name}".count('"') > 0


def is_a_device(name):
    return name.upper() in ("CON", "AUX", "NUL")


def is_a_template(name):
    from jinja2 import Template

    return Template(f"<h1>{name}</h1>").render() != f"<h1>{name}</h1>"


NAMES = {
    "=1+1": is_a_formula,
    "+1": is_a_formula,
    "-1": is_a_formula,
    "@SUM(1)": is_a_formula,
    "−1": is_a_formula,
    "=cmd|' /C calc'!A0".replace("/", "_"): is_a_formula,
    "a;=1+1;b": is_a_formula_after_a_semicolon,
    "<img src=x onerror=alert(1)>": is_markup,
    "line\nline": steers,
    "\x1b[31mred": steers,
    "\u202egnp.exe": steers,
    os.fsdecode(b"\xff\xfe"): is_no_text,
    "x" * 255: is_too_long,
    "Zoé": is_a_twin,
    unicodedata.normalize("NFD", "zoé"): is_a_twin,
    "comma, name": is_split,
    'quo"te': is_split,
    "con": is_a_device,
    "AUX": is_a_device,
    "{{ 7 * 7 }}": is_a_template,
}
TWIN = "zoé"


@pytest.mark.parametrize("bad", [pytest.param(bad, id=bad.name) for bad in FILES])
def test_read_without_a_thought_it_does_harm(bad, tmp_path):
    with World(tmp_path / "world") as world:
        helpers.put(tmp_path / "class", {"honest_anna": GOOD})
        assert bad.harm(made(bad, tmp_path / "class", world), world)


def made(bad, folder, world):
    path = folder / bad.name / NAME / "exercise.ipynb"
    path.parent.mkdir(parents=True)
    bad.make(path, world)
    return path


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_written_without_a_thought_the_name_does_harm(name):
    assert NAMES[name](name)


@pytest.fixture(scope="module")
def graded(tmp_path_factory, worker_id):
    def make():
        folder = tmp_path_factory.mktemp("class")
        with World(folder / "world") as world, pytest.MonkeyPatch.context() as patch:

            def fill(place):
                for bad in FILES:
                    made(bad, place, world)
                helpers.put(place, {name: GOOD for name in (*NAMES, TWIN)})

            return helpers.graded_class(folder, world, fill, patch)

    return helpers.once(tmp_path_factory, worker_id, "hostile_files", make)


@pytest.mark.parametrize("bad", [pytest.param(bad, id=bad.name) for bad in FILES])
def test_in_a_class_it_is_accounted_for(bad, graded):
    row = graded.rows[bad.name]
    assert float(row["Mark"]) == bad.marks
    assert re.search(bad.says, graded.reasons(bad.name))
    if bad.name not in graded.records:
        assert row["State"] == "not graded"
        assert row["Remark"]


def test_nobody_elses_grade_has_changed(graded):
    assert graded.lines == graded.alone
    assert [len(lines) for lines in graded.lines.values()] == [1, 1, 1]


def test_whoever_has_an_odd_name_gets_marks_all_the_same(graded):
    usual = {bad.name for bad in FILES} | set(helpers.honest())
    odd = [row for name, row in graded.rows.items() if name not in usual]
    assert len(odd) == len(NAMES) + 1
    assert {row["Mark"] for row in odd} == {"5"}


def test_no_cell_of_a_table_is_a_formula(graded):
    tables = [name for name in graded.texts if name.endswith(".csv")]
    assert len(tables) == 3
    for name in tables:
        for row in csv.reader(io.StringIO(graded.texts[name].decode("utf-8-sig"))):
            for cell in row:
                assert not cell.strip().startswith(tuple("=+-@−")), (name, row)


def test_no_cell_is_a_formula_where_a_semicolon_parts_cells(graded):
    text = graded.texts["gradebook.csv"].decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text), delimiter=";"):
        assert not any(is_a_formula(cell.strip()) for cell in row if cell.strip()), row


def test_no_page_holds_what_a_student_wrote_as_markup(graded):
    pages = [content.decode() for name, content in graded.texts.items() if name.endswith(".html")]
    assert len(pages) > len(NAMES)
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
    together = "".join(pages)
    assert html.escape("<img src=x onerror=alert(1)>") in together
    assert html.escape(SCRIPT) in together
    assert "{{ 7 * 7 }}" in together


def test_no_text_steers_a_terminal(graded):
    for name, row in graded.rows.items():
        assert name.isprintable()
        assert row["Remark"].isprintable()
        assert row["File"].isprintable()
    for name, content in graded.texts.items():
        if not name.endswith(".journal"):
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", content.decode()), name


def test_names_that_are_alike_are_told_apart_and_said_to_be_alike(graded):
    twins = [name for name in graded.rows if normal(name) == TWIN]
    assert len(twins) == 3
    assert all("name like" in graded.rows[name]["Remark"] for name in twins)
    assert len({file_name(name).casefold() for name in twins}) == 3


def test_every_name_makes_a_folder_of_its_own(graded):
    pages = [name for name in graded.files if name.startswith("feedback/")]
    folders = {Path(name).parts[1] for name in pages}
    known = [row for row in graded.rows.values() if row["Set"] == NAME]
    assert len(folders) == len(pages) >= len(known)
    assert all(re.fullmatch(r"[\w.-]+", folder) and len(folder) < 80 for folder in folders)


def test_no_folder_is_called_like_a_device_of_windows(graded):
    pages = [Path(name) for name in graded.files if name.startswith("feedback/")]
    assert pages
    assert not [page for page in pages if is_a_device(page.parts[1].split(".")[0])]


def test_nothing_was_changed_followed_or_left_behind(graded):
    assert not graded.changed
    assert graded.left == []
    for name, content in graded.texts.items():
        assert graded.token.encode() not in content, name
        assert b"root:x:" not in content, name


# Archives: a member's name is a path, and its size is what it says.


def locked(content, name):
    """Mark a member as encrypted, in both of its headers."""
    changed = bytearray(content)
    for signature, at, length in ((b"PK\3\4", 6, 30), (b"PK\1\2", 8, 46)):
        start = -1
        while (start := content.find(signature, start + 1)) >= 0:
            if content[start + length :].startswith(name.encode()):
                changed[start + at] |= 1
    return bytes(changed)


def member(name, kind=stat.S_IFREG):
    one = zipfile.ZipInfo(name)
    one.external_attr = (kind | 0o644) << 16
    one.compress_type = zipfile.ZIP_DEFLATED
    return one


def unpacked(archive, folder):
    """Unpack as one does by hand: paths joined, links made, everything read."""
    for one in archive.infolist():
        path = Path(os.path.join(folder, one.filename))
        path.parent.mkdir(parents=True, exist_ok=True)
        if stat.S_ISLNK(one.external_attr >> 16):
            path.symlink_to(archive.read(one).decode())
        else:
            path.write_bytes(archive.read(one))


@dataclass(frozen=True)
class Member:
    """A member of an archive, with what is left of it after it was unpacked by hand."""

    name: str
    tries: str
    place: str
    harm: Callable[[Path, Path], bool]
    says: str
    content: bytes = GOOD
    kind: int = stat.S_IFREG


MEMBERS = [
    Member(
        "upwards", "has a path that leads upwards", f"../upwards/{NAME}/e.ipynb",
        lambda inside, outside: (outside / "upwards").exists(), "leads out",
    ),
    Member(
        "absolute", "has a path from the root", "{outside}/absolute.ipynb",
        lambda inside, outside: (outside / "absolute.ipynb").exists(), "leads out",
    ),
    Member(
        "backslash", "has a path for Windows", f"a\\..\\..\\backslash/{NAME}/e.ipynb",
        lambda inside, outside: any("\\" in p.name for p in inside.iterdir()), "leads out",
    ),
    Member(
        "bomb", "is 60 kB that become 60 MB", f"bomb/{NAME}/e.ipynb",
        lambda inside, outside: (inside / "bomb" / NAME / "e.ipynb").stat().st_size > MAX_BYTES,
        "larger than 25 MB|cannot be unpacked", bytes(60_000_000),
    ),
    Member(
        "link", "is a link", f"link/{NAME}/e.ipynb",
        lambda inside, outside: (inside / "link" / NAME / "e.ipynb").is_symlink(),
        "links are not followed", b"/etc/passwd", stat.S_IFLNK,
    ),
    Member(
        "within", "is an archive in the archive", f"within/{NAME}/e.zip",
        lambda inside, outside: zipfile.is_zipfile(inside / "within" / NAME / "e.zip"),
        "no notebook", zipped(a="b"),
    ),
    Member(
        "renamed", "is an archive called a notebook", f"renamed/{NAME}/e.ipynb",
        lambda inside, outside: zipfile.is_zipfile(inside / "renamed" / NAME / "e.ipynb"),
        "an archive", zipped(a="b"),
    ),
]  # fmt: skip
# These cannot be unpacked at all.
ENCRYPTED, BROKEN, DOUBLE = (f"{name}/{NAME}/e.ipynb" for name in ("encrypted", "broken", "double"))


def make_archive(path, members, outside):
    with zipfile.ZipFile(path, "w") as archive:
        for one in members:
            name = one.place.replace("{outside}", str(outside))
            archive.writestr(member(name, one.kind), one.content)
    return path


@pytest.mark.parametrize("one", [pytest.param(one, id=one.name) for one in MEMBERS])
def test_unpacked_without_a_thought_it_does_harm(one, tmp_path):
    inside, outside = tmp_path / "outside" / "inside", tmp_path / "outside"
    inside.mkdir(parents=True)
    with zipfile.ZipFile(make_archive(tmp_path / "class.zip", [one], outside)) as archive:
        unpacked(archive, inside)
    assert one.harm(inside, outside)


@pytest.fixture
def archive(tmp_path):
    """A class in an archive, honest students among the others."""
    path = make_archive(tmp_path / "class.zip", MEMBERS, tmp_path / "outside")
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for student, content in helpers.honest().items():
            archive.writestr(f"{student}/{NAME}/exercise.ipynb", content)
        for name in (ENCRYPTED, BROKEN, DOUBLE, DOUBLE):
            archive.writestr(member(name), GOOD)
        offset = archive.getinfo(BROKEN).header_offset
    content = bytearray(locked(path.read_bytes(), ENCRYPTED))
    content[offset + 30 + len(BROKEN) + 40] ^= 255
    path.write_bytes(content)
    return path


def test_what_cannot_be_unpacked_stops_who_unpacks(archive):
    with zipfile.ZipFile(archive) as found:
        with pytest.raises(RuntimeError, match="encrypted"):
            found.read(ENCRYPTED)
        with pytest.raises((zipfile.BadZipFile, zlib.error)):
            found.read(BROKEN)
        names = found.namelist()
        assert len(set(names)) < len(names)


def test_in_a_class_every_member_is_accounted_for(archive, tmp_path, graded):
    out = tmp_path / "out"
    out.mkdir()
    helpers.grade(archive, out)
    rows = {row["Student"]: row for row in helpers.rows_of(out / "gradebook.csv")}
    for one in MEMBERS:
        [row] = [row for row in rows.values() if one.name in row["File"]]
        assert (row["State"], row["Mark"]) == ("not graded", "0")
        assert re.search(one.says, row["Remark"])
    for place, says in ((ENCRYPTED, "encrypted"), (BROKEN, "cannot be"), (DOUBLE, "2 notebooks")):
        assert says in rows[place.split("/")[0]]["Remark"]
    students = helpers.honest()
    assert helpers.lines_of(out / "gradebook.csv", students) == graded.alone
    assert len(rows) == len(MEMBERS) + 3 + len(students)
    assert {p.name for p in tmp_path.iterdir()} == {"class.zip", "out"}


def test_of_a_bomb_its_size_is_said(tmp_path):
    [bomb] = [one for one in MEMBERS if one.name == "bomb"]
    archive = make_archive(tmp_path / "class.zip", [bomb], tmp_path)
    [one] = find(archive, helpers.SETS)
    assert "larger than 25 MB" in one.problem


@pytest.mark.parametrize("student", [".eve", "..eve"])
def test_a_student_whose_folder_is_hidden_is_accounted_for(student, tmp_path):
    helpers.put(tmp_path, {"honest": GOOD, student: GOOD})
    assert len(find(tmp_path, helpers.SETS)) == 2


# One file that is about the whole class.


def small_class(tmp_path, files, **options):
    """Grade these files, by their paths, beside an honest student; return the rows."""
    put_at(tmp_path / "class", {f"honest/{NAME}/exercise.ipynb": GOOD} | files)
    out = tmp_path / "out"
    out.mkdir()
    helpers.grade(tmp_path / "class", out, **options)
    return {row["Student"]: row for row in helpers.rows_of(out / "gradebook.csv")}, out


def put_at(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_who_says_that_numbers_were_handed_out_does_not_stop_the_class(tmp_path):
    handed = notebook(*right_answers().values(), coursekit={"handout": "x", "student": "anna"})
    rows, _ = small_class(tmp_path, {f"eve/{NAME}/exercise.ipynb": handed})
    assert rows["honest"]["Mark"] == "5"
    assert rows["eve"]["Remark"]


@pytest.mark.parametrize("zone", ["America", "Europe"])
def test_a_time_zone_that_is_a_folder_does_not_stop_the_class(zone, tmp_path):
    stamp = f"2026-11-21 15:58:23 {zone}".encode()
    files = {f"eve/{NAME}/exercise.ipynb": GOOD, f"eve/{NAME}/timestamp.txt": stamp}
    rows, _ = small_class(tmp_path, files)
    assert rows["honest"]["Mark"] == rows["eve"]["Mark"] == "5"


def test_nobody_can_hand_in_a_time_of_their_own(tmp_path):
    """nbgrader writes its stamp beside the notebook; folders below it are the student's."""
    files = {
        f"eve/{NAME}/exercise.ipynb": GOOD,
        f"eve/{NAME}/timestamp.txt": b"2026-11-21 15:58:23 UTC",
        f"eve/{NAME}/a/timestamp.txt": b"2026-11-01 00:00:00 UTC",
    }
    rows, _ = small_class(tmp_path, files, due=datetime(2026, 11, 10, tzinfo=UTC))
    assert rows["eve"]["Days late"] == "12"


def test_nobody_can_be_another_participant_of_moodle(tmp_path):
    """Moodle puts name and number before the name of the file, which is the student's."""
    files = {
        "Ben_999_assignsubmission_file_e.ipynb": GOOD,
        "Eve_666_assignsubmission_file_x_999_assignsubmission_file_e.ipynb": notebook(
            "def hinge_loss(y, s): return 1"
        ),
    }
    _, out = small_class(tmp_path, files)
    table = helpers.rows_of(out / f"gradebook_moodle_{NAME}.csv")
    assert [row["Full name"] for row in table if row["Identifier"] == "Participant 999"] == ["Ben"]


def test_there_are_many_kinds_and_each_is_shown_to_do_harm():
    names = [bad.name for bad in [*FILES, *MEMBERS]]
    assert len(set(names)) == len(names)
    assert len(names) + len(NAMES) >= 40
    assert all(bad.harm and bad.tries for bad in [*FILES, *MEMBERS])
    assert all(NAMES.values())
    assert next(bad for bad in FILES if bad.name == "many").says.split()[0] == "25"
    assert MAX_FILES_OF_ONE < 25

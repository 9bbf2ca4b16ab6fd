"""The folder of a workshop: slides that fit, pages that read, a handout, notebooks that run."""

import json
import threading
import zipfile

import nbformat
import pytest
from nbclient import NotebookClient
from site_helpers import ROOT
from test_reading import findings

from coursekit.course.errors import CourseError
from coursekit.course.polls import polls
from coursekit.course.site import builder
from coursekit.course.workshop import handout, kit
from coursekit.course.workshop.tracks import find_track, tracks

TRACKS = tracks(ROOT)
NAMES = [track.name for track in TRACKS]
# The edges of what is drawn on the slide that is shown, in the slide's own units.
EDGES = """() => {
  const slide = Reveal.getCurrentSlide(), box = slide.getBoundingClientRect();
  const edges = [...slide.querySelectorAll('*')]
    .filter(e => !e.closest('aside.notes'))
    // A formula's box counts, its glyphs' boxes reach beyond what is drawn.
    .filter(e => !e.closest('mjx-container') || e.tagName == 'MJX-CONTAINER')
    .map(e => e.getBoundingClientRect())
    .filter(r => r.width > 0);
  const cut = [...slide.querySelectorAll('pre')].some(e => e.scrollWidth > e.clientWidth);
  if (cut) return [0, Infinity, 'cut off: ' + slide.innerText.trim().slice(0, 60)];
  return [Math.max(...edges.map(r => r.bottom - box.top)) / Reveal.getScale(),
          Math.max(...edges.map(r => r.right - box.left)) / Reveal.getScale(),
          slide.innerText.trim().slice(0, 60)];
}"""


@pytest.fixture(scope="session")
def kits(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kits")
    for track in TRACKS:
        kit.write(ROOT, track, folder / track.name, 9 * 60)
    return folder


@pytest.fixture(scope="session")
def kits_address(kits):
    (kits / "index.html").write_text("<title>kits</title>")
    server = builder.server(kits, port=None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def shown(chromium, kits_address):
    """Return the function that opens a page of a kit at 16:9 and waits for its formulas."""
    with chromium.new_context(viewport={"width": 1280, "height": 720}) as context:
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))

        def show(path):
            page.goto(f"{kits_address}/{path}")
            page.evaluate("async () => { await window.MathJax?.startup?.promise }")
            return page

        yield show
    assert page.asked
    assert [u for u in page.asked if not u.startswith((kits_address, "data:"))] == []


def too_large(page):
    """Return the slides that reach beyond the paper."""
    found = []
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate("n => Reveal.slide(n)", number)
        bottom, right, words = page.evaluate(EDGES)
        if bottom > 720 or right > 1280:
            found.append((number, round(bottom), round(right), words))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_slide_fits(shown, name):
    page = shown(f"{name}/slides.html")
    assert page.evaluate("Reveal.getTotalSlides()") >= 40
    assert page.evaluate("document.querySelectorAll('mjx-merror').length") == 0
    assert too_large(page) == []


def test_a_slide_that_does_not_fit_is_noticed(shown):
    page = shown("90min/slides.html")
    page.evaluate(
        "document.querySelectorAll('.slides section > p')[3].textContent += ' and more'.repeat(300)"
    )
    assert len(too_large(page)) == 1


def test_notes_open_in_a_window_of_the_speaker(shown):
    page = shown("90min/slides.html#/2")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    speaker = opened.value
    speaker.wait_for_selector(".speaker-controls-notes .value p")
    notes = speaker.locator(".speaker-controls-notes .value").inner_text()
    assert "Predict first, slide 1 of " in notes


def test_a_line_of_the_agenda_leads_to_its_slide(shown):
    page = shown("90min/agenda.html")
    page.get_by_role("row", name="One L1 step").get_by_role("link").click()
    page.wait_for_function("window.Reveal?.isReady()")
    assert "One L1 step" in page.evaluate("Reveal.getCurrentSlide().innerText")


@pytest.mark.parametrize("path", ["slides.html", "slides.html#/6", "agenda.html", "polls.html"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing(chromium, kits_address, path, mode):
    with chromium.new_context(color_scheme=mode) as context:
        page = context.new_page()
        page.goto(f"{kits_address}/90min/{path}")
        page.evaluate("async () => { await window.MathJax?.startup?.promise }")
        assert findings(page) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_handout_is_a_pdf_with_all_that_is_taken_home(kits, name, tmp_path):
    content = (kits / name / "handout.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(content) > 50_000
    # For those who listen to it: the document is tagged.
    assert b"/StructTreeRoot" in content
    track = find_track(name, TRACKS)
    words = "\n".join(handout._parts(track, tmp_path, 0))
    for visit in track.visits:
        assert visit.lesson.title in words
    asked = [poll for visit in track.visits for poll in polls(visit.lesson)]
    assert words.count("## Poll ") == len(asked)
    assert words.count("![") == len(list(tmp_path.glob("*.png"))) >= 2 * len(track.visits)


@pytest.mark.parametrize("name", NAMES)
def test_participants_get_the_lessons_without_outputs_and_with_the_rooms_minutes(kits, name):
    track = find_track(name, TRACKS)
    folder = kits / name / "notebooks"
    for visit in track.visits:
        got = json.loads((folder / "lessons" / visit.lesson.path.name).read_text("utf-8"))
        code = [c for c in got["cells"] if c["cell_type"] == "code"]
        original = json.loads(visit.lesson.path.read_text("utf-8"))["cells"]
        sources = [c["source"] for c in original if c["cell_type"] == "code"]
        assert [c["source"] for c in code] == sources
        assert not any(c["outputs"] for c in code)
        words = "\n".join("".join(c["source"]) for c in got["cells"])
        for minutes in visit.minutes.values():
            assert f"*In the room: {minutes} minutes.*" in words
    with zipfile.ZipFile(kits / name / "notebooks.zip") as packed:
        tasks = [visit.exercises.name for visit in track.visits if visit.tasks]
        assert len(packed.namelist()) >= len(track.visits) + len(tasks)
        assert {f"exercises/{task}/exercise.ipynb" for task in tasks} <= set(packed.namelist())


def test_a_participants_notebook_runs(kits):
    path = kits / "90min/notebooks/lessons/11_updates.ipynb"
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert all(c.execution_count for c in notebook.cells if c.cell_type == "code")


def test_a_kit_is_written_anew_and_nothing_else_is_written_over(kits, tmp_path):
    mine = tmp_path / "kit"
    mine.mkdir()
    (mine / "thesis.txt").write_text("mine")
    with pytest.raises(CourseError, match="holds something else"):
        kit.write(ROOT, TRACKS[0], mine, 0)
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]
    kit.write(ROOT, TRACKS[0], tmp_path / "new", 0)
    (tmp_path / "new/old.txt").write_text("of last year")
    kit.write(ROOT, TRACKS[0], tmp_path / "new", 0)
    assert not (tmp_path / "new/old.txt").exists()
    assert "from 0:00 to 1:30" in (tmp_path / "new/agenda.html").read_text("utf-8")


def test_a_kit_that_fails_half_way_leaves_the_older_one(kits, tmp_path, monkeypatch):
    out = tmp_path / "kit"
    kit.write(ROOT, TRACKS[0], out, 0)
    before = (out / "slides.html").read_bytes()

    def fail(*_):
        raise RuntimeError("no paper")

    monkeypatch.setattr(handout, "write", fail)
    with pytest.raises(RuntimeError):
        kit.write(ROOT, TRACKS[0], out, 60)
    assert (out / "slides.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["kit"]

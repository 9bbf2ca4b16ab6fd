"""The site as files: pages, links, outputs, sliders, and what a fault in a page does."""

import json
import shutil
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import pytest
from site_helpers import LESSONS, PAGES, ROOT, pages_in

import coursekit
from coursekit.course.errors import CourseError
from coursekit.course.site import builder
from coursekit.course.site.frames import frames


class Reader(HTMLParser):
    """The links, resources, ids and images of one page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.resources, self.ids, self.images = [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if found.get("id"):
            self.ids.add(found["id"])
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "img":
            self.images.append(found)
        source = found.get("src") or (found.get("href") if tag == "link" else None)
        if source and found.get("rel") not in ("canonical", "author", "license"):
            self.resources.append(source)


def broken(site, pages):
    """Return (page, link) of every link and resource within the site that leads nowhere."""
    read = {page: Reader((site / page).read_text("utf-8")) for page in pages}
    found = []
    for page, reader in read.items():
        for link in reader.links + reader.resources:
            path, fragment = urldefrag(link)
            if urlsplit(link).scheme:
                continue
            target = (site / page).parent / unquote(path.partition("?")[0]) if path else site / page
            name = target.resolve().relative_to(site.resolve()).as_posix()
            if not target.is_file():
                found.append((page, link))
            elif fragment and name in read and unquote(fragment) not in read[name].ids:
                found.append((page, link))
    return found


def test_every_source_is_a_page_and_no_page_is_a_stray(site):
    assert sorted(pages_in(site)) == sorted(PAGES)


def test_every_link_of_every_page_resolves(site):
    assert broken(site, PAGES) == []


def test_a_link_to_nowhere_is_noticed(tmp_path):
    (tmp_path / "b.html").write_text('<p id="here">')
    links = '<a href="b.html"><a href="c.html"><a href="b.html#here"><a href="b.html#there">'
    (tmp_path / "a.html").write_text(links + '<img src="gone.png">')
    lost = [link for _, link in broken(tmp_path, ["a.html", "b.html"])]
    assert lost == ["c.html", "b.html#there", "gone.png"]


def test_nothing_is_loaded_from_elsewhere(site):
    for page in PAGES:
        sources = Reader((site / page).read_text("utf-8")).resources
        assert not [s for s in sources if urlsplit(s).scheme not in ("", "data")], page


def test_every_image_has_words(site):
    for page in PAGES:
        for image in Reader((site / page).read_text("utf-8")).images:
            assert image.get("alt", "").strip(), page


@pytest.mark.parametrize("page", LESSONS)
def test_a_lesson_shows_what_is_stored_and_gives_itself_away_whole(site, page):
    name = page.removesuffix(".html")
    source = ROOT / f"{name}.ipynb"
    assert (site / "_sources" / f"{name}.ipynb").read_bytes() == source.read_bytes()
    shown = Reader((site / page).read_text("utf-8"))
    assert f"../_sources/{name}.ipynb" in shown.links
    stored = [
        part.split('alt="')[1].split('"')[0]
        for cell in json.loads(source.read_text("utf-8"))["cells"]
        for output in cell.get("outputs", ())
        if (part := "".join(output.get("data", {}).get("text/html", ""))).startswith("<img")
    ]
    drawn = [image["alt"] for image in shown.images if image["src"].startswith("data:")]
    # The parser has turned what was escaped into the signs meant.
    assert drawn == [Reader(f'<img alt="{alt}" src="">').images[0]["alt"] for alt in stored]


def test_every_public_module_has_a_page_with_its_names_and_formulas(site):
    for name in coursekit.__all__:
        page = (site / f"docs/api/{name}.html").read_text("utf-8")
        module = getattr(coursekit, name)
        listed = getattr(module, "__all__", None)
        public = [
            n
            for n, value in vars(module).items()
            if (n in listed if listed else getattr(value, "__module__", "") == module.__name__)
            if callable(value) and not n.startswith("_")
        ]
        assert public
        assert not [n for n in public if f'id="coursekit.{name}.{n}"' not in page], name
    losses = (site / "docs/api/losses.html").read_text("utf-8")
    assert r"\frac{\left(y - \hat{y}\right)^{2}}{2}" in losses
    assert losses.count("math notranslate") >= len(coursekit.losses.LOSSES)


def test_glossary_claims_and_exercises_are_complete(site):
    glossary = (site / "docs/glossary.html").read_text("utf-8")
    assert "软阈值" in glossary
    claims = Reader((site / "docs/claims.html").read_text("utf-8"))
    trials = [link for link in claims.links if "24_claims_on_trial.html#" in link]
    assert len(trials) == 47
    exercises = (site / "docs/exercises.html").read_text("utf-8")
    for folder in (ROOT / "exercises").glob("*/checks.py"):
        assert f"../exercises/{folder.parent.name}/exercise.html" in exercises


def test_a_slider_is_drawn_at_all_its_values_and_starts_with_what_is_stored(site):
    scripts = sorted((site / "_static/sliders").glob("*.js"))
    places = sum((site / page).read_text("utf-8").count("data-frames") for page in LESSONS)
    assert len(scripts) == places >= 24
    for script in scripts:
        content = script.read_text("utf-8").partition(", ")[2].removesuffix(");\n")
        slider = json.loads(content)
        assert len(slider["pictures"]) == len(slider["labels"]) >= 4
        assert len(set(slider["pictures"])) == len(slider["pictures"]), script.name


def test_a_slider_that_shows_something_else_than_is_stored_is_refused(tmp_path):
    path = ROOT / "lessons/11_updates.ipynb"
    assert [len(slider.pictures) for slider in frames(path)] == [7]
    changed = tmp_path / path.name
    content = path.read_text("utf-8")
    assert content.count("with learning rate {learning_rate:g}") == 1
    changed.write_text(content.replace("with learning rate {l", "at learning rate {l"), "utf-8")
    with pytest.raises(CourseError, match=r"shows something else than what is stored.*store 11"):
        frames(changed)


@pytest.fixture
def tiny(tmp_path):
    """A course with one page, made with the configuration of ours."""
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs/conf.py", tmp_path / "docs")
    for folder in ("extensions", "static", "redirect"):
        shutil.copytree(ROOT / "docs" / folder, tmp_path / "docs" / folder)
    (tmp_path / "docs/index.md").write_text("# A course\n\nA page.\n")
    return tmp_path


def test_a_fault_in_a_page_fails_the_build(tiny, tmp_path, capfd):
    builder.build(tiny, tmp_path / "out")
    (tiny / "docs/index.md").write_text("# A course\n\n[A link](nowhere.md)\n")
    with pytest.raises(CourseError, match="the site has faults"):
        builder.build(tiny, tmp_path / "out")
    assert "nowhere.md" in capfd.readouterr().err


def test_links_to_a_public_repository_and_to_binder_are_there_when_it_is_named(tiny, tmp_path):
    (tiny / "lessons").mkdir()
    cells = [nbformat.v4.new_markdown_cell("# A lesson")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tiny / "lessons/01_one.ipynb")
    (tiny / "docs/index.md").write_text("# A course\n\n```{toctree}\n../lessons/01_one\n```\n")
    builder.build(tiny, tmp_path / "out", repository="https://example.org/team/course/")
    links = Reader((tmp_path / "out/lessons/01_one.html").read_text("utf-8")).links
    assert "https://example.org/team/course" in links
    (binder,) = [link for link in links if "/v2/git/" in link]
    assert binder.endswith("?urlpath=lab/tree/lessons/01_one.ipynb")


@pytest.mark.parametrize("name", ["file", "other"])
def test_what_is_not_a_site_is_not_written_over(course, tmp_path, name):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/thesis.txt").write_text("mine")
    with pytest.raises(CourseError, match=r"not a folder|something else"):
        builder.build(course, tmp_path / name)
    assert (tmp_path / "file").read_text() == (tmp_path / "other/thesis.txt").read_text() == "mine"


def test_no_site_or_a_used_port_are_said(tmp_path, site):
    with pytest.raises(CourseError, match="build it first"):
        builder.server(tmp_path, None)
    with (
        builder.server(site, None) as running,
        pytest.raises(CourseError, match=f"port {running.server_port} is in use"),
    ):
        builder.server(site, running.server_port)

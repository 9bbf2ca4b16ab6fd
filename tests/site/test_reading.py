"""Pages as people meet them: by keyboard, by ear, on a narrow screen, in light and in dark."""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import TimeoutError
from site_helpers import LESSONS, PAGES, open_page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
# Highlighted code is thousands of elements of a few kinds: one of each kind is looked at.
ONE_TOKEN_OF_EACH_KIND = """() => {
  const seen = new Set();
  for (const token of document.querySelectorAll('.highlight span')) {
    if (seen.has(token.className)) token.replaceWith(token.textContent);
    seen.add(token.className);
  }
  for (const closed of document.querySelectorAll('details')) closed.open = true;
}"""

FORMULAS = """() => [
  document.querySelectorAll('mjx-container').length,
  document.querySelectorAll('mjx-container mjx-assistive-mml math').length,
  document.querySelectorAll('mjx-merror, [data-mjx-error]').length]"""


def findings(page, **options):
    """Return axe's findings on the open page, but for the minor ones."""
    page.evaluate(AXE)
    found = page.evaluate(
        "options => axe.run(document, options)",
        {"resultTypes": ["violations"], **options},
    )
    return [
        f"{v['impact']} {v['id']}: {v['nodes'][0]['html'][:120]}"
        for v in found["violations"]
        if v["impact"] != "minor"
    ]


@pytest.mark.parametrize("path", [page for page in PAGES if page != "index.html"])
def test_a_page_reads_in_light_in_dark_and_on_a_narrow_screen(chromium, address, path):
    """Axe finds nothing, formulas carry MathML, and 320 pixels need no second direction."""
    with chromium.new_context(color_scheme="light") as context:
        page = context.new_page()
        open_page(page, f"{address}/{path}")
        formulas, spoken, faulty = page.evaluate(FORMULAS)
        assert formulas == spoken
        assert faulty == 0
        assert formulas > 0 or path not in LESSONS
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.set_viewport_size({"width": 1280, "height": 720})
        page.evaluate(ONE_TOKEN_OF_EACH_KIND)
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        assert findings(page) == []
        # Else a colour may be read while it is on its way from one mode to the other.
        page.add_style_tag(content="* { transition: none !important }")
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("document.documentElement.dataset.theme == 'dark'")
        # What does not depend on colours is the same in both.
        assert findings(page, runOnly=["color-contrast"]) == []


def test_axe_finds_what_is_planted(page, address):
    open_page(page, f"{address}/docs/index.html")
    page.evaluate("document.querySelector('main img').removeAttribute('alt')")
    page.evaluate("document.querySelector('main p').style.color = '#ccc'")
    found = " ".join(findings(page))
    assert "critical image-alt" in found
    assert "serious color-contrast" in found


def test_a_page_too_wide_for_a_narrow_screen_is_noticed(page, address):
    open_page(page, f"{address}/docs/index.html")
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.querySelector('main p').style.width = '400px'")
    assert page.evaluate("document.documentElement.scrollWidth") > 320


def loaded(page, address, paths):
    """Open pages; return what was asked for elsewhere, and what failed."""
    asked, failed = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda one: failed.append(one.url) if one.status >= 400 else None)
    page.on("pageerror", lambda error: failed.append(str(error)))
    for path in paths:
        open_page(page, f"{address}/{path}")
    page.wait_for_timeout(500)
    assert len(asked) > 4 * len(paths)
    return [u for u in asked if not u.startswith((address, "data:", "blob:"))], failed


def test_nothing_leaves_this_machine_and_nothing_fails(page, address):
    paths = ["docs/index.html", *LESSONS, "docs/api/losses.html", "search.html?q=lasso"]
    assert loaded(page, address, paths) == ([], [])


def test_what_leaves_this_machine_or_fails_is_noticed(page, address):
    page.add_init_script("""addEventListener("DOMContentLoaded", () => {
      document.body.append(Object.assign(new Image(), {src: "http://elsewhere.invalid/a.png"}));
      document.body.append(Object.assign(new Image(), {src: "nowhere.png"}));
      missing();
    })""")
    left, failed = loaded(page, address, ["docs/index.html"])
    assert left == ["http://elsewhere.invalid/a.png"]
    assert sorted(failed) == [f"{address}/docs/nowhere.png", "missing is not defined"]


def assert_search_finds(page, site):
    page.goto(f"{site.as_uri()}/search.html?q=soft+threshold")
    page.wait_for_selector("#search-results li", timeout=5000)
    found = page.locator("#search-results li").all_inner_texts()
    assert any("Why L1 gives exact zeros" in one for one in found)


def test_search_finds_without_a_server(page, site):
    assert_search_finds(page, site)


def test_a_search_without_its_index_is_noticed(page, site):
    page.route("**/searchindex.js", lambda route: route.abort())
    with pytest.raises(TimeoutError):
        assert_search_finds(page, site)


def assert_a_slider_moves(page, url):
    page.goto(url)
    place = page.locator(".slider").first
    place.scroll_into_view_if_needed()
    slider = place.get_by_role("slider")
    slider.wait_for()
    shown = page.locator(".slider + *").first
    before = shown.inner_html(), slider.get_attribute("aria-valuetext")
    alt = shown.locator("img").get_attribute("alt")
    slider.focus()
    page.keyboard.press("End" if slider.input_value() == "0" else "Home")
    after = shown.inner_html(), slider.get_attribute("aria-valuetext")
    assert after[0] != before[0]
    assert after[1] != before[1]
    assert shown.locator("img").get_attribute("alt") != alt
    assert place.locator("label").inner_text().strip()


@pytest.mark.parametrize("path", [*LESSONS[:23], *LESSONS[24:], f"file:{LESSONS[11]}"])
def test_a_slider_moves_by_keyboard_and_changes_picture_and_words(page, site, address, path):
    """In each lesson that has one, and once in a page that is opened without a server."""
    _, is_file, name = path.rpartition("file:")
    assert_a_slider_moves(page, f"{site.as_uri() if is_file else address}/{name}")


def test_a_slider_that_changes_nothing_is_noticed(page, address):
    page.add_init_script("addEventListener('input', e => e.stopImmediatePropagation(), true)")
    with pytest.raises(AssertionError, match="!="):
        assert_a_slider_moves(page, f"{address}/{LESSONS[11]}")


def assert_the_keyboard_reaches_all(page, address):
    open_page(page, f"{address}/lessons/11_updates.html")
    page.keyboard.press("Tab")
    assert "Skip to main content" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("Escape")
    reached = []
    for _ in range(200):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.className"))
        if "theme-switch" in reached[-1]:
            break
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.keyboard.press("Enter")
    menu = page.locator(".dropdown-menu.show")
    menu.wait_for(timeout=5000)
    for _ in range(menu.get_by_role("button").count()):
        page.keyboard.press("Tab")
        if "Dark" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_keyboard_reaches_content_search_and_the_other_mode(page, address):
    assert_the_keyboard_reaches_all(page, address)


@pytest.mark.parametrize(
    "fault",
    [
        "onload = () => document.querySelector('#pst-skip-link').remove()",
        "addEventListener('keydown', e => e.key == 'k' && e.stopImmediatePropagation(), true)",
        "onload = () => document.querySelectorAll('.theme-switch-button').forEach(b => b.remove())",
    ],
)
def test_what_the_keyboard_does_not_reach_is_noticed(page, address, fault):
    page.add_init_script(fault)
    with pytest.raises((AssertionError, TimeoutError)):
        assert_the_keyboard_reaches_all(page, address)

"""The site, built once for all tests, and pages of it in headless Chromium."""

import shutil
import threading
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import sync_playwright

from coursekit.course.root import find_root
from coursekit.course.site import builder


@pytest.fixture(scope="session")
def course():
    return find_root(Path(__file__).parent)


@pytest.fixture(scope="session")
def site(course, tmp_path_factory, worker_id):
    """Build the site as the command does: any warning fails every test here."""
    # Workers that run side by side share one site.
    shared = tmp_path_factory.getbasetemp()
    out = (shared if worker_id == "master" else shared.parent) / "site"
    with FileLock(f"{out}.lock"):
        if not (out / "index.html").exists():
            builder.build(course, out)
    return out


@pytest.fixture(scope="session")
def address(site):
    """Serve the site on this machine and return where."""
    server = builder.server(site, port=None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def launch():
    """Return the function that starts a Chromium; Playwright itself can be started once only."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "these tests need Chromium: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        yield partial(playwright.chromium.launch, executable_path=path, args=["--no-sandbox"])


@pytest.fixture(scope="session")
def chromium(launch):
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture
def page(chromium):
    with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()

"""A browser and a server for the run; each test begins with a browser that remembers nothing."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.server import PASSWORD, TOKEN, Scene, Server

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 8000
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


@pytest.fixture(scope="package")
def browser():
    """Debian's Chromium, with a fresh profile."""
    # Not for the whole run: Playwright occupies this thread's event loop for as long as it is open.
    path = shutil.which("chromium")
    assert path, "Chromium is missing: `make setup-test` installs it."
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server():
    """The page's server."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def scene(server):
    """What the server answers, the usual at first."""
    server.scene = Scene()
    return server.scene


@pytest.fixture(scope="package")
def tab(browser):
    """One tab for the run, because a browser needs longer to make a new one than for most tests."""
    context = browser.new_context()
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE)
    yield tab
    context.close()


@pytest.fixture
def wrong(tab, server):
    """What goes wrong in the page unseen, or is asked for elsewhere; a test fails if there is any."""
    found: list[str] = []
    # That a request was refused is the scene's doing; anything else on the console is a fault of the page.
    listeners = {
        "pageerror": lambda error: found.append(str(error)),
        "console": lambda message: found.append(message.text) if message.type in ("error", "warning") and "Failed to load resource" not in message.text else None,
        "request": lambda request: None if request.url.startswith(server.url) else found.append(request.url),
    }
    for event, listener in listeners.items():
        tab.on(event, listener)
    yield found
    for event, listener in listeners.items():
        tab.remove_listener(event, listener)
    assert found == []


@pytest.fixture
def page(tab, server, scene, wrong):
    """The page at the way in, in a browser that remembers nothing."""
    return _open(tab, server, "")


@pytest.fixture
def inside(tab, server, scene, wrong):
    """The page of somebody who is signed in, at the overview."""
    page = _open(tab, server, f"sessionStorage.setItem('nuanxin.token', '{TOKEN}')")
    expect(page.locator(".figures")).to_be_visible()
    return page


def _open(tab, server, first: str):
    tab.set_viewport_size(DESKTOP)
    tab.goto(f"{server.url}/console/icon.svg")
    tab.evaluate(f"() => {{ localStorage.clear(); sessionStorage.clear(); {first} }}")
    tab.goto(server.url)
    return tab


def enter(page, password: str = PASSWORD) -> None:
    """Sign in as a person does: with the keyboard."""
    page.get_by_label("登录名").fill("li.na")
    page.get_by_label("密码", exact=True).fill(password)
    page.keyboard.press("Enter")

"""The page's files: what is sent with them, and what is never in them."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from gateway.console.entrypoints import FILES, PAGE, ConsoleRoutes
from services.common.errors import NotFound
from services.common.http.routes import routes_of

# Whatever could bring something from elsewhere, or turn text into markup or code.
FORBIDDEN = {
    "address elsewhere": r"""(?<!xmlns=)["'(](https?:)?//\w""",
    "inline script": r"<script(?![^>]*\ssrc=)",
    "inline style": r"<style|\sstyle\s*=",
    "inline handler": r"<[^>]+\son\w+\s*=",
    "text as markup": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment",
    "text as code": r"\beval\(|new Function|javascript:",
}


def found(text: str) -> list[str]:
    return [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]


def ask(file: str, **headers: str):
    raw = Request(EnvironBuilder(path=f"/console/{file}", headers=headers).get_environ())
    return ConsoleRoutes().get_console_file(SimpleNamespace(raw=raw, params={"file": file}))


@pytest.mark.parametrize("name", sorted(PAGE))
def test_a_file_brings_nothing_from_elsewhere_and_never_makes_markup_of_text(name):
    assert found(PAGE[name].content.decode()) == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("address elsewhere", '<link href="https://fonts.example/a.css">'),
        ("address elsewhere", "background: url(//cdn.example/x.png)"),
        ("inline script", "<script>alert(1)</script>"),
        ("inline style", '<p style="color: red">'),
        ("inline handler", '<p onclick="go()">'),
        ("text as markup", "place.innerHTML = name"),
        ("text as code", "eval(name)"),
    ],
)
def test_that_each_of_these_would_be_found(what, text):
    assert what in found(text)


@pytest.mark.parametrize("name", sorted(PAGE))
def test_every_file_is_sent_under_the_strict_policy(name):
    answer = ask(name)

    policy = {part.split()[0]: part.split()[1:] for part in answer.headers["Content-Security-Policy"].split(";")}
    assert policy["default-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == ["'none'"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_browser_that_has_the_newest_file_is_not_sent_it_again():
    first = ask("style.css")
    second = ask("style.css", **{"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, second.status_code) == (200, 304)
    assert first.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.js", "../entrypoints.py", "..%2fentrypoints.py", "", "entrypoints.py"])
def test_only_the_files_of_the_page_can_be_asked_for(name):
    with pytest.raises(NotFound):
        ask(name)


def test_every_file_in_the_folder_is_sent():
    assert {path.name for path in FILES.iterdir()} == set(PAGE)


def test_the_page_is_for_everybody_and_no_part_of_the_public_api():
    routes = routes_of(ConsoleRoutes)

    assert [route.path for route in routes] == ["/", "/console/{file}"]
    assert all(route.access.public and route.hidden for route in routes)


@pytest.mark.parametrize("name", [name for name in PAGE if name.endswith((".js", ".html", ".css"))])
def test_whatever_a_file_refers_to_is_there(name):
    text = PAGE[name].content.decode()
    named = set(re.findall(r"/console/([\w.]+\.\w+)", text)) | set(re.findall(r'from "\./([\w.]+)"', text))

    assert named <= set(PAGE)

"""The player's page in a real browser: press play, hear the lesson, answer, and the member has it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.integration.learning.conftest import START
from tests.integration.learning.test_materials import AFTER, HELD, made_of, row_of
from tests.support.running import eventually

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")


@pytest.fixture
def page():
    """A telephone's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN").new_page()
        page.set_default_timeout(20_000)
        yield page
        browser.close()


@pytest.mark.rule("LRN-10")
def test_who_hears_the_lesson_out_of_reach_loses_nothing_by_a_reload_and_has_it_with_the_answer(running_learning, page):
    learning = running_learning
    learning.set_clock(START)
    learning.found()
    mother = learning.join("MATERNITY")
    session = learning.schedule(HELD, forms=("PAPER",))
    question = {"question": "学什么？", "accepted": ["守望"]}
    lesson = learning.post(f"/v1/study-sessions/{session}/lesson", {"title": "守望", "text": "邻里守望，守望相助。" * 5, "questions": [question]}, 201)["id"]
    eventually(lambda: [one["state"] for one in made_of(learning, lesson) if one["form"] == "AUDIO"] == ["DONE"], within=60, why="the recording")
    # What follows from a form that is made comes by its fact.
    learning.client.settle()
    learning.set_clock(AFTER)
    link = learning.post(f"/v1/coverage/{row_of(learning, session, mother)['id']}/links", {}, 201)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" and "Failed to load" not in message.text else None)

    page.goto(learning.client.url + link["url"][link["url"].index("/l/") :])
    expect(page.locator("h1")).to_have_text("守望")
    page.route("**/progress", lambda route: route.abort())
    page.get_by_role("button", name="点一下开始听").click()
    page.evaluate("document.getElementById('sound').playbackRate = 1.5")
    expect(page.locator("#told")).to_have_text(re.compile("网络"), timeout=40_000)
    page.reload()
    page.unroute("**/progress")
    page.locator("#listen").click()
    expect(page.locator("#heard")).to_have_text(re.compile(r"已听 \d+%"))
    page.evaluate("document.getElementById('sound').pause()")
    expect(page.locator("#heard")).to_have_text(re.compile(r"已听 (9\d|100)%"), timeout=20_000)
    page.get_by_label("写下您的回答").fill("听不清")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#told")).to_have_text("再想一想，也可以再听一遍。")
    page.get_by_label("写下您的回答").fill("守望")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#told")).to_have_text("学习已完成，感谢您！")

    eventually(lambda: row_of(learning, session, mother)["state"] == "VERIFIED", why="the proof in the ledger")
    assert errors == []

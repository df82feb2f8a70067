"""The page as people use it: signing in, the year, the three ledgers, a resident; and what they see when something is away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from gateway.console.entrypoints import POLICY
from tests.browser import answers
from tests.browser.conftest import PHONE, enter

STORY = [
    ("1", "轮敲门行动完成"),
    ("3", "份新建摸排档案"),
    ("3", "位老人结对帮扶"),
    ("7", "名社区工作者参与"),
    ("6", "类假期课程"),
    ("1", "名党员上指尖课"),
    ("4", "名党员收到红色包裹"),
    ("0", "名党员未学到"),
]


def go(page, address: str) -> None:
    page.evaluate("address => { location.hash = address }", address)


def heading(page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_wrong_password_is_told_and_the_right_one_opens_the_overview(page):
    enter(page, "wrong password")
    expect(page.locator("#login-message")).to_have_text("登录名或密码不对。")
    expect(page.get_by_label("密码", exact=True)).to_be_focused()

    enter(page)
    heading(page, "一年的工作")
    expect(page.locator("#login")).to_have_count(0)


def test_signing_in_with_nothing_asks_for_both_and_nobody(page, scene):
    page.get_by_role("button", name="登录").click()

    expect(page.locator("#login-message")).to_have_text("请填写登录名和密码。")
    assert scene.asked == []


def test_too_many_attempts_are_told_with_the_time_to_wait(page, scene):
    scene.refusals["/v1/sessions"] = (429, "TOO_MANY_ATTEMPTS")
    enter(page)

    expect(page.locator("#login-message")).to_have_text("尝试次数太多，请 240 秒后再试。")


def test_a_second_click_signs_in_once(page, scene):
    scene.hold.clear()
    page.get_by_label("登录名").fill("li.na")
    page.get_by_label("密码", exact=True).fill("open the door 5")
    page.evaluate("() => { const form = document.querySelector('form'); form.requestSubmit(); form.requestSubmit() }")
    expect(page.get_by_role("button", name="正在登录…")).to_be_disabled()
    scene.hold.set()

    heading(page, "一年的工作")
    assert scene.count("POST", "/v1/sessions") == 1


def test_the_overview_shows_the_years_figures_and_the_three_ledgers(inside):
    figures = inside.locator(".figure")
    assert [(one.locator(":scope > strong").inner_text(), one.locator(":scope > span").first.inner_text()) for one in figures.all()] == STORY
    expect(figures.first).to_contain_text("户户走到")

    ledgers = inside.locator(".ledger")
    expect(ledgers.get_by_role("heading")).to_have_text(["敲门台账", "探访台账", "学习台账"])
    expect(ledgers.nth(0)).to_contain_text("没有遗漏")
    expect(ledgers.nth(1)).to_contain_text("45 次走访该做未做")
    expect(ledgers.nth(1).get_by_role("progressbar")).to_have_attribute("value", "71")
    # Nearly all is not all.
    expect(ledgers.nth(2).get_by_role("progressbar")).to_have_attribute("value", "99")
    expect(inside.locator(".asof").first).to_contain_text("截至 2025年12月20日 10:00")


def test_another_year_shows_that_years_figures(inside):
    inside.get_by_label("年份").focus()
    inside.get_by_label("年份").select_option("2024")

    expect(inside.get_by_role("heading", name="2024 年的数字")).to_be_visible()
    expect(inside.locator(".figure strong").first).to_have_text("0")
    expect(inside).to_have_url(re.compile(r"#/\?year=2024$"))
    expect(inside.get_by_label("年份")).to_be_focused()


def test_the_gaps_come_page_by_page_each_once_and_lead_to_the_resident(inside, scene):
    inside.locator(".ledger").nth(1).get_by_role("link", name="查看遗漏").click()
    heading(inside, "探访台账 · 遗漏")
    rows = inside.locator(".rows > li")
    expect(rows).to_have_count(20)
    expect(inside.get_by_text("共 45 条，欠得最久的在前")).to_be_visible()

    more = inside.get_by_role("button", name="再看 20 条")
    more.focus()
    inside.keyboard.press("Enter")
    expect(rows).to_have_count(40)
    expect(rows.nth(20)).to_be_focused()
    inside.get_by_role("button", name="再看 5 条").click()
    expect(rows).to_have_count(45)
    expect(inside.get_by_text("全部显示完了")).to_be_visible()

    rows.first.get_by_role("link", name="王秀英").click()
    heading(inside, "王秀英")
    assert scene.count("GET", "/v1/ledgers/visits/gaps") == 3


def test_gaps_can_be_narrowed_to_one_state(inside):
    go(inside, "#/ledgers/visits")
    inside.get_by_label("只看").select_option("ESCALATED")

    expect(inside.locator(".rows > li")).to_have_count(1)
    expect(inside.locator(".rows > li")).to_contain_text("已上报")


def test_a_ledger_without_gaps_says_so(inside):
    go(inside, "#/ledgers/census")

    expect(inside.locator(".empty")).to_contain_text("没有遗漏")


def test_a_residents_page_tells_everything_in_words(inside):
    go(inside, f"#/people/{answers.WANG}")
    heading(inside, "王秀英")

    main = inside.locator("main")
    for text in ("82 岁", "独居", "景园3号楼2单元501室", "138****5678", "李娜", "主责", "已上报", "生活照料、精神慰藉、医疗康复 (部分完成)", "外出平安", "一起过生日", "银龄力", "影音课", "兄弟姐妹"):
        expect(main).to_contain_text(text)
    shown = main.inner_text()
    assert not re.search(r"\b[A-Z]{3,}(_[A-Z]+)*\b", shown), "a code is shown as it is"
    expect(inside).to_have_title("王秀英 · 暖心")

    inside.get_by_role("button", name="再看 20 条").click()
    expect(inside.locator(".entry")).to_have_count(20)
    inside.get_by_role("button", name="再看 20 条").click()
    expect(inside.locator(".entry")).to_have_count(34)


def test_what_people_wrote_is_never_markup(inside, scene):
    scene.instead[f"/v1/people/{answers.WANG}/page"] = answers.resident_page(answers.HOSTILE)
    go(inside, f"#/people/{answers.WANG}")

    heading(inside, answers.HOSTILE)
    expect(inside.locator("main img")).to_have_count(0)
    assert "broken in" not in inside.title().split("·")[-1]


def test_residents_are_found_by_list_name_and_id(inside, scene):
    inside.get_by_role("link", name="居民").click()
    expect(inside.locator(".rows > li")).to_have_count(3)
    expect(inside.locator(".rows > li").nth(2)).to_contain_text("缺主责、后备结对")
    inside.get_by_label("名单范围").select_option("LIVING_ALONE")
    expect(inside.locator(".rows > li").first).to_contain_text("王**")
    assert scene.count("GET", "/v1/people?limit=20&category=LIVING_ALONE") == 1

    box = inside.get_by_label("姓名、电话或编号")
    box.fill("王秀英")
    box.press("Enter")
    expect(inside.get_by_text("找到 1 位")).to_be_visible()
    expect(inside.locator(".search .rows > li")).to_contain_text("独居")
    expect(inside.locator(".search .rows > li")).not_to_contain_text("空巢")

    box.fill(answers.WANG.lower())
    box.press("Enter")
    heading(inside, "王秀英")


def test_somebody_out_of_reach_is_told_so(inside):
    go(inside, f"#/people/{answers.DOOR}")

    expect(inside.get_by_role("alert")).to_contain_text("没有找到，或不在您负责的范围内。")


def test_a_service_that_is_away_is_told_and_asked_again_by_a_click(inside, scene):
    scene.refusals["/v1/ledgers"] = (503, "UNAVAILABLE")
    go(inside, "#/ledgers/visits")
    expect(inside.get_by_role("alert")).to_contain_text("系统暂时忙，请稍后再试")

    scene.refusals.clear()
    inside.get_by_role("button", name="重试").click()
    expect(inside.locator(".rows > li")).to_have_count(20)


def test_what_was_read_before_stays_with_its_time_while_a_service_is_away(inside, scene):
    scene.refusals["/v1/dashboard"] = (503, "UNAVAILABLE")
    inside.get_by_role("button", name="刷新").click()

    expect(inside.get_by_role("alert")).to_contain_text(re.compile(r"没能刷新：.*下面仍是 \d\d:\d\d 读到的内容"))
    expect(inside.locator(".figure").first).to_contain_text("1")


def test_old_data_are_called_old(inside, scene):
    scene.instead["/v1/dashboard"] = answers.dashboard() | answers.stale()
    inside.get_by_role("button", name="刷新").click()

    notice = inside.locator(".notice")
    expect(notice).to_contain_text("这不是最新的")
    expect(notice).to_contain_text("有 3 处记录还在等待处理")
    expect(notice).to_contain_text("暂时不在：走访")


def test_an_ended_session_leads_back_to_the_way_in_and_from_there_to_where_one_was(inside, scene):
    scene.valid = False
    go(inside, "#/ledgers/visits")
    expect(inside.get_by_text("登录已过期")).to_be_visible()
    assert inside.evaluate("Object.values(sessionStorage).length") == 0

    enter(inside)
    heading(inside, "探访台账 · 遗漏")


def test_a_reload_keeps_the_session_and_signing_out_ends_it(inside):
    inside.reload()
    heading(inside, "一年的工作")

    inside.get_by_role("button", name="退出").click()
    expect(inside.get_by_text("您已退出。")).to_be_visible()
    inside.reload()
    expect(inside.get_by_label("登录名")).to_be_visible()
    assert inside.evaluate("[Object.values(localStorage), document.cookie]") == [["zh"], ""]


def test_english_is_kept_and_asked_for(inside, scene):
    inside.get_by_role("button", name="English").click()
    heading(inside, "The year's work")
    expect(inside.locator("html")).to_have_attribute("lang", "en-GB")
    expect(inside.locator(".figure > span").filter(has_text="sweep round")).to_have_text(["sweep round closed"])
    expect(inside.locator(".figure > span").filter(has_text="without")).to_have_text(["members without the lesson"])
    expect(inside.locator(".brief")).to_contain_text("1 sweep round closed with full coverage")
    assert scene.asked[-1][2] == "en"

    inside.reload()
    heading(inside, "The year's work")
    scene.refusals["/v1/dashboard"] = (503, "UNAVAILABLE")
    inside.reload()
    expect(inside.get_by_role("alert")).to_contain_text("Not possible for the moment")


@pytest.mark.rule("LRN-36")
def test_a_count_that_is_too_small_to_be_told_is_not_shown_as_nothing(page, scene):
    scene.roles = ["partner"]
    scene.instead["/v1/brief"] = answers.brief() | {"residents_paired": None, "members_not_covered": None, "volunteer_minutes_verified": None}
    enter(page)

    expect(page.locator(".figures")).to_contain_text("不公布")
    assert page.locator("body").inner_text().count("不公布") == 3


@pytest.mark.rule("U12")
def test_a_brief_that_is_another_now_than_it_was_published_says_so(inside, scene):
    assert inside.locator(".brief .small").all_inner_texts() == [""], "what is not published says nothing of it"
    published = {"published_at": "2026-01-12T09:00:00+08:00", "published_by": answers.NA, "as_of": "2026-01-12T08:59:00+08:00", "definition_version": 1}
    for restated, says in ((False, "2026年1月12日 09:00 发布。"), (True, "2026年1月12日 09:00 发布后又有更正")):
        scene.instead["/v1/brief"] = answers.brief() | {"published": published, "restated": restated}
        inside.reload()
        expect(inside.locator(".brief")).to_contain_text(says)


@pytest.mark.parametrize(
    ("role", "sees", "sees_not"),
    [
        ("worker", ["居民", "我的今天"], ["年份"]),
        ("branch_secretary", ["年份", "我的今天"], ["居民"]),
        ("partner", ["年份"], ["居民", "我的今天", "敲门台账"]),
    ],
)
def test_a_role_is_offered_only_what_it_may_do(page, scene, role, sees, sees_not):
    scene.roles = [role]
    enter(page)
    expect(page.locator(".figures")).to_be_visible()

    text = page.locator("body").inner_text()
    assert all(word in text for word in sees)
    assert not any(re.search(rf"^{word}$", text, re.MULTILINE) for word in sees_not)
    go(page, "#/ledgers/learning")
    heading(page, "学习台账 · 遗漏" if role == "branch_secretary" else "您的岗位不看这一页。")


def test_a_workers_day_puts_the_most_urgent_first(inside):
    inside.get_by_role("link", name="我的今天").click()

    expect(inside.locator("main h2")).to_have_text(
        ["没有应答，要马上确认平安 1", "逾期的走访 1", "到期的走访 1", "今天计划的走访 1", "交接须共同上门 1", "没有做成的课件 1", "送学上门 1", "等您答复的结对 1", "一周内到期 1", "我结对的居民 2"]
    )


def test_everything_can_be_reached_with_the_keyboard(inside):
    inside.keyboard.press("Tab")
    expect(inside.get_by_role("link", name="跳到正文")).to_be_focused()
    inside.keyboard.press("Enter")
    expect(inside.locator("main")).to_be_focused()
    for _ in range(6):
        inside.keyboard.press("Tab")
        if inside.evaluate("document.activeElement.textContent") == "查看遗漏":
            break
    inside.keyboard.press("Enter")

    heading(inside, "敲门台账 · 遗漏")
    expect(inside.get_by_role("heading", level=1)).to_be_focused()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_off_on_a_phone(inside, language):
    inside.set_viewport_size(PHONE)
    if language == "en":
        inside.get_by_role("button", name="English").click()
    for address in ("#/", "#/day", "#/people", "#/ledgers/visits", "#/ledgers/learning", f"#/people/{answers.WANG}"):
        go(inside, address)
        expect(inside.locator("main .loading")).to_have_count(0)
        assert inside.evaluate("document.documentElement.scrollWidth") <= 360, address
        small = inside.evaluate("[...document.querySelectorAll('button, select, input, nav a')].filter(one => one.offsetHeight && one.type !== 'checkbox' && one.offsetHeight < 40).map(one => one.textContent)")
        assert small == []


CONTRAST = """() => {
  const channel = (value) => { value /= 255; return value <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4 }
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b)
  const colour = (text) => text.match(/[\\d.]+/g).map(Number)
  const under = (one) => { for (; one; one = one.parentElement) { const found = colour(getComputedStyle(one).backgroundColor); if (found.length === 3 || found[3] > 0) return found } return [255, 255, 255] }
  const low = []
  for (const one of document.querySelectorAll("body *")) {
    if (![...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) || !one.offsetHeight) continue
    const [a, b] = [light(colour(getComputedStyle(one).color)), light(under(one))].sort((x, y) => y - x)
    if ((a + .05) / (b + .05) < 4.5) low.push(one.textContent)
  }
  return low
}"""


def test_every_text_stands_out_from_its_ground(inside):
    for address in ("#/", "#/ledgers/visits", f"#/people/{answers.WANG}", "#/people"):
        go(inside, address)
        expect(inside.locator("main .loading")).to_have_count(0)
        assert inside.evaluate(CONTRAST) == [], address


def test_that_a_pale_text_would_be_found(inside):
    inside.evaluate("document.querySelector('h1').style.color = '#c8bdb4'")

    assert inside.evaluate(CONTRAST) == ["一年的工作"]


def test_the_browser_itself_refuses_what_the_policy_forbids(inside, server, wrong):
    answer = inside.request.get(server.url)
    assert answer.headers["content-security-policy"] == POLICY
    refused = inside.evaluate("() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } }")
    assert refused
    # The refusal stands on the console, where it would be a fault in any other test.
    assert len(wrong) == 1 and "TrustedHTML" in wrong.pop()

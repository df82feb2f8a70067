"""The texts that people read when something is refused, by code, in Chinese and English."""

from __future__ import annotations

from typing import Any, NamedTuple


class Text(NamedTuple):
    """One sentence in both languages; `{name}` stands for a value of the refusal."""

    zh: str
    en: str

    def say(self, language: str, params: dict[str, Any]) -> str:
        return (self.zh if language == "zh" else self.en).format_map(_Lenient(params))


class _Lenient(dict):
    def __missing__(self, key: str) -> str:
        return "…"


def language_of(accept_language: str | None) -> str:
    """Return `zh` or `en`, whichever the header prefers; Chinese where it says nothing."""
    best, quality = "zh", -1.0
    for part in (accept_language or "").lower().split(","):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            weight = 0.0
        base = tag.split("-")[0]
        if base in ("zh", "en") and weight > quality:
            best, quality = base, weight
    return best


COMMON: dict[str, Text] = {
    "INVALID": Text("有些内容需要改正，请看下面各项。", "Some of the input must be corrected; see the errors."),
    "MALFORMED": Text("请求读不懂：正文应当是 JSON 对象。", "The request cannot be read: the body must be a JSON object."),
    "UNAUTHENTICATED": Text("请先登录，或重新登录。", "Sign in first, or sign in again."),
    "FORBIDDEN": Text("您的岗位不能做这件事。", "Your role may not do this."),
    "NOT_FOUND": Text("没有找到，或不在您负责的范围内。", "There is no such thing within your scope."),
    "ERASED": Text("这条记录的保存期限已过，内容已按规定清除。", "This record was kept for its term and has been erased."),
    "METHOD_NOT_ALLOWED": Text("这个地址不接受这种操作。", "This address does not take this method."),
    "STALE_VERSION": Text("别人刚刚改过这条记录，请看过最新内容后再试。", "Someone else changed this record; look at it again and retry."),
    "DUPLICATE": Text("同样的记录已经有了。", "Such a record exists already."),
    "KEY_REUSED": Text("这个 Idempotency-Key 已用于另一个请求，请换一个。", "This Idempotency-Key was used for another request; take a new one."),
    "KEY_REQUIRED": Text("写入请求要带 Idempotency-Key（1 到 128 个字符），以便断网后放心重试。", "A write needs an Idempotency-Key (1 to 128 characters), so that it is safe to repeat."),
    "UNAVAILABLE": Text("系统暂时忙，请稍后再试；重试不会重复。", "Not possible for the moment; try again, nothing happens twice."),
    "DEADLINE": Text("没能在时限内完成，请再试；重试不会重复。", "Not finished in time; try again, nothing happens twice."),
    "BUSY": Text("同时使用的人太多，请稍后再试。", "Too many requests at once; try again shortly."),
    "TOO_LARGE": Text("内容太大，最多 {limit_kb} KB。", "The content is too large; the limit is {limit_kb} kB."),
    "LENGTH_REQUIRED": Text("请求要写明长度（Content-Length）。", "The request must state its Content-Length."),
    "BODY_TIMEOUT": Text("内容没有按时传完，请再试。", "The body did not arrive in time; try again."),
    "URI_TOO_LONG": Text("地址太长。", "The address is too long."),
    "UNSUPPORTED_MEDIA_TYPE": Text("正文应当是 application/json。", "The body must be application/json."),
    "TOO_MANY_ATTEMPTS": Text("尝试次数太多，请 {seconds} 秒后再试。", "Too many attempts; try again in {seconds} seconds."),
    "INTERNAL": Text("系统出错了，已记录，请把编号告诉管理员。", "Something went wrong; tell the administrator the id of this request."),
    "REQUIRED": Text("这一项必须填写。", "This field is required."),
    "NULL": Text("这一项不能为空。", "This field must not be null."),
    "UNKNOWN_FIELD": Text("没有这一项，请检查名称。", "There is no such field; check its name."),
    "WRONG_TYPE": Text("类型不对。", "This has the wrong type."),
    "NOT_TEXT": Text("应当是文字。", "This must be text."),
    "NOT_A_NUMBER": Text("应当是数字。", "This must be a number."),
    "NOT_BOOLEAN": Text("应当是“是”或“否”（true/false）。", "This must be true or false."),
    "NOT_A_DATE": Text("应当是日期，例如 2025-06-01。", "This must be a date such as 2025-06-01."),
    "NOT_A_TIME": Text("应当是带时区的时间，例如 2025-06-01T09:00:00+08:00。", "This must be a time with its zone, such as 2025-06-01T09:00:00+08:00."),
    "NOT_AN_ID": Text("编号不对：应当是 26 位的 ULID。", "This must be an id (a ULID of 26 characters)."),
    "NOT_A_LIST": Text("应当是列表。", "This must be a list."),
    "NOT_AN_OBJECT": Text("应当是对象。", "This must be an object."),
    "NOT_A_CHOICE": Text("应当是其中之一：{choices}。", "This must be one of: {choices}."),
    "TOO_SHORT": Text("太短，至少 {min}。", "Too short; at least {min}."),
    "TOO_LONG": Text("太长，最多 {max}。", "Too long; at most {max}."),
    "WRONG_LENGTH": Text("长度应当是 {equal}。", "The length must be {equal}."),
    "TOO_SMALL": Text("太小，至少 {min}。", "Too small; at least {min}."),
    "TOO_BIG": Text("太大，最多 {max}。", "Too big; at most {max}."),
    "OUT_OF_RANGE": Text("应当在 {range} 之间。", "This must be within {range}."),
    "LENGTH_OUT_OF_RANGE": Text("长度应当在 {range} 之间。", "The length must be within {range}."),
    "BAD_FORMAT": Text("格式不对。", "The format is wrong."),
    "BAD_CURSOR": Text("翻页位置无效，请从第一页开始。", "The cursor does not hold; start from the first page."),
    "REPORTED_BEFORE_SEEN": Text("报告时间不能早于发现时间。", "It cannot have been reported before it was seen."),
    "REPORT_FIRST": Text("还没有向主管部门报告；未报告的只能以“查无实据”结束。", "Report it first; unreported, it can only be closed as unfounded."),
    "UNFOUNDED_BY_ANOTHER": Text("“查无实据”要由提出人以外的人认定。", "Somebody other than who raised it must say that it is unfounded."),
    "CASE_CLOSED": Text("这件事已经结束。", "This case is closed."),
}


def say(code: str, language: str, params: dict[str, Any], catalogue: dict[str, Text]) -> str:
    """Return the sentence of a code; the code itself where nobody wrote one (a test finds those)."""
    text = catalogue.get(code) or COMMON.get(code)
    return text.say(language, params) if text else code

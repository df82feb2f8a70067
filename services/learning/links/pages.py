"""The pages that a link leads to and the sheet that goes into a parcel; Chinese first, in large letters."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from services.learning.lessons.domain import Lesson

HERE = Path(__file__).with_name("files")
FILES = {
    "player.js": ("text/javascript; charset=utf-8", (HERE / "player.js").read_bytes()),
    "player.css": ("text/css; charset=utf-8", (HERE / "player.css").read_bytes()),
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
WORDS = {
    "zh": {
        "listen": "点一下开始听",
        "resume": "接着上次听",
        "heard": "已听",
        "question": "听完想一想",
        "answer": "写下您的回答",
        "send": "提交",
        "right": "答对了，谢谢！",
        "wrong": "再想一想，也可以再听一遍。",
        "finished": "我听完了",
        "played": "我已陪家人听完",
        "done": "学习已完成，感谢您！",
        "offline": "网络不通，听过的会先记着，通了再送。",
        "away": "这个链接已经失效，请向党支部要一个新的。",
        "video": "看视频",
        "too_many": "今天答得太多了，请明天再试，或告诉支部。",
    },
    "en": {
        "listen": "Press to listen",
        "resume": "Go on listening",
        "heard": "Heard",
        "question": "A question about the lesson",
        "answer": "Write your answer",
        "send": "Send",
        "right": "Right, thank you!",
        "wrong": "Think again; you may listen once more.",
        "finished": "I have heard it",
        "played": "I played it with my relative",
        "done": "The lesson is complete, thank you!",
        "offline": "No connection; what you heard is kept and sent later.",
        "away": "This link leads nowhere any more; ask the branch for a new one.",
        "video": "Watch the video",
        "too_many": "Too many answers today; try again tomorrow, or tell the branch.",
    },
}


def player(lesson: Lesson, audience: str, has_video: bool, language: str) -> str:
    """Return the player's page: the lesson, and nothing about whose link it is."""
    words = WORDS[language]
    # A script block ends at `</`, so no text of a lesson may hold one; escaping `<` in JSON is still JSON.
    told = json.dumps({"words": words, "questions": [one.question for one in lesson.questions], "audience": audience}, ensure_ascii=False).replace("<", "\\u003c")
    video = f'<p><a id="video" href="#">{words["video"]}</a></p>' if has_video else ""
    return f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>{escape(lesson.title)}</title><link rel="stylesheet" href="/lesson-player/player.css"></head>
<body><main><h1>{escape(lesson.title)}</h1>
<button id="listen" type="button">{words["listen"]}</button>
<audio id="sound" preload="none" controls></audio>
<p id="heard" role="status" aria-live="polite"></p>{video}
<section id="after"></section><p id="told" role="status" aria-live="assertive"></p></main>
<script id="lesson" type="application/json">{told}</script>
<script src="/lesson-player/player.js"></script></body></html>
"""


def nowhere(language: str) -> str:
    """Return the page of a link that leads nowhere: the same for one that never led anywhere."""
    return f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>暖心</title><link rel="stylesheet" href="/lesson-player/player.css"></head><body><main><h1>{WORDS[language]["away"]}</h1></main></body></html>
"""


def sheet(lesson: Lesson, url: str, picture: str) -> str:
    """Return the sheet for a parcel or for a relative: what the lesson is, the code to scan, the address in letters."""
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(lesson.title)}</title>
<style>@page {{ size: A4; margin: 20mm }} body {{ font: 22pt/1.6 sans-serif; text-align: center }} h1 {{ font-size: 36pt }}
svg {{ width: 90mm; height: 90mm }} code {{ font-size: 13pt; word-break: break-all }}</style></head>
<body><h1>{escape(lesson.title)}</h1><p>码上学习：用手机扫一扫，就能听这一课。</p>
{picture}
<p>听完后请回答课后小问题。<br>这个二维码只供您本人使用。</p><p><code>{escape(url)}</code></p></body></html>
"""

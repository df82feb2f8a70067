"""Makes the files: a recording out of text, a video out of a recording and slides, a page in large print."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from html import escape
from pathlib import Path

from services.learning.lessons.domain import Lesson
from services.learning.productions import layout
from services.learning.productions.domain import Fault, Made, ProductionPolicy
from services.learning.productions.speech import SpeechProvider
from services.learning.productions.tools import Broken, font, run, seconds_of

Progress = Callable[[int], None]
FRAMES_A_SECOND = 5
"""Slides stand still, so few frames are enough and the file stays small."""

LARGE_PRINT = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<style>@page {{ size: A4; margin: 18mm }} body {{ font: 28pt/1.7 sans-serif; color: #000; max-width: 40em; margin: auto; padding: 1em }}
h1 {{ font-size: 40pt; line-height: 1.3 }} li {{ margin: 1em 0 }} p {{ orphans: 3; widows: 3 }}</style></head>
<body><h1>{title}</h1>
{paragraphs}
{questions}</body></html>
"""


def record(lesson: Lesson, voice: SpeechProvider, folder: Path, policy: ProductionPolicy, progress: Progress) -> Path:
    """Read a lesson out, title first, into one file of even loudness."""
    passages = [f"{lesson.title}。", *layout.parts(lesson.text, layout.PASSAGE)]
    names = []
    for number, passage in enumerate(passages):
        wave = folder / f"{number}.wav"
        voice.speak(passage, wave, folder)
        names.append(f"file '{wave.name}'")
        progress(80 * (number + 1) // len(passages))
    (folder / "passages.txt").write_text("\n".join(names))
    sound = folder / "lesson.mp3"
    _ffmpeg("-f", "concat", "-i", str(folder / "passages.txt"), *_sound(), str(sound), within=policy.longest_step)
    return sound


def even(recording: Path, folder: Path, policy: ProductionPolicy) -> Path:
    """Return an own recording, of whatever kind, as the one kind that every telephone plays."""
    sound = folder / "lesson.mp3"
    try:
        _ffmpeg("-i", str(recording), "-map", "0:a:0", *_sound(), str(sound), within=policy.longest_step)
    except Broken as broken:
        raise Broken(Fault.RECORDING_UNREADABLE) if broken.fault is Fault.TOOL_FAILED else broken from None
    return sound


def film(lesson: Lesson, sound: Path, folder: Path, policy: ProductionPolicy, progress: Progress) -> Path:
    """Show the title and the whole text as slides, each for its share of the recording."""
    characters = font()
    length = seconds_of(sound, policy.longest_step)
    slides = [lesson.title, *layout.parts(lesson.text, layout.SLIDE)]
    whole = sum(len(slide) for slide in slides)
    shown = []
    for number, slide in enumerate(slides):
        picture = folder / f"{number}.png"
        _draw(slide, picture, characters, 60 if number == 0 else 44, folder, policy.longest_step)
        shown.append(f"file '{picture.name}'\nduration {length * len(slide) / whole:.3f}")
        progress(70 * (number + 1) // len(slides))
    # The last picture is named twice, or the muxer would give it no time.
    (folder / "slides.txt").write_text("\n".join([*shown, f"file '{len(slides) - 1}.png'"]))
    video = folder / "lesson.mp4"
    _ffmpeg(
        "-f", "concat", "-i", str(folder / "slides.txt"), "-i", str(sound), "-t", f"{length:.3f}", "-vf", f"fps={FRAMES_A_SECOND},format=yuv420p",
        "-c:v", "libx264", "-preset", "veryfast", "-tune", "stillimage", "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", str(video),
        within=policy.longest_step,
    )  # fmt: skip
    return video


def print_large(lesson: Lesson, folder: Path) -> Path:
    """Set a lesson in letters that can be read without glasses."""
    paragraphs = "\n".join(f"<p>{escape(part.strip())}</p>" for part in lesson.text.splitlines() if part.strip())
    asked = "".join(f"<li>{escape(one.question)}</li>" for one in lesson.questions)
    page = folder / "lesson.html"
    page.write_text(LARGE_PRINT.format(title=escape(lesson.title), paragraphs=paragraphs, questions=f"<h2>想一想</h2><ol>{asked}</ol>" if asked else ""))
    return page


def made(path: Path, media: str, within: timedelta | None = None) -> Made:
    """Return what is to be known of a file; how long it takes, where that can be asked."""
    content = path.read_bytes()
    return Made(media, len(content), hashlib.sha256(content).hexdigest(), seconds_of(path, within) if within else None)


def _sound() -> tuple[str, ...]:
    return ("-af", "loudnorm=I=-18", "-ar", "24000", "-ac", "1", "-b:a", "48k", "-map_metadata", "-1", "-f", "mp3")


def _draw(text: str, picture: Path, characters: Path, size: int, folder: Path, within: timedelta) -> None:
    words = folder / "slide.txt"
    words.write_text("\n".join(layout.lines(text, layout.WIDTH * 44 // size)))
    drawn = (
        f"drawtext=fontfile={characters}:textfile={words}:expansion=none:fontcolor=0x202020:fontsize={size}"
        f":line_spacing={size // 2}:x=(w-text_w)/2:y=(h-text_h)/2"
    )
    _ffmpeg("-f", "lavfi", "-i", "color=c=0xFBF7EF:s=1280x720", "-vf", drawn, "-frames:v", "1", str(picture), within=within)


def _ffmpeg(*arguments: str, within: timedelta) -> None:
    run("ffmpeg", "-v", "error", "-nostdin", "-y", *arguments, within=within)

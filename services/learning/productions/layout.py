"""How a text is divided for the ear and for the eye: passages to read out, slides, lines."""

from __future__ import annotations

import re
import unicodedata

PASSAGE = 200
"""Characters that are read out in one go, so that progress shows and nothing is lost but one passage."""
SLIDE, WIDTH = 110, 44
"""Characters on a slide, and columns in a line: a Chinese character takes two."""
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*[”’」』）)]*")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, without blanks around them."""
    return [one for found in _SENTENCE.findall(text) if (one := found.strip())]


def parts(text: str, longest: int) -> list[str]:
    """Return a text in parts of whole sentences; only a sentence that is longer than a part is cut."""
    found: list[str] = []
    for sentence in sentences(text):
        pieces = [sentence[start : start + longest] for start in range(0, len(sentence), longest)]
        for piece in pieces:
            if found and len(found[-1]) + len(piece) <= longest and len(pieces) == 1:
                found[-1] += piece
            else:
                found.append(piece)
    return found


def lines(text: str, width: int = WIDTH) -> list[str]:
    """Return a text in lines; Chinese breaks anywhere but before a closing mark, other words stay whole where they fit."""
    found, line, taken = [], "", 0
    for piece in re.findall(r"[A-Za-z0-9][A-Za-z0-9'.%-]*|.", text.replace("\n", " ")):
        wide = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in piece)
        if line and taken + wide > width and not _closes(piece):
            found.append(line.rstrip())
            line, taken = "", 0
            if piece == " ":
                continue
        while wide > width:
            found.append(piece[:width])
            piece, wide = piece[width:], wide - width
        line, taken = line + piece, taken + wide
    return [*found, line.rstrip()] if line.strip() else found


def _closes(piece: str) -> bool:
    return piece in "。，、；：！？”’」』）)》,.;:!?"

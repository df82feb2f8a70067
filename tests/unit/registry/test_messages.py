"""Every refusal of registry has its sentence in both languages."""

import re
from pathlib import Path

import services.registry
from services.common.messages import COMMON
from services.registry.messages import MESSAGES

_REFUSAL = re.compile(
    r'(?:Conflict|Forbidden|Invalid|NotFound|ValidationError|Refusal|Unreadable)\(\s*"([A-Z_]+)"|Invalid\.field\([^,]+,\s*"([A-Z_0-9]+)"'
    r'|code="([A-Z_]+)"|BadRow\([^"]+"([A-Z_]+)"|_Wrong\([^"]+"([A-Z_]+)"'
)


def codes_in(text: str) -> set[str]:
    return {code for found in _REFUSAL.findall(text) for code in found if code}


def test_every_code_that_registry_raises_has_a_text_and_every_text_is_used():
    source = "".join(path.read_text() for path in Path(services.registry.__file__).parent.rglob("*.py"))

    assert codes_in(source) - set(COMMON) == set(MESSAGES)


def test_a_code_without_a_text_would_be_found():
    raised = codes_in('raise Conflict("A_NEW_ONE")\nraise Invalid.field(f"x.{n}", "ANOTHER_ONE")\nIndex("x", code="A_THIRD")')

    assert raised == {"A_NEW_ONE", "ANOTHER_ONE", "A_THIRD"}
    assert not raised & set(MESSAGES)


def test_no_text_is_empty_in_either_language():
    assert all(text.zh and text.en for text in MESSAGES.values())

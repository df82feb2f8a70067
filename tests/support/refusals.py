"""Whether people can be told why something was refused: the code has a sentence, its values fill it, its field can be a field."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import Formatter

import pytest

from gateway.messages import MESSAGES as GATEWAY
from services.common.errors import Refusal
from services.common.messages import COMMON
from services.learning.messages import MESSAGES as LEARNING
from services.outreach.messages import MESSAGES as OUTREACH
from services.registry.messages import MESSAGES as REGISTRY
from services.volunteering.messages import MESSAGES as VOLUNTEERING

TEXTS = GATEWAY | LEARNING | OUTREACH | REGISTRY | VOLUNTEERING | COMMON
FIELD = re.compile(r"[a-z_]+(\.([a-z_]+|\d+))*")


def faults_of(refusal: Refusal) -> list[str]:
    """Return a sentence for each thing that people could not be told, or that would lead them to no field."""
    said = [(refusal.code, refusal.params), *((error.code, error.params or {}) for error in refusal.errors)]
    faults = [f"{code} has no text" for code, _ in said if code not in TEXTS]
    faults += [f"{error.field} is no field" for error in refusal.errors if not (error.field and FIELD.fullmatch(error.field))]
    for code, params in said:
        wanted = {name for text in TEXTS.get(code, ()) for _, name, _, _ in Formatter().parse(text) if name}
        faults += [f"{code} says {{{name}}}, and nobody says what that is" for name in sorted(wanted) if params.get(name) is None]
    return faults


def reason_of(act: Callable[[], object]) -> str:
    """Return why an act is refused: the code of the one field that is wrong, or else of the whole."""
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.errors[0].code if refused.value.errors else refused.value.code

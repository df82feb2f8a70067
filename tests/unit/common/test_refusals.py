"""A refusal that nobody could read is noticed by whichever unit test meets it."""

from __future__ import annotations

import pytest

from services.common.errors import Conflict, FieldError, Invalid, NotFound, Refusal
from tests.support.refusals import faults_of


@pytest.fixture(autouse=True)
def readable_refusals():
    """Let these tests make refusals that nobody could read."""


@pytest.mark.parametrize(
    ("refusal", "faults"),
    [
        (NotFound(), []),
        (Invalid.field("items.0.kind", "REQUIRED"), []),
        (Invalid.field("name", "TOO_SHORT", min=2), []),
        (Invalid.field("name", "TOO_SHORT"), ["TOO_SHORT says {min}, and nobody says what that is"]),
        (Conflict("NOBODY_KNOWS_THIS"), ["NOBODY_KNOWS_THIS has no text"]),
        (Conflict(None), ["None has no text"]),
        (Invalid.field("Items.0", "REQUIRED"), ["Items.0 is no field"]),
        (Invalid("INVALID", errors=[FieldError(None, "REQUIRED")]), ["None is no field"]),
        (Refusal("TOO_MANY_ATTEMPTS", seconds=None), ["TOO_MANY_ATTEMPTS says {seconds}, and nobody says what that is"]),
    ],
)
def test_what_people_could_not_be_told_is_a_fault(refusal, faults):
    assert faults_of(refusal) == faults

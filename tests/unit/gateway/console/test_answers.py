"""The answers of the browser tests have exactly the fields that the real ones declare."""

from __future__ import annotations

import pytest
from marshmallow import fields

from gateway.accounts.schemas import WhoAmISchema
from gateway.views import schemas
from services.outreach.care.schemas import CareRecipientSchema
from services.registry.people.schemas import PersonCardSchema, PersonRowSchema, PersonSchema
from tests.browser import answers

PAIRS = [
    (schemas.DashboardSchema, answers.dashboard()),
    (schemas.BriefSchema, answers.brief()),
    (schemas.VisitGapsSchema, answers.visit_gaps()),
    (schemas.CensusGapsSchema, answers.census_gaps() | {"items": [answers.open_door()]}),
    (schemas.LearningGapsSchema, answers.learning_gaps()),
    (schemas.ResidentPageSchema, answers.resident_page()),
    (schemas.TimelinePageSchema, answers.timeline()),
    (schemas.DaySchema, answers.my_day()),
    (WhoAmISchema, answers.session(["worker"])),
    (PersonRowSchema, answers.person_row()),
    (PersonCardSchema, answers.card(answers.WANG)),
    (PersonSchema, answers.whole_person()),
    (CareRecipientSchema, answers.recipient(answers.WANG, [], None)),
]
# A ledger's totals have the fields of its kind only.
OPTIONAL = frozenset({"exempt", "waived", "upcoming", "due", "overdue", "escalated", "members_not_covered", "wishes_late", "opinions_unanswered", "activities_unreported"})


def differences(schema, answer, path: str = "") -> list[str]:
    """Return which fields the answer has too many or too few, by path."""
    declared = schema().fields
    optional = OPTIONAL if schema is schemas.LedgerSchema else frozenset()
    wrong = [f"{path}{name}" for name in (answer.keys() - declared.keys()) | (declared.keys() - answer.keys() - optional)]
    for name in answer.keys() & declared.keys():
        field, value = declared[name], answer[name]
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested) and value is not None:
            for n, one in enumerate(value if isinstance(value, list) else [value]):
                wrong += differences(type(inner.schema), one, f"{path}{name}.{n}.")
    return sorted(wrong)


@pytest.mark.parametrize(("schema", "answer"), PAIRS, ids=[schema.__name__ for schema, _ in PAIRS])
def test_an_answer_is_as_declared(schema, answer):
    assert differences(schema, answer) == []


def test_that_a_renamed_field_would_be_found():
    page = answers.resident_page()
    page["pairings"][0]["worker"] = page["pairings"][0].pop("staff")

    assert differences(schemas.ResidentPageSchema, page) == ["pairings.0.staff", "pairings.0.worker"]

"""What the views erase when the owner of a record has (X-4): the rows about it, and of a person everything that names them.

Figures stay: they are computed from facts, which hold ids and codes.
"""

from __future__ import annotations

from gateway.views.cards import Cards
from gateway.views.class_alarms import ClassAlarms
from gateway.views.day import Incidents, Visits
from gateway.views.doors import VisitConsents
from gateway.views.read_models import Erase, on_erasure
from gateway.views.resident import CareRecipients, CaseFiles, Residents
from gateway.views.timeline import TimelineEntries
from gateway.views.today import OwedThings
from services.common.events.outreach import IncidentErased, VisitErased
from services.common.events.registry import PersonErased
from services.common.events.volunteering import ClassIncidentErased, ClassSeriesErased, ClassSessionErased


@on_erasure(PersonErased)
def person_erased(event):
    """Erase a person: their card with its key, their timeline, what the register and outreach told of them."""
    person_id = event.data.person_id
    yield Erase(Cards, {"_id": f"person:{person_id}"})
    yield Erase(Residents, {"_id": person_id}, tombstone=True)
    yield Erase(TimelineEntries, {"person_id": person_id})
    yield Erase(CareRecipients, {"_id": person_id})
    yield Erase(CaseFiles, {"person_id": person_id})
    yield Erase(VisitConsents, {"person_id": person_id})


@on_erasure(VisitErased)
def visit_erased(event):
    """Erase a visit; one of which only parts went told none of them to anybody."""
    if not event.data.parts:
        yield Erase(Visits, {"_id": event.data.visit_id})
        yield Erase(TimelineEntries, {"subject": event.subject})


@on_erasure(IncidentErased)
def incident_erased(event):
    """Erase an incident."""
    yield Erase(Incidents, {"_id": event.data.incident_id})
    yield Erase(TimelineEntries, {"subject": event.subject})


@on_erasure(ClassSessionErased)
def class_session_erased(event):
    """Erase who came to a class, and who was missed there."""
    yield Erase(TimelineEntries, {"subject": event.subject})
    yield Erase(ClassAlarms, {"_id": event.data.session_id})


@on_erasure(ClassSeriesErased)
def class_series_erased(event):
    """Erase who had a place in a class, also from their own page."""
    yield Erase(TimelineEntries, {"subject": event.subject})
    section = f"enrolments.{event.data.series_id}"
    yield Erase(Residents, {section: {"$exists": True}}, section=section)


@on_erasure(ClassIncidentErased)
def class_incident_erased(event):
    """Erase what happened in a class."""
    yield Erase(TimelineEntries, {"subject": event.subject})
    yield Erase(OwedThings, {"kind": "CLASS_INCIDENT", "ref": event.data.incident_id})

"""A program: regular work of one kind, with who organises it and which partners take part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import ProgramBegan, ProgramEnded
from services.volunteering.activities.domain.activity import ActivityKind


@dataclass(frozen=True)
class Program:
    """One program; its activities name it."""

    id: str
    kind: ActivityKind
    title: str
    organiser: str | None
    partner_ids: tuple[str, ...]
    begins_on: date
    ends_on: date | None = None


def begin(
    *,
    id: str,
    kind: ActivityKind,
    title: str,
    begins_on: date,
    ends_on: date | None = None,
    organiser: str | None = None,
    partner_ids: Sequence[str] = (),
    at: datetime,
    by: str | None,
) -> tuple[Program, list[Event]]:
    """Begin a program."""
    if ends_on is not None and ends_on < begins_on:
        raise Invalid.field("ends_on", "BEFORE_START")
    program = Program(id, kind, title.strip(), organiser, tuple(dict.fromkeys(partner_ids)), begins_on, ends_on)
    return program, [ProgramBegan(program_id=id, program_kind=kind.value, begins_on=begins_on, partner_ids=list(program.partner_ids))]


def end(program: Program, *, on: date, at: datetime, by: str | None) -> tuple[Program, list[Event]]:
    """End a program; what is planned of it stays planned."""
    if program.ends_on == on:
        return program, []
    if on < program.begins_on:
        raise Invalid.field("on", "BEFORE_START")
    if program.ends_on is not None and program.ends_on < on:
        raise Conflict("PROGRAM_OVER")
    return replace(program, ends_on=on), [ProgramEnded(program_id=program.id, ended_on=on)]


def check_day(program: Program, day: date) -> None:
    """Refuse an activity outside the days of its program."""
    if day < program.begins_on or (program.ends_on is not None and day > program.ends_on):
        raise Invalid.field("program_id", "OUTSIDE_PROGRAM")

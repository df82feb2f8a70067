"""How two records of one person become one record: what was chosen field by field, and restrictions that always win (REG-52, REG-53)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from services.common.errors import FieldError, Invalid
from services.common.events.base import Dated, Event
from services.common.events.registry import ClassificationChanged, PersonUpdated
from services.registry.people.domain import moves
from services.registry.people.domain.birthdays import Celebrated
from services.registry.people.domain.classifications import Basis, Category, Classification
from services.registry.people.domain.greetings import Greetings
from services.registry.people.domain.overrides import Override
from services.registry.people.domain.person import Person


class Choice(StrEnum):
    """Whose value the person has from now on; BOTH where a person can have several."""

    WINNER = "WINNER"
    LOSER = "LOSER"
    BOTH = "BOTH"


FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name", "unnamed"),
    "former_names": ("former_names",),
    "sex": ("sex",),
    "id_number": ("id_number", "id_type", "id_status", "id_conflicts"),
    "born_on": ("born_on", "birth_precision"),
    "celebrated": ("celebrated", "also_celebrated"),
    "phones": ("phones",),
    "residency": ("residency", "absence", "whereabouts", "transfer", "destination"),
    "living_children": ("living_children",),
    "abilities": ("abilities",),
    "reads_chinese": ("reads_chinese",),
    "dialects": ("dialects",),
    "has_smartphone": ("has_smartphone",),
    "source": ("source",),
}
"""What is chosen, each with the fields that go along with it."""
LISTS = ("former_names", "phones", "dialects")
_BLANK: tuple[Any, ...] = (None, "", ())


def differing(winner: Person, loser: Person) -> list[str]:
    """Return the fields for which somebody must choose: both say something, and not the same."""
    said = [(name, _said(winner, name), _said(loser, name)) for name in FIELDS]
    return [name for name, mine, theirs in said if mine not in _BLANK and theirs not in _BLANK and mine != theirs]


def _said(person: Person, name: str) -> Any:
    """Return what a record says; of somebody whose name nobody knows it says none."""
    return None if name == "name" and person.unnamed else getattr(person, name)


def check_choices(winner: Person, loser: Person, choices: Mapping[str, Choice]) -> None:
    """Refuse a proposal that leaves a field open, or chooses both where there can be only one (REG-52)."""
    unknown = [FieldError(f"field_choices.{name}", "UNKNOWN_FIELD") for name in choices if name not in FIELDS]
    missing = [FieldError(f"field_choices.{name}", code="CHOICE_MISSING") for name in differing(winner, loser) if name not in choices]
    both = [
        FieldError(f"field_choices.{name}", code="ONE_OF_TWO") for name, choice in choices.items() if choice is Choice.BOTH and name not in LISTS
    ]
    if unknown or missing or both:
        raise Invalid("INVALID", errors=[*unknown, *missing, *both])


def united(winner: Person, loser: Person, choices: Mapping[str, Choice]) -> Person:
    """Return the winner's record with what was chosen of the loser's, and with every restriction of either (REG-53)."""
    changes: dict[str, Any] = {}
    for name, along in FIELDS.items():
        mine, theirs = _said(winner, name), _said(loser, name)
        choice = choices.get(name) or (Choice.BOTH if name in LISTS else Choice.LOSER if mine in _BLANK else Choice.WINNER)
        if choice is Choice.LOSER and theirs not in _BLANK:
            changes |= {field: getattr(loser, field) for field in along}
        elif choice is Choice.BOTH:
            changes[name] = _both(name, mine, theirs)
    whole = replace(winner, **changes)
    former = [*whole.former_names, *(one.name for one in (winner, loser) if not one.unnamed and one.name_norm != whole.name_norm)]
    held = {one.code for one in winner.classifications if one.until is None}
    stated = [one for one in loser.classifications if one.basis is not Basis.DERIVED and one.until is None and one.code not in held]
    related = {one.other_person_id for one in winner.kin if one.current and one.other_person_id}
    kin = [one for one in loser.kin if one.other_person_id not in {winner.id, *related}]
    return replace(
        whole,
        kin=(*(one for one in winner.kin if one.other_person_id != loser.id), *kin),
        greetings=_restrictions(winner, loser),
        former_names=tuple(dict.fromkeys(former)),
        registered_address=winner.registered_address or loser.registered_address,
        classifications=(*winner.classifications, *stated),
        restricted=(*winner.restricted, *_of_loser(winner, loser)),
        stated=(*winner.stated, *(one for one in loser.stated if one.code not in {own.code for own in winner.stated})),
        overrides=_longer(winner, loser),
        also_celebrated=_also(whole, winner, loser),
        absences=tuple(sorted({*winner.absences, *loser.absences}, key=lambda one: one.since)),
        **_where(whole, winner, loser),
        other_residence=winner.other_residence or loser.other_residence,
        other_place=winner.other_place or loser.other_place,
        merged_ids=tuple(dict.fromkeys((*winner.merged_ids, loser.id, *loser.merged_ids))),
    )


def _of_loser(winner: Person, loser: Person) -> tuple[Classification, ...]:
    """Return what the loser adds of sensitive categories: what is over as history, and what holds where it holds not for the winner."""
    held = {one.code for one in winner.restricted if one.until is None}
    return tuple(one for one in loser.restricted if one not in winner.restricted and (one.until is not None or one.code not in held))


def _longer(winner: Person, loser: Person) -> tuple[Override, ...]:
    """Return what staff said against the rules of either; of two about one category, what counts longer."""
    mine, theirs = ({one.code: one for one in person.overrides} for person in (winner, loser))
    said = {code: max((one for one in (mine.get(code), theirs.get(code)) if one), key=lambda one: one.until) for code in {**mine, **theirs}}
    return tuple(said.values())


def _where(whole: Person, winner: Person, loser: Person) -> dict[str, Any]:
    """Return what is known of where the person is, of whichever record says of their residency what was chosen."""
    agreeing = [one for one in (whole, winner, loser) if one.residency is whole.residency]
    return {field: next((said for one in agreeing if (said := getattr(one, field))), None) for field in FIELDS["residency"][1:]}


def _also(whole: Person, winner: Person, loser: Person) -> Celebrated | None:
    """Return the same birthday by the other calendar, whichever record knows of it (X-9)."""
    known = (whole.also_celebrated, winner.also_celebrated, loser.also_celebrated)
    if whole.celebrated is None:
        return None
    return next((one for one in known if one and one.calendar is not whole.celebrated.calendar), None)


def led_away(loser: Person, winner_id: str) -> Person:
    """Return the loser's record as one that only leads to the winner's (REG-54)."""
    return replace(loser, merged_into=winner_id, home=None)


def named_anew(relative: Person, loser_id: str, winner_id: str) -> Person:
    """Return the record of somebody whose kin the loser is, with the winner as that kin; nobody is kin of themself, or twice."""
    there = {one.other_person_id for one in relative.kin if one.current}
    kept = [one for one in relative.kin if one.other_person_id != loser_id or not (one.current and winner_id in {relative.id, *there})]
    return replace(relative, kin=tuple(replace(one, other_person_id=winner_id) if one.other_person_id == loser_id else one for one in kept))


def led_on(earlier: Person, winner_id: str) -> Person:
    """Return a record that led to the loser as one that leads to the winner: no chain is longer than one step (REG-54)."""
    return replace(earlier, merged_into=winner_id)


def person_facts(before: Person, after: Person, on: date) -> list[Event | Dated]:
    """Return what others must know of a record that was merged or taken apart: field names, categories and where the person is, never values.

    A record that leads to another, or stands for itself again, is where it was.
    """
    changed = [name for name in before.__dataclass_fields__ if getattr(before, name) != getattr(after, name)]
    facts: list[Event | Dated] = [PersonUpdated(person_id=after.id, fields=changed)] if changed else []
    had, has = _held(before), _held(after)
    for code in sorted(had.keys() ^ has.keys()):
        one = has.get(code) or had[code]
        facts.append(
            ClassificationChanged(
                person_id=after.id,
                code=code.value,
                holds=code in has,
                since=one.since,
                basis=one.basis.value,
                rule_version=one.rule_version,
            )
        )
    [was, becomes] = (_restricted(one) for one in (before, after))
    if bool(was) != bool(becomes):
        since, version = min(one.since for one in (was or becomes)), max(one.rule_version for one in (was or becomes))
        told = {"code": "RESTRICTED", "holds": bool(becomes), "basis": Basis.ASSERTED.value}
        facts.append(ClassificationChanged(person_id=after.id, since=since, rule_version=version, **told))
    return facts if before.merged_into or after.merged_into else [*facts, *moves.found_elsewhere(before, after, on=on)]


def _restricted(person: Person) -> list[Classification]:
    """Return the sensitive categories that hold; others are told that there is one, and not which (REG-2a)."""
    return [] if person.merged_into else [one for one in person.restricted if one.until is None]


def _held(person: Person) -> dict[Category, Any]:
    """Return the categories that hold; of a record that leads to another, none does any more."""
    return {} if person.merged_into else {one.code: one for one in person.classifications if one.until is None}


def _restrictions(winner: Person, loser: Person) -> Greetings:
    """Return the wishes about greetings with every restriction of either: who said no once has said no (REG-53)."""
    mine, theirs = winner.greetings, loser.greetings
    return replace(
        mine,
        opted_out=mine.opted_out or theirs.opted_out,
        also_in_mourning=mine.also_in_mourning and theirs.also_in_mourning,
        mourning=tuple(dict.fromkeys((*mine.mourning, *theirs.mourning))),
        announced=tuple({one.cycle_key: one for one in (*theirs.announced, *mine.announced)}.values()),
    )


def _both(name: str, mine: tuple, theirs: tuple) -> tuple:
    if name == "phones":
        known = {phone.number for phone in mine}
        return (*mine, *(phone for phone in theirs if phone.number not in known))
    both = tuple(dict.fromkeys((*mine, *theirs)))
    return tuple(sorted(both)) if name == "dialects" else both

"""Carries out what facts of life ask of the register, and answers with what was stopped and started (U10)."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.events.registry import (
    HouseholdClosed,
    HouseholdHeadChanged,
    HouseholdHeadNeeded,
    MemberJoined,
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonMovedIn,
    PersonMovedOut,
    PersonReturnUnconfirmed,
    PersonUpdated,
    PrimaryResidenceChanged,
    TransferConfirmed,
)
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.registry.birthdays.life import Greetings
from services.registry.cascades.hands import Hands
from services.registry.cascades.storage import RegistryCascades
from services.registry.case_files.domain import CloseReason
from services.registry.consents.life import Words
from services.registry.households.domain import LeaveReason, Relation
from services.registry.households.storage import Households
from services.registry.people import derivation
from services.registry.people.domain.life import LifePolicy
from services.registry.people.domain.person import Life, Residency
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskKind, TaskState


class LifeCascades:
    """What follows from the facts of life; each looks at the person of now, so that a late or repeated fact is harmless."""

    cascades, hands = Storage(RegistryCascades), Storage(Hands)
    greetings, words = Storage(Greetings), Storage(Words)
    people, households = Storage(People), Storage(Households)
    life_policy = Policy(LifePolicy)

    @subscribe(PersonDeathReported)
    def stop_on_death_report(self, event):
        """Ask nobody any more what would hurt, and greet neither who is reported dead nor who mourns for them (REG-30)."""
        person = self.hands.person(event.data.person_id)
        done = self.greetings.mourned(event, event.effective_on)
        if person and person.state.life is not Life.ALIVE:
            for kind in (TaskKind.ASK_BIRTHDAY, TaskKind.RETURN_UNCONFIRMED):
                done += self.hands.end_task(event, kind, TaskState.MOOT)
            done += self.hands.end_task(event, TaskKind.RECORD_GONE)
        self.cascades.answer(event, done)

    @subscribe(PersonDeathConfirmed)
    def close_on_death(self, event):
        """Close memberships, consents and the case file, derive the household anew, and review the tiers of elders left behind (REG-30 to REG-32).

        The mourning is reckoned from the day of death, where it is known.
        """
        person = self.hands.person(event.data.person_id)
        done = self.greetings.mourned(event, event.data.died_on or event.effective_on) + self.words.died(event)
        if person and person.state.life is Life.DECEASED:
            done += self.hands.leave_homes(event, event.effective_on, LeaveReason.DECEASED)
            done += self.hands.close_file(event, CloseReason.DECEASED)
            done += self.hands.drop_tasks(event)
            review_by = business_date(event.time) + self.life_policy.tier_review_within
            for elder in self.hands.elders_with_files(event.data.co_resident_ids):
                done += self.hands.ask(event, TaskKind.REVIEW_TIER, review_by, elder)
            self._rederive(event, {event.data.person_id, *event.data.co_resident_ids})
        self.cascades.answer(event, done)

    @subscribe(PersonDeathRetracted)
    def resume_on_retraction(self, event):
        """Resume from today, and apologise; what a false death had closed goes on (REG-30)."""
        person = self.hands.person(event.data.person_id)
        done = self.greetings.nobody_died(event) + self.words.lives(event)
        if person and person.state.life is Life.ALIVE:
            if event.data.was_confirmed:
                done += self.hands.take_back_death(event)
                done += self.hands.ask_to_reopen(event, business_date(event.time) + self.life_policy.reopen_within)
                self._rederive(event, derivation.housemates(self.households, event.data.person_id))
            transfer = person.state.transfer
            if person.state.residency is Residency.MOVED_OUT and transfer and not transfer.confirmed_on:
                done += self.hands.ask(event, TaskKind.RECEIVING_CONFIRMATION, transfer.phone_until)
            done += self.hands.ask(event, TaskKind.APOLOGY, business_date(event.time) + self.life_policy.apology_within)
        self.cascades.answer(event, done)

    @subscribe(PersonMovedOut)
    def leave_on_move_out(self, event):
        """End memberships of who moved away, and of nobody else; ask the other community to confirm (REG-42, REG-44)."""
        person = self.hands.person(event.data.person_id)
        done = self.greetings.moved_out(event)
        if person and person.state.residency is Residency.MOVED_OUT:
            done += self.hands.leave_homes(event, event.effective_on, LeaveReason.MOVED_OUT)
            done += self.hands.end_task(event, TaskKind.RETURN_UNCONFIRMED, TaskState.MOOT)
            done += self.hands.end_task(event, TaskKind.RECORD_GONE)
            done += self.hands.ask(event, TaskKind.RECEIVING_CONFIRMATION, event.data.phone_until)
        self.cascades.answer(event, done)

    @subscribe(PersonMovedIn)
    def stay_on_move_in(self, event):
        """Ask no other community any more to confirm that it looks after who lives here again (REG-40)."""
        person = self.hands.person(event.data.person_id)
        done = Effects()
        if person and person.state.residency is not Residency.MOVED_OUT:
            done += self.hands.end_task(event, TaskKind.RECEIVING_CONFIRMATION, TaskState.MOOT)
        self.cascades.answer(event, done)

    @subscribe(TransferConfirmed)
    def let_go_on_confirmation(self, event):
        """Let the other community look after the person: the case file here closes (REG-42)."""
        done = self.hands.end_task(event, TaskKind.RECEIVING_CONFIRMATION) + self.hands.close_file(event, CloseReason.MOVED_OUT)
        self.cascades.answer(event, done)

    @subscribe(PersonAwayStarted)
    def derive_on_absence(self, event):
        """Derive the categories of who stays at home; a new day of return answers the question for news (REG-41)."""
        self.hands.end_task(event, TaskKind.RETURN_UNCONFIRMED)
        self.hands.end_task(event, TaskKind.RECORD_GONE)
        self._rederive(event, derivation.housemates(self.households, event.data.person_id))

    @subscribe(PersonAwayEnded)
    def derive_on_return(self, event):
        """Derive the categories of a household that is together again (REG-41)."""
        self.hands.end_task(event, TaskKind.RETURN_UNCONFIRMED)
        self._rederive(event, derivation.housemates(self.households, event.data.person_id))

    @subscribe(PersonReturnUnconfirmed)
    def ask_on_missed_return(self, event):
        """Let somebody find out whether the person is back (REG-41)."""
        person = self.hands.person(event.data.person_id)
        if person and person.state.absence and person.state.absence.unconfirmed and person.state.life is Life.ALIVE:
            self.hands.ask(event, TaskKind.RETURN_UNCONFIRMED, business_date(event.time))

    @subscribe(PrimaryResidenceChanged)
    def move_primary_residence(self, event):
        """Let the household here be the primary residence, or no longer (REG-43)."""
        person = self.hands.person(event.data.person_id)
        if person and person.state.other_residence and person.state.life is not Life.DECEASED:
            other = person.state.other_residence
            self.hands.set_primary(event, None if other.primary else other.home_household_id)

    @subscribe(PersonUpdated)
    def follow_into_grid(self, event):
        """Let what is open about a person go with them into another grid."""
        if "grid_id" in event.data.fields:
            self.hands.follow_grid(event)

    @subscribe(HouseholdHeadNeeded)
    def ask_for_head(self, event):
        """Let somebody name a head of the household (REG-31)."""
        self.hands.settle_head(event, event.data.household_id)

    @subscribe(HouseholdHeadChanged)
    def head_was_named(self, event):
        """End the task to name a head."""
        self.hands.settle_head(event, event.data.household_id)

    @subscribe(MemberJoined)
    def somebody_joined(self, event):
        """Know the door as lived in, and end the task to name a head when one joins."""
        if event.data.primary_residence:
            self.hands.fill(event)
        if event.data.relation_to_head == Relation.HEAD:
            self.hands.settle_head(event, event.data.household_id)

    @subscribe(HouseholdClosed)
    def empty_dwelling(self, event):
        """Forget who lives at the dwelling, and need no head any more (REG-31)."""
        self.hands.settle_head(event, event.data.household_id)
        self.hands.empty(event)

    def _rederive(self, event, person_ids: set[str]) -> None:
        derivation.reclassify(
            self.people,
            self.households,
            person_ids,
            on=event.effective_on,
            today=business_date(event.time),
            cause=Cause.of_event(event, "life"),
        )

"""The read models in the real database, through the real inbox: same history, same rows, whatever happened on the way."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest
from prometheus_client import REGISTRY
from pymongo import MongoClient

from gateway.views import READ_MODELS, ViewSubscriptions
from gateway.views.brief import Brief, figures
from gateway.views.cards import Cards, RegistryAway, fetch_batch
from gateway.views.cascades import watch_cascades
from gateway.views.class_alarms import ClassAlarms
from gateway.views.day import Incidents, Visits
from gateway.views.freshness import Freshness
from gateway.views.merges import Merges
from gateway.views.projection import BeingRebuilt, Projector
from gateway.views.published_brief import PublishedBriefs
from gateway.views.published_brief import publish as publish_brief
from gateway.views.read_models import Put, ReadModel, effects_of
from gateway.views.rebuild import rebuild, wait_until_caught_up
from gateway.views.resident import Residents
from gateway.views.timeline import TimelineEntries
from gateway.views.today import OwedThings
from services.common.broker import Publisher, inbox_queue
from services.common.errors import Erased, Invalid, NotFound
from services.common.events.base import CATALOGUE, CONTENT_TYPE, encode
from services.common.events.outreach import VisitErased, VisitPlanned
from services.common.events.registry import PersonDeathReported, PersonErased, PersonMerged, PersonRegistered, PersonUnmerged, PersonUpdated
from services.common.events.volunteering import (
    ChildCheckedIn,
    ClassIncidentErased,
    ClassIncidentRecorded,
    ClassSeriesErased,
    ClassSessionErased,
    EnrolmentConfirmed,
    PickUpAlerted,
)
from services.common.plain import plain_inbox
from services.common.process import Process
from services.common.relay import Relay
from services.common.service import Service
from services.common.settings import load
from services.common.store import Cause, Scope
from tests.support.running import eventually
from tests.unit.gateway.views.history import GRID, OTHER_GRID, START, History, a_year, an_id, in_subject_order, shuffled

EVERYTHING = Scope.everything("test")


class ViewInbox(ViewSubscriptions):
    name = "gateway.inbox"


class NoRoutes:
    name = "gateway"


VIEWS = Service("gateway", api=NoRoutes, inbox=ViewInbox, storages=READ_MODELS)
MODELS = [cls for cls in READ_MODELS if issubclass(cls, ReadModel)]


@pytest.fixture
def process(platform):
    """A process of the gateway's views, its database empty."""
    process = Process(VIEWS, load("gateway", platform.env))
    process.prepare()
    yield process
    process.client.close()


@pytest.fixture
def inbox(process):
    """The gateway's inbox on plain threads."""
    inbox = plain_inbox(process)
    thread = threading.Thread(target=inbox.run)
    thread.start()
    eventually(lambda: inbox.connected)
    yield inbox
    inbox.stop()
    thread.join(10)


def state_of(process) -> str:
    """Return a hash over every row of every read model, but for the cards themselves, which are fetched when they are."""
    digest = hashlib.sha256()
    for model in sorted(MODELS, key=lambda model: model.collection):
        for row in process.db[model.collection].find({}, {"stale": 0, "fetched": 0}).sort("_id", 1):
            digest.update(model.collection.encode() + msgspec.json.encode(row, order="sorted"))
    for row in process.db[Freshness.facts].find().sort("_id", 1):
        digest.update(msgspec.json.encode(row, order="sorted"))
    return digest.hexdigest()


def empty(process) -> None:
    for name in process.db.list_collection_names():
        if name.startswith("view_") or name == "inbox":
            process.db[name].delete_many({})


def project(process, facts) -> None:
    for fact in facts:
        process.storage(Projector).apply(fact)


@pytest.mark.promise("P3")
@pytest.mark.promise("P5")
def test_a_history_three_times_over_and_shuffled_leaves_the_same_database(process):
    year = a_year()
    project(process, year.facts)
    in_order = state_of(process)

    empty(process)
    project(process, in_subject_order(shuffled(year.facts, seed=1)))
    assert state_of(process) == in_order

    project(process, shuffled(year.facts, seed=2, times=1))
    assert state_of(process) == in_order


@pytest.mark.rule("REG-54", "REG-56")
def test_ids_lead_on_through_every_merge_that_stands_whatever_came_first_and_after_a_rebuild_too(process):
    a, b, c, other = (an_id("person", number) for number in range(1, 5))
    history = History()

    def merged(number: int, winner: str, loser: str) -> dict:
        merge = {"merge_id": an_id("merge", number), "winner_id": winner, "loser_id": loser}
        history.tell(merge["merge_id"], PersonMerged(**merge))
        return merge

    undone, _, twice = merged(1, b, a), merged(2, c, b), merged(3, other, a)
    history.tell(twice["merge_id"], PersonUnmerged(**twice))
    for seed in range(3):
        empty(process)
        project(process, in_subject_order(shuffled(history.facts, seed=seed)))
        merges = process.storage(Merges)
        assert (merges.resolve(a), merges.present([a, b, c, other]), merges.ids_of([c, other])) == (c, {a: c, b: c}, {c: c, other: other, b: c, a: c})

    project(process, [history.tell(undone["merge_id"], PersonUnmerged(**undone))])
    assert (merges.resolve(a), merges.ids_of([c])) == (a, {c: c, b: c})
    assert Merges in MODELS, "a rebuild drops it and fills it again"


@pytest.mark.promise("P3")
@pytest.mark.promise("P5")
def test_a_shuffled_history_through_the_real_inbox_leaves_the_same_database(process, inbox):
    year = a_year()
    publish(process, shuffled(year.facts, seed=3))
    eventually(lambda: applied(process) == len(year.facts), within=90, why="all facts applied")
    through_the_inbox = state_of(process)

    empty(process)
    project(process, year.facts)

    assert through_the_inbox == state_of(process)


@pytest.mark.promise("P3")
def test_the_same_facts_from_many_hands_at_once_take_effect_once(process):
    year = a_year()
    project(process, year.facts)
    expected = state_of(process)
    empty(process)

    # Every hand goes through the whole history in the order of each subject, and the subjects in an order of its own.
    with ThreadPoolExecutor(4) as hands:
        list(hands.map(lambda seed: project(process, in_subject_order(shuffled(year.facts, seed, times=1))), range(4)))

    assert state_of(process) == expected


@pytest.mark.promise("P3")
def test_two_subjects_that_meet_at_a_row_nobody_touched_both_leave_their_section(process):
    residents = process.storage(Residents)
    event = History().tell("p", PersonRegistered(person_id="p"))

    for number in range(30):
        puts = [Put(Residents, f"row{number}", {"x": side}, section=f"homes.h{side}") for side in range(4)]
        with ThreadPoolExecutor(4) as hands:
            assert list(hands.map(lambda put: residents.put(put, event), puts)) == [True] * 4
        assert set(residents.get(f"row{number}", EVERYTHING)["homes"]) == {"h0", "h1", "h2", "h3"}
        assert residents.put(puts[0], event) is False


def test_the_brief_of_the_year_is_counted_from_the_database(process):
    project(process, a_year().facts)
    counted, _ = figures(process.storage(Brief).rows(2025))

    assert {name: counted[name] for name in ("census_rounds_closed", "census_full_coverage", "case_files_opened", "residents_paired")} == {
        "census_rounds_closed": 1,
        "census_full_coverage": True,
        "case_files_opened": 3,
        "residents_paired": 3,
    }
    assert (counted["community_workers"], counted["class_course_kinds"], counted["members_not_covered"]) == (7, 6, 0)
    assert counted["members_by_mode"] == {"IN_PERSON": 2, "MOBILE_AUDIO": 1, "PARCEL": 4}
    before, after = figures(process.storage(Brief).rows(2024))[0], figures(process.storage(Brief).rows(2026))[0]
    assert (before["residents_paired"], before["case_files_opened"]) == (0, 0)
    assert (after["residents_paired"], after["community_workers"], after["case_files_opened"]) == (3, 6, 0)


@pytest.mark.promise("P9")
def test_rows_outside_the_scope_are_not_there(process):
    project(process, a_year().facts)
    residents, incidents = process.storage(Residents), process.storage(Incidents)

    assert residents.within(an_id("person", 1), Scope.of([GRID]))["_id"] == an_id("person", 1)
    for scope in (Scope.of([OTHER_GRID]), Scope.of([])):
        with pytest.raises(NotFound):
            residents.within(an_id("person", 1), scope)
        assert incidents.count({"state": "OPEN"}, scope) == 0
    assert incidents.count({"state": "OPEN"}, Scope.of([GRID])) == 1


def test_rows_are_paged_to_the_end_without_gap_or_repetition(process):
    project(process, a_year().facts)
    model = process.storage(Incidents)
    for number in range(7):
        process.db[model.collection].insert_one({"_id": f"i{number}", "state": "X", "since": f"2025-01-0{number // 3 + 1}"})

    seen, cursor = [], None
    while True:
        page = model.page({"state": "X"}, EVERYTHING, "-since", cursor, 2)
        seen += [row["_id"] for row in page.rows]
        if (cursor := page.next_cursor) is None:
            break

    assert seen == ["i6", "i5", "i4", "i3", "i2", "i1", "i0"]
    for nonsense in ("nonsense", "W10", page_cursor(model)):
        with pytest.raises(Invalid):
            model.page({}, EVERYTHING, "_id", nonsense, 2)


def page_cursor(model) -> str:
    return model.page({"state": "X"}, EVERYTHING, "-since", None, 2).next_cursor


class FakeRegistry:
    """Answers cards from memory, or not at all."""

    def __init__(self, **cards):
        self.cards, self.away = cards, False

    def card(self, kind, id):
        if self.away:
            raise RegistryAway("test")
        return self.cards.get(id)


@pytest.mark.promise("P10")
def test_a_card_is_fetched_when_wanted_and_kept_sealed(process, platform, mongodb_uri):
    year = History()
    person, nobody = an_id("person", 1), an_id("person", 2)
    for id in (person, nobody):
        year.tell(id, PersonRegistered(person_id=id), grid=GRID)
    project(process, year.facts)
    cards, registry = process.storage(Cards), FakeRegistry(**{person: {"name": "王秀英", "id_number": "never kept", "sex": "FEMALE"}})

    registry.away = True
    assert fetch_batch(cards, registry, threading.Event()) == (0, [f"person:{id}" for id in sorted((person, nobody))])
    registry.away = False
    assert fetch_batch(cards, registry, threading.Event()) == (2, [])
    assert fetch_batch(cards, registry, threading.Event()) == (0, [])

    assert cards.show("person", [person]).named(person, False) == {"id": person, "name": "王秀英", "card_pending": False}
    assert cards.absent("person", nobody)
    with MongoClient(mongodb_uri) as client:
        raw = repr(list(client[platform.prefix + "gateway"]["view_cards"].find()))
    assert "秀英" not in raw and "never kept" not in raw


def test_a_card_that_changes_while_it_is_on_its_way_is_asked_for_again(process):
    year, person = History(), an_id("person", 1)
    project(process, [year.tell(person, PersonRegistered(person_id=person))])
    cards = process.storage(Cards)
    [row] = cards.wanted()
    project(process, [year.tell(person, PersonUpdated(person_id=person, fields=["name"]))])

    assert cards.keep(row, {"name": "旧"}) is False
    assert [row["_id"] for row in cards.wanted()] == [f"person:{person}"]
    assert fetch_batch(cards, FakeRegistry(**{person: {"name": "新"}}), threading.Event()) == (1, [])
    assert cards.show("person", [person]).named(person, False)["name"] == "新"


def test_a_card_whose_key_was_destroyed_is_shown_as_nothing(process):
    year, person = History(), an_id("person", 1)
    project(process, [year.tell(person, PersonRegistered(person_id=person))])
    cards = process.storage(Cards)
    fetch_batch(cards, FakeRegistry(**{person: {"name": "王秀英"}}), threading.Event())

    process.vault.destroy(person)

    def gone() -> bool:
        fresh = Process(VIEWS, process.settings)
        shown = fresh.storage(Cards).show("person", [person]).named(person, False)["name"]
        fresh.client.close()
        return shown is None

    assert gone()


@pytest.mark.rule("X-4")
def test_what_was_erased_by_its_owner_is_erased_here_too(process):
    year, person, neighbour = History(), an_id("person", 1), an_id("person", 2)
    visits = [VisitPlanned(visit_id=an_id("visit", n), person_ids=[one], staff_ids=[], purposes=[], planned_for=START) for n, one in enumerate((person, neighbour), 1)]
    registered = [year.tell(one, PersonRegistered(person_id=one), grid=GRID) for one in (person, neighbour)]
    project(process, [*registered, *(year.tell(visit.visit_id, visit) for visit in visits)])
    cards = process.storage(Cards)
    fetch_batch(cards, FakeRegistry(**{person: {"name": "王秀英"}, neighbour: {"name": "李强"}}), threading.Event())
    erased = [
        year.tell(person, PersonErased(person_id=person, reason="PERSON_DECEASED")),
        year.tell(visits[1].visit_id, VisitErased(visit_id=visits[1].visit_id, reason="VISIT_TERM")),
        year.tell(visits[0].visit_id, VisitErased(visit_id=visits[0].visit_id, reason="PHOTO_TERM", parts=["photos"])),
    ]

    for _ in range(2):
        project(process, erased)
        with pytest.raises(Erased):
            process.storage(Residents).within(person, EVERYTHING)
        assert [row["_id"] for row in process.storage(Visits).find({}, EVERYTHING)] == [visits[0].visit_id]
        assert {row["person_id"] for row in process.storage(TimelineEntries).find({}, EVERYTHING)} == {neighbour}
        assert cards.show("person", [person, neighbour]).named(neighbour, False)["name"] == "李强"
        assert process.db["view_cards"].count_documents({"_id": f"person:{person}"}) == 0
        assert process.db["data_keys"].count_documents({"keyAltNames": person}) == 0


def test_while_the_read_models_are_away_no_fact_takes_effect(process):
    projector, person = process.storage(Projector), an_id("person")
    fact = History().tell(person, PersonRegistered(person_id=person))
    projector.close()

    with pytest.raises(BeingRebuilt):
        projector.apply(fact)
    projector.open()
    eventually(lambda: _applies(projector, fact))
    assert process.storage(Residents).of([person])


def _applies(projector, fact) -> bool:
    try:
        projector.apply(fact)
    except BeingRebuilt:
        return False
    return True


@pytest.mark.promise("P8")
def test_a_rebuild_while_facts_arrive_leaves_the_same_database_and_the_same_brief(process, inbox, platform):
    year = a_year()
    early, late = year.facts[:-20], year.facts[-20:]
    logs = {name: a_log(platform, name) for name in sorted({kind.publisher for kind in CATALOGUE.values()})}
    keep_in_logs(logs, early)
    publish(process, early)
    eventually(lambda: applied(process) == len(early), within=60)
    brief, kept = figures(process.storage(Brief).rows(2025)), process.storage(PublishedBriefs)
    kept.add(publish_brief(2025, process.storage(Brief).rows(2025), id="published", as_of=START, at=START, by="secretary"), [], Cause("publication", "publication", START))
    process.db["inbox"].update_one({"_id": "person/x"}, {"$set": {"applied": 0}}, upsert=True)

    feeding = threading.Thread(target=lambda: (keep_in_logs(logs, late), publish(process, late)))
    stopped = threading.Event()
    serving = [threading.Thread(target=serve, args=(log, stopped)) for log in logs.values()]
    for thread in (feeding, *serving):
        thread.start()
    try:
        before = rebuild(process, settle_seconds=4)
        feeding.join()
        assert wait_until_caught_up(process, before, within=60)
        eventually(lambda: applied(process) == len(year.facts), within=30)
    finally:
        stopped.set()
        for thread in serving:
            thread.join(10)
    rebuilt, rebuilt_brief = state_of(process), figures(process.storage(Brief).rows(2025))
    published = kept.of_year(2025)
    assert published and (published.figures, published.evidence) == brief, "what was published is no row that a rebuild makes anew"

    empty(process)
    project(process, year.facts)
    assert rebuilt == state_of(process)
    assert {name: brief[0][name] for name in ("case_files_opened", "residents_paired", "community_workers")} == {
        name: rebuilt_brief[0][name] for name in ("case_files_opened", "residents_paired", "community_workers")
    }


@pytest.mark.promise("P8")
def test_a_rebuild_first_closes_the_read_models_so_that_no_fact_under_way_lands_in_the_new_rows(process):
    year, person = History(), an_id("person")
    project(process, [year.tell(person, PersonRegistered(person_id=person))])
    process.db["inbox"].insert_one({"_id": f"person/{person}", "applied": 1})
    another = Process(VIEWS, process.settings)
    rebuilding = threading.Thread(target=rebuild, args=(process,), kwargs={"settle_seconds": 6})
    rebuilding.start()

    with pytest.raises(BeingRebuilt):
        eventually(lambda: another.db["view_state"].find_one({"_id": "rebuild"}), within=5)
        another.storage(Projector).apply(year.tell(person, PersonUpdated(person_id=person, fields=["name"])))
    assert another.db["inbox"].count_documents({}) == 1
    rebuilding.join()

    assert another.db["inbox"].count_documents({}) == another.db["view_residents"].count_documents({}) == 0
    assert another.db["view_state"].count_documents({}) == 0
    assert "person_id_1_order_-1" in process.db["view_timeline_entries"].index_information()
    another.client.close()


def publish(process, facts) -> None:
    publisher = Publisher(process.settings.amqp_uri, process.settings.ladder)
    for fact in facts:
        publisher.publish(encode(fact), "", inbox_queue("gateway"), message_id=fact.id, content_type=CONTENT_TYPE)
    publisher.drop()


def applied(process) -> int:
    return sum(row["applied"] for row in process.db["inbox"].find())


def a_log(platform, name: str) -> Process:
    """Return a publisher's process with nothing but its log."""
    return Process(Service(name, api=NoRoutes, inbox=NoRoutes, storages=()), load(name, platform.env))


def keep_in_logs(logs: dict[str, Process], facts) -> None:
    for place, fact in enumerate(facts):
        row = {"_id": fact.id, "subject": fact.subject, "published_at": fact.time, "name": fact.type.name, "sequence": fact.sequence}
        logs[fact.type.publisher].db["events"].insert_one({**row, "at": fact.time, "correlation": "", "body": encode(fact), "place": place})


def serve(process: Process, stopped: threading.Event) -> None:
    """Answer requests for facts from the log, as the publisher's relay does."""
    relay = Relay(process)
    thread = threading.Thread(target=relay.run)
    thread.start()
    stopped.wait()
    relay.stop()
    thread.join(10)
    process.client.close()




@pytest.mark.rule("U10")
def test_facts_that_a_service_has_not_answered_in_time_are_counted_for_the_alarm(process):
    history = History()
    death = history.tell(an_id("person"), PersonDeathReported(person_id=an_id("person"), co_resident_ids=[]), grid=GRID)
    for put in effects_of(death):
        process.storage(put.model).put(put, death)

    def late(minutes: float) -> float:
        watch_cascades(process, death.time + timedelta(minutes=minutes))
        return REGISTRY.get_sample_value("nuanxin_cascades_late", {"service": "gateway"})

    assert (late(9), late(11), late(60 * 24 * 31)) == (0, 1, 0)


@pytest.mark.rule("X-4", "X-19")
def test_a_year_after_a_class_no_page_says_which_child_had_a_place_in_it_and_other_classes_stay(process):
    year, child, series, other = History(), an_id("person", 1), an_id("class_series"), an_id("class_series", 2)
    year.tell(child, PersonRegistered(person_id=child), grid=GRID)
    for number, id in enumerate((series, other), 1):
        place = {"enrolment_id": an_id("enrolment", number), "series_id": id, "child_id": child, "guardian_id": an_id("person", 2)}
        year.tell(id, EnrolmentConfirmed(**place))
    year.tell(series, ClassSeriesErased(series_id=series, reason="CLASS_TERM", parts=["enrolments"]))

    project(process, [*year.facts, *year.facts])

    row = process.storage(Residents).get(child, EVERYTHING)
    assert list(row["enrolments"]) == [other]
    left = [entry["subject"] for entry in process.storage(TimelineEntries).every({"person_id": child}, EVERYTHING)]
    assert f"class_series/{series}" not in left and f"class_series/{other}" in left


@pytest.mark.rule("X-4", "X-19")
def test_what_happened_in_a_class_is_owed_and_told_no_more_once_it_is_erased(process):
    year, child, incident, meeting = History(), an_id("person", 1), an_id("class_incident"), an_id("class_session")
    ids = {"session_id": meeting, "series_id": an_id("class_series")}
    year.tell(incident, ClassIncidentRecorded(incident_id=incident, **ids, person_ids=[child], due_at=START))
    year.tell(meeting, ChildCheckedIn(**ids, child_id=child))
    year.tell(meeting, PickUpAlerted(session_id=meeting, child_id=child, reason="BLOCKED_WHILE_IN"))
    project(process, year.facts)
    assert process.storage(OwedThings).count({"person_id": child}, EVERYTHING) == 1
    assert process.storage(TimelineEntries).count({"person_id": child}, EVERYTHING) == 2
    assert [alarm["child_id"] for alarm in process.storage(ClassAlarms).open()] == [child]

    year.tell(incident, ClassIncidentErased(incident_id=incident, reason="INCIDENT_TERM"))
    year.tell(meeting, ClassSessionErased(session_id=meeting, reason="CLASS_TERM"))
    project(process, year.facts)

    assert process.storage(OwedThings).count({"person_id": child}, EVERYTHING) == 0
    assert process.storage(TimelineEntries).count({"person_id": child}, EVERYTHING) == 0
    assert process.storage(ClassAlarms).open() == [] and child not in str(process.storage(ClassAlarms).every({}, EVERYTHING))

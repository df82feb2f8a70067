"""What a coordinator does over HTTP, in the words of the tests."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec
from pymongo import MongoClient

from services.common.access import Role
from services.common.broker import Publisher
from services.common.events.base import Event
from services.common.events.registry import GuardianshipChanged
from services.common.ids import new_id
from tests.support.facts import tell
from tests.support.running import Client, Platform, eventually

COORDINATOR = {"roles": (Role.VOLUNTEER_COORDINATOR,), "actor": "01JD00000000000000C00RD001"}
OTHER_COORDINATOR = "01JD00000000000000C00RD002"
CHILD_CLEARANCES = ("RECORD_CHECK", "HEALTH", "CHILD_SAFETY_TRAINING")


def ok(response, status=201):
    """Return the answer's body, or fail with it."""
    assert response.status_code == status, response.text
    return response.json()


class Community:
    """One community's volunteering."""

    def __init__(self, client: Client, platform: Platform):
        self.client, self.platform = client, platform
        self.now = datetime.now().astimezone()
        self.publisher = Publisher(platform.env["AMQP_URI"], (50, 100, 200))
        self.sequences: Counter = Counter()

    def tell(self, *events: Event) -> None:
        """Publish facts as the register's relay would, each about the thing that its first field names."""
        for event in events:
            subject = next(iter(msgspec.to_builtins(event).values()))
            self.sequences[subject] += 1
            tell(self.publisher, event, subject, self.now, self.sequences[subject])

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self.client.settle()

    def at(self, moment: str) -> None:
        """Make it this moment."""
        before, self.now = self.now, datetime.fromisoformat(moment)
        ok(self.client.post("/internal/simulation/clock", {"now": self.now.isoformat()}, roles=(Role.SYSTEM,)), 200)
        if self.now < before:
            # A round of the jobs that began in the later time would end what is made now.
            eventually(lambda: self.client.get("/internal/simulation/state", roles=(Role.SYSTEM,)).json()["jobs_done"], within=30, why="the jobs back")

    def post(self, path, body=None, **more):
        return self.client.post(path, body, **{**COORDINATOR, **more})

    def patch(self, path, body, **more):
        return self.client("PATCH", path, body, **{**COORDINATOR, **more})

    def get(self, path, **more):
        return self.client.get(path, **{**COORDINATOR, **more})

    def a_volunteer(self, *, cleared=False, approved=True, **details) -> str:
        body = {"person_id": new_id(), "kinds": ["LOVING_PARENT"], "born_on": "1985-03-12", **details}
        volunteer = ok(self.post("/v1/volunteers", body))["id"]
        if approved:
            body = {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": "2025-06-01"}
            ok(self.post(f"/v1/volunteers/{volunteer}/approval", body), 200)
        for kind in (*CHILD_CLEARANCES, "FIRST_AID") if cleared else ():
            self.clear(volunteer, kind)
        return volunteer

    def clear(self, volunteer, kind, result="CLEAR", **details):
        body = {"type": kind, "result": result, "checked_on": "2025-06-10", **details}
        return ok(self.post(f"/v1/volunteers/{volunteer}/clearances", body), 200)

    def an_activity(self, *, published=True, need=None, **details) -> tuple[str, str]:
        """Return the ids of an activity and of its one need."""
        body = {
            "kind": "CULTURE",
            "title": "重阳联欢",
            "place": "活动室",
            "starts_at": "2025-07-05T09:00:00+08:00",
            "ends_at": "2025-07-05T11:00:00+08:00",
            "needs": [{"role": "布置", "min": 1, "max": 2, **(need or {})}],
            **details,
        }
        activity = ok(self.post("/v1/activities", body))
        if published:
            ok(self.post(f"/v1/activities/{activity['id']}/publication"), 200)
        return activity["id"], activity["needs"][0]["id"]

    def sign_up(self, activity, need, volunteer, **more):
        body = {"volunteer_id": volunteer, "need_id": need, **more.pop("body", {})}
        return self._patiently(f"/v1/activities/{activity}/sign-ups", body, **more)

    def a_child(self, *, born_on="2017-01-01", **details) -> dict:
        body = {
            "id": new_id(),
            "guardian_ids": [new_id(), new_id()],
            "born_on": born_on,
            "health_declared_on": "2025-06-20",
            "pickups": [{"name": "王秀英", "relation": "母亲", "id_last4": "002X"}],
            **details,
        }
        self.appoint(body["id"], *body["guardian_ids"])
        return ok(self.post("/v1/children", body))

    def appoint(self, child: str, *guardians: str, **details) -> None:
        """Let the register tell who may act for a child, and wait until that is known."""
        values = {"ward_id": child, "kind": "PARENT", "may": ["CONSENT_ACTIVITY", "PICK_UP"], **details}
        told = [GuardianshipChanged(guardianship_id=f"{child[:13]}{one[-13:]}", guardian_id=one, **values) for one in guardians]
        self.tell(*told)
        with MongoClient(self.platform.env["MONGODB_URI"]) as client:
            kept = client[self.platform.prefix + "volunteering"]["guardianships"]
            for one in told:
                known = {"_id": one.guardianship_id, "may": one.may, "blocked": one.blocked}
                eventually(lambda known=known: kept.count_documents(known) == 1, every=0.02, why="the guardian known")

    def a_series(self, **details) -> str:
        body = {
            "season": "SUMMER",
            "subject": "PAINTING",
            "title": "暑期绘画班",
            "capacity": 20,
            "room": "二楼教室",
            "starts_on": "2025-07-01",
            "ends_on": "2025-08-31",
            **details,
        }
        series = ok(self.post("/v1/class-series", body))["id"]
        ok(self.post(f"/v1/class-series/{series}/opening"), 200)
        return series

    def enrol(self, series, child, guardian=0, **more):
        consents = {"participation": True, "emergency_care": True, "data": True, **more.pop("consents", {})}
        body = {"child_id": child["id"], "guardian_id": child["guardian_ids"][guardian], "consents": consents, "assent": True}
        body |= {"agreement_signed_on": self.now.date().isoformat(), **more.pop("body", {})}
        return self._patiently(f"/v1/class-series/{series}/enrolments", body, **more)

    def a_session(self, series, day="2025-07-05", hour=9, **details) -> str:
        span = {"starts_at": f"{day}T{hour:02}:00:00+08:00", "ends_at": f"{day}T{hour + 2:02}:00:00+08:00"}
        return ok(self.post("/v1/class-sessions", {"series_id": series, **span, **details}))["id"]

    def _patiently(self, path, body, **more):
        """Send a command again with its key where the deadline cut it off, as every client may."""
        more.setdefault("key", new_id())
        for _ in range(5):
            answer = self.post(path, body, **more)
            if answer.status_code != 503:
                break
        return answer

    def facts(self, subject: str) -> list[dict]:
        """Return what was published about a subject, in order, as it went over the wire."""
        with MongoClient(self.platform.env["MONGODB_URI"]) as client:
            rows = client[self.platform.prefix + "volunteering"]["events"].find({"subject": subject}).sort("sequence", 1)
            return [msgspec.json.decode(row["body"]) for row in rows]

    def rows(self, collection: str) -> list[dict]:
        """Return what lies in one of the service's collections."""
        with MongoClient(self.platform.env["MONGODB_URI"]) as client:
            return list(client[self.platform.prefix + "volunteering"][collection].find())

    def raw(self) -> bytes:
        """Return everything that lies in the service's database."""
        with MongoClient(self.platform.env["MONGODB_URI"]) as client:
            database = client[self.platform.prefix + "volunteering"]
            return b"".join(repr(row).encode() for name in database.list_collection_names() for row in database[name].find())

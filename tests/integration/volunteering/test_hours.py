"""Hours from a group entry to a certificate that anybody can check, over HTTP against a real broker and database."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from services.common.access import Role
from services.common.ids import new_id
from tests.integration.volunteering.community import OTHER_COORDINATOR, ok
from tests.support.running import eventually

OTHER = {"actor": OTHER_COORDINATOR}


def state_of(community, id):
    return ok(community.get(f"/v1/hours/{id}"), 200)["state"]


@pytest.mark.rule("VOL-30", "VOL-31", "VOL-32")
def test_a_group_entry_becomes_verified_certified_checked_by_anybody_and_superseded_by_a_reversal(community):
    community.at("2025-08-01T09:00:00+08:00")
    volunteers = [community.a_volunteer() for _ in range(2)]
    activity, _ = community.an_activity(starts_at="2025-08-02T09:00:00+08:00", ends_at="2025-08-02T11:00:00+08:00")
    community.at("2025-08-03T09:00:00+08:00")
    span = {"starts_at": "2025-08-02T09:00:00+08:00", "ends_at": "2025-08-02T11:00:00+08:00"}
    group = ok(community.post("/v1/hours-groups", {"activity_id": activity, "volunteer_ids": [*volunteers, volunteers[0]], **span}))
    eventually(lambda: len(ok(community.get("/v1/hours", activity_id=activity), 200)["items"]) == 2)
    hours = group["hours_ids"][0]
    ok(community.post(f"/v1/hours/{hours}/verification", **OTHER), 200)
    [told] = eventually(lambda: community.facts(f"hours/{hours}"))
    assert (told["effectiveon"], told["time"][:10]) == ("2025-08-02", "2025-08-03")

    wanted = {"volunteer_id": volunteers[0], "holder_name": "欧阳印证", "as_of": "2025-08-03"}
    certificate = ok(community.post("/v1/hours-certificates", wanted, **OTHER))
    path = f"/v1/hours-certificates/{certificate['id']}"
    eventually(lambda: state_of(community, hours) == "CERTIFIED")

    picture = Image.open(BytesIO(community.get(f"{path}/qr.png").content))
    (code,) = zxingcpp.read_barcodes(picture)
    page = community.get("/v1/" + code.text.split("/v1/")[1], roles=())
    checked = community.get(f"/v1/certificate-checks/{certificate['number']}", roles=())

    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert certificate["number"] in page.text and "有效" in page.text and "2.0 小时" in page.text
    assert "欧阳印证" not in page.text + checked.text and "欧阳印证" in community.get(f"{path}/page").content.decode()
    assert ok(checked, 200) == {
        "number": certificate["number"],
        "state": "VALID",
        "as_of": "2025-08-03",
        "minutes": 120,
        "hours": "2.0",
        "times": 1,
        "issued_on": "2025-08-03",
    }
    assert "欧阳印证".encode() not in community.raw()

    ok(community.post(f"/v1/hours/{hours}/correction", {"minutes": 60, "reason": "提前离开"}, **OTHER), 200)

    eventually(lambda: community.get(f"/v1/certificate-checks/{certificate['number']}", roles=()).json()["state"] == "SUPERSEDED")
    eventually(lambda: len(ok(community.get("/v1/hours", activity_id=activity, volunteer_id=volunteers[0]), 200)["items"]) == 3)
    assert ok(community.get(f"/v1/volunteers/{volunteers[0]}/service-record"), 200)["hours"] == "1.0"
    anew = ok(community.post("/v1/hours-certificates", wanted, **OTHER))
    assert (anew["minutes"], ok(community.get(path), 200)["minutes"]) == (60, 120)
    facts = eventually(lambda: (seen := community.facts(f"hours_certificate/{certificate['id']}")) and len(seen) == 2 and seen)
    assert [fact["type"].rsplit(".", 1)[1] for fact in facts] == ["HoursCertified", "HoursCertificateSuperseded"]
    assert community.get("/v1/certificate-checks/2025-AAAAA-AAAAA/page", roles=()).status_code == 404
    assert community.get(path, roles=(Role.WORKER,)).status_code == 403


@pytest.mark.rule("VOL-32")
def test_who_declared_kin_never_decides_on_their_hours_and_who_declared_nothing_on_none(community):
    activity, _ = community.an_activity(published=False)
    person, staff = new_id(), "01JD000000000000000STAFF77"
    volunteer = community.a_volunteer(person_id=person)
    community.at("2025-08-04T09:00:00+08:00")
    span = {"starts_at": "2025-08-03T09:00:00+08:00", "ends_at": "2025-08-03T11:00:00+08:00"}
    claim = ok(community.post("/v1/hours", {"volunteer_id": volunteer, "activity_id": activity, **span}))["id"]

    silent = community.post(f"/v1/hours/{claim}/verification", staff=staff)
    ok(community.post("/v1/kin-declarations", {"person_ids": [person]}, staff=staff), 200)
    kin = community.post(f"/v1/hours/{claim}/rejection", {"reason": "x"}, staff=staff)

    assert [(one.status_code, one.json()["code"]) for one in (silent, kin)] == [(409, "KIN_NOT_DECLARED"), (403, "OWN_HOURS")]
    assert Counter([state_of(community, claim)]) == {"CLAIMED": 1}


@pytest.mark.rule("VOL-30", "VOL-31")
def test_time_outside_any_activity_counts_as_one_time_and_stands_in_the_certificate_by_its_description(community):
    community.at("2025-08-05T09:00:00+08:00")
    volunteer = community.a_volunteer()
    span = {"starts_at": "2025-08-04T09:00:00+08:00", "ends_at": "2025-08-04T11:00:00+08:00"}
    silent = community.post("/v1/hours", {"volunteer_id": volunteer, **span})
    claim = ok(community.post("/v1/hours", {"volunteer_id": volunteer, "description": "上门理发", **span}))
    ok(community.post(f"/v1/hours/{claim['id']}/verification", {"confirm_over_plan": True, "left_out_minutes": 15}, **OTHER), 200)
    ok(community.post(f"/v1/hours/{claim['id']}/correction", {"minutes": 90, "reason": "另有路程", "confirm_over_plan": True}, **OTHER), 200)
    record = eventually(lambda: (seen := ok(community.get(f"/v1/volunteers/{volunteer}/service-record"), 200))["minutes"] == 90 and seen)

    certificate = ok(community.post("/v1/hours-certificates", {"volunteer_id": volunteer, "holder_name": "欧阳印证", "as_of": "2025-08-05"}, **OTHER))
    page = community.get(f"/v1/hours-certificates/{certificate['id']}/page").content.decode()

    assert [(one["field"], one["code"]) for one in silent.json()["errors"]] == [("description", "REQUIRED")]
    assert (claim["basis"], claim["activity_id"]) == ("MANUAL", claim["id"])
    assert (record["times"], certificate["times"], certificate["minutes"], page.count("上门理发")) == (1, 1, 90, 3)

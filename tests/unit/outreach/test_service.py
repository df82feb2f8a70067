"""The service as a whole: nothing in it hides anything else, and every refusal has its words."""

from __future__ import annotations

import re
from pathlib import Path

from services.common.http.routes import routes_of
from services.common.inbox import subscriptions_of
from services.common.messages import COMMON
from services.outreach import service
from services.outreach.messages import MESSAGES

CODE = re.compile(
    r"(?:Conflict|Forbidden|Invalid|NotFound)\(\s*\"([A-Z_]+)\"|(?:field|FieldError)\([^,]+, \"([A-Z_]+)\"|code=\"([A-Z_]+)\""
    r"|ValidationError\([^)]*\"([A-Z][A-Z_]+)\""
)


def parts_of(cls: type) -> list[type]:
    return [part for part in cls.__mro__ if part.__module__.startswith("services.outreach") and part is not cls]


def test_no_two_parts_of_the_service_share_the_name_of_a_method():
    for cls in (service.OutreachApi, service.OutreachInbox):
        names = [name for part in parts_of(cls) for name in vars(part) if callable(vars(part)[name]) and not name.startswith("__")]
        private = {name for name in names if name.startswith("_")}

        assert sorted(set(names) - private) == sorted(name for name in names if name not in private)


def test_no_two_parts_of_the_service_share_a_helper():
    for cls in (service.OutreachApi, service.OutreachInbox):
        helpers = [name for part in parts_of(cls) for name in vars(part) if name.startswith("_") and not name.startswith("__")]

        assert sorted(helpers) == sorted(set(helpers))


def test_every_code_has_its_words_and_every_text_its_code():
    source = "".join(path.read_text() for path in Path(service.__file__).parent.rglob("*.py") if path.name != "messages.py")
    raised = {code for found in CODE.findall(source) for code in found if code}

    assert raised - MESSAGES.keys() - COMMON.keys() == set()
    assert MESSAGES.keys() - raised == set()


def test_every_route_and_every_subscription_is_there():
    folder = Path(service.__file__).parent
    written = {name for path in folder.rglob("*.py") for name in re.findall(r"^class (\w+(?:Routes|Subscriptions))\b", path.read_text(), re.M)}
    served = {part.__name__ for cls in (service.OutreachApi, service.OutreachInbox) for part in parts_of(cls)}

    assert written == served
    assert len(routes_of(service.OutreachApi)) >= 19
    assert {"CareBegan", "VisitCompleted", "ObligationMet", "CaseFileOpened", "GridDefined"} <= subscriptions_of(
        service.OutreachInbox
    ).keys()

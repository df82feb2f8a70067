"""Looking up, without a name, what became of what one wished or said (OUT-40)."""

from __future__ import annotations

from services.common.errors import NotFound
from services.common.http import PUBLIC, post
from services.common.nameko import Storage
from services.common.store import Scope
from services.outreach.lookups.domain import normal
from services.outreach.lookups.schemas import LookedUpSchema, LookUpSchema
from services.outreach.opinions.storage import Opinions
from services.outreach.wishes.storage import Wishes

HOLDER = Scope.everything("whoever holds the code may see the answer and nothing else")


class LookUpRoutes:
    """Answers for who gave no name."""

    wishes_by_code, opinions_by_code = Storage(Wishes), Storage(Opinions)

    @post("/v1/look-ups", access=PUBLIC, body=LookUpSchema, answer=LookedUpSchema, repeatable=False)
    def look_up(self, request):
        """Tell what became of a wish or opinion by its code, which is in the body so that it stands in no log (OUT-40)."""
        code = self.wishes_by_code.blind("look-up", normal(request.body["code"]))
        wish = self.wishes_by_code.find_one({"lookups.code": code}, HOLDER)
        if wish:
            current = self.wishes_by_code.live(wish.id).state
            answer = wish.state.answer or current.answer
            return {
                "about": "WISH",
                "state": current.state.value,
                "received_on": wish.state.submitted_on,
                "answer": answer and answer.text,
                "answer_by_on": current.answer_by_on,
                "promise_on": current.promise_on,
                "public_reason": None,
            }
        opinion = self.opinions_by_code.find_one({"lookups.code": code}, HOLDER)
        if opinion is None:
            raise NotFound()
        return {
            "about": "OPINION",
            "state": opinion.state.state.value,
            "received_on": opinion.state.received_on,
            "answer": opinion.state.answer and opinion.state.answer.text,
            "answer_by_on": None,
            "promise_on": None,
            "public_reason": opinion.state.public_reason,
        }

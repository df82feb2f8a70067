"""Wishes over HTTP: from the first word to the wisher's last."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import Conflict, Invalid, NotFound
from services.common.http import PUBLIC, get, post, put
from services.common.nameko import Policy, Storage
from services.common.store import Scope
from services.common.workdays import WorkCalendar
from services.outreach.access import CARERS, LEADS, READERS, acting, in_confidence
from services.outreach.care.storage import CareRecipients
from services.outreach.grids.storage import Grids
from services.outreach.lookups.domain import code_of
from services.outreach.wishes import schemas
from services.outreach.wishes.domain import answers, doing, intake, life
from services.outreach.wishes.domain.wishes import Visibility, WishPolicy, WishState, told_as
from services.outreach.wishes.storage import Wishes

PUBLIC_LIST = Scope.everything("what everybody may see shows no person and no words")
SHOWN = (Visibility.PUBLIC.value, Visibility.MASKED.value)


class WishRoutes:
    """Entering, answering, promising, confirming wishes."""

    wishes, wishers, wish_grids = Storage(Wishes), Storage(CareRecipients), Storage(Grids)
    wish_policy, wish_calendar = Policy(WishPolicy), Policy(WorkCalendar)

    @post("/v1/wishes", access=CARERS, body=schemas.SubmitWishSchema, answer=schemas.WishSchema, writes="wishes", status=201)
    def submit_wish(self, request):
        """Enter a wish; its receipt, and its terms in working days, begin at once (OUT-30, OUT-37)."""
        body = request.body
        grid_id = self._grid_of_wish(body.pop("person_id", None), body.pop("grid_id", None), request.scope)
        decision = intake.submit(
            id=request.new_id(),
            **body,
            **grid_id,
            by=acting(request),
            at=request.now,
            today=request.today,
            calendar=self.wish_calendar,
            policy=self.wish_policy,
        )
        return self.wishes.add(*decision, request.cause)

    @post("/v1/wishes/{wish_id}/triage", access=CARERS, body=schemas.TriageWishSchema, answer=schemas.WishSchema, writes="wishes")
    def triage_wish(self, request):
        """Take a wish on, or give it to somebody who answers for it (OUT-30)."""
        body = {"owner_staff_id": acting(request), **request.body}
        return self._save_wish(request, lambda wish: intake.triage(wish, **body))

    @post("/v1/wishes/{wish_id}/question", access=CARERS, body=schemas.AskWisherSchema, answer=schemas.WishSchema, writes="wishes")
    def ask_wisher(self, request):
        """Ask the wisher for more; the term of the answer runs on (OUT-30)."""
        return self._save_wish(request, lambda wish: intake.ask(wish, **request.body))

    @post("/v1/wishes/{wish_id}/information", access=CARERS, body=schemas.TellMoreSchema, answer=schemas.WishSchema, writes="wishes")
    def tell_more_of_wish(self, request):
        """Add what the wisher told when asked."""
        return self._save_wish(request, lambda wish: intake.tell_more(wish, **request.body, owner_staff_id=acting(request)))

    @put("/v1/wishes/{wish_id}/visibility", access=CARERS, body=schemas.ShowWishSchema, answer=schemas.WishSchema, writes="wishes")
    def show_wish(self, request):
        """Say who may read of it; a masked wish is rewritten, its first words stay sealed (OUT-36)."""
        body = {"masked_text": None, **request.body}
        return self._save_wish(request, lambda wish: intake.show_as(wish, **body))

    @post("/v1/wishes/{wish_id}/acceptance", access=CARERS, body=schemas.AcceptWishSchema, answer=schemas.WishSchema, writes="wishes")
    def accept_wish(self, request):
        """Accept it and promise a day: within 30 days for a person, 180 for a facility (OUT-30)."""
        body = {"text": None, **request.body}
        who = {"today": request.today, "at": request.now, "by": acting(request), "policy": self.wish_policy}
        return self._save_wish(request, lambda wish: answers.accept(wish, **body, **who))

    @post("/v1/wishes/{wish_id}/promise", access=CARERS, body=schemas.PromiseWishSchema, answer=schemas.WishSchema, writes="wishes")
    def promise_wish(self, request):
        """Move the promised day, at most twice, with a reason that the wisher is told; or give one after a reopening (OUT-30)."""
        body = {"reason": None, **request.body}
        who = {"today": request.today, "by": acting(request), "policy": self.wish_policy}
        return self._save_wish(request, lambda wish: answers.promise(wish, **body, **who))

    @post("/v1/wishes/{wish_id}/refusal", access=CARERS, body=schemas.DeclineWishSchema, answer=schemas.WishSchema, writes="wishes")
    def decline_wish(self, request):
        """Decline or refer it; it counts as answered when the words have reached the wisher (OUT-31)."""
        body = {"alternative": None, "referred_to": None, **request.body}
        return self._save_wish(request, lambda wish: answers.decline(wish, **body, at=request.now, by=acting(request)))

    @post("/v1/wishes/{wish_id}/merger", access=CARERS, body=schemas.MergeWishSchema, answer=schemas.WishSchema, writes="wishes")
    def merge_wish(self, request):
        """Let it go on as part of a similar wish, whose stakeholder its wisher becomes (OUT-34)."""
        try:
            into = self.wishes.get(request.body["into_id"], request.scope).state
        except NotFound:
            raise Invalid.field("into_id", "WISH_UNKNOWN") from None
        return self._save_wish(request, lambda wish: answers.merge(wish, into))

    @post("/v1/wishes/{wish_id}/split", access=CARERS, answer=schemas.WishSchema, writes="wishes")
    def split_wish(self, request):
        """Let a merged wish go its own way again (OUT-34)."""
        return self._save_wish(request, answers.split)

    @post("/v1/wishes/{wish_id}/withdrawal", access=CARERS, body=schemas.WithdrawWishSchema, answer=schemas.WishSchema, writes="wishes")
    def withdraw_wish(self, request):
        """Take it back for the wisher, who wants it no more; wishes that were merged into it are split off first (OUT-34)."""
        return self._save_wish(request, lambda wish: intake.withdraw(wish, **request.body))

    @post("/v1/wishes/{wish_id}/confirmation", access=CARERS, body=schemas.ConfirmWishSchema, answer=schemas.WishSchema, writes="wishes")
    def confirm_wish(self, request):
        """Take down the wisher's word, or that of kin or guardian; never by who answers for it or did it (OUT-32, OUT-33)."""
        body = {"by_person_id": None, **request.body}
        return self._save_wish(
            request,
            lambda wish: doing.confirm(
                wish, **{**body, "by_person_id": self.wishes.as_wisher(wish, body["by_person_id"])}, at=request.now, recorded_by=acting(request), on=request.today, **self._terms_of(wish)
            ),
        )

    @post("/v1/wishes/{wish_id}/calls", access=CARERS, body=schemas.CallWisherSchema, answer=schemas.WishSchema, writes="wishes")
    def call_wisher(self, request):
        """Keep a call to a wisher who said nothing; after three in vain on three days they count as unreachable (OUT-32)."""
        reached = request.body["reached"]
        return self._save_wish(
            request, lambda wish: doing.try_to_call(wish, on=request.today, by=acting(request), reached=reached, policy=self.wish_policy)
        )

    @post("/v1/wishes/{wish_id}/recheck", access=CARERS, body=schemas.RecheckWishSchema, answer=schemas.WishSchema, writes="wishes")
    def recheck_wish(self, request):
        """Say whether a lasting deed still holds; if not, the wish is open again (OUT-33)."""
        return self._save_wish(
            request, lambda wish: doing.recheck(wish, **request.body, on=request.today, by=acting(request), **self._terms_of(wish))
        )

    @post("/v1/wishes/{wish_id}/decision", access=CARERS, body=schemas.DecideWishSchema, answer=schemas.WishSchema, writes="wishes")
    def decide_wish(self, request):
        """Take what the family of who died, or who moved away, says; a family that wants it done becomes the wisher (OUT-35)."""
        body = {"kin_person_id": None, "kin_relation": None, **request.body}
        terms = {"today": request.today, "calendar": self.wish_calendar, "policy": self.wish_policy}
        return self._save_wish(request, lambda wish: life.decide(wish, **body, **terms))

    @post("/v1/wishes/{wish_id}/archive", access=LEADS, answer=schemas.WishSchema, writes="wishes")
    def archive_wish(self, request):
        """Put away a wish at which nothing is left to look."""
        return self._save_wish(request, doing.archive)

    @get("/v1/wishes", access=READERS, query=schemas.ListWishesSchema, answer=schemas.WishSchema, many=True)
    def list_wishes(self, request):
        """List wishes: of a person, in a grid, of an owner, on a lead's list, late, due to be called or looked at again, or to be asked."""
        query = dict(request.query)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        page = self.wishes.page(query, request.scope, cursor, limit, sort="submitted_on")
        return replace(page, items=[_shown(wish, request) for wish in page.items])

    @get("/v1/wishes/{wish_id}", access=READERS, answer=schemas.WishSchema)
    def get_wish(self, request):
        """Show a wish; an auditor sees no words but the masked ones."""
        return _shown(self._wish(request), request)

    @get("/v1/wishes/{wish_id}/look-up-code", access=CARERS, answer=schemas.LookUpCodeSchema)
    def get_wish_code(self, request):
        """Show the code to give to a wisher who gave no name, so that they can look up the answer (OUT-40)."""
        wish = self._wish(request).state
        if not wish.anonymous:
            raise Conflict("WISHER_IS_KNOWN")
        return {"code": code_of(self.wishes.blind, wish.id)}

    @get("/v1/public-wishes", access=PUBLIC, query=schemas.PublicWishesQuery, answer=schemas.PublicWishSchema, many=True)
    def list_public_wishes(self, request):
        """List for everybody what is wished and done: category, building, state and dates; no name, no words, no door (OUT-36)."""
        query = dict(request.query)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        filter = {"visibility": {"$in": list(SHOWN)}, "state": {"$ne": WishState.MERGED.value}, **query}
        if "category" in query:
            # As it is told: whoever asks for HEALTH by name must not learn which of the others are of that kind.
            filter["category"] = {"$in": [one.value for one in told_as(query["category"])]}
        return self.wishes.page(filter, PUBLIC_LIST, cursor, limit, sort="-submitted_on")

    def _wish(self, request):
        return self.wishes.get(request.params["wish_id"], request.scope)

    def _save_wish(self, request, decide):
        wish = self._wish(request)
        return self.wishes.save(wish, *decide(wish.state), request.cause)

    def _terms_of(self, wish):
        lead = self.wish_grids.leads().get(wish.grid_id)
        return {"lead_staff_id": lead, "calendar": self.wish_calendar, "policy": self.wish_policy}

    def _grid_of_wish(self, person_id, grid_id, scope):
        """Return in which grid the wish lies, and the wisher, who must be known and within the caller's reach."""
        if person_id is not None:
            try:
                return {"person_id": person_id, "grid_id": self.wishers.get(person_id, scope).state.grid_id}
            except NotFound:
                raise Invalid.field("person_id", "PERSON_UNKNOWN") from None
        if grid_id is None and scope.areas and len(scope.areas) == 1:
            grid_id = next(iter(scope.areas))
        if grid_id is None:
            raise Invalid.field("grid_id", "REQUIRED")
        if not scope.covers(grid_id):
            raise NotFound()
        return {"grid_id": grid_id}


def _shown(wish, request):
    """Return a wish as this reader may see it: free words are for carers (X-16)."""
    if in_confidence(request):
        return wish
    answer = wish.state.answer and replace(wish.state.answer, text=None, alternative=None)
    hidden = replace(
        wish.state,
        text="",
        question=None,
        answer=answer,
        referred_to=None,
        promise_history=tuple(replace(promise, reason=None) for promise in wish.state.promise_history),
        confirmations=tuple(replace(word, note=None, proof=None, relation=None) for word in wish.state.confirmations),
    )
    return replace(wish, state=hidden)

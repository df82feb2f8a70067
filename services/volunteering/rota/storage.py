"""Where rota plans, wishes and fair shares are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope
from services.volunteering.rota.domain.plan import RotaPlan
from services.volunteering.rota.domain.shares import FairShares, RotaWish

COMMUNITY = Scope.everything("the rota is made over the whole community")


class RotaPlans(Aggregates[RotaPlan]):
    """Rota plans, one document each with its inputs, so that anybody can compute it again."""

    collection, aggregate, state = "rota_plans", "rota_plan", RotaPlan
    indexes = (Index("state", "_id"), Index("since"))


class RotaWishes(Aggregates[RotaWish]):
    """Wishes, one document for each volunteer; why somebody is let off lies sealed."""

    collection, aggregate, state = "rota_wishes", "rota_wish", RotaWish
    sealed = ("exempt_reason",)

    def key_of(self, state: RotaWish) -> str:
        return state.person_id


class FairShareAsks(Aggregates[FairShares]):
    """What is asked of families, one document for each series."""

    collection, aggregate, state = "fair_shares", "fair_shares", FairShares

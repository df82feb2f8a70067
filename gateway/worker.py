"""The gateway's worker: fetches cards for the read models, looks whether the services are there and whether they answer facts of life."""

from __future__ import annotations

from gateway.views import VIEWS
from gateway.views.cards import fetch_cards
from gateway.views.cascades import watch_cascades
from gateway.views.freshness import watch_services
from services.common.worker import run_worker


def main() -> None:
    """Run until SIGTERM."""
    run_worker("gateway", VIEWS, jobs=(watch_cascades,), more=(fetch_cards, watch_services))


if __name__ == "__main__":
    main()

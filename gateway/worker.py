"""The gateway's worker: fetches cards for the read models and looks whether the services are there."""

from __future__ import annotations

from gateway.views import VIEWS
from gateway.views.cards import fetch_cards
from gateway.views.freshness import watch_services
from services.common.worker import run_worker


def main() -> None:
    """Run until SIGTERM."""
    run_worker("gateway", VIEWS, jobs=(), more=(fetch_cards, watch_services))


if __name__ == "__main__":
    main()

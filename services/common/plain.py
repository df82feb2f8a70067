"""The same handlers without nameko and eventlet: a service's inbox on plain threads (the way out of eventlet)."""

from __future__ import annotations

from services.common.inbox import Inbox, subscriptions_of
from services.common.nameko import Policy, Storage


def plain_inbox(process) -> Inbox:
    """Return the service's inbox with its handlers bound to a plain instance."""
    cls = process.service.inbox
    instance = cls()
    for name in dir(cls):
        provider = getattr(cls, name)
        if isinstance(provider, Storage):
            setattr(instance, name, process.storage(provider.cls))
        elif isinstance(provider, Policy):
            setattr(instance, name, process.policy(provider.cls))
    handlers = {event: [getattr(instance, method) for method in methods] for event, methods in subscriptions_of(cls).items()}
    return Inbox(process, handlers)

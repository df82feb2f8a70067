"""Where our parts meet nameko: storages and policies as dependencies, the inbox as an entrypoint."""

from __future__ import annotations

from functools import partial

from eventlet.event import Event as Result
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension

from services.common.events.base import CATALOGUE
from services.common.inbox import Inbox, subscriptions_of


class Storage(DependencyProvider):
    """Gives a feature the storage of one kind of aggregate or read model."""

    def __init__(self, cls: type, **kwargs):
        self.cls = cls
        super().__init__(**kwargs)

    def get_dependency(self, worker_ctx):
        return self.container.config["process"].storage(self.cls)


class Policy(DependencyProvider):
    """Gives a feature the community's settings of one kind."""

    def __init__(self, cls: type, **kwargs):
        self.cls = cls
        super().__init__(**kwargs)

    def get_dependency(self, worker_ctx):
        return self.container.config["process"].policy(self.cls)


def check_policies(process) -> None:
    """Read every setting that a service's features use, so that a wrong one stops the process before it does anything."""
    for cls in (process.service.api, process.service.inbox):
        for name in dir(cls):
            if isinstance(getattr(cls, name), Policy):
                process.policy(getattr(cls, name).cls)


class Reaction(Entrypoint):
    """One handler of one event: fired by the inbox instead of by a consumer of its own."""

    def fire(self, event) -> None:
        """Run the handler in a worker of its container and wait for its end."""
        result = Result()
        self.container.spawn_worker(self, (event,), {}, handle_result=partial(self._end, result))
        result.wait()

    @staticmethod
    def _end(result: Result, worker_ctx, value, exc_info):
        if exc_info:
            result.send_exception(*exc_info)
        else:
            result.send(value)
        return value, None


class InboxExtension(SharedExtension):
    """Runs a service's inbox as long as its container runs."""

    def __init__(self, **kwargs):
        self.inbox: Inbox | None = None
        super().__init__(**kwargs)

    def start(self):
        handlers: dict[str, list] = {}
        for reaction in self.container.entrypoints:
            if isinstance(reaction, Reaction):
                handlers.setdefault(reaction.event_name, []).append(reaction.fire)
        self.inbox = Inbox(self.container.config["process"], handlers)
        self.container.config["inbox"] = self.inbox
        self._thread = self.container.spawn_managed_thread(self.inbox.run)

    def stop(self):
        if self.inbox is not None:
            self.inbox.stop()


class InboxReaction(Reaction):
    """A Reaction that brings the inbox with it."""

    inbox = InboxExtension()

    def __init__(self, event_name: str, **kwargs):
        self.event_name = event_name
        super().__init__(**kwargs)

    def stop(self):
        self.inbox.stop()


def with_inbox(cls: type) -> type:
    """Turn the subscriptions of a plain class into nameko entrypoints."""
    namespace = {}
    for event_name, methods in subscriptions_of(cls).items():
        assert event_name in CATALOGUE
        for method in methods:
            function = namespace.get(method) or _copy(getattr(cls, method))
            namespace[method] = InboxReaction.decorator(event_name)(function)
    return type(cls.__name__, (cls,), namespace)


def _copy(method):
    def handler(self, event):
        return method(self, event)

    handler.__name__, handler.__doc__ = method.__name__, method.__doc__
    return handler

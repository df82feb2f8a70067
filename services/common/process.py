"""What one running process of a service has in hand: settings, database, clock, keys."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services.common import policies
from services.common.audit import AuditTrail
from services.common.clock import Clock, SimulatedClock, SystemClock
from services.common.database import UnfitDatabase, check
from services.common.doorbell import Doorbell
from services.common.privacy import Blind, ServiceKey, Vault, derived_key, read_key
from services.common.settings import Settings
from services.common.telemetry import log

A = TypeVar("A")
UNFIT = 78
"""The exit code of a process whose configuration cannot work (EX_CONFIG)."""


class Process:
    """The parts that storage, entrypoints and jobs of one service share within one process."""

    def __init__(self, service, settings: Settings):
        self.service = service
        self.settings = settings
        self.client: MongoClient = MongoClient(
            settings.mongodb_uri,
            w="majority",
            journal=True,
            timeoutMS=5000,
            serverSelectionTimeoutMS=4000,
            connectTimeoutMS=2000,
            maxPoolSize=settings.max_workers + settings.lanes + 4,
            tz_aware=True,
            appname=f"nuanxin-{service.name}",
        )
        self.db = self.client[settings.database(service.name)]
        self.clock: Clock = SimulatedClock(self.db) if settings.simulation else SystemClock()
        self.blind = Blind(read_key(settings.keys, "lookup.key", 32))
        self.service_key = ServiceKey(read_key(settings.keys, "service.key", 32))
        self.audit = AuditTrail(self.db, derived_key(self.service_key.raw, "audit"))
        self.policies = policies.read(service.name, settings.policies)
        self.doorbell = Doorbell(settings.host, settings.worker_port)
        self.prepared = threading.Event()
        self.at_work = threading.Event()
        """While set, somebody waits for a large piece of work, and the relay and long clock jobs give way to it."""
        self.stopping = threading.Event()
        self._storages: dict[type, Any] = {}

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.client, self.db.name, read_key(self.settings.keys, "master.key", 96))

    @property
    def has_other_work(self) -> bool:
        """Say whether a long clock job should stop where it is and go on at the next minute, or after a restart."""
        return self.stopping.is_set() or self.at_work.is_set()

    def storage(self, cls: type[A]) -> A:
        """Return the storage of one kind of aggregate; there is one per process."""
        if cls not in self._storages:
            self._storages[cls] = cls(self)  # type: ignore[call-arg]
        return self._storages[cls]

    def policy(self, cls: type[A]) -> A:
        """Return the community's settings of one kind."""
        return self.policies.of(cls)

    def prepare(self) -> None:
        """Look whether the database is fit for our promises and create every index; raise while it is away."""
        check(self.client, self.settings.env)
        if any(storage.sealed for storage in self.service.storages if hasattr(storage, "sealed")):
            self.vault.prepare()
        self.db["events"].create_index([("subject", 1), ("sequence", 1)])
        self.db["events"].create_index([("published_at", 1), ("subject", 1), ("sequence", 1)])
        self.db["inbox"].create_index("held_since", sparse=True)
        for storage in self.service.storages:
            self.storage(storage).prepare()
        self.prepared.set()

    def prepare_when_possible(self, stopped: threading.Event) -> None:
        """Create every index as soon as the database answers; until then commands get a 503."""
        while not self.prepared.is_set() and not stopped.is_set():
            try:
                self.prepare()
            except PyMongoError as error:
                log.warning("database.not_ready", reason=type(error).__name__)
                stopped.wait(1)
            except UnfitDatabase as error:
                # Serving on would be a promise that this database cannot keep.
                log.critical("database.unfit", sentence=str(error))
                os._exit(UNFIT)

"""How fast the common parts are, each as a ratio to the raw floor of the same run: `make bench`.

Ratios travel from machine to machine, absolute figures do not. Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from amqp import Message
from pymongo import MongoClient
from rich.console import Console
from rich.table import Table

from deploy.keys import make_keys
from deploy.parts import Broker, Database
from services.common.broker import connect
from services.common.ids import new_id
from tests.bench.sizes import QUICK, Measured, Sizes, Town
from tests.conftest import an_environment
from tests.support.running import Platform, eventually
from tests.support.small_fixture import running

COMMANDS = 120
HANDS = 8


def rate(count: int, work) -> float:
    """Return how many a second."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def raw_inserts(uri: str) -> float:
    """The floor of a command: one durable insert of a document of the same size, from one thread."""
    with MongoClient(uri, w="majority", journal=True) as client:
        collection = client["bench"]["raw"]
        return rate(COMMANDS, lambda: [collection.insert_one({"_id": new_id(), "filler": "x" * 900}) for _ in range(COMMANDS)])


def raw_publishes(uri: str) -> float:
    """The floor of the relay: one confirmed publish at a time."""
    with connect(uri) as connection:
        channel = connection.channel()
        channel.queue_declare("bench", durable=True, auto_delete=False)
        message = Message(b"x" * 600, delivery_mode=2)
        return rate(COMMANDS, lambda: [channel.basic_publish(message, exchange="", routing_key="bench", confirm_timeout=5) for _ in range(COMMANDS)])


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="a community of a hundredth of the size")
    arguments.add_argument("--only", choices=("common", "sizes"), help="half of it")
    chosen = arguments.parse_args()
    console = Console(width=140)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_keys(folder / "keys")
        with Broker(folder / "broker") as broker, Database(folder / "database") as database:
            inserts = raw_inserts(database.uri())
            if chosen.only != "sizes":
                with an_environment(folder, folder / "keys", broker, database.uri()) as platform:
                    common(platform, inserts, console)
            if chosen.only != "common":
                # Its databases go with the folder: to drop them one by one takes the embedded database minutes.
                platform = Platform(folder, folder / "keys", broker.make_vhost("sizes"), database.uri(), "sizes_")
                try:
                    town = Town(platform, QUICK if chosen.quick else Sizes(), lambda line: console.print(f"[dim]{line}[/]"))
                    show(town.run(), inserts, console)
                finally:
                    platform.close()


def common(platform, inserts: float, console: Console) -> None:
    """Measure the common parts with the smallest services that there are."""
    table = Table("what", "per second", "floor", "floor per second", "ratio")
    with running(platform) as small:
        publishes = raw_publishes(platform.env["AMQP_URI"])
        ids: list[str] = []
        one = rate(COMMANDS, lambda: ids.extend(small.define(new_id()) for _ in range(COMMANDS)))
        with ThreadPoolExecutor(HANDS) as hands:
            many = rate(COMMANDS, lambda: list(hands.map(lambda _: small.define(new_id()), range(COMMANDS))))
        reads = rate(COMMANDS, lambda: [small.publisher.get(f"/v1/grids/{ids[0]}") for _ in range(COMMANDS)])
        eventually(lambda: small.codes(ids[-1]), within=120)
        delays = [effect_delay(small) for _ in range(15)]
        drained = drain(small)
    for what, figure, floor, value in (
        ("commands over HTTP, one client", one, "durable insert", inserts),
        (f"commands over HTTP, {HANDS} clients", many, "durable insert", inserts),
        ("reads over HTTP, one client, on record", reads, "durable insert", inserts),
        ("facts published, logged, applied in order", drained, "confirmed publish", publishes),
    ):
        table.add_row(what, f"{figure:.0f}", floor, f"{value:.0f}", f"{figure / value:.2f}")
    console.print(table)
    console.print(f"from a command's answer to its effect in another service: median {statistics.median(delays) * 1000:.0f} ms, worst of 15 {max(delays) * 1000:.0f} ms")


def show(measured: list[Measured], inserts: float, console: Console) -> None:
    """Print what the sizes took, each beside its target and as so many raw inserts."""
    table = Table("what", "took", "target", "raw inserts each", "", title=f"sizes; {inserts:.0f} durable inserts a second in this run")
    for one in measured:
        target = "" if one.target is None else f"{one.target:g} {one.unit}"
        late = one.target is not None and one.seconds > one.target
        ratio = "" if one.unit != "s" else f"{one.inserts(inserts):.2f}"
        table.add_row(one.what, f"{one.seconds:.2f} {one.unit}", target, ratio, ("MISSED " if late else "") + one.note)
    console.print(table)


def effect_delay(small) -> float:
    """Return the seconds from a command's answer to its effect in the follower."""
    grid_id = small.define(new_id())
    started = time.perf_counter()
    eventually(lambda: small.codes(grid_id), every=0.002)
    return time.perf_counter() - started


def drain(small) -> float:
    """Return how many facts a second go from the outbox into their effect, when many have gathered."""
    small.registry_worker.stop()
    with ThreadPoolExecutor(HANDS) as hands:
        ids = list(hands.map(lambda _: small.define(new_id()), range(COMMANDS)))
    counts = small.process_of("outreach").db["counts"]
    before = counts.count_documents({})
    small.registry_worker.start()
    return rate(len(ids), lambda: eventually(lambda: counts.count_documents({}) >= before + len(ids), within=180, every=0.1))


if __name__ == "__main__":
    main()

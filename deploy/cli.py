"""`nuanxin`: what operators do with an installation. Beside a running `make run` it needs no settings."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import urllib3
from rich.console import Console
from rich.table import Table

from deploy.environment import ROOT, WrongSetting, recall
from deploy.story.logins import FILE, Logins

if TYPE_CHECKING:
    from services.common.parked import ParkedMessage, ParkedMessages
    from services.common.process import Process

SERVICES = ("registry", "outreach", "volunteering", "learning", "gateway")
FIGURES = ("census_rounds_closed", "census_full_coverage", "case_files_opened", "residents_paired", "community_workers", "class_course_kinds", "members_by_mode", "members_not_covered")
out = Console(highlight=False)
service_argument = click.argument("service", type=click.Choice(SERVICES))


class Failed(click.ClickException):
    """A command that could not do its work, in a sentence."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def nuanxin() -> None:
    """Look after an installation of Nuanxin.

    Settings are those of the processes (environment variables); what `make run` uses is found under var/ by itself.
    """
    # Whatever is imported later reads its settings from the environment.
    try:
        os.environ.update(recall(Path(os.environ.get("NUANXIN_VAR") or ROOT / "var").resolve()))
    except WrongSetting as error:
        raise Failed(str(error)) from None


@nuanxin.command()
@click.option("--year", type=click.IntRange(1900, 2200), help="The year; the present one if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures, and the ids that each was counted from.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Only Chinese or only English; both if left out.")
def brief(year: int | None, as_json: bool, lang: str | None) -> None:
    """Print a year's brief.

    Signs in with NUANXIN_LOGIN and NUANXIN_PASSWORD, or as the demo administrator.
    """
    found = Gateway().get("/v1/brief", **({"year": str(year)} if year else {}))
    if as_json:
        click.echo(json.dumps({name: found[name] for name in FIGURES} | found, ensure_ascii=False))
        return
    for language in (lang,) if lang else ("zh", "en"):
        click.echo(found["text"][language] + "\n")
    if found["stale"]:
        click.echo(f"As of {found['as_of']}: not everything that happened is counted yet.", err=True)
    if found["restated"]:
        click.echo(f"It was published on {found['published']['published_at'][:10]} and is another now: GET /v1/brief/restatement?year={found['year']} says by what.", err=True)


@nuanxin.command(short_help="Enter the demo community's year.")
def story() -> None:
    """Enter the demo community's year; what was interrupted goes on, what is done stays."""
    from deploy.story.__main__ import main

    main()


@nuanxin.command(short_help="Print a demo login and its password.")
@click.argument("who")
def login(who: str) -> None:
    """Print a demo login and its password, by the name or by what the person is: administrator, worker, secretary."""
    line = Logins(Path(os.environ["NUANXIN_VAR"]) / FILE).find(who)
    if line is None:
        raise Failed(f"There is no demo login for {who!r}.")
    click.echo(f"{line[0]} {line[1]}")


@nuanxin.group()
def rebuild() -> None:
    """Build read models anew from the facts."""


@rebuild.command("gateway", short_help="Read every fact again.")
def rebuild_gateway() -> None:
    """Drop the gateway's read models and read every fact again; it may go on serving meanwhile."""
    from gateway.views import rebuild as views

    require_parts()
    views.main()


@nuanxin.command(short_help="Send a service's facts again from its log.")
@service_argument
@click.option("--to", "follower", type=click.Choice(SERVICES), help="Only to this service; to all that follow it if left out.")
@click.option("--subject", help="Only the facts of one aggregate, such as person/01JD....")
def replay(service: str, follower: str | None, subject: str | None) -> None:
    """Send a SERVICE's facts again from its log.

    Facts that had their effect already have none again; what was lost or is new to a follower takes effect.
    """
    import msgspec

    from services.common.broker import Publisher, inbox_queue, replay_queue
    from services.common.events import CATALOGUE
    from services.common.events.followers import followers_of
    from services.common.relay import ReplayRequested

    kinds = [kind for kind in CATALOGUE.values() if kind.publisher == service]
    if not kinds:
        raise Failed(f"{service} publishes no facts.")
    followers = {name for kind in kinds for name in followers_of(kind)}
    if follower and follower not in followers:
        raise Failed(f"{follower} follows nothing of {service}; {', '.join(sorted(followers))} do.")
    settings = settings_of(service)
    publisher = Publisher(settings.amqp_uri, settings.ladder)
    try:
        for name in [follower] if follower else sorted(followers):
            request = ReplayRequested(to=inbox_queue(name), subject=subject)
            publisher.publish(msgspec.json.encode(request), "", replay_queue(service), content_type="application/json")
            click.echo(f"{service}'s worker was asked to send {subject or 'everything'} to {name} again.")
    except OSError as error:
        raise Failed(f"The broker does not answer ({type(error).__name__}).") from None
    finally:
        publisher.drop()


@nuanxin.group(short_help="Look at messages that a service could not take.")
def parked() -> None:
    """Look at messages that a service could not take, and decide what becomes of them."""


@parked.command("list")
@click.argument("service", type=click.Choice(SERVICES), required=False)
def list_parked(service: str | None) -> None:
    """List parked messages of a SERVICE, or of all."""
    table = Table("service", "no", "event", "subject", "reason", "attempts", "parked at")
    for name in [service] if service else SERVICES:
        for message in parked_of(name).list():
            table.add_row(name, str(message.no), message.event or "?", message.subject or "?", message.reason, str(message.attempts), message.parked_at)
    wide().print(table if table.rows else "Nothing is parked.")


@parked.command("show")
@service_argument
@click.argument("no", type=int)
def show_parked(service: str, no: int) -> None:
    """Show one parked message with its content."""
    message = next((one for one in parked_of(service).list() if one.no == no), None)
    if message is None:
        raise Failed(f"{service} has no parked message {no}.")
    for name in ("event", "event_id", "subject", "sequence", "reason", "attempts", "first_failed_at", "parked_at"):
        click.echo(f"{name:<16} {getattr(message, name)}")
    click.echo(message.body.decode(errors="replace"))


def chosen(command: Callable) -> Callable:
    """Let a command name messages: by their numbers, or all."""
    numbers = click.argument("numbers", type=int, nargs=-1, metavar="[NO]...")
    return service_argument(numbers(click.option("--all", "everything", is_flag=True, help="All that are parked now.")(command)))


@parked.command("replay", short_help="Send messages through the inbox again.")
@chosen
def replay_parked(service: str, numbers: tuple[int, ...], everything: bool) -> None:
    """Send parked messages through the inbox again, after the cause was mended."""
    choice = wanted(numbers, everything)
    count = parked_of(service).replay(choice)
    click.echo(f"{count} sent through {service}'s inbox again.")


@parked.command("discard", short_help="Give messages up for good.")
@chosen
@click.option("--reason", required=True, help="Why nobody needs them; it is written to the log.")
def discard_parked(service: str, numbers: tuple[int, ...], everything: bool, reason: str) -> None:
    """Give parked messages up for good, so that the facts behind them go on."""
    from services.common import telemetry

    choice, given_up = wanted(numbers, everything), []

    def note(message: ParkedMessage) -> bool:
        if choice(message):
            given_up.append(message)
        return choice(message)

    count = parked_of(service).discard(note)
    for message in given_up:
        telemetry.log.warning("parked.discarded", event_id=message.event_id, subject=message.subject, sequence=message.sequence, reason=reason)
    click.echo(f"{count} discarded.")


@nuanxin.command(short_help="Check that no record of who read or wrote what was changed.")
@service_argument
@click.option("--head", "heads", multiple=True, metavar="CHAIN=NUMBER", help="The last number of a chain, as `audit.head` in the logs tells it; may be repeated.")
def audit(service: str, heads: tuple[str, ...]) -> None:
    """Check a SERVICE's records of who read or wrote what; exit 1 and name the places where one was changed."""
    from services.common.audit import verify
    from services.common.privacy import derived_key

    try:
        known = {chain: int(number) for chain, _, number in (head.partition("=") for head in heads)}
    except ValueError:
        raise click.UsageError("--head wants a chain and a number, such as 01JD...=1000.") from None
    process = process_of(service)
    count, findings = verify(process.db, derived_key(process.service_key.raw, "audit"), known)
    for finding in findings:
        click.echo(f"{finding.record} {finding.fault}")
    click.echo(f"{count} records, {len(findings)} changed." if findings else f"{count} records, none changed.")
    sys.exit(1 if findings else 0)


@nuanxin.command(short_help="Make the key files that are missing.")
def keys() -> None:
    """Make every key file that is missing; those that exist stay as they are."""
    from deploy.keys import make_keys

    folder = Path(os.environ["NUANXIN_KEYS"])
    make_keys(folder)
    click.echo(f"The keys are in {folder}. Without them the records cannot be read: keep a copy elsewhere.")


@nuanxin.command(short_help="Show whether every process answers, and what waits.")
def status() -> None:
    """Show whether every process answers, and what waits; exit 1 where something needs a look."""
    table = Table("process", "address", "ready", "outbox", "oldest", "in flight", "parked")
    trouble = False
    for name in SERVICES:
        for suffix, variable in (("", "PORT"), ("-worker", "WORKER_PORT")):
            port = os.environ[f"{name.upper()}_{variable}"]
            ready, numbers = look_at(port)
            aside = count_parked(name) if not suffix else ""
            age = f"{float(numbers.get('nuanxin_outbox_age_seconds', 0)):.0f} s"
            trouble |= not ready or aside not in ("", "0")
            shown = (numbers.get("nuanxin_outbox_depth", ""), age, "") if suffix else ("", "", numbers.get("nuanxin_inbox_in_flight", ""))
            table.add_row(f"{name}{suffix}", f"127.0.0.1:{port}", "[green]yes" if ready else "[red]no", *shown, aside)
    wide().print(table)
    sys.exit(1 if trouble else 0)


@nuanxin.command(short_help="List every operation and who may use it.")
def routes() -> None:
    """List every operation of the HTTP API, who carries it out, and who may use it."""
    for name in ("AMQP_URI", "MONGODB_URI"):
        os.environ.setdefault(name, "")
    from gateway.forwarding.table import operations
    from gateway.service import CONTRACTS, OwnRoutes
    from services.common.http.routes import routes_of

    table = Table("method", "path", "by", "who may", "what")
    rows = [(one.route, one.owner) for one in operations(CONTRACTS)] + [(route, "gateway") for route in routes_of(OwnRoutes) if not route.hidden]
    for route, owner in sorted(rows, key=lambda row: (row[0].path, row[0].method)):
        may = "everybody" if route.access.public else ", ".join(sorted(route.access.roles))
        table.add_row(route.method, route.path, owner, may, route.summary.splitlines()[0])
    wide().print(table)


@nuanxin.command(short_help="List every event, its publisher and followers.")
def events() -> None:
    """List every event, who publishes it, and who follows it."""
    from services.common.events import CATALOGUE
    from services.common.events.followers import followers_of

    table = Table("event", "published by", "of", "followed by", "what")
    for kind in sorted(CATALOGUE.values(), key=lambda kind: (kind.publisher, kind.aggregate, kind.name)):
        table.add_row(kind.name, kind.publisher, kind.aggregate, ", ".join(followers_of(kind)), (kind.cls.__doc__ or "").splitlines()[0])
    wide().print(table)


class Gateway:
    """The installation's HTTP API, signed in as whoever the environment names."""

    def __init__(self) -> None:
        self._url = os.environ["GATEWAY_URL"].rstrip("/")
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=3, read=30))
        logins = Logins(Path(os.environ["NUANXIN_VAR"]) / FILE)
        login = os.environ.get("NUANXIN_LOGIN") or "admin"
        password = os.environ.get("NUANXIN_PASSWORD") or logins.password(login)
        answer = self._ask("POST", "/v1/sessions", json.dumps({"login": login, "password": password}).encode(), {"Content-Type": "application/json"})
        self._headers = {"Authorization": f"Bearer {answer['access_token']}"}

    def get(self, path: str, **query: str) -> Any:
        """Return what the signed-in person sees."""
        return self._ask("GET", path, None, self._headers, query)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str], query: dict[str, str] | None = None) -> Any:
        fields = {"fields": query} if query else {"body": body}
        try:
            answer = self._http.request(method, self._url + path, headers={"Accept-Language": "en", **headers}, **fields)
        except urllib3.exceptions.HTTPError as error:
            raise Failed(f"The gateway at {self._url} does not answer ({type(error).__name__}). Is it running? `make run` starts it.") from None
        if answer.status == 401:
            raise Failed("Signing in was refused. Set NUANXIN_LOGIN and NUANXIN_PASSWORD to somebody who may read the brief.")
        if answer.status >= 300:
            raise Failed(f"The gateway answers {answer.status}: {answer.data.decode(errors='replace')[:500]}")
        return json.loads(answer.data)


def require_parts() -> None:
    """Stop with a sentence where no broker or database is known."""
    from services.common import telemetry

    missing = [name for name in ("AMQP_URI", "MONGODB_URI") if not os.environ.get(name)]
    if missing:
        raise Failed(f"{' and '.join(missing)} must be set, or the platform must have been started here with `make run`.")
    telemetry.configure("nuanxin", "WARNING")


def settings_of(service: str):
    """Return the settings of a service's processes."""
    from services.common.settings import load

    require_parts()
    return load(service)


def process_of(service: str) -> Process:
    """Return a service's database and keys, as its own processes have them."""
    from services.common.process import Process
    from services.common.service import Service

    # Its storages are not needed, so nothing of the service itself is imported.
    return Process(Service(service, api=object, inbox=object, storages=()), settings_of(service))


def parked_of(service: str) -> ParkedMessages:
    """Return the parked messages of a service's inbox."""
    from services.common.parked import ParkedMessages

    return ParkedMessages(process_of(service))


def wanted(numbers: tuple[int, ...], everything: bool) -> Callable[[ParkedMessage], bool]:
    """Return the choice of messages, which must be one of the two ways."""
    if everything == bool(numbers):
        raise click.UsageError("Name messages by their numbers, or say --all.")
    return lambda message: everything or message.no in numbers


def count_parked(service: str) -> str:
    """Return how many messages of a service are parked; a dash where the broker does not say."""
    from services.common.broker import connect, parked_queue

    try:
        with connect(os.environ["AMQP_URI"]) as connection:
            return str(connection.channel().queue_declare(parked_queue(service), passive=True).message_count)
    except Exception:
        return "-"


def look_at(port: str) -> tuple[bool, dict[str, str]]:
    """Return whether a process is ready, and its numbers."""
    http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=1, read=3))
    try:
        ready = http.request("GET", f"http://127.0.0.1:{port}/health/ready").status == 200
        text = http.request("GET", f"http://127.0.0.1:{port}/metrics").data.decode()
    except urllib3.exceptions.HTTPError:
        return False, {}
    numbers = {}
    for line in text.splitlines():
        name, _, value = line.rpartition(" ")
        if name and not line.startswith("#"):
            numbers[name.partition("{")[0]] = value.removesuffix(".0")
    return ready, numbers


def wide() -> Console:
    """Return a console that does not fold long rows where nobody looks at a terminal."""
    return out if out.is_terminal else Console(width=240, highlight=False)


def main() -> None:
    """Run the command line."""
    nuanxin(prog_name="nuanxin")


if __name__ == "__main__":
    main()

"""The game: commands of every role, lawful and not, one after the other and at once, until so many were sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote
from uuid import UUID

from deploy.play import bodies, words
from deploy.play.bodies import Bodies
from deploy.play.exchange import Answer, Asked, Line
from deploy.play.interface import Command, Interface, interface
from services.checker import Checker

LOG = "the log"
OFFICE = "I-13"
"""The rule that the act is another office's."""

NOBODY = "nobody"
TOLD = 50
"""Broken words and errors that are kept word for word; the rest are counted."""

PAGE = 2_000
OFFICES = 4
"""Offices that are asked about a stream before it is left alone."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token and, where it is an agent's, its unit."""

    token: str
    unit: str | None = None


@dataclass(slots=True)
class Tally:
    """What was sent and what came of it."""

    commands: int = 0
    accepted: int = 0
    refused: int = 0
    races: int = 0
    reads: int = 0
    kept: int = 0
    findings_before: int = 0
    types: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    server_errors: list[dict[str, Any]] = field(default_factory=list)
    broken_words: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every word was kept, and nothing unlawful stored."""
        return not self.server_errors and not self.broken_words and not self.findings


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody before a stream: who, which stream, at which version, and what they may decide."""

    who: str
    kind: str
    stream: str
    version: int
    possible: Sequence[Mapping[str, Any]]


class Player:
    """Plays against one register. Raises OSError or HTTPException where it is away, ValueError where it is none."""

    def __init__(self, url: str, tokens: Mapping[str, Token], seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 (a draw that has to repeat, nothing secret)
        self.tokens = dict(tokens)
        self.line, self.other = Line(url), Line(url)
        self.tally, self.positions = Tally(), words.Positions()
        self.streams: dict[str, list[str]] = {}
        self.lucky: Counter[tuple[str, str]] = Counter()
        self.recent: list[tuple[str, str]] = []
        self.before: dict[str, int] = {}
        self.taken: Counter[str] = Counter()
        document = self.read("/openapi.json", NOBODY).document
        self.interface: Interface = interface(document if isinstance(document, dict) else {})
        now = self.read("/api/v1/now", self.anybody()).document
        today = date.fromisoformat(now["day"])
        self.bodies = Bodies(self.random, self.interface.schemas, today, self.streams)

    def play(self, commands: int) -> Tally:
        """Send so many commands; what came of it."""
        if not self.streams:
            self._look_round()
        until = self.tally.commands + commands
        while self.tally.commands < until:
            move = self.random.choices([one for one, _ in _MOVES], [weight for _, weight in _MOVES])[0]
            move(self)
        return self.tally

    def checked(self, pack: Path) -> Tally:
        """Let the checker read all that is stored; what it finds of entries that were there before is only counted."""
        checker = Checker(pack)
        found = [finding for line in self.history() for finding in checker.feed(line)] + checker.ends()
        own = [finding for finding in found if finding.version > self.before.get(finding.stream, 0)]
        self.tally.findings, self.tally.findings_before = [one.as_json() for one in own], len(found) - len(own)
        return self.tally

    def history(self) -> Iterator[str]:
        """Every stored event as the feed gives it, one a line."""
        after: int | None = 0
        while after is not None:
            answer = self.read(f"/api/v1/events?after={after}&limit={PAGE}", self.auditor())
            page = answer.document
            for event in page["events"]:
                yield json.dumps(event, ensure_ascii=False)
            after = page["next"]

    def close(self) -> None:
        """Close the connections."""
        self.line.close()
        self.other.close()

    # --- asking -------------------------------------------------------------------------------------------------------

    def headers(self, who: str, **more: str) -> dict[str, str]:
        """The headers with which somebody asks."""
        token = self.tokens.get(who)
        return {**({"Authorization": f"Bearer {token.token}"} if token else {}), **more}

    def key(self) -> str:
        """A new idempotency key."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def command(self, seat: Seat, command: Command, body: Any, **more: str) -> Asked:
        """A command at the version that was seen."""
        headers = {"Idempotency-Key": self.key(), "If-Match": f'"{seat.version}"', "Content-Type": "application/json"}
        path = command.path.replace("{stream}", seat.stream)
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Asked("POST", path, seat.who, self.headers(seat.who, **{**headers, **more}), sent)

    def send(self, asked: Asked) -> Answer:
        """Send a command and count what came of it."""
        answer = self.line.send(asked)
        self.count(asked, answer)
        stored = answer.status == 201 and "idempotency-replayed" not in answer.headers
        if stored:
            self.hold(asked, answer, self.positions.went_back(LOG, answer, stored=True))
        return answer

    def count(self, asked: Asked, answer: Answer) -> None:
        """Count an answer to a command, and ask what every answer promises."""
        self.tally.commands += 1
        self._hold_form(asked, answer)
        document = answer.document
        if 200 <= answer.status < 300:
            self.tally.accepted += 1
            for event in (document or {}).get("events", ()):
                self.tally.types[event["type"]] += 1
        elif answer.status < 500:
            self.tally.refused += 1
            self.tally.rules[_why(document)] += 1

    def hold(self, asked: Asked, answer: Answer, broken: str | None) -> None:
        """Keep a broken word with the request that it was broken on."""
        if broken is not None and len(self.tally.broken_words) < TOLD:
            self.tally.broken_words.append({"word": broken, **_told(asked, answer)})

    def _hold_form(self, asked: Asked, answer: Answer) -> None:
        if answer.status >= 500 and len(self.tally.server_errors) < TOLD:
            self.tally.server_errors.append(_told(asked, answer))
        self.hold(asked, answer, words.problem_is_told(answer))

    def read(self, path: str, who: str, where: str | None = None) -> Answer:
        """Read something; `where` it has a position that may not go back."""
        asked = Asked("GET", path, who, self.headers(who))
        answer = self.line.send(asked)
        self.tally.reads += 1
        self._hold_form(asked, answer)
        if where is not None:
            self.hold(asked, answer, self.positions.went_back(where, answer))
        return answer

    def anybody(self) -> str:
        """The name of some token."""
        return self.random.choice(list(self.tokens))

    def auditor(self) -> str:
        """The name of a token that reads the whole log; of any, where none is called so."""
        return next((name for name in self.tokens if name.endswith("auditor")), "") or self.anybody()

    # --- choosing -----------------------------------------------------------------------------------------------------

    def _look_round(self) -> None:
        """Which streams there are, and what was stored in them."""
        for line in self.history():
            event = json.loads(line)
            self._met(event["type"].partition(".")[0], event["stream"])
            self.bodies.saw(event["type"], event["event"])
            self.before[event["stream"]] = event["version"]

    def _met(self, kind: str, stream: str) -> None:
        known = self.streams.setdefault(kind, [])
        if stream not in known and kind in self.interface.kinds:
            known.append(stream)

    def some_stream(self) -> tuple[str, str]:
        """Some stream that is known, with its kind; often one that moved of late."""
        if self.recent and self.random.random() < 0.5:
            return self.random.choice(self.recent)
        kinds = [kind for kind in self.streams if self.streams[kind]]
        many = [sum(1 for of, _ in self.interface.commands if of == kind) for kind in kinds]
        (kind,) = self.random.choices(kinds, many)
        return kind, self.random.choice(self.streams[kind])

    def _somebody(self, kind: str, stream: str) -> str:
        """Who may have something to do there: of whom it was so before, or whose own unit it is."""
        names = list(self.tokens)
        weights = [1 + 3 * min(self.lucky[kind, name], 10) + 20 * (self.tokens[name].unit == stream) for name in names]
        return self.random.choices(names, weights)[0]

    def seat(self, kind: str, stream: str) -> Seat | None:
        """Somebody who may decide something on a stream, best with an example of it; None where nobody was found."""
        found: Seat | None = None
        for _ in range(OFFICES):
            seat = self.seated(self._somebody(kind, stream), kind, stream)
            if seat is None or not any(one["allowed"] for one in seat.possible):
                continue
            if any("example" in one for one in seat.possible):
                self.lucky[kind, seat.who] += 1
                return seat
            found = seat
        return found

    def seated(self, who: str, kind: str, stream: str) -> Seat | None:
        """What somebody may decide on a stream; None where there is none."""
        document = self.read(f"{self.interface.kinds[kind]}/{stream}/decisions?options=1", who).document
        if not isinstance(document, dict) or "decisions" not in document:
            return None
        return Seat(who, kind, stream, document["version"], document["decisions"])

    def somewhere(self) -> Seat | None:
        """Somebody before some stream, or before a new one."""
        if self.random.random() < 0.15:
            kind = self.random.choice(list(self.interface.kinds))
            return self.seat(kind, self.key())
        return self.seat(*self.some_stream())

    def choose(self, possible: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """One of these possibilities, those rather whose decision was taken seldom."""
        (chosen,) = self.random.choices(possible, [1 / (1 + self.taken[one["decision"]]) for one in possible])
        self.taken[chosen["decision"]] += 1
        return chosen

    def moved(self, seat: Seat, answer: Answer) -> None:
        """A stream has something new: go on there."""
        document = answer.document
        stream = str(document.get("stream", seat.stream)) if isinstance(document, dict) else seat.stream
        self._met(seat.kind, stream)
        self.recent = [*self.recent[-20:], (seat.kind, stream)]
        for event in document.get("events", ()) if isinstance(document, dict) else ():
            self.bodies.saw(event["type"], event["event"])


# --- moves ------------------------------------------------------------------------------------------------------------


def sit(player: Player) -> None:
    """One office before one stream: something unlawful first, then one lawful act."""
    seat, random = player.somewhere(), player.random
    if seat is None:
        return
    allowed = [one for one in seat.possible if one["allowed"]]
    barred = [one for one in seat.possible if not one["allowed"]]
    # that somebody else's office is meant is the rule of most refusals, and the least of them
    telling = [one for one in barred if any(refusal["rule"] != OFFICE for refusal in one["refusals"])]
    if telling and random.random() < 0.5 and refused(player, seat, player.choose(telling)):
        return
    if barred and random.random() < 0.2 and refused(player, seat, player.choose(barred)):
        return
    if not allowed:
        return
    for move, chance in ((mutated, 0.5), (misaddressed, 0.4)):
        if random.random() < chance and move(player, seat, player.choose(allowed)):
            return
    sure = [one for one in allowed if "example" in one]
    if sure and random.random() < 0.6:
        lawful(player, seat, player.choose(sure))
    else:
        tried(player, seat, player.choose(allowed))


def lawful(player: Player, seat: Seat, possible: Mapping[str, Any]) -> None:
    """What is offered with an example is accepted: once, however often and at once it is sent."""
    command = player.interface.commands[seat.kind, possible["decision"]]
    asked = player.command(seat, command, possible["example"])
    way = player.random.random()
    if way < 0.1:
        at_once(player, seat, asked, player.command(seat, command, possible["example"]))
        return
    if way < 0.2:
        at_once(player, seat, asked, asked)
        return
    answer = player.send(asked)
    if answer.status != 201:
        if still_offered(player, seat, possible):
            player.hold(asked, answer, f"{possible['decision']} is offered with this very body, and refused")
        else:
            player.tally.races += 1
        return
    player.tally.kept += 1
    player.moved(seat, answer)
    if way < 0.5:
        player.hold(asked, again := player.send(asked), words.answers_alike(answer, again))
    if way < 0.3:
        reused(player, seat, command, asked, possible["example"])


def reused(player: Player, seat: Seat, command: Command, asked: Asked, example: Mapping[str, Any]) -> None:
    """A key that was used is for no other body, and for nobody else."""
    other, _ = bodies.wrong(player.random, example)
    key = {"Idempotency-Key": asked.key or ""}
    given_again = [player.command(seat, command, other, **key)]
    if others := [name for name in player.tokens if name != seat.who]:
        stranger = replace(seat, who=player.random.choice(others))
        given_again.append(player.command(stranger, command, example, **key))
    for given in given_again:
        answer = player.send(given)
        if answer.status == 201:
            player.hold(given, answer, "a key that was used is taken for another request")


def at_once(player: Player, seat: Seat, one: Asked, other: Asked) -> None:
    """Two clients at one version, or one client twice with one key."""
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda pair: pair[0].send(pair[1]), ((player.line, one), (player.other, other)))
    for asked, answer in ((one, first), (other, second)):
        player.count(asked, answer)
    player.tally.races += 1
    if one.key == other.key:
        if (first.status, first.document) != (second.status, second.document):
            player.hold(one, second, "one key at once is answered in two ways")
    else:
        player.hold(other, second, words.one_is_taken((first, second)))
    for answer in (first, second):
        if answer.status == 201:
            player.positions.went_back(LOG, answer)
            player.moved(seat, answer)


def still_offered(player: Player, seat: Seat, possible: Mapping[str, Any]) -> bool:
    """Whether the same is offered with an example even now, so that nothing came in between."""
    now = player.seated(seat.who, seat.kind, seat.stream)
    same = (possible["decision"], possible["subject"])
    return now is not None and any(
        one["allowed"] and "example" in one and (one["decision"], one["subject"]) == same for one in now.possible
    )


def tried(player: Player, seat: Seat, possible: Mapping[str, Any]) -> None:
    """What is offered, with a body that may be lawful; by its key where it begins a stream that has one."""
    command = player.interface.commands[seat.kind, possible["decision"]]
    begins = player.interface.beginning.get(seat.kind)
    if seat.version == 0 and begins is not None and begins.schema is command.schema:
        command = begins
    answer = player.send(player.command(seat, command, player.bodies.plausible(command.schema, possible)))
    if answer.status == 201:
        player.moved(seat, answer)


def refused(player: Player, seat: Seat, possible: Mapping[str, Any]) -> bool:
    """What is not offered is refused; whether it was taken after all."""
    command = player.interface.commands[seat.kind, possible["decision"]]
    named = [name for name, value in possible["subject"].items() if value is not None]
    if any(name not in command.fields for name in named):
        return False
    asked = player.command(seat, command, player.bodies.plausible(command.schema, possible))
    answer = player.send(asked)
    if answer.status == 201:
        rules = ", ".join(refusal["rule"] for refusal in possible["refusals"])
        player.hold(asked, answer, f"{possible['decision']} is refused by {rules}, and taken")
        player.moved(seat, answer)
    return answer.status == 201


def mutated(player: Player, seat: Seat, possible: Mapping[str, Any]) -> bool:
    """A body with one thing wrong with it; whether it was taken nevertheless (the checker says if it may be)."""
    command = player.interface.commands[seat.kind, possible["decision"]]
    body, _ = bodies.wrong(player.random, player.bodies.plausible(command.schema, possible))
    answer = player.send(player.command(seat, command, body))
    if answer.status == 201:
        player.moved(seat, answer)
    return answer.status == 201


def misaddressed(player: Player, seat: Seat, possible: Mapping[str, Any]) -> bool:
    """A command whose body may be lawful and whose request is not; whether it was taken, which it may not be."""
    command, random = player.interface.commands[seat.kind, possible["decision"]], player.random
    body = possible.get("example") or player.bodies.plausible(command.schema, possible)
    asked = player.command(seat, command, body)
    other_kind, other = player.some_stream()
    wrong: Sequence[tuple[Asked, tuple[int, ...]]] = (
        (_with(asked, {"Authorization": "Bearer nobody"}), (401,)),
        (_with(asked, {"Authorization": "Basic eDp5"}), (401,)),
        (_with(asked, {"If-Match": f'"{seat.version + 1 + random.randrange(9)}"'}), (412,)),
        (_with(asked, {"If-Match": f'"{max(seat.version - 1, 0)}"'}), (412,) if seat.version else ()),
        (
            _with(
                asked, {"If-Match": random.choice(("x", '"-1"', '"1.5"', "9" * 40, '"١"'.encode().decode("latin-1")))}
            ),
            (412, 422),
        ),
        (_with(asked, {"Idempotency-Key": random.choice(("", "k" * 201))}), (400,)),
        (_with(asked, {"Content-Type": "text/plain"}, body=bodies.no_json(random)), (400, 413, 415, 422)),
        (_with(asked, query=f"effective_on={quote(random.choice(_ODD))}"), ()),
        (_with(asked, path=command.path.replace("{stream}", random.choice(_ODD_IDS))), (404, 412)),
        (
            _with(asked, path=command.path.replace("{stream}", other)),
            () if other_kind == seat.kind else (404, 409, 422),
        ),
        (_with(asked, path=f"{asked.path.rpartition('/')[0]}/no-such-decision"), (404,)),
    )
    given, expected = random.choice(wrong)
    answer = player.send(given)
    # what else is wrong with it may be said first
    also = (403, 409) if "example" in possible else (403, 409, 422)
    if expected and answer.status not in (*expected, *also):
        player.hold(given, answer, f"answered {answer.status}, and not {' or '.join(map(str, expected))}")
    if answer.status == 201:
        player.moved(seat, answer)
    return answer.status == 201


def read(player: Player) -> None:
    """Something that can be read, asked for with odd parameters."""
    reading, random = player.random.choice(player.interface.readings), player.random
    kinds = [kind for kind, path in player.interface.kinds.items() if reading.path.startswith(f"{path}/{{stream}}")]
    known = player.streams.get(kinds[0], ()) if kinds else ()
    path = reading.path.replace("{stream}", random.choice(known) if known else player.key())
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + quote(random.choice(_ODD), safe="") + rest.partition("}")[2]
    asked = {name: quote(random.choice(_ODD)) for name in reading.parameters if random.random() < 0.4}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    kind_of_list = reading.path if "{" not in reading.path else LOG
    player.read(path + (f"?{query}" if query else ""), player.anybody(), kind_of_list)


def junk(player: Player) -> None:
    """A command that is described by its path alone, with anything for a body."""
    method, path = player.random.choice(player.interface.others)
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + quote(player.random.choice((*_ODD, "1", "2")), safe="") + rest.partition("}")[2]
    who = player.anybody()
    kinds = (
        "application/json",
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
        "application/pdf",
    )
    headers = {"Idempotency-Key": player.key(), "Content-Type": player.random.choice(kinds)}
    body = player.random.choice((bodies.no_json(player.random), b"{}", b'{"specversion":"1.0"}', b"[{}]"))
    player.send(Asked(method, path, who, player.headers(who, **headers), body))


_MOVES: Sequence[tuple[Callable[[Player], None], int]] = ((sit, 10), (read, 3), (junk, 1))

_ODD = (
    "", "0", "1", "-1", "7", "true", "example", "430100", "999999", "2026-01-01", "2026-02-30", "0001-01-01",
    "9999-12-31", "2026-01-01T00:00:00Z", "9" * 30, "\x00", "' OR 1=1 --", "示例", "a" * 2_000, "../..", "%", "null",
    "titles", "standards", "1e9", "2026-01-01T00:00:00+99:99",
)  # fmt: skip
_ODD_IDS = ("0", "nobody", "%00", "00000000-0000-0000-0000-000000000000", "示例".encode().hex(), "a" * 500)


def _with(
    asked: Asked, headers: Mapping[str, str] | None = None, *, path: str | None = None, query: str = "",
    body: bytes | None = None,
) -> Asked:  # fmt: skip
    where = path or asked.path
    return Asked(
        asked.method, f"{where}?{query}" if query else where, asked.who, {**asked.headers, **(headers or {})},
        asked.body if body is None else body,
    )  # fmt: skip


def _why(document: Any) -> str:
    if not isinstance(document, dict):
        return "?"
    return str(document.get("rule") or document.get("code", "?"))


def _told(asked: Asked, answer: Answer) -> dict[str, Any]:
    body = (asked.body or b"").decode("utf-8", "replace")
    return {
        "asked": f"{asked.method} {asked.path}"[:400],
        "who": asked.who,
        "headers": {name: value for name, value in asked.headers.items() if name != "Authorization"},
        "body": body[:1_000],
        "status": answer.status,
        "answer": answer.body.decode("utf-8", "replace")[:2_000],
    }

"""One decision on its way through its pages: what can be chosen, what was filled in, what is wrong, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID, uuid4

from fastapi import Request
from starlette.datastructures import UploadFile

from events.envelope import Entry, Event
from events.record import ActProposed
from services import content, drafts
from services.access.accounts import Account
from services.casework.decide import Decision, DecisionRequest
from services.casework.judgement import Possibility, obligations
from services.casework.kind import Kind
from services.casework.law import Law, Refusal
from services.casework.obligation import Obligation
from services.casework.options import Options
from services.casework.stream import State
from services.casework.unit.state import Unit
from services.errors import Malformed, Problem
from services.http import readers
from services.http.bodies import read_event
from services.http.context import context, reader_as
from services.http.deciding import asked_for, entered
from services.http.preparing import prepared
from services.http.streams import Situation
from services.web.case_context import own_scores
from services.web.controls import STANDARD_SET, Asked, Control, Form, Given, Offer, asked_by
from services.web.offers import looked_for, offers
from services.web.submitted_form import Reading, completed

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES: Final = {
    "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "zip": "application/zip",
    "ofd": "application/ofd", "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet", "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
}  # fmt: skip
"""What is taken by the ending of its name; its bytes have to fit."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: at which control, or with the whole; `refusal` where it is the law that says so."""

    id: str
    zh: str
    en: str
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would follow: a second person, duties that begin and end, and what is entered in other streams."""

    proposed: ActProposed | None
    begin: tuple[Obligation, ...]
    end: tuple[Obligation, ...]
    beside: tuple[Entry[Event], ...]


@dataclass(slots=True)
class Deciding:
    """The decision, before what it stands, and what was filled in so far."""

    request: Request
    who: Account
    kind: Kind[Any]
    law: Law[Any, Any]
    decision: str
    here: Situation
    given: dict[str, list[str]] = field(default_factory=dict)
    command: UUID = field(default_factory=uuid4)
    problems: list[Problem] = field(default_factory=list)
    refusals: Sequence[Refusal] = ()
    reading: Reading = field(default_factory=Reading)
    _offered: dict[Asked, Offer] = field(default_factory=dict)
    _fitting: dict[str, Offer] = field(default_factory=dict)
    _possibilities: list[Possibility] | None = None
    _as_read: State | None = None

    @property
    def event(self) -> type[Event]:
        """The event that the decision is."""
        event: type[Event] = self.law.event
        return event

    @property
    def begins(self) -> bool:
        """Whether it begins a stream whose id follows from what is filled in."""
        return self.here.state.version == 0 and self.kind.key is not None

    @property
    def address(self) -> str:
        """Where its form is sent."""
        plural = self.kind.words.plural
        within = plural if self.begins else f"{plural}/{self.here.state.id}"
        return f"/{within}/decide/{self.decision}"

    @property
    def possible(self) -> Possibility | None:
        """The possibility that is open, about the subject given where one is; else one that is not."""
        fitting = self._fitting_possibilities()
        return next((one for one in fitting if one.allowed), next(iter(fitting), None))

    def _fitting_possibilities(self) -> list[Possibility]:
        if self._possibilities is None:
            self._possibilities = self.here.may(self.decision)
        wanted = {name: values[-1] for name, values in self.given.items() if values}
        return [one for one in self._possibilities if _about(one, wanted)] or self._possibilities

    @property
    def settled(self) -> Possibility | None:
        """The one possibility that is open, where only one thing is left that the decision can be about."""
        allowed = [one for one in self._fitting_possibilities() if one.allowed]
        return allowed[0] if len(allowed) == 1 else None

    @property
    def as_read(self) -> State:
        """The state with its entries as whoever decides may read them."""
        return self._as_read or self.here.state

    def meant(self) -> Given:
        """What was filled in, with what the decision is about where that is settled."""
        about = self.settled.subject.items() if self.settled is not None else ()
        told = {name: [str(getattr(value, "value", value))] for name, value in about if value is not None}
        return {**self.given, **told}

    def controls(self) -> tuple[Control, ...]:
        """The controls as they are filled in; those that look for something with what was found."""
        state, settled = self.as_read, self.settled
        own = own_scores(state, self.event, self.meant(), self.here.pack)
        about = settled.subject if settled is not None else {}
        form = Form(self.law, Options(state, self.here.pack), self.given, self._offered, about, own)
        made = form.controls()
        return tuple(self._with_found(one) for one in made) if self._fitting else made

    def _with_found(self, one: Control) -> Control:
        if one.name in self._fitting:
            one = replace(one, choices=self._fitting[one.name].choices)
        return replace(one, parts=tuple(self._with_found(part) for part in one.parts)) if one.parts else one

    def begin(self) -> None:
        """Choose, on a fresh form that asks for a set of standards, the report's before, else the unit's first."""
        state = self.here.state
        if STANDARD_SET not in self.event.model_fields or self.given.get(STANDARD_SET) or not isinstance(state, Unit):
            return
        report, own = state.self_evaluation.whole, Options(state, self.here.pack).for_kind("standard_sets")
        chosen = report.standard_set if report is not None and report.standard_set in own else next(iter(own), None)
        if chosen is not None:
            self.given[STANDARD_SET] = [chosen]

    async def look(self) -> None:
        """Find what can be chosen, and what was looked for."""
        here, who = context(self.request), await reader_as(context(self.request), self.who)
        state = self.here.state
        self._as_read = replace(state, entries=tuple(readers.shown(who, entry) for entry in state.entries))
        self._offered = await offers(here, who, asked_by(self.event), self.here.state, self.here.pack)
        meant, self._fitting, lost = await looked_for(here, who, self.controls(), self.given)
        self.given.update(meant)
        for one, text in lost:
            zh, en = (
                f"没有找到“{text[:40]}”，请换一个名称或代码",
                f"nothing is called “{text[:40]}”: try another name or code",
            )
            self.problems.append(Problem("/" + one.name, zh, en))
        for name, offer in self._fitting.items():
            if name not in meant and offer.choices:
                self.problems.append(
                    Problem("/" + name, "有几个相符的，请选择其中一个", "several fit: choose one of them")
                )

    async def keep(self, files: Iterable[tuple[str, UploadFile]]) -> None:
        """Keep the bytes that were uploaded, and fill in what is known of them."""
        controls = {one.name: one for one in every(self.controls()) if one.form in ("file", "files")}
        for name, file in files:
            control = controls.get(name)
            if control is None or not file.filename:
                continue
            try:
                await self._keep(control, file)
            except Malformed as error:
                self.problems += [Problem("/" + name, one.zh, one.en) for one in error.problems]

    async def _keep(self, control: Control, file: UploadFile) -> None:
        here, name = context(self.request), file.filename or ""
        stem, _, ending = name.rpartition(".")
        media_type = MEDIA_TYPES.get(ending.lower())
        if media_type is None:
            known = "、".join(MEDIA_TYPES)
            raise Malformed([Problem("", f"不收“.{ending[:10]}”文件，可上传：{known}", f"files taken: {known}")])
        most = here.settings.document_bytes
        data = await file.read(most + 1)
        if len(data) > most:
            raise Malformed(
                [Problem("", f"文件超过{most:,}字节，请压缩或拆分", f"the file is longer than {most:,} bytes")]
            )
        async with here.pool.connection() as conn:
            digest, _ = await content.store(conn, here.decisions.papers, media_type, data)
        known_of = {
            "digest": digest,
            "media_type": media_type,
            "size": str(len(data)),
            "line": stem[:200] or name[:200],
        }
        if control.form == "file":
            self.given |= {part.name: [known_of[part.kind]] for part in control.parts}
            return
        row = 1 + max((int(part.name.split("/")[-2]) for part in control.parts), default=-1)
        row += sum(1 for key in self.given if key.startswith(f"{control.name}/{row}/"))
        while any(key.startswith(f"{control.name}/{row}/") for key in self.given):
            row += 1
        keys = {"digest": "sha256", "media_type": "media_type", "size": "size", "line": "title"}
        self.given |= {f"{control.name}/{row}/{key}": [known_of[kind]] for kind, key in keys.items()}

    async def save(self) -> None:
        """Save what was filled in so far as a draft of the person who fills it in; phrases and identity numbers are
        not.
        """
        secret = {one.name for one in every(self.controls()) if one.form in ("phrase", "person")}
        typed = {name: values for name, values in self.given.items() if name not in secret and any(values)}
        here = context(self.request)
        async with here.pool.connection() as conn:
            await drafts.keep(conn, here.decisions.keys, self.who.holder, self.address, typed)

    async def resume(self) -> bool:
        """Fill in what was saved before; whether there was anything."""
        here = context(self.request)
        async with here.pool.connection() as conn:
            saved = await drafts.find(conn, here.decisions.keys, self.who.holder, self.address)
        if saved is not None:
            self.given = {**saved, **self.given}
        return saved is not None

    async def discard(self) -> None:
        """Forget what was saved."""
        async with context(self.request).pool.connection() as conn:
            await drafts.drop(conn, self.who.holder, self.address)

    def read(self) -> dict[str, Any]:
        """The body of the event, as far as it was filled in; what is wrong is kept."""
        self.reading = Reading()
        body = self.reading.body(self.controls())
        self.problems += self.reading.problems
        acts = {version: act.digest for version, act in self.here.state.common.open_acts.items()}
        return completed(self.event, body, str(self.here.state.id), acts)

    async def ask(self, body: dict[str, Any], expected: int | None) -> DecisionRequest:
        """The act that a body asks for. Raises Malformed, Forbidden, TooManyRequests."""
        here, stream = context(self.request), self.here.state.id
        if self.begins:
            assert self.kind.key is not None  # noqa: S101 (it begins by its key)
            stream = self.kind.key(read_event(self.event, body))
        event = await entered(here, self.who, self.kind, self.law, stream, body)
        return await asked_for(
            here, self.request, self.who, stream, event, body, command=self.command, expected=expected
        )

    async def outlook(self, asked: DecisionRequest) -> Outlook | None:
        """What would follow; None where it is refused, and the refusals are kept. Raises what judging raises."""
        here = context(self.request)
        event = await prepared(here, self.who.kind, asked.stream, asked.event)
        found: Decision = await here.decisions.preview(replace(asked, event=event))
        if found.refusals:
            self.refusals = found.refusals
            return None
        last = found.entries[-1].event
        after = found.after.get(asked.stream)
        owed = {duty.key: duty for duty in obligations(self.here.state, self.here.packs)}
        then = {duty.key: duty for duty in obligations(after, self.here.packs)} if after is not None else {}
        return Outlook(
            proposed=last if isinstance(last, ActProposed) else None,
            begin=tuple(duty for key, duty in then.items() if key not in owed),
            end=tuple(duty for key, duty in owed.items() if key not in then),
            beside=tuple(entry for entry in found.entries if entry.stream != asked.stream),
        )

    def faults(self) -> list[Fault]:
        """Everything that is wrong, each at the control that it means."""
        if not self.problems and not self.refusals:
            return []
        ids = {one.name: one.id for one in every(self.controls())}
        wrong = [Fault(self._at(ids, one.pointer), one.zh, one.en) for one in self.problems]
        refused = [Fault(self._at(ids, one.pointer or ""), one.zh, one.en, one) for one in self.refusals]
        return list(dict.fromkeys([*wrong, *refused]))

    def _at(self, ids: dict[str, str], pointer: str) -> str:
        name = self.reading.control_of(pointer)
        while name:
            if name in ids:
                return ids[name]
            name = name.rpartition("/")[0]
        return ""


def every(controls: Iterable[Control]) -> Iterator[Control]:
    """The controls and all their parts."""
    for one in controls:
        yield one
        yield from every(one.parts)


def _about(one: Possibility, wanted: dict[str, str]) -> bool:
    return all(
        str(getattr(value, "value", value)) == wanted[name] for name, value in one.subject.items() if name in wanted
    )

"""Field types shared by events: bounded texts, days, money, digests, references and documents.

A type says by its marker (`events/references.py`) what its values are; use the narrowest that fits.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from events.references import EntryRef, PackRef, Scalar, StateId, StateRef, StreamRef
from events.words import House

_NO_NUL = r"^[^\x00]*$"
MAX_JSON = 262_144
"""Longest JSON text kept inside an event, in characters."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_NUL), Scalar("line")]
"""One line: a name, a number, a channel."""

Prose = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=_NO_NUL), Scalar("prose")]
"""A reason, findings, a summary."""

JsonText = Annotated[str, StringConstraints(min_length=2, max_length=MAX_JSON, pattern=_NO_NUL), Scalar("json")]
"""Canonical JSON: sorted keys, no spaces, UTF-8."""

EventType = Annotated[Line, Scalar("event_type")]
"""The name of an event type (`unit.named.v1`)."""

DutyKey = Annotated[Line, Scalar("duty")]
"""Which duty of the stream is meant: its kind and what it is about."""

DutyName = Annotated[Line, Scalar("line")]
"""The key of a duty of another stream, as its `deadline-missed` says it."""

Holder = Annotated[Line, Scalar("holder")]
"""Who owes something: `unit`, or the office of a level in a place (`county:430104`)."""

DAY_FORM = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""They keep deadlines computable."""


class _Written:
    """A day is written `YYYY-MM-DD`, and in no other way: pydantic alone takes numbers and midnights too."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        day = handler(source)
        written = core_schema.chain_schema([core_schema.str_schema(pattern=DAY_FORM), {**day, "strict": False}])
        return core_schema.json_or_python_schema(json_schema=written, python_schema=day)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "format": "date"}


Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY), _Written(), Scalar("day")]
"""A day in the world, from 1900 to 2199: `YYYY-MM-DD`."""


def day_of(text: str) -> date:
    """The day that a text writes. Raises ValueError for any other form, no such day, or one before 1900 or after 2199."""
    if re.fullmatch(DAY_FORM, text) is None:
        raise ValueError("a day is written YYYY-MM-DD")
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("a day lies between 1900-01-01 and 2199-12-31")
    return day


Year = Annotated[int, Field(ge=1990, le=2199), Scalar("year")]

PeriodCode = Annotated[
    str, StringConstraints(pattern=r"^(19|20|21)\d\d(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$"), Scalar("period")
]
"""A year, or a half-year, quarter or month of it: `2024`, `2024-H1`, `2024-Q2`, `2024-06`."""

SubjectId = Annotated[UUID, Scalar("subject")]
"""Whom a sealed field is about, or the stream that names something: an id that is looked up nowhere."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Scalar("digest")]
"""SHA-256, 64 hexadecimal digits."""

ReportDigest = Annotated[Digest, Scalar("report")]
"""The digest of a file that an earlier entry of the stream carries."""

ActDigest = Annotated[Digest, Scalar("act_digest")]
"""The digest of a proposed act, as its proposal says it."""

Share = Annotated[Digest, Scalar("share")]
"""A house's share of the seed of a draw, kept secret until all have committed."""

ShareDigest = Annotated[Digest, Scalar("share_digest")]
"""The commitment to a share: SHA-256 of `plan:house:share`."""

SeedDigest = Annotated[Digest, Scalar("seed_digest")]
"""The commitment to the seed of a draw: SHA-256 of its text."""

MediaType = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]{1,100}$"), Scalar("media_type")]
Size = Annotated[int, Field(ge=0, le=10**10), Scalar("size")]
"""Bytes of a file."""

Count = Annotated[int, Field(ge=0, le=10_000_000), Scalar("count")]
Money = Annotated[int, Field(ge=0, le=10**15), Scalar("money")]
"""Money in fen (1/100 yuan)."""

Severity = Annotated[int, Field(ge=1, le=4), Scalar("severity")]
"""1 note, 2 minor, 3 major, 4 grave."""

MOST_POINTS = 1_000
Score = Annotated[int, Field(ge=0, le=MOST_POINTS), Scalar("score")]
Percent = Annotated[int, Field(ge=0, le=100), Scalar("percent")]
Position = Annotated[int, Field(ge=0), Scalar("position")]
"""A position in a register's log; 0 is before its first entry."""

ToldPosition = Annotated[int, Field(ge=0), Scalar("count")]
"""A position that somebody reads off a page and types; 0 is before the first entry."""

Version = Annotated[int, Field(ge=1, le=2**31 - 1), Scalar("version")]
"""The version of an entry in its stream."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$"), Scalar("id")]
"""The form of ids of the policy pack: a title, a standard, an incentive."""

PackName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$"), Scalar("pack_name")]
"""The name of a policy pack."""

PackVersion = Annotated[Line, Scalar("pack_version")]
PackDigest = Annotated[Digest, Scalar("pack_digest")]
"""SHA-256 over everything that a policy pack says."""

Reference = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x20]+$"), Scalar("id")]
"""An id given by a system: a signal, a check, a plaque."""

Number = Annotated[Reference, Scalar("number")]
"""The number under which a source keeps a matter in its own books."""

Code = Annotated[Reference, Scalar("code")]
"""The public code of a unit: its credit code, or what its office gave it."""

SourceUri = Annotated[Reference, Scalar("uri")]
"""The URI by which a source system is registered."""

KnownSourceUri = Annotated[Reference, Scalar("source")]
"""The URI of a registered source."""

PublicKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Scalar("public_key")]
"""An Ed25519 public key (RFC 8032): its 32 bytes as hexadecimal digits."""

LogId = Annotated[UUID, Scalar("log")]
"""The id of the log of a register: its own, a province's, the nation's."""

# Streams
UnitRef = Annotated[UUID, StreamRef("unit")]
KnownUnitRef = Annotated[UUID, StreamRef("unit", closed=True)]
"""A unit of the register, closed ones too."""

FutureUnitRef = Annotated[UUID, StreamRef("unit", closed=True, new=True)]
"""A unit that may still be to be registered."""

OfficerRef = Annotated[UUID, StreamRef("officer")]
SourceRef = Annotated[UUID, StreamRef("source")]
RoundRef = Annotated[UUID, StreamRef("round")]
PolicyRef = Annotated[UUID, StreamRef("policy")]
CheckRef = Annotated[UUID, StreamRef("check")]
"""A plan of checks."""

ProvinceRef = Annotated[UUID, StreamRef("province")]
BodyRef = Annotated[UUID, StreamRef("body")]
SessionRef = Annotated[UUID, StreamRef("session")]
ParkedSignalRef = Annotated[UUID, StreamRef("signal", closed=True)]
"""A signal that came without a unit, matched to one or not."""

CandidateRef = Annotated[UUID, StreamRef("honour", closed=True)]
"""Who is sought to be commended, decided on or not."""

DocumentRef = Annotated[UUID, StreamRef("document")]
"""A registered paper."""

ForeignUnitRef = Annotated[UUID, StreamRef("unit", foreign=True)]
"""A unit of a province, as the nation names it."""

ForeignCrosscheckRef = Annotated[UUID, StreamRef("crosscheck", foreign=True)]
"""A cross-inspection of the nation, as a province names it."""

# Earlier entries of the same stream
AnyEntryRef = Annotated[Version, EntryRef()]
ProposalRef = Annotated[Version, EntryRef(("*.act-proposed",))]
SurveyRef = Annotated[Version, EntryRef(("unit.survey-opened",))]
SurveyCountRef = Annotated[Version, EntryRef(("unit.survey-counted",))]
ObjectionRef = Annotated[Version, EntryRef(("unit.objection-raised",))]
RoundObjectionRef = Annotated[Version, EntryRef(("round.objection-raised",))]
HonourObjectionRef = Annotated[Version, EntryRef(("honour.objection-raised",))]
OpinionRef = Annotated[Version, EntryRef(("unit.house-opined",))]
CultivationPlanRef = Annotated[Version, EntryRef(("unit.cultivation-planned",))]
HoldRef = Annotated[Version, EntryRef(("register.hold-placed",))]
PersonRequestRef = Annotated[Version, EntryRef(("register.person-requested",))]
GrantRef = Annotated[Version, EntryRef(("unit.incentive-granted",))]
RecommendationRef = Annotated[Version, EntryRef(("unit.recommended-for-honour",))]
FindingRef = Annotated[
    Version,
    EntryRef(("unit.cross-inspected", "unit.check-conducted", "unit.verified", "unit.objection-resolved")),
]
RectificationRef = Annotated[Version, EntryRef(("unit.rectification-ordered",))]
ProposedRevocationRef = Annotated[Version, EntryRef(("unit.revocation-proposed",))]
ConsentRef = Annotated[Version, EntryRef(("unit.consent-given",))]
EvidenceRef = Annotated[
    Version,
    EntryRef(
        (
            "unit.signal-recorded",
            "unit.signal-amended",
            "unit.signal-assessed",
            "unit.check-conducted",
            "unit.cross-inspected",
            "unit.verified",
            "unit.objection-resolved",
            "unit.rectification-concluded",
        )
    ),
]
"""A fact that can prove a ground."""

AppointmentRef = Annotated[Version, EntryRef(("officer.appointed",))]
SuspensionRef = Annotated[Version, EntryRef(("officer.suspended",))]
MembershipRef = Annotated[Version, EntryRef(("body.member-appointed",))]

LapseRef = Annotated[Version, EntryRef(("year.lapse-found",))]
ContestedRef = Annotated[Version, EntryRef(("year.score-deducted", "year.criticised"))]
YearRequestRef = Annotated[Version, EntryRef(("year.reconsideration-requested",))]

# Tables of the policy pack
TitleRef = Annotated[Slug, PackRef("titles")]
ForeignTitleRef = Annotated[Slug, PackRef("titles", foreign=True)]
"""A title of a province, as the nation names it."""

StandardRef = Annotated[Slug, PackRef("standards")]
StandardSetRef = Annotated[Slug, PackRef("standard_sets")]
IncentiveRef = Annotated[Slug, PackRef("incentives")]
TaskRef = Annotated[Slug, PackRef("tasks")]
RetentionRef = Annotated[Slug, PackRef("retention")]
"""A task of the policy's annex."""

PilotRef = Annotated[Slug, PackRef("pilots")]
"""A pilot of public service that the policy names."""

FigureRef = Annotated[Slug, PackRef("figures")]
ItemRef = Annotated[Slug, PackRef("items")]
VetoRef = Annotated[Slug, PackRef("vetoes")]
HonourRef = Annotated[Slug, PackRef("honours")]
AwardRef = Annotated[Slug, PackRef("awards")]
"""A commendation or notice of praise of the pack."""

IndicatorRef = Annotated[Slug, PackRef("indicators")]

StepRef = Annotated[EventType, StateRef("steps")]
"""A step of a unit's case that somebody else can do for its office, by the name of its event type."""

# Ids given within a stream: where one is given, and where it is named
SignalId = Annotated[Reference, StateId("signals")]
SignalRef = Annotated[Reference, StateRef("signals")]
CheckId = Annotated[Reference, StateId("checks")]
CheckIdRef = Annotated[Reference, StateRef("checks")]
PlaqueId = Annotated[Reference, StateId("plaques")]
PlaqueRef = Annotated[Reference, StateRef("plaques")]
FindingId = Annotated[Reference, StateId("findings")]
FindingIdRef = Annotated[Reference, StateRef("findings")]
"""What a supervision of a place's year found."""

KeyRef = Annotated[Reference, StateRef("keys")]
"""A key by which a source signs, as it was registered."""


class Part(BaseModel):
    """The base of what events are made of: frozen, strict, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True, serialize_by_alias=True)

    def caption(self, language: str) -> str:  # noqa: ARG002 (parts whose words differ use it)
        """How a sentence names the part in `zh` or `en`."""
        return str(self)


class Document(Part):
    """A document by its digest; its bytes live in the attachment store."""

    sha256: Digest
    media_type: MediaType
    title: Line
    size: Size

    def caption(self, language: str) -> str:  # noqa: ARG002 (a title has one language)
        """Its title."""
        return self.title


Documents = Annotated[tuple[Document, ...], Field(max_length=100)]


class JudgedItem(Part):
    """A standard as judged by visitors or checkers: met or not, and the score given."""

    standard: StandardRef
    met: bool
    score: Score | None = None
    note: Prose | None = None


class Visitor(Part):
    """Somebody who took part in a site visit or a check, by id and house."""

    officer: OfficerRef
    house: House

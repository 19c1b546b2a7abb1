"""Told acts beside the lives: people and their posts, sources, bodies, papers, rounds, draws, parked signals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from deploy.demo.application import NATIONAL
from deploy.demo.people import FOUNDERS, PROVINCE, PUBLIC, anonymous, desk, named
from deploy.demo.script import Telling, Told
from deploy.demo.setting import RECOVERY_DIGEST, paper_of_appointment, seconding
from deploy.exploration.cast import COUNTY, PREFECTURE, UNITS
from events.envelope import Actor
from events.governance.body import BodyDissolved, BodyEstablished, BodyMemberAppointed, BodyMemberReleased
from events.governance.check import (
    CheckDrawn,
    CheckListFrozen,
    CheckPlanned,
    CheckShareCommitted,
    CheckShareRevealed,
    CheckShareWithheld,
)
from events.governance.document import DocumentConfirmed, DocumentRecorded, DocumentWithdrawn
from events.governance.honour import HonourDeclined, HonourProposed, HonourPublicised, HonourReviewed
from events.governance.officer import (
    OfficerAppointed,
    OfficerInterestDeclared,
    OfficerMandated,
    OfficerPersonTagged,
    OfficerRegistered,
    OfficerReinstated,
    OfficerRelieved,
    OfficerSuspended,
)
from events.governance.policy import PolicyAdopted, PolicyHolidaysAnnounced
from events.governance.register import RegisterRecovered
from events.governance.round import RoundClosed, RoundListPublished, RoundOpened, RoundQuotaSet
from events.governance.round_awards import RoundAwardQuotaSet
from events.governance.round_publicity import (
    RoundListPublicised,
    RoundObjectionAdmitted,
    RoundObjectionJoined,
    RoundObjectionRaised,
    RoundObjectionResolved,
    RoundObjectionSetAside,
)
from events.governance.signal import SignalDiscarded, SignalMatched, SignalParked
from events.governance.source import (
    SourceClosed,
    SourceKeyRegistered,
    SourceKeyRevoked,
    SourceRegistered,
    SourceResumed,
    SourceSuspended,
)
from events.person import PersonTag
from events.words import (
    ActorKind,
    BodyKind,
    Category,
    CheckKind,
    DocumentKind,
    House,
    Level,
    Recipient,
    Recommendation,
    Role,
    RoundKind,
    SourceSystem,
    StratifiedBy,
    UnitKind,
)
from services.casework.body.state import Body, body_stream
from services.casework.check.draw import share_digest
from services.casework.check.state import check_stream
from services.casework.document.state import document_stream
from services.casework.officer.state import Officer
from services.casework.policy.state import policy_stream
from services.casework.register.state import register_stream
from services.casework.source.state import source_stream
from services.exploration.draws import share_of

OPERATOR = next(iter(anonymous(PROVINCE)))
"""Who set the register up, and recovers its administration."""

NATION = Actor(
    id=named("nation"), kind=ActorKind.OFFICER, post="国家三方（示例）", house=House.HR, level=Level.NATION,
    place="000000", roles=(Role.APPROVER,),
)  # fmt: skip
"""Whose decisions a province records as they come over the wire."""

_FIRST, _SECOND, _THIRD = (founder.id for founder in FOUNDERS[:3])
_DATA = tuple(founder.id for founder in FOUNDERS[3:])


def by_two(t: Telling, first: UUID, second: UUID, event: Told, stream: UUID) -> None:
    """What the first proposes and the second seconds."""
    t.act(first, event, stream=stream)
    t.act(second, seconding, stream=stream)


def posts(t: Telling) -> None:
    """People come, hold posts, are suspended, leave; an interest is declared."""
    newcomer, agent = named("exploration:newcomer"), UNITS["beside"].agent
    t.act(_FIRST, OfficerRegistered(), stream=newcomer)
    by_two(t, _FIRST, _SECOND, OfficerPersonTagged(tag=_tag("newcomer")), newcomer)
    paper = paper_of_appointment(House.UNION, PROVINCE, t.day)
    desk_post = OfficerAppointed(
        post="示例经办", house=House.UNION, level=Level.COUNTY, place=COUNTY, roles=(Role.OFFICER,), from_=t.day,
        paper=_appointed_by(t, paper),
    )  # fmt: skip
    by_two(t, _FIRST, _SECOND, desk_post, newcomer)
    approver_post = desk_post.model_copy(update={"roles": (Role.APPROVER,), "post": "示例审批"})
    by_two(t, _FIRST, _SECOND, approver_post, newcomer)
    t.wait(2)
    t.act(_THIRD, OfficerSuspended(from_=t.day, until=t.later(3), reason="示例：核查"), stream=newcomer)
    t.wait(1)
    by_two(t, _FIRST, _SECOND, _lifted(t), newcomer)
    t.wait(1)
    by_two(t, _FIRST, _SECOND, OfficerSuspended(from_=t.day, until=t.later(30), reason="示例：核查"), newcomer)
    t.wait(1)
    by_two(t, _THIRD, _FIRST, _lifted(t), newcomer)
    t.act(newcomer, OfficerInterestDeclared(unit=UNITS["beside"].id, reason="示例：亲属"), stream=newcomer)
    t.act(_FIRST, _relief(t, Role.OFFICER), stream=newcomer)
    by_two(t, _FIRST, _SECOND, _relief(t, Role.APPROVER), newcomer)
    t.act(_FIRST, OfficerMandated(until=t.later(300), reason="示例：续签委托"), stream=agent)
    t.act(_FIRST, OfficerSuspended(from_=t.day, until=t.later(2), reason="示例：核查"), stream=agent)


def _appointed_by(t: Telling, paper: DocumentRecorded) -> UUID:
    """A house's paper of appointment, recorded by one administrator and confirmed by another."""
    mine = paper.model_copy(update={"number": "示例任〔2024〕2号", "sha256": _digest("appointed")})
    stream = document_stream(mine.issuer, mine.number)
    t.act(_FIRST, mine, stream=stream)
    t.act(_SECOND, DocumentConfirmed(), stream=stream)
    return stream


def _lifted(t: Telling) -> Callable[[Officer], OfficerReinstated]:
    day = t.day

    def event(officer: Officer) -> OfficerReinstated:
        return OfficerReinstated(suspension=officer.suspensions[-1].version, reason="示例：核查完毕", on=day)

    return event


def _relief(t: Telling, role: Role) -> Callable[[Officer], OfficerRelieved]:
    day = t.day

    def event(officer: Officer) -> OfficerRelieved:
        post = next(one for one in officer.appointments if role in one.roles and one.until is None)
        return OfficerRelieved(appointment=post.version, on=day, reason="示例：调动")

    return event


def register_itself(t: Telling) -> None:
    """The administration is recovered; a pack is adopted for a later day by two of two houses."""
    auditor = named("auditor")
    recovered = RegisterRecovered(
        code_digest=RECOVERY_DIGEST, next_digest=_digest("code"), reason="示例：演练", auditor=auditor
    )
    t.act(OPERATOR, recovered, stream=register_stream(PROVINCE))
    adopted = PolicyAdopted(pack=t.pack.id, pack_version=t.pack.version, digest=t.pack.digest, from_=t.later(25))
    first, second = (desk(Level.PROVINCE, PROVINCE, house, Role.APPROVER) for house in (House.HR, House.UNION))
    by_two(t, first, second, adopted, policy_stream(PROVINCE))
    year = t.day.year + 1
    rest = (date(year, 1, 1), date(year, 10, 1))
    holidays = PolicyHolidaysAnnounced(year=year, notice="示例放假通知", digest=_digest("holidays"), rest=rest)
    by_two(t, first, second, holidays, policy_stream(PROVINCE))


def sources(t: Telling) -> None:
    """A source is registered, suspended, resumed and closed; a signal without a unit is matched, another discarded."""
    uri = "urn:example:exploration:source"
    source = source_stream(uri)
    registered = SourceRegistered(
        uri=uri, name="示例来源", system=SourceSystem.LABOUR_INSPECTION, place=PREFECTURE,
        categories=(Category.WAGE_ARREARS, Category.NO_CONTRACT),
    )  # fmt: skip
    t.act(_FIRST, registered, stream=source)
    office = desk(Level.PREFECTURE, COUNTY)
    for number, event in enumerate(
        (SignalMatched(unit=t.unit.id, reason="示例：名称相符"), SignalDiscarded(reason="示例：外省"))
    ):
        stream = uuid5(NAMESPACE_URL, f"concord:exploration:parked:{t.unit.id}:{number}")
        t.act(OPERATOR, _parked(t, uri, number), stream=stream)
        t.wait(1)
        t.act(office, event, stream=stream)
    for number in (1, 2):
        key = sha256(f"{uri}:{number}".encode()).hexdigest()
        by_two(t, _FIRST, _SECOND, SourceKeyRegistered(key=key), source)
    by_two(t, _FIRST, _SECOND, SourceKeyRevoked(key=key, reason="示例：更换"), source)
    by_two(t, _FIRST, _SECOND, SourceSuspended(reason="示例：检修"), source)
    t.wait(1)
    by_two(t, _FIRST, _SECOND, SourceResumed(reason="示例：修复"), source)
    by_two(t, _FIRST, _SECOND, SourceClosed(reason="示例：停用"), source)


def _parked(t: Telling, uri: str, number: int) -> SignalParked:
    external = f"示例-待匹配-{number}"
    message = {
        "external_id": external, "category": "wage_arrears", "severity": 1, "occurred_on": str(t.day),
        "reported_on": str(t.day), "people": 2, "summary": "示例",
    }  # fmt: skip
    return SignalParked(
        signal=f"{uri}#{external}", source=uri, reason="示例：代码缺失", unit_name="示例", unit_place=COUNTY,
        digest=_digest(external), message=orjson.dumps(message).decode(),
    )  # fmt: skip


def bodies_and_papers(t: Telling) -> None:
    """A body comes and goes; a paper is recorded, confirmed by another, withdrawn by two."""
    place, office = COUNTY, desk(Level.COUNTY, COUNTY)
    established = BodyEstablished(kind=BodyKind.OFFICE, name="示例办公室", place=place)
    body = body_stream(place, BodyKind.OFFICE, "示例办公室")
    t.act(office, established, stream=body)
    t.act(office, BodyMemberAppointed(officer=office, house=House.HR, from_=t.day), stream=body)
    union = desk(Level.PREFECTURE, COUNTY, House.UNION)
    t.act(office, BodyMemberAppointed(officer=union, house=House.UNION, from_=t.day), stream=body)
    t.wait(1)
    released = t.day

    def leaves(state: Body) -> BodyMemberReleased:
        return BodyMemberReleased(member=state.members[0].version, on=released, reason="示例：调动")

    t.act(office, leaves, stream=body)
    t.act(office, BodyDissolved(reason="示例：合并", on=t.day), stream=body)
    first, second = desk(Level.PREFECTURE, COUNTY), desk(Level.PREFECTURE, COUNTY, House.UNION)
    for number in (1, 2):
        paper = DocumentRecorded(
            kind=DocumentKind.OTHER, issuer="示例局", number=f"示例〔{t.day.year}〕{number}号", dated=t.day,
            title="示例文件", sha256=_digest(f"paper {number} {t.unit.id}"), media_type="application/pdf", size=9,
        )  # fmt: skip
        stream = document_stream(paper.issuer, paper.number)
        t.act(first, paper, stream=stream)
        if number == 1:
            t.act(second, DocumentConfirmed(units=(t.unit.id,)), stream=stream)
            by_two(t, first, second, DocumentWithdrawn(reason="示例：误登"), stream)
        else:
            t.act(first, DocumentWithdrawn(reason="示例：误登"), stream=stream)


def rounds(t: Telling) -> None:
    """A round opens, its places are given, its list is public, and it closes."""
    approver, stream = desk(Level.PROVINCE, PROVINCE, role=Role.APPROVER), named("exploration:round")
    opened = RoundOpened(
        kind=RoundKind.COMMENDATION, name="示例轮次", title=NATIONAL, place=PROVINCE, from_=t.day, until=t.later(10),
    )  # fmt: skip
    t.act(approver, opened, stream=stream)
    t.act(approver, RoundQuotaSet(place=PREFECTURE, unit_kind=UnitKind.ENTERPRISE, places=2), stream=stream)
    t.act(approver, RoundAwardQuotaSet(place=PREFECTURE, award="national_collective", places=1), stream=stream)
    _put_forward(t, approver, stream)
    t.wait(12)
    _objected_to(t, approver, stream)
    t.act(approver, RoundListPublished(units=(), document_number="示例〔公布〕1号"), stream=stream)
    t.act(approver, RoundClosed(reason="示例：结束"), stream=stream)


def _put_forward(t: Telling, approver: UUID, campaign: UUID) -> None:
    """A candidate is proposed, put forward after the publicity of its own place, and declined."""
    stream, office = named("exploration:candidate"), desk(Level.PREFECTURE, COUNTY)
    proposed = HonourProposed(
        award="national_collective", recipient=Recipient.BODY, place=PREFECTURE, round=campaign, name="示例三方办公室",
        merits="示例事迹",
    )  # fmt: skip
    t.act(office, proposed, stream=stream)
    t.act(office, HonourPublicised(from_=t.day, until=t.later(9), channel="示例"), stream=stream)
    t.wait(10)
    t.act(approver, HonourReviewed(outcome=Recommendation.RECOMMEND, reason="示例"), stream=stream)
    t.act(approver, HonourDeclined(reason="示例：本人放弃"), stream=stream)


def _objected_to(t: Telling, approver: UUID, stream: UUID) -> None:
    """The list of the round is in public, and what is objected to it is admitted, joined, set aside, looked into: by
    another than made it public (T-03).
    """
    until = t.later(9)
    made_public = RoundListPublicised(units=(), from_=t.day, until=until, channel="示例")
    t.act(desk(Level.PROVINCE, PROVINCE, House.UNION, Role.APPROVER), made_public, stream=stream)
    for text in ("示例：漏列单位", "示例：漏列两家单位", "示例"):
        t.act(PUBLIC.id, RoundObjectionRaised(ground="名单不全（示例）", text=text), stream=stream)
    t.act(approver, RoundObjectionAdmitted(objection=7), stream=stream)
    t.act(approver, RoundObjectionJoined(objection=8, to=7), stream=stream)
    t.act(approver, RoundObjectionSetAside(objection=9, reason="示例：未写明事实"), stream=stream)
    t.act(approver, RoundObjectionResolved(objection=7, upheld=False, findings="示例：名单完整"), stream=stream)
    t.wait((until - t.day).days + 1)


def draws(t: Telling) -> None:
    """A draw of the prefecture; in one of the province a house withholds its share, and the draw begins again."""
    for place, level, houses in (
        (PREFECTURE, Level.PREFECTURE, (House.HR, House.UNION)),
        (PROVINCE, Level.PROVINCE, tuple(House)),
    ):
        office, period = desk(level, COUNTY), str(t.day.year)
        plan = check_stream(place, CheckKind.SPOT, period)
        planned = CheckPlanned(
            kind=CheckKind.SPOT, name="示例抽查", place=place, period=period, strata=(StratifiedBy.KIND,), share=50,
            due=t.later(60),
        )  # fmt: skip
        t.act(office, planned, stream=plan)
        t.act(office, CheckListFrozen(), stream=plan)
        if level is Level.PROVINCE:
            t.act(desk(level, COUNTY, House.HR), _commits(plan, 1, House.HR), stream=plan)
            t.wait(7)
            t.act(office, CheckShareWithheld(house=House.COMMERCE, reason="示例：逾期"), stream=plan)
        attempt = 2 if level is Level.PROVINCE else 1
        for house in houses:
            t.act(desk(level, COUNTY, house), _commits(plan, attempt, house), stream=plan)
        for house in houses:
            revealed = CheckShareRevealed(house=house, share=share_of(plan, attempt, house))
            t.act(desk(level, COUNTY, house), revealed, stream=plan)
        t.act(office, CheckDrawn(), stream=plan)
        t.wait(1)


def _commits(plan: UUID, attempt: int, house: House) -> CheckShareCommitted:
    return CheckShareCommitted(house=house, digest=share_digest(plan, house.value, share_of(plan, attempt, house)))


def _digest(text: str) -> str:
    return sha256(f"concord:exploration:{text}".encode()).hexdigest()


def _tag(name: str) -> PersonTag:
    return PersonTag(tag=_digest(name))

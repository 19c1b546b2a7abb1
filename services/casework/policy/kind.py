"""The kind `policy`: which pack judges from which day on, and which holidays count (I-23, T-13)."""

from __future__ import annotations

from events.folding import folded
from events.governance.policy import PolicyAdopted, PolicyHolidaysAnnounced, StaffingArrangement
from events.places import PLACES, within
from events.words import Level, Role, StaffingRemedy
from services.casework.called import in_pack
from services.casework.kind import Kind
from services.casework.law import Act, Chapter, Intent, Law, Refusal, Second, refuse
from services.casework.office import approver, at
from services.casework.pack import Pack, find_pack
from services.casework.policy.state import Policy, adopted, announced, policy_stream
from services.casework.register.state import AT_GENESIS

_APPROVER = approver(at(Level.PROVINCE, Level.NATION))


def of_own_place(policy: Policy, act: Intent, pack: Pack) -> Refusal | None:
    """I-13: a place adopts its own policy."""
    if policy.id == policy_stream(act.actor.place):
        return None
    return refuse(pack, "I-13", "政策由本地区采用", "a place adopts its own policy", (act.actor.place,))


def is_here(policy: Policy, act: Act[PolicyAdopted], pack: Pack) -> Refusal | None:
    """I-23: what is adopted is a pack of that place that is here, in that version, to the letter."""
    event = act.event
    try:
        found = find_pack(event.pack, event.pack_version, event.digest)
    except KeyError as error:
        zh = f"没有政策包{event.pack}第{event.pack_version}版，或其摘要不符"
        return refuse(pack, "I-23", zh, str(error.args[0]), (event.pack,), "/pack")
    if policy.id != policy_stream(found.place):
        zh, en = "政策包属于其他地区", "the pack is that of another place"
        return refuse(pack, "I-23", zh, en, (found.place,), "/pack")
    return None


def keeps_titles(policy: Policy, act: Act[PolicyAdopted], pack: Pack) -> Refusal | None:
    """I-23: what was applied for and held goes on, so a pack has every title of those adopted before it."""
    before = {title for adoption in policy.adopted for title in _titles(adoption)}
    gone = sorted(before - _titles(act.event))
    if not gone or is_here(policy, act, pack) is not None:
        return None
    zh, en = "政策包缺少在先政策包的称号：", "the pack lacks titles of a pack before it: "
    return refuse(pack, "I-23", zh + "、".join(gone), en + ", ".join(gone), gone, "/pack")


def _titles(adoption: PolicyAdopted) -> set[str]:
    """The titles of a pack; none where it is not here."""
    try:
        return set(find_pack(adoption.pack, adoption.pack_version, adoption.digest).titles)
    except KeyError:
        return set()


def too_small_is_arranged(policy: Policy, act: Act[PolicyAdopted], pack: Pack) -> Refusal | None:
    """I-23: where the people of that day cannot take a unit to a title, it is said what is done there (T-03)."""
    open_ = []
    for office in act.event.unstaffed or ():
        titles = [
            title
            for title in office.titles
            if not any(_answers(one, office.place, title) for one in act.event.arrangements)
        ]
        open_ += [f"{office.place}:{office.lack.value}:{','.join(titles)}"] if titles else []
    if not open_:
        return None
    zh = f"{len(open_)}处机关的人员不足以办理部分称号，须逐处写明如何办理"
    en = f"the people of {len(open_)} offices cannot take a unit to each title: say what is done there"
    return refuse(pack, "I-23", zh, en, open_, "/arrangements")


def _answers(arrangement: StaffingArrangement, place: str, title: str) -> bool:
    """Whether it says what is done in that place for the title; nothing lies above the province in its register."""
    above = arrangement.remedy is not StaffingRemedy.APPOINTED and PLACES[place].level is Level.PROVINCE
    return within(place, arrangement.place) and arrangement.title in (None, title) and not above


def announced_in_time(policy: Policy, act: Act[PolicyAdopted], pack: Pack) -> Refusal | None:
    """T-14: who decides and who applies knows a pack before it holds; the first is there with the register."""
    earliest = pack.after(act.day, pack.windows.adoption_notice)
    if not policy.adopted or not act.day <= act.event.from_ < earliest:
        return None
    zh, en = f"最早自{earliest}起施行", f"it can hold from {earliest} on at the earliest"
    return refuse(pack, "T-14", zh, en, (str(earliest),), "/from")


def stays_in_force(policy: Policy, act: Act[PolicyAdopted], pack: Pack) -> Refusal | None:
    """T-14: a pack stays in force for its time, so that nobody is judged by what is made for one case."""
    if not policy.adopted or act.event.from_ < act.day:
        return None
    last = max(adoption.from_ for adoption in policy.adopted)
    earliest = pack.after(last, pack.windows.pack_stays)
    if act.event.from_ >= earliest:
        return None
    zh, en = f"前一政策包自{last}起施行，最早自{earliest}起更替", f"the pack of {last} stays until {earliest}"
    return refuse(pack, "T-14", zh, en, (str(last), str(earliest)), "/from")


def from_today_on(policy: Policy, act: Act[PolicyAdopted], pack: Pack) -> Refusal | None:
    """I-23: a pack judges no day that is over: what was decided stays judged by the pack of its day."""
    if act.event.from_ < act.day:
        return refuse(pack, "I-23", "不得自过去之日起施行", "a pack cannot be adopted for the past", (), "/from")
    return None


def follows_notices(policy: Policy, act: Intent, pack: Pack) -> Refusal | None:
    """T-13: a province announces holidays whose pack follows the State Council's notices."""
    if pack.calendar.years is not None:
        return None
    return refuse(pack, "T-13", "本地区不依放假安排计算", "the place follows no notices of holidays")


def days_of_that_year(policy: Policy, act: Act[PolicyHolidaysAnnounced], pack: Pack) -> Refusal | None:
    """T-13: a notice is of this year or one to come; its days lie in it, and each either rests or is worked."""
    event = act.event
    days = [*event.rest, *event.work]
    if event.year >= act.day.year and len(set(days)) == len(days) and {day.year for day in days} <= {event.year}:
        return None
    zh, en = (
        "放假安排须为本年或者以后年度，日期在该年内且不重复",
        "days of that year, this one or a later one, each once",
    )
    return refuse(pack, "T-13", zh, en, (event.year,), "/rest")


def notice_is_new(policy: Policy, act: Act[PolicyHolidaysAnnounced], pack: Pack) -> Refusal | None:
    """T-13: a notice is recorded once; a later one of the year, under its own number, takes its place."""
    notices = {folded(one.notice) for one in policy.holidays if one.year == act.event.year}
    if folded(act.event.notice) not in notices:
        return None
    return refuse(pack, "T-13", "该通知已登记", "that notice is recorded already", (act.event.notice,), "/notice")


POLICY = Kind(
    "policy",
    Policy,
    (
        Chapter(
            None,
            {PolicyAdopted: adopted, PolicyHolidaysAnnounced: announced},
            (
                Law(
                    PolicyAdopted,
                    office=(*_APPROVER, AT_GENESIS),
                    rule="I-23",
                    opens=True,
                    state=(of_own_place,),
                    content=(
                        is_here,
                        keeps_titles,
                        announced_in_time,
                        stays_in_force,
                        from_today_on,
                        too_small_is_arranged,
                    ),
                    second=Second(
                        _APPROVER, lambda policy, act, pack: Role.APPROVER in act.actor.roles, two_houses=True
                    ),
                    undone_by_procedure=True,
                ),
                Law(
                    PolicyHolidaysAnnounced,
                    office=_APPROVER,
                    rule="T-13",
                    state=(of_own_place, follows_notices),
                    content=(days_of_that_year, notice_is_new),
                    second=Second(_APPROVER, two_houses=True),
                    undone_by_procedure=True,
                ),
            ),
        ),
    ),
    place=lambda policy: None,
    is_open=lambda policy: policy.version > 0,
    label=lambda policy, language: in_pack(policy, policy.adopted[-1].pack, language) if policy.adopted else "",
    own=policy_stream,
)

"""Places of a round of commendation: for candidates of each award, in each place (policy 五(六)1)."""

from __future__ import annotations

from events.envelope import About, Event
from events.fields import AwardRef, CandidateRef, Count
from events.places import PlaceCode


class RoundAwardQuotaSet(Event):
    """So many candidates of a place may be put forward for an award in the round (A-54)."""

    about = About(
        "round.award-quota-set.v1", "下达表彰名额", "Award quota set", "commendation",
        "下达“{award}”推荐名额：{place} {places}个", "Quota for {award}: {places} places in {place}",
        decision="set-award-quota",
    )  # fmt: skip
    place: PlaceCode
    award: AwardRef
    places: Count


class RoundAwardPlaceTaken(Event):
    """A candidate was put forward by its first review; stored together with that, all or nothing."""

    about = About(
        "round.award-place-taken.v1", "占用表彰名额", "Award place taken", "commendation",
        "占用“{award}”推荐名额：{place}（{candidate}）", "Place of {place} for {award} taken by {candidate}",
    )  # fmt: skip
    candidate: CandidateRef
    place: PlaceCode
    award: AwardRef


class RoundAwardPlaceReleased(Event):
    """A candidate was declined, or a later review was against it; stored together with that."""

    about = About(
        "round.award-place-released.v1", "空出表彰名额", "Award place released", "commendation",
        "空出表彰推荐名额（{candidate}）", "Award place of {candidate} released",
    )  # fmt: skip
    candidate: CandidateRef

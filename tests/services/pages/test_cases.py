"""The review desk: what waits where, a case with all that is asked of it, and what stands between it and its end."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from browsing import Browser
from world import World

from events.words import Chapter
from services.casework.pack import load_pack

HEADINGS = re.compile(r"<h2>([^<0-9]+)")


@pytest.fixture(scope="module")
def unit(served: World) -> UUID:
    """An enterprise that four houses have judged and that is to be made public."""
    found = served.to_publicity(14)
    served.get(f"units?min_position={served.get('events?after=0&limit=2000').json()['position']}")
    return found


def test_cases_stand_by_step_and_age(served: World, unit: UUID) -> None:
    other = served.reported(15)
    served.get(f"units?min_position={served.get('events?after=0&limit=2000').json()['position']}")
    everything = Browser.of(served, "province-hr-officer").open("/cases").text
    assert f'href="/cases/{unit}"' in everything
    assert f'href="/cases/{other}"' in everything
    reviewed = Browser.of(served, "province-hr-officer").open("/cases?step=reviewed").text
    assert f'href="/cases/{unit}?step=reviewed"' in reviewed, "the case knows the queue that it was opened from"
    assert f"/cases/{other}" not in reviewed
    assert "0 天" in reviewed
    assert "各步骤停留天数" in reviewed
    assert f"/cases/{unit}" not in Browser.of(served, "430200-hr-officer").open("/cases").text


def test_one_goes_from_case_to_case_in_the_queue_and_back_to_it(served: World, unit: UUID) -> None:
    served.reported(17)
    served.get(f"units?min_position={served.get('events?after=0&limit=2000').json()['position']}")
    reader = Browser.of(served, "province-hr-officer")
    queue = re.findall(r'href="/cases/([0-9a-f-]{36})"', reader.open("/cases").text)
    assert len(queue) >= 2
    seen, at = [queue[0]], reader.open(f"/cases/{queue[0]}").text
    assert 'rel="prev"' not in at
    while found := re.search(r'rel="next" href="/cases/([0-9a-f-]{36})"', at):
        at = reader.open(f"/cases/{found[1]}").text
        assert f'rel="prev" href="/cases/{seen[-1]}"' in at
        seen.append(found[1])
    assert seen == queue
    alone = reader.open(f"/cases/{unit}?step=reviewed").text
    assert 'href="/cases?step=reviewed"' in alone
    assert all(link.endswith("?step=reviewed") for link in re.findall(r'rel="(?:prev|next)" href="([^"]+)"', alone))


def test_a_case_shows_what_was_judged_and_said_and_what_may_be_done_and_not(served: World, unit: UUID) -> None:
    page = Browser.of(served, "province-hr-officer").open(f"/cases/{unit}").text
    standards = load_pack().standard_sets["enterprise_national"].standards
    for standard in standards.values():
        assert standard.zh in page
    assert page.count(">符合") >= len(standards)
    assert page.count(">同意</span>") == 8, "four houses of the prefecture, four of the province"
    assert f'href="/units/{unit}/decide/start-publicity' in page
    assert f'href="/units/{unit}/decide/name' not in page, "no button that would refuse"
    assert HEADINGS.findall(page)[-3:] == ["你现在可以办 ", "还差什么 ", "由别的岗位办理 "]
    assert "此项须由" in page, "who could is said of what belongs to another post"
    chosen = list(standards)[1]
    evidence = Browser.of(served, "province-hr-officer").open(f"/cases/{unit}?standard={chosen}").text
    assert f"<h3>{standards[chosen].zh}</h3>" in evidence
    assert "单位没有就这一项上传证据" in evidence
    assert Browser.of(served, "430200-hr-officer").open(f"/cases/{unit}").page.status_code == 403  # type: ignore[union-attr]


def test_a_unit_without_a_case_has_no_desk_of_one_but_says_what_may_be_done(served: World) -> None:
    page = Browser.of(served, "prefecture-hr-officer").open(f"/cases/{served.register(16)}").text
    assert "没有在办的申报" in page
    assert "还差什么" not in page
    assert "你现在可以办" in page


def test_what_may_be_done_is_told_in_the_order_of_what_is_due_and_then_of_chapters(served: World, unit: UUID) -> None:
    page = Browser.of(served, "prefecture-hr-officer").open(f"/units/{unit}/decide").text
    headings = re.findall(r"<h3>([^<]+)</h3>", page[: page.index("还差条件")])
    assert headings[0] == "有时限的"
    chapters = [one for one in headings if one != "有时限的"]
    assert chapters == sorted(chapters, key=[chapter.zh for chapter in Chapter].index)
    english = Browser.of(served, "prefecture-hr-officer").open(f"/units/{unit}/decide?lang=en").text
    assert "Officer, human resources and social security, Changsha" in english

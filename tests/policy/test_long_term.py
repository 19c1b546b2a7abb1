"""R-48 (六(四)): self-application, cultivation, evaluation and exit, one unit from the first to the last."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from events.registry import encode
from events.unit.checks import UnitVerified
from events.unit.cultivation import UnitCultivationConcluded, UnitCultivationPlanned
from events.unit.revocation import UnitRevoked
from events.words import CultivationOutcome, House, Level, Matter, Standing, VerificationResult
from projections.governance.queries import STEPS
from services.casework.unit.naming.state import standing
from services.checker import check
from tests.casework.given import PROVINCIAL, Life, approver, desk
from tests.casework.stages import ON, STAGES, opine
from tests.checker.told import PACK as FOLDER


def _whole() -> Life:
    """Registered, cultivated, evaluated by itself, applied, judged, named, enjoyed, and its title revoked."""
    life, county = Life.of(), desk(Level.COUNTY)
    for name, tell in STAGES.items():
        tell(life, ON[name], PROVINCIAL)
        if name == "registered":
            life.act(ON[name], county, UnitCultivationPlanned(standards=("training", "care"), by=date(2024, 12, 31)))
        if name == "sealed":
            plan = life.unit.cultivation.plan
            assert plan is not None
            over = UnitCultivationConcluded(plan=plan.version, outcome=CultivationOutcome.REACHED, summary="示例")
            life.act(ON[name], county, over)
        if name == "enjoying":
            kept = UnitVerified(period="2024年度", result=VerificationResult.KEEP)
            life.act(date(2025, 4, 7), desk(Level.PREFECTURE), kept)
    day = ON["heard"] + timedelta(days=3)
    opine(life, day, Level.PROVINCE, PROVINCIAL, Matter.REVOCATION)
    life.act(day, approver(Level.PROVINCE, House.HR, n=2), UnitRevoked(title=PROVINCIAL, document_number="示例"))
    return life


def test_R_48_one_unit_goes_from_its_cultivation_to_its_exit_with_the_days_at_each_step() -> None:
    life = _whole()
    assert standing(life.unit, PROVINCIAL) is Standing.REVOKED
    assert life.judged_again() == []
    steps = [entry for entry in life.unit.entries if entry.event.about.type in STEPS]
    days = {
        after.event.about.type: (after.effective_on - before.effective_on).days for before, after in pairwise(steps)
    }
    assert days == {
        "unit.application-accepted.v1": 0,
        "unit.application-forwarded.v1": 1,
        "unit.evaluated.v1": 7,
        "unit.reviewed.v1": 4,
        "unit.publicity-started.v1": 1,
        "unit.publicity-completed.v1": 8,
        "unit.named.v1": 7,
        "unit.revocation-proposed.v1": 432,
        "unit.revoked.v1": 11,
    }
    lines = (f'{{"type":"{entry.event.about.type}","state":{encode(entry).decode()}}}' for entry in life.unit.entries)
    assert list(check(lines, FOLDER, whole=False)) == []

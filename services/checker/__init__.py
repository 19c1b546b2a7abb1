"""A second opinion: reads stored events only, and asks the rules of them by its own tables.

It shares nothing with the law (`services.casework`) nor with the vocabulary: standard library alone. Fed in the order
of the log it sees all streams at once; fed stream by stream it takes what is not told as unknown.

**Asked**: T-01 to T-26 and I-01 to I-23, but for these parts:

| not asked | why |
|---|---|
| T-02 references to other registers | a foreign entry lies in another log |
| T-03 that nobody in the place could act | whose post is of a step is the law's to say |
| T-05 the level that ordered a unit's own duty | the duty's holder is the unit; asked is the role alone |
| T-07 orders from above | no event yet |
| T-10 shares | the share is asked in the test of major alone |
| T-13 taking a miss back | no event yet |
| T-14 that an act would have stood on `decided_on` | asked that it is not older than its evidence, and no more |
| T-15 ahead of the database's clock, a simulated clock | stored events do not show the clock |
| T-17 head company, membership | not in the events; the confirmed claim asked is the ownership, the place by its code |
| T-18 a quota's history | the quotas as they stand when a place is taken |
| I-19 that a plan or a report was late | the duty that was missed is asked, its form not |
| T-19 the list whole, the units the least by the seed | its bytes lie in the store: `services/draw_verifier` |
| T-20 that a uuid5 follows from its key | the register's namespaces are its own; only the form of an id is asked |
| T-21 likeness, duties that go along | a question asked and answered is no event yet |
| T-22 merits against a recommendation | points, must items and surveys are the law's to weigh |
| T-22 formal reasons, that a house was asked | no events yet; a house that is silent for five working days abstains |
| T-23 bytes of papers | lie in the store |
| I-20 a frozen unit leaves the list | being listed while frozen is found; leaving has no day |
| I-23 a pack's digest | the digest's making is the law's |

Where a duty is neither done nor called missed, the rule is that of the duty: I-10, I-14, I-15, T-12, T-16, T-19, else
T-05. Where the law that has to come adds an event, a row leaves this table.
"""

from services.checker.checking import Checker, check
from services.checker.entries import NoEntryError
from services.checker.finding import Finding

__all__ = ["Checker", "Finding", "NoEntryError", "check"]

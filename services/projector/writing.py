"""What a batch makes of a projection, written by one statement."""

from __future__ import annotations

from projections.catalogue import MadeOf
from projections.history import Lens
from services.projector import tables
from services.projector.batch import Batch, Connection, Known
from services.projector.tables import Target


def write_batch(conn: Connection, target: Target, batch: Batch, lens: Lens) -> None:
    """Write what the batch makes of this projection; raises what the projection raises."""
    projection = target.projection
    if projection.rows is not None:
        changed = [
            stream
            for stream, after in batch.histories.items()
            if projection.shows(after.state.descriptor) and _changed(projection.made_of, batch.before[stream], after)
        ]
        if changed:
            rows = [row for stream in changed for row in projection.rows(batch.histories[stream], lens)]
            tables.replace(conn, target, changed, rows)
    elif projection.lines is not None:
        shown = [happening for happening in batch.happenings if projection.shows(happening.after.descriptor)]
        lines = [line for happening in shown for line in projection.lines(happening)]
        if lines:
            tables.add(conn, target, lines)
        if batch.voided:
            tables.mark_voided(conn, target, batch.voided)


def _changed(made_of: MadeOf | None, before: Known, after: Known) -> bool:
    """Whether the rows of a stream may differ: no event leaves a part as it was without leaving the very object."""
    if made_of is None or before.state.version == 0:
        return True
    return any(then is not now for then, now in zip(made_of(before), made_of(after), strict=True))

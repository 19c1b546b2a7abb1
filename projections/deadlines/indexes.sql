ALTER TABLE {table} ADD PRIMARY KEY (stream, key, since);
CREATE INDEX ON {table} (due) INCLUDE (place, kind, state, late, stream_kind);
CREATE INDEX ON {table} (due, stream, key, since) WHERE state NOT IN ('met', 'released');
CREATE INDEX ON {table} (holder, due, stream, key, since) WHERE state NOT IN ('met', 'released');
CREATE INDEX ON {table} (due, stream) INCLUDE (stream_kind) WHERE state = 'open';
CREATE INDEX ON {table} (kind, since, stream) INCLUDE (stream_kind) WHERE state = 'open';
CREATE INDEX ON {table} (assigned_to) WHERE assigned_to IS NOT NULL AND state NOT IN ('met', 'released');
CREATE INDEX ON {table} (deputy) WHERE deputy IS NOT NULL AND state NOT IN ('met', 'released');
CREATE INDEX ON {table} (unit) WHERE unit IS NOT NULL;

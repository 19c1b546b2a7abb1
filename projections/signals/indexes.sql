ALTER TABLE {table} ADD PRIMARY KEY (unit, signal, valid_from);
CREATE INDEX ON {table} (recorded_at, unit, signal);
CREATE INDEX ON {table} (source, recorded_at, unit, signal);
CREATE INDEX ON {table} (recorded_at, unit, signal) WHERE open;
CREATE INDEX ON {table} (signal);

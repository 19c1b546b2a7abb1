ALTER TABLE {table} ADD PRIMARY KEY (unit, version);
CREATE UNIQUE INDEX ON {table} (position);
CREATE INDEX ON {table} (correlation_id);

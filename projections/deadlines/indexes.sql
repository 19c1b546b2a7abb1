ALTER TABLE {table} ADD PRIMARY KEY (unit, key, since);
CREATE INDEX ON {table} (due, unit, key, since) WHERE state <> 'met';
CREATE INDEX ON {table} (holder, due, unit, key, since) WHERE state <> 'met';

ALTER TABLE {table} ADD PRIMARY KEY (stream, version);
CREATE UNIQUE INDEX ON {table} (position);
CREATE INDEX ON {table} (officer, position);
CREATE INDEX ON {table} (type, position);
CREATE INDEX ON {table} (place, position);
CREATE INDEX ON {table} (effective_on, position);
CREATE INDEX ON {table} USING gin (grounds) WHERE grounds <> '{{}}';

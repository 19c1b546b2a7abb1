ALTER TABLE {table} ADD PRIMARY KEY (stream, version);
CREATE UNIQUE INDEX ON {table} (position);
CREATE INDEX ON {table} (officer, position);
CREATE INDEX ON {table} (type, position);
CREATE INDEX ON {table} (place, position);
CREATE INDEX ON {table} (effective_on, position);
CREATE INDEX ON {table} USING gin (grounds) WHERE grounds <> '{{}}';
CREATE INDEX ON {table} (unit, effective_on) INCLUDE (place)
    WHERE voided_by IS NULL AND type IN ('unit.applied.v1', 'unit.named.v1', 'unit.title-carried-in.v1', 'unit.cultivation-listed.v1');

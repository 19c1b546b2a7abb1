ALTER TABLE {table} ADD PRIMARY KEY (province, unit, signal, valid_from);
CREATE INDEX ON {table} (recorded_at, province, unit) WHERE NOT handled AND grave;
CREATE INDEX ON {table} (province, assessed_on) INCLUDE (recorded_at) WHERE grave AND assessed_on IS NOT NULL;

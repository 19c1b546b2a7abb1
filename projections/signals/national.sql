ALTER TABLE {table} ADD PRIMARY KEY (province, unit, signal);
CREATE INDEX ON {table} (recorded_at, province, unit) WHERE NOT handled AND severity >= 3;
CREATE INDEX ON {table} (province, assessed_on) INCLUDE (recorded_at) WHERE severity >= 3 AND assessed_on IS NOT NULL;

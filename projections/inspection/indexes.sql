ALTER TABLE {table} ADD PRIMARY KEY (unit);
CREATE INDEX ON {table} (code);

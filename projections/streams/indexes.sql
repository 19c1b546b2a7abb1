ALTER TABLE {table} ADD PRIMARY KEY (stream);
CREATE INDEX ON {table} (kind, label, stream);
CREATE INDEX ON {table} (kind, position);
CREATE INDEX ON {table} (kind, place, label, stream);

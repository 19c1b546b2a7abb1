ALTER TABLE {table} ADD PRIMARY KEY (province, unit, valid_from);
CREATE INDEX ON {table} (province, name, unit);
CREATE INDEX ON {table} (province) WHERE watch = 'frozen';

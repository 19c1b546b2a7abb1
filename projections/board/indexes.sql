ALTER TABLE {table} ADD PRIMARY KEY (unit, valid_from);
CREATE INDEX ON {table} (name, unit);
CREATE INDEX ON {table} (place, name, unit);
CREATE INDEX ON {table} (term_end, unit) WHERE term_end IS NOT NULL;
CREATE INDEX ON {table} (watch, name, unit) WHERE watch <> 'calm';
CREATE INDEX ON {table} (standing, name, unit) WHERE standing <> 'none';
CREATE INDEX ON {table} (step, name, unit) WHERE step <> 'none';
CREATE INDEX ON {table} (code text_pattern_ops);
CREATE INDEX ON {table} (contact) WHERE contact IS NOT NULL;

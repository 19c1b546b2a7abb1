ALTER TABLE {table} ADD PRIMARY KEY (province, unit, valid_from);
CREATE INDEX ON {table} (code, since, province, unit) INCLUDE (valid_from, valid_until) WHERE NOT closed AND code <> '';
CREATE INDEX ON {table} (code) WHERE title IS NOT NULL;
CREATE INDEX ON {table} (term_until) WHERE title IS NOT NULL;
CREATE INDEX ON {table} (code) WHERE sanction IS NOT NULL;
CREATE INDEX ON {table} (finding_on, province, unit) WHERE finding IS NOT NULL;
CREATE INDEX ON {table} (province) WHERE missed <> '{{}}';
CREATE INDEX ON {table} (unit) WHERE handed_paper IS NOT NULL OR received_paper IS NOT NULL;

ALTER TABLE {table} ADD PRIMARY KEY (unit, valid_from);
CREATE INDEX ON {table} (folded text_pattern_ops);
CREATE INDEX ON {table} (code text_pattern_ops);
CREATE INDEX ON {table} (pinyin text_pattern_ops);
CREATE INDEX ON {table} (initials text_pattern_ops);
CREATE INDEX ON {table} USING gin (plaques);

ALTER TABLE {table} ADD PRIMARY KEY (stream, version);
CREATE UNIQUE INDEX ON {table} (position);
CREATE INDEX ON {table} (officer, position);
CREATE INDEX ON {table} (type, position);
CREATE INDEX ON {table} (place, position);
CREATE INDEX ON {table} (effective_on, position);
CREATE INDEX ON {table} USING gin (grounds) WHERE grounds <> '{{}}';
CREATE INDEX ON {table} (unit, effective_on) INCLUDE (place)
    WHERE voided_by IS NULL AND type IN ('unit.applied.v1', 'unit.named.v1', 'unit.title-carried-in.v1', 'unit.cultivation-listed.v1');
CREATE INDEX ON {table} (stream, title, version) INCLUDE (place, level, type, effective_on)
    WHERE voided_by IS NULL AND type IN (
        'unit.applied.v1', 'unit.application-accepted.v1', 'unit.application-forwarded.v1',
        'unit.evaluated.v1', 'unit.reviewed.v1', 'unit.publicity-started.v1',
        'unit.publicity-completed.v1', 'unit.nominated.v1', 'unit.named.v1',
        'unit.naming-refused.v1', 'unit.application-rejected.v1', 'unit.application-returned.v1',
        'unit.application-withdrawn.v1', 'unit.revocation-proposed.v1', 'unit.revoked.v1',
        'unit.term-expired.v1'
    );

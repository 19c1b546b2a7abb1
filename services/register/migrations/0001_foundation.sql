-- Schemas, and the table of applied migrations. Runs as the connecting user, after roles.sql; every later file
-- runs as concord_owner.

CREATE SCHEMA register AUTHORIZATION concord_owner;
CREATE SCHEMA keys AUTHORIZATION concord_owner;
CREATE SCHEMA accounts AUTHORIZATION concord_owner;
CREATE SCHEMA projections AUTHORIZATION concord_owner;
CREATE SCHEMA intake AUTHORIZATION concord_owner;

SET LOCAL ROLE concord_owner;

CREATE TABLE register.migrations (
    name       text        PRIMARY KEY,
    checksum   bytea       NOT NULL CHECK (octet_length(checksum) = 32),
    applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN register.migrations.checksum IS 'SHA-256 of the file as it was applied';

GRANT USAGE ON SCHEMA register, keys, accounts, intake, projections TO concord_writer;
GRANT USAGE ON SCHEMA register TO concord_projector, concord_reader;
GRANT ALL ON SCHEMA projections TO concord_projector;
GRANT USAGE ON SCHEMA projections TO concord_reader;
GRANT SELECT ON register.migrations TO concord_writer, concord_projector, concord_reader;

ALTER DEFAULT PRIVILEGES IN SCHEMA keys, accounts, intake
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO concord_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA projections GRANT ALL ON TABLES TO concord_projector;
ALTER DEFAULT PRIVILEGES IN SCHEMA projections GRANT SELECT ON TABLES TO concord_reader;

RESET ROLE;

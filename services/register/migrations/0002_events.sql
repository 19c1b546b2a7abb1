-- The events, the commands that caused them, and the one function that appends.

CREATE TABLE register.identity (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    log    uuid    NOT NULL DEFAULT gen_random_uuid()
);
COMMENT ON TABLE register.identity IS
    'Which log this is: whoever keeps a position in it keeps this id too, and stops where it differs';
INSERT INTO register.identity DEFAULT VALUES;

-- position never goes back, so its index is packed full.
CREATE TABLE register.events (
    position    bigint      NOT NULL,
    stream      uuid        NOT NULL,
    version     int         NOT NULL CHECK (version >= 0),
    type        text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    command_id  uuid        NOT NULL,
    state       bytea       NOT NULL,
    PRIMARY KEY (position) WITH (fillfactor = 100),
    UNIQUE (stream, version)
);
CREATE INDEX events_of_type ON register.events (type, position);
COMMENT ON COLUMN register.events.position IS 'Order of commit, from 1 without a hole';
COMMENT ON COLUMN register.events.version IS 'Order in the stream, from 1 without a hole (from 0 where a library numbers so)';

CREATE TABLE register.commands (
    id             uuid        PRIMARY KEY,
    digest         bytea       NOT NULL,
    first_position bigint      NOT NULL,
    count          int         NOT NULL CHECK (count > 0),
    stored_at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN register.commands.digest IS 'Of the body that was sent: the same id with another digest is a reused key';
COMMENT ON COLUMN register.commands.count IS 'Its events stand at first_position and the count - 1 positions after it';

CREATE FUNCTION register.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on %.%: what is recorded is never changed', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register.events
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register.commands
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register.identity
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
-- ALWAYS: session_replication_role = replica does not switch them off.
ALTER TABLE register.events ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE register.commands ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE register.identity ENABLE ALWAYS TRIGGER append_only;

-- Stores the events of many commands, each whole or not at all, and answers each with a row, in any order:
--   stored      its events stand at first_position and the positions after it
--   repeated    was stored before under the same digest, at first_position
--   key-reused  the id was stored before under another digest
--   stale       stream stands at current_version, which is not what the command expects
-- Commands count in order of their ordinal (from 1): a later one may build on an earlier one of the
-- same call. Of an expectation: expect_of is the ordinal of its command, expect_writes how many entries
-- the command writes to the stream (0: it only relies on it). Of an entry: entry_expects is the index of
-- the expectation whose stream it is written to, entry_steps its place (from 1) after the expected
-- version. Entries of one command stand together, commands in order. Ids are distinct within a call.
CREATE FUNCTION register.append(
    command_ids     uuid[],
    digests         bytea[],
    expect_of       int[],
    expect_streams  uuid[],
    expect_versions int[],
    expect_writes   int[],
    entry_expects   int[],
    entry_steps     int[],
    entry_types     text[],
    entry_times     timestamptz[],
    entry_states    bytea[]
) RETURNS TABLE (ordinal int, outcome text, first_position bigint, stream uuid, current_version int)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- One plan for all calls, made for indexes: planning anew costs more than the call, and a plan made
-- while the tables are small stays while they grow.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    base           bigint;
    known          int[];
    settled        int[];
    moved          int[];
    moved_streams  uuid[];
    moved_versions int[];
    stale          int[]  := '{}';
    stale_streams  uuid[] := '{}';
    stale_versions int[]  := '{}';
BEGIN
    -- First of all: whoever holds it has the next positions to itself until its commit is visible.
    -- A caller whose snapshot is older than the lock cannot slip through: its positions are taken.
    PERFORM pg_advisory_xact_lock(2023015);

    IF (SELECT sum(w) FROM unnest(expect_writes) AS w) IS DISTINCT FROM cardinality(entry_steps) THEN
        RAISE EXCEPTION 'expect_writes does not count the entries' USING ERRCODE = 'invalid_parameter_value';
    END IF;

    known := ARRAY(
        SELECT g.n FROM unnest(command_ids) WITH ORDINALITY AS g (id, n) JOIN register.commands AS c ON c.id = g.id
    );
    settled := known;

    -- Each round decides those that no undecided earlier command of this call can still change:
    -- one round for commands on streams of their own, and one more to see that none is left.
    -- A command that is alone and current, the common case, needs none.
    WHILE cardinality(command_ids) > 1 OR EXISTS (
        SELECT FROM unnest(expect_streams, expect_versions) AS x (stream, version)
        WHERE x.version <> coalesce((SELECT e.version FROM register.events AS e
                                     WHERE e.stream = x.stream ORDER BY e.version DESC LIMIT 1), least(x.version, 0))
    ) LOOP
        WITH seen AS (
            SELECT x.command, x.stream, x.version,
                   (SELECT e.version FROM register.events AS e
                    WHERE e.stream = x.stream ORDER BY e.version DESC LIMIT 1) AS head,
                   max(x.version + x.writes) FILTER (WHERE x.writes > 0) OVER (
                       PARTITION BY x.stream ORDER BY x.command ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                   ) AS ahead
            FROM unnest(expect_of, expect_streams, expect_versions, expect_writes) AS x (command, stream, version, writes)
            WHERE x.command <> ALL (settled)
        ), failing AS (
            SELECT s.command, s.stream, s.ahead, coalesce(s.ahead, s.head, least(s.version, 0)) AS current
            FROM seen AS s
            WHERE s.version <> coalesce(s.ahead, s.head, least(s.version, 0))
        ), decided AS (
            SELECT DISTINCT ON (f.command) f.command, f.stream, f.current FROM failing AS f
            WHERE f.ahead IS NULL OR f.command = (SELECT min(first.command) FROM failing AS first)
            ORDER BY f.command
        )
        SELECT array_agg(d.command), array_agg(d.stream), array_agg(d.current)
        INTO moved, moved_streams, moved_versions FROM decided AS d;
        EXIT WHEN moved IS NULL;
        settled := settled || moved;
        stale := stale || moved;
        stale_streams := stale_streams || moved_streams;
        stale_versions := stale_versions || moved_versions;
    END LOOP;

    IF cardinality(settled) < cardinality(command_ids) THEN
        base := (SELECT coalesce(max(e.position), 0) FROM register.events AS e);
        -- A step out of range becomes a NULL and is refused by the table; with the count checked above
        -- and the key on (stream, version), no version can be left out.
        PERFORM pg_notify('register_events', '');
        RETURN QUERY
        WITH kept AS (
            INSERT INTO register.events (position, stream, version, type, recorded_at, command_id, state)
            SELECT base + row_number() OVER (),
                   expect_streams[t.x],
                   CASE WHEN t.step BETWEEN 1 AND expect_writes[t.x] THEN expect_versions[t.x] + t.step END,
                   t.type, t.recorded_at, command_ids[expect_of[t.x]], t.state
            FROM unnest(entry_expects, entry_steps, entry_types, entry_times, entry_states)
                AS t (x, step, type, recorded_at, state)
            WHERE expect_of[t.x] <> ALL (settled)
        ), placed AS (
            SELECT e.command, base + min(e.rank) AS first, count(*) AS entries
            FROM (SELECT expect_of[x] AS command, row_number() OVER () AS rank
                  FROM unnest(entry_expects) AS x WHERE expect_of[x] <> ALL (settled)) AS e
            GROUP BY e.command
        ), noted AS (
            INSERT INTO register.commands (id, digest, first_position, count)
            SELECT command_ids[p.command], digests[p.command], p.first, p.entries FROM placed AS p
        )
        SELECT p.command, 'stored', p.first, NULL::uuid, NULL::int FROM placed AS p;
    END IF;

    IF cardinality(settled) > 0 THEN
        RETURN QUERY
        SELECT g.n::int,
               CASE WHEN s.command IS NOT NULL THEN 'stale'
                    WHEN c.digest = g.digest THEN 'repeated'
                    ELSE 'key-reused' END,
               c.first_position, s.stream, s.version
        FROM unnest(command_ids, digests) WITH ORDINALITY AS g (id, digest, n)
        LEFT JOIN register.commands AS c ON c.id = g.id
        LEFT JOIN unnest(stale, stale_streams, stale_versions) AS s (command, stream, version) ON s.command = g.n
        WHERE g.n = ANY (settled);
    END IF;
END
$$;

REVOKE ALL ON FUNCTION register.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register.append TO concord_writer;
GRANT SELECT ON register.events, register.commands TO concord_writer;
GRANT SELECT ON register.events TO concord_projector;
GRANT SELECT ON register.identity TO concord_writer, concord_projector, concord_reader;

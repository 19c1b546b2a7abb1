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

CREATE TABLE register.streams (
    stream         uuid   PRIMARY KEY,
    kind           text   NOT NULL,
    first_position bigint NOT NULL
);
CREATE INDEX streams_of_kind ON register.streams (kind, stream);
COMMENT ON TABLE register.streams IS 'Every stream with the kind that its first entry gave it for ever';
COMMENT ON COLUMN register.streams.kind IS
    'What stands before the first dot of the types of its entries; empty where their types have no dot';

CREATE TABLE register.simulation (
    single boolean     PRIMARY KEY DEFAULT true CHECK (single),
    since  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE register.simulation IS
    'One row, for ever, where the clocks of this register are simulated (a demonstration, a test): no moment is ahead of them';

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
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register.streams
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register.simulation
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
-- ALWAYS: session_replication_role = replica does not switch them off.
ALTER TABLE register.events ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE register.commands ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE register.identity ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE register.streams ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE register.simulation ENABLE ALWAYS TRIGGER append_only;

-- What is said of one command; which fields stand beside the outcome:
--   stored       its events stand at first_position and the positions after it; moment is when the first
--                of them was recorded, and each after it at the larger of what was given for it and the
--                one before + 1 microsecond
--   repeated     was stored before under the same digest, at first_position
--   key-reused   the id was stored before under another digest
--   stale        stream stands at current_version, which is not what the command expects
--   other-kind   stream is of this kind for ever, and the command writes another to it
--   ahead        it would be recorded at moment, more than five seconds after the database's clock
--   judge-again  its time would move to another day in China than it was judged on; moment is the
--                least at which it can be judged again
CREATE TYPE register.answer AS (
    ordinal         int,
    outcome         text,
    first_position  bigint,
    stream          uuid,
    current_version int,
    kind            text,
    moment          timestamptz,
    clock           timestamptz
);

-- Stores the events of many commands, each whole or not at all, and answers each with a row, in any order.
-- Commands count in order of their ordinal (from 1): a later one may build on an earlier one of the
-- same call. Of an expectation: expect_of is the ordinal of its command, expect_writes how many entries
-- the command writes to the stream (0: it only relies on it), expect_kinds their kind, with its dot.
-- Of an entry: entry_expects is the index of the expectation whose stream it is written to, entry_steps its
-- place (from 1) after the expected version, entry_times the moment it was judged at; the text of the
-- moment at which it is recorded is put between entry_heads and entry_tails (an empty tail: the head is
-- all of it, and belongs to no day). Entries of one command stand together, commands in order. Ids are
-- distinct within a call.
CREATE FUNCTION register.append(
    command_ids     uuid[],
    digests         bytea[],
    expect_of       int[],
    expect_streams  uuid[],
    expect_versions int[],
    expect_writes   int[],
    expect_kinds    text[],
    entry_expects   int[],
    entry_steps     int[],
    entry_types     text[],
    entry_times     timestamptz[],
    entry_heads     bytea[],
    entry_tails     bytea[]
) RETURNS SETOF register.answer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- One plan for all calls, made for indexes: planning anew costs more than the call, and a plan made
-- while the tables are small stays while they grow.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    tick     CONSTANT interval := '1 microsecond';
    leeway   CONSTANT interval := '5 seconds';
    alone    CONSTANT boolean  := cardinality(command_ids) = 1;
    clock    timestamptz;
    newest   bigint;
    base     bigint;
    last     timestamptz;
    written  bigint;
    crossed  boolean;
    known    int[];
    settled  int[];
    ranks    int[];
    moments  timestamptz[];
    earliest timestamptz;
    latest   timestamptz;
    refusals register.answer[];
    untimely register.answer[];
    refused  register.answer[];
BEGIN
    -- First of all: whoever holds it has the next positions and the next moments to itself until its
    -- commit is visible. A caller whose snapshot is older than the lock cannot slip through: its
    -- positions are taken. (As a condition: a statement of its own costs more.)
    IF pg_advisory_xact_lock(2023015) IS NULL THEN END IF;
    clock := clock_timestamp();

    -- Nothing is crossed, the common case, where every stream stands as expected, is of the kind that is
    -- written to it, and is written by no command while another names it. (Of what kind a stream is, its
    -- last entry says too, and that is read anyway.)
    IF alone THEN
        SELECT sum(x.writes), NOT bool_and(coalesce(
                   (SELECT e.version = x.version AND (x.writes = 0 OR left(e.type, strpos(e.type, '.')) = x.kind)
                    FROM register.events AS e WHERE e.stream = x.stream ORDER BY e.version DESC LIMIT 1), x.version <= 0)),
               CASE WHEN EXISTS (SELECT FROM register.commands AS c WHERE c.id = command_ids[1]) THEN '{1}'::int[] ELSE '{}' END
        INTO written, crossed, known
        FROM unnest(expect_streams, expect_versions, expect_writes, expect_kinds) AS x (stream, version, writes, kind);
    ELSE
        SELECT sum(x.writes), NOT bool_and(coalesce(
                   (SELECT e.version = x.version AND (x.writes = 0 OR left(e.type, strpos(e.type, '.')) = x.kind)
                    FROM register.events AS e WHERE e.stream = x.stream ORDER BY e.version DESC LIMIT 1), x.version <= 0)
                   AND x.version = x.highest AND (x.writes = 0 OR x.named = 1)),
               ARRAY(SELECT g.n FROM unnest(command_ids) WITH ORDINALITY AS g (id, n) JOIN register.commands AS c ON c.id = g.id)
        INTO written, crossed, known
        FROM (SELECT u.stream, count(*) AS named, sum(u.writes) AS writes, max(u.kind) AS kind,
                     min(u.version) AS version, max(u.version) AS highest
              FROM unnest(expect_streams, expect_versions, expect_writes, expect_kinds) AS u (stream, version, writes, kind)
              GROUP BY u.stream) AS x;
    END IF;
    IF written IS DISTINCT FROM cardinality(entry_steps) THEN
        RAISE EXCEPTION 'expect_writes does not count the entries' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    settled := known;

    SELECT e.position, e.recorded_at INTO newest, last FROM register.events AS e ORDER BY e.position DESC LIMIT 1;
    base := coalesce(newest, 0);
    last := coalesce(last, '-infinity');

    LOOP
        -- Each round decides those that no undecided earlier command of this call can still change:
        -- one round for commands on streams of their own, and one more to see that none is left. What
        -- kind a stream was given before this call changes by nothing in it.
        WHILE crossed LOOP
            WITH seen AS (
                SELECT x.command, x.stream, x.version, x.writes > 0 AND x.kind <> s.kind AS alien, s.kind AS was, x.kind,
                       s.version AS head,
                       max(x.version + x.writes) FILTER (WHERE x.writes > 0) OVER earlier AS ahead,
                       CASE WHEN x.writes > 0 THEN min(x.kind) FILTER (WHERE x.writes > 0) OVER earlier END AS begun
                FROM unnest(expect_of, expect_streams, expect_versions, expect_writes, expect_kinds)
                    AS x (command, stream, version, writes, kind)
                LEFT JOIN LATERAL (
                    SELECT left(e.type, strpos(e.type, '.')) AS kind, e.version FROM register.events AS e
                    WHERE e.stream = x.stream ORDER BY e.version DESC LIMIT 1
                ) AS s ON true
                WHERE x.command <> ALL (settled)
                WINDOW earlier AS (PARTITION BY x.stream ORDER BY x.command ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            ), failing AS (
                SELECT s.command, s.stream, s.ahead, s.alien IS TRUE AS alien, coalesce(s.was, s.begun) AS kind,
                       s.alien IS TRUE OR s.was IS NULL AND s.begun <> s.kind AS other,
                       coalesce(s.ahead, s.head, least(s.version, 0)) AS current
                FROM seen AS s
                WHERE s.alien OR s.was IS NULL AND s.begun <> s.kind
                   OR s.version <> coalesce(s.ahead, s.head, least(s.version, 0))
            ), decided AS (
                SELECT DISTINCT ON (f.command) f.command, f.stream, f.other, f.kind, f.current FROM failing AS f
                WHERE f.alien OR f.ahead IS NULL OR f.command = (SELECT min(first.command) FROM failing AS first)
                ORDER BY f.command, f.other DESC
            )
            SELECT array_agg(CASE WHEN d.other
                THEN ROW (d.command, 'other-kind', NULL, d.stream, NULL, rtrim(d.kind, '.'), NULL, NULL)::register.answer
                ELSE ROW (d.command, 'stale', NULL, d.stream, d.current, NULL, NULL, NULL)::register.answer END)
            INTO refusals FROM decided AS d;
            EXIT WHEN refusals IS NULL;
            refused := refused || refusals;
            settled := settled || ARRAY(SELECT r.ordinal FROM unnest(refusals) AS r);
        END LOOP;

        EXIT WHEN cardinality(settled) = cardinality(command_ids);
        -- Of the entries that are left, the i-th is recorded i microseconds after the largest of the log's
        -- last moment and, of each up to it, what was given less its own number of microseconds: so every
        -- one at the larger of what was given and the one before + 1 microsecond.
        IF cardinality(entry_times) = 1 THEN
            ranks := '{1}';
            earliest := entry_times[1];
            latest := greatest(earliest, last + tick);
            moments := ARRAY[latest];
        ELSIF cardinality(settled) = 0 THEN
            SELECT array_agg(t.n::int), array_agg(t.moment), min(t.given), max(t.moment)
            INTO ranks, moments, earliest, latest
            FROM (SELECT u.n, u.given, u.n * tick + greatest(
                             last, max(u.given - u.n * tick) OVER (ROWS UNBOUNDED PRECEDING)) AS moment
                  FROM unnest(entry_times) WITH ORDINALITY AS u (given, n)) AS t;
        ELSE  -- the same with gaps: what is settled has no rank, and moves nothing
            SELECT array_agg(t.rank), array_agg(t.moment), min(t.given) FILTER (WHERE t.rank > 0), max(t.moment)
            INTO ranks, moments, earliest, latest
            FROM (SELECT r.rank, r.given, r.rank * tick + greatest(
                             last, max(r.given - r.rank * tick) OVER (ROWS UNBOUNDED PRECEDING)) AS moment
                  FROM (SELECT u.given, CASE WHEN u.kept THEN count(*) FILTER (WHERE u.kept) OVER (ROWS UNBOUNDED PRECEDING) END AS rank
                        FROM (SELECT e.given, expect_of[e.x] <> ALL (settled) AS kept
                              FROM unnest(entry_expects, entry_times) AS e (x, given)) AS u) AS r) AS t;
        END IF;

        refusals := NULL;
        IF latest > clock + leeway AND NOT EXISTS (SELECT FROM register.simulation) THEN
            SELECT array_agg(ROW (a.command, 'ahead', NULL, NULL, NULL, NULL, a.moment, clock)::register.answer)
            INTO refusals
            FROM (SELECT expect_of[t.x] AS command, greatest(max(t.given), last + tick) AS moment
                  FROM unnest(entry_expects, entry_times, ranks) AS t (x, given, rank)
                  WHERE t.rank > 0 GROUP BY expect_of[t.x]) AS a
            WHERE a.moment > clock + leeway;
        END IF;
        IF refusals IS NULL AND earliest < latest
           AND (earliest AT TIME ZONE 'Asia/Shanghai')::date <> (latest AT TIME ZONE 'Asia/Shanghai')::date THEN
            SELECT array_agg(ROW (a.command, 'judge-again', NULL, NULL, NULL, NULL, a.moment, NULL)::register.answer)
            INTO refusals
            FROM (SELECT expect_of[t.x] AS command, min(t.moment) AS moment
                  FROM unnest(entry_expects, entry_times, entry_tails, moments, ranks) AS t (x, given, tail, moment, rank)
                  WHERE t.rank > 0 AND t.tail <> ''
                    AND (t.moment AT TIME ZONE 'Asia/Shanghai')::date <> (t.given AT TIME ZONE 'Asia/Shanghai')::date
                  GROUP BY expect_of[t.x]) AS a;
        END IF;
        EXIT WHEN refusals IS NULL;
        -- Begin again without them: what builds on them fails, and what was in their way no longer does.
        untimely := untimely || refusals;
        refused := untimely;
        settled := known || ARRAY(SELECT r.ordinal FROM unnest(untimely) AS r);
        crossed := true;
    END LOOP;

    IF cardinality(settled) < cardinality(command_ids) THEN
        IF pg_notify('register_events', '') IS NULL THEN END IF;
        -- A step out of range, or a type of another kind than was said, becomes a NULL and is refused by
        -- the table; with the count checked above and the key on (stream, version), no version can be
        -- left out.
        INSERT INTO register.events (position, stream, version, type, recorded_at, command_id, state)
        SELECT base + t.rank,
               expect_streams[t.x],
               CASE WHEN t.step BETWEEN 1 AND expect_writes[t.x] THEN expect_versions[t.x] + t.step END,
               CASE WHEN left(t.type, strpos(t.type, '.')) = expect_kinds[t.x] THEN t.type END,
               t.moment,
               command_ids[expect_of[t.x]],
               CASE WHEN t.tail = '' THEN t.head ELSE t.head || convert_to(
                   to_char(t.moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8') || t.tail END
        FROM unnest(entry_expects, entry_steps, entry_types, entry_heads, entry_tails, moments, ranks)
            AS t (x, step, type, head, tail, moment, rank)
        WHERE t.rank > 0;

        IF alone THEN
            INSERT INTO register.commands (id, digest, first_position, count)
            VALUES (command_ids[1], digests[1], base + 1, cardinality(entry_steps));
            RETURN NEXT ROW (1, 'stored', base + 1, NULL, NULL, NULL, moments[1], NULL)::register.answer;
        ELSE
            RETURN QUERY
            WITH placed AS (
                SELECT expect_of[t.x] AS command, base + min(t.rank) AS first, count(*) AS entries, min(t.moment) AS moment
                FROM unnest(entry_expects, moments, ranks) AS t (x, moment, rank)
                WHERE t.rank > 0 GROUP BY expect_of[t.x]
            ), noted AS (
                INSERT INTO register.commands (id, digest, first_position, count)
                SELECT command_ids[p.command], digests[p.command], p.first, p.entries FROM placed AS p
            )
            SELECT p.command, 'stored', p.first, NULL::uuid, NULL::int, NULL::text, p.moment, NULL::timestamptz
            FROM placed AS p;
        END IF;

        -- A stream begins where nothing is expected of it. Two kinds in one would meet at its key.
        IF 0 >= ANY (expect_versions) THEN
            INSERT INTO register.streams (stream, kind, first_position)
            SELECT e.stream, rtrim(left(e.type, strpos(e.type, '.')), '.') AS kind,
                   min(e.position)
            FROM register.events AS e
            WHERE e.position > base AND (SELECT s.kind FROM register.streams AS s WHERE s.stream = e.stream) IS NULL
            GROUP BY e.stream, kind;
        END IF;
    END IF;

    IF cardinality(settled) > 0 THEN
        RETURN QUERY
        SELECT g.n::int, CASE WHEN c.digest = g.digest THEN 'repeated' ELSE 'key-reused' END,
               c.first_position, NULL::uuid, NULL::int, NULL::text, NULL::timestamptz, NULL::timestamptz
        FROM unnest(command_ids, digests) WITH ORDINALITY AS g (id, digest, n)
        JOIN register.commands AS c ON c.id = g.id
        WHERE g.n = ANY (known);
        RETURN QUERY SELECT r.* FROM unnest(refused) AS r;
    END IF;
END
$$;

REVOKE ALL ON FUNCTION register.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register.append TO concord_writer;
GRANT SELECT ON register.events, register.streams, register.commands TO concord_writer;
GRANT SELECT ON register.events, register.streams TO concord_projector;
GRANT SELECT ON register.identity, register.simulation TO concord_writer, concord_projector, concord_reader;

-- Which processes run, as each says of itself every second (services.follower.heartbeat).
CREATE TABLE register.processes (
    id         uuid        PRIMARY KEY,
    name       text        NOT NULL CHECK (name <> ''),
    host       text        NOT NULL,
    pid        int         NOT NULL,
    started_at timestamptz NOT NULL,
    beat_at    timestamptz NOT NULL DEFAULT now(),
    stepped_at timestamptz NOT NULL,
    state      text        NOT NULL
        CHECK (state IN ('starting', 'working', 'idle', 'waiting', 'standby', 'stopped', 'ended')),
    since      timestamptz NOT NULL,
    taken      bigint      NOT NULL DEFAULT 0 CHECK (taken >= 0),
    rate       real        NOT NULL DEFAULT 0,
    error      text,
    error_at   timestamptz,
    lanes      jsonb       NOT NULL DEFAULT '[]',
    CONSTRAINT error_has_a_moment CHECK ((error IS NULL) = (error_at IS NULL))
);
COMMENT ON COLUMN register.processes.beat_at IS 'Last heartbeat, by the clock of the database';
COMMENT ON COLUMN register.processes.stepped_at IS 'When its loop last went on; a long step leaves it behind while heartbeats go on';
COMMENT ON COLUMN register.processes.since IS 'When it came into this state';
COMMENT ON COLUMN register.processes.taken IS 'Items taken since it was started';
COMMENT ON COLUMN register.processes.rate IS 'Items a second over the last ten seconds';
COMMENT ON COLUMN register.processes.error IS 'The last error, without content of events';
COMMENT ON COLUMN register.processes.lanes IS 'What it follows: [{"name", "position", "head", "error"}]; without a head its end is that of the log';
CREATE INDEX processes_by_name ON register.processes (name, beat_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON register.processes TO concord_writer, concord_projector;
GRANT SELECT ON register.processes TO concord_reader;

CREATE FUNCTION register.last_position() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
    AS 'SELECT coalesce(max(position), 0) FROM register.events';
COMMENT ON FUNCTION register.last_position() IS 'Where the log ends; 0 where it is empty';

CREATE FUNCTION register.recorded_at(of bigint) RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
    AS 'SELECT recorded_at FROM register.events WHERE position = of';
COMMENT ON FUNCTION register.recorded_at(bigint) IS 'When the event at a position was recorded; empty where there is none';

CREATE FUNCTION register.heard_of(process text) RETURNS interval
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
    AS $$
        SELECT statement_timestamp() - max(beat_at) FROM register.processes
        WHERE name = process AND state NOT IN ('ended', 'stopped', 'standby')
    $$;
COMMENT ON FUNCTION register.heard_of(text) IS 'How long ago a process of that name was heard that has not ended; empty where there is none';

-- What each process does, as seen now: three seconds without a heartbeat, or a minute in one step, and it is stale.
-- The lag is that of the log's end now, never of what a silent process last knew. One that was replaced is left out.
CREATE VIEW register.process_states AS
SELECT p.id, p.name, p.host, p.pid,
    CASE
        WHEN p.state IN ('ended', 'stopped') THEN p.state
        WHEN statement_timestamp() - p.beat_at > interval '3 seconds' THEN 'stale'
        WHEN p.state IN ('working', 'idle') AND p.beat_at - p.stepped_at > interval '1 minute' THEN 'stale'
        ELSE p.state
    END AS state,
    CASE
        WHEN p.state NOT IN ('ended', 'stopped') AND statement_timestamp() - p.beat_at > interval '3 seconds'
        THEN p.beat_at ELSE p.since
    END AS since,
    p.started_at, p.beat_at, p.taken, p.rate, p.error, p.error_at,
    coalesce((
        SELECT jsonb_agg(lane || jsonb_build_object(
            'lag', greatest(coalesce((lane ->> 'head')::bigint, register.last_position())
                - (lane ->> 'position')::bigint, 0),
            'lag_seconds', CASE WHEN lane ->> 'head' IS NULL THEN greatest(0, round(extract(epoch FROM
                statement_timestamp() - register.recorded_at((lane ->> 'position')::bigint + 1))::numeric, 1)) END
        ) ORDER BY number)
        FROM jsonb_array_elements(p.lanes) WITH ORDINALITY AS l (lane, number)
    ), '[]'::jsonb) AS lanes
FROM register.processes AS p
WHERE NOT EXISTS (
    SELECT FROM register.processes AS later
    WHERE later.name = p.name AND later.host = p.host AND later.started_at > p.beat_at
);
GRANT SELECT ON register.process_states TO concord_writer, concord_projector, concord_reader;

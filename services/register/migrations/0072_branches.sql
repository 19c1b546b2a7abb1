-- What the nation replicated of a log that was given up, or that was forged, is put aside by a recorded decision of
-- two persons, and never edited.
CREATE TABLE nation.put_aside (
    place       text        NOT NULL,
    decided_at  bigint      NOT NULL,
    position    bigint      NOT NULL,
    stream      uuid        NOT NULL,
    version     int         NOT NULL,
    type        text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    state       bytea       NOT NULL,
    PRIMARY KEY (place, decided_at, position)
);
COMMENT ON TABLE nation.put_aside IS 'Replicated events that count for nothing, as they came';
COMMENT ON COLUMN nation.put_aside.decided_at IS 'Position of province.branch-followed.v1 in the nation''s register';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nation.put_aside
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
ALTER TABLE nation.put_aside ENABLE ALWAYS TRIGGER append_only;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON nation.put_aside FROM concord_projector;

ALTER TABLE nation.feeds ADD COLUMN followed bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN nation.feeds.followed IS 'Position in the nation''s register of the last decision to follow a branch that was carried out';

-- A row of the replica goes only where it has been put aside.
DROP TRIGGER append_only ON nation.replica;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON nation.replica
    FOR EACH STATEMENT EXECUTE FUNCTION register.refuse_change();
ALTER TABLE nation.replica ENABLE ALWAYS TRIGGER append_only;
CREATE FUNCTION nation.only_put_aside() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM nation.put_aside AS a
        WHERE a.place = OLD.place AND a.position = OLD.position AND a.state = OLD.state AND a.version = OLD.version
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'nation.replica is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER only_put_aside BEFORE DELETE ON nation.replica
    FOR EACH ROW EXECUTE FUNCTION nation.only_put_aside();
ALTER TABLE nation.replica ENABLE ALWAYS TRIGGER only_put_aside;
REVOKE UPDATE, DELETE, TRUNCATE ON nation.replica FROM concord_projector;

-- The one way: what a decision in the register says, once. The rows made of the province are made anew.
CREATE FUNCTION nation.follow_branch(decision bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    said    jsonb;
    whose   text;
    last    bigint;
    of_log  uuid;
BEGIN
    SELECT convert_from(e.state, 'UTF8')::jsonb -> 'event', (
        SELECT convert_from(j.state, 'UTF8')::jsonb #>> '{event,place}' FROM register.events AS j
        WHERE j.stream = e.stream AND j.type = 'province.joined.v1' ORDER BY j.version LIMIT 1
    ) INTO said, whose
    FROM register.events AS e WHERE e.position = decision AND e.type = 'province.branch-followed.v1';
    IF whose IS NULL THEN
        RAISE EXCEPTION 'entry % is no decision to follow a branch', decision USING ERRCODE = 'insufficient_privilege';
    END IF;
    last := (said ->> 'after')::bigint;
    of_log := (said ->> 'log')::uuid;
    PERFORM FROM nation.feeds AS f WHERE f.place = whose AND f.followed < decision FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO nation.put_aside (place, decided_at, position, stream, version, type, recorded_at, state)
        SELECT r.place, decision, r.position, r.stream, r.version, r.type, r.recorded_at, r.state
        FROM nation.replica AS r WHERE r.place = whose AND r.position > last;
    DELETE FROM nation.replica AS r WHERE r.place = whose AND r.position > last;
    UPDATE nation.feeds AS f SET
        log = of_log, position = least(f.position, last), followed = decision, status = 'running', class = NULL,
        reason = NULL, stopped_at = NULL, wanted_from = NULL, wanted_until = NULL, asked_at = NULL,
        recorded_at = (SELECT r.recorded_at FROM nation.replica AS r WHERE r.place = whose AND r.position = last)
    WHERE f.place = whose;
    UPDATE nation.projected AS p SET version = -1 WHERE p.place = whose;
    -- what the province had recorded of the nation's decisions is seen again in the rows that are made anew
    UPDATE nation.decided AS d SET recorded = false WHERE d.province = whose AND d.recorded;
END
$$;
REVOKE ALL ON FUNCTION nation.follow_branch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION nation.follow_branch TO concord_projector;

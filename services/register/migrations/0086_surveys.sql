-- Surveys of the workers (四(一)9): one-time codes, and totals. What somebody answered is kept nowhere: an answer adds
-- to the totals of its survey and is gone; a code says that it was used, and not when.

-- As in the foundation, the connecting user makes the schema: the owner of tables has no right to make one.
RESET ROLE;
CREATE SCHEMA surveys AUTHORIZATION concord_owner;
SET LOCAL ROLE concord_owner;

CREATE TABLE surveys.held (
    unit     uuid    NOT NULL,
    survey   int     NOT NULL CHECK (survey > 0),
    until    date    NOT NULL,
    answered int     NOT NULL DEFAULT 0 CHECK (answered >= 0),
    totals   int[]   NOT NULL,
    closed   boolean NOT NULL DEFAULT false,
    PRIMARY KEY (unit, survey)
);
COMMENT ON TABLE surveys.held IS 'A survey whose codes were handed out: how many answered, and the totals';
COMMENT ON COLUMN surveys.held.survey IS 'The version of the entry that opened it';
COMMENT ON COLUMN surveys.held.totals IS 'Of each indicator in the order of the survey, how often 1, 2, 3, 4 and 5 were answered';
COMMENT ON COLUMN surveys.held.closed IS 'Counted: nothing is answered any more';

CREATE TABLE surveys.codes (
    hash   bytea   PRIMARY KEY CHECK (octet_length(hash) = 32),
    unit   uuid    NOT NULL,
    survey int     NOT NULL,
    used   boolean NOT NULL DEFAULT false,
    FOREIGN KEY (unit, survey) REFERENCES surveys.held
);
COMMENT ON COLUMN surveys.codes.hash IS 'SHA-256 of a code of 80 random bits';
CREATE INDEX codes_of ON surveys.codes (unit, survey);

CREATE FUNCTION surveys.hand_out(whose uuid, which int, last date, indicators int, hashes bytea[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO surveys.held (unit, survey, until, totals)
    VALUES (whose, which, last, array_fill(0, ARRAY[5 * indicators])) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO surveys.codes (hash, unit, survey) SELECT one, whose, which FROM unnest(hashes) AS one ORDER BY one;
    RETURN true;
END
$$;
COMMENT ON FUNCTION surveys.hand_out IS 'Keep the codes of a survey, once; false where they were handed out before';

CREATE FUNCTION surveys.by_code(code bytea) RETURNS TABLE (unit uuid, survey int, until date, used boolean, closed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT h.unit, h.survey, h.until, c.used, h.closed
    FROM surveys.codes AS c JOIN surveys.held AS h USING (unit, survey) WHERE c.hash = code
$$;

CREATE FUNCTION surveys.answer(code bytea, today date, answers int[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one surveys.held;
BEGIN
    SELECT h.* INTO one FROM surveys.held AS h JOIN surveys.codes AS c USING (unit, survey)
    WHERE c.hash = code AND NOT h.closed AND h.until >= today FOR UPDATE OF h;
    IF NOT FOUND OR cardinality(answers) * 5 <> cardinality(one.totals) OR NOT (1 <= ALL (answers) AND 5 >= ALL (answers)) THEN
        RETURN false;
    END IF;
    UPDATE surveys.codes SET used = true WHERE hash = code AND NOT used;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    FOR place IN 1 .. cardinality(answers) LOOP
        one.totals[5 * (place - 1) + answers[place]] := one.totals[5 * (place - 1) + answers[place]] + 1;
    END LOOP;
    UPDATE surveys.held AS h SET answered = h.answered + 1, totals = one.totals
    WHERE h.unit = one.unit AND h.survey = one.survey;
    RETURN true;
END
$$;
COMMENT ON FUNCTION surveys.answer IS 'Add an answer to the totals and use the code up; false where the code is used or none, or the survey is over';

CREATE FUNCTION surveys.progress(whose uuid, which int) RETURNS TABLE (handed_out bigint, answered int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (SELECT count(*) FROM surveys.codes AS c WHERE c.unit = h.unit AND c.survey = h.survey), h.answered
    FROM surveys.held AS h WHERE h.unit = whose AND h.survey = which
$$;

CREATE FUNCTION surveys.count(whose uuid, which int) RETURNS TABLE (answered int, totals int[], codes text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE surveys.held AS h SET closed = true WHERE h.unit = whose AND h.survey = which;
    RETURN QUERY SELECT h.answered, h.totals, coalesce((
        SELECT string_agg(encode(c.hash, 'hex') || CASE WHEN c.used THEN ' used' ELSE ' unused' END || chr(10), '' ORDER BY c.hash)
        FROM surveys.codes AS c WHERE c.unit = whose AND c.survey = which
    ), '') FROM surveys.held AS h WHERE h.unit = whose AND h.survey = which;
END
$$;
COMMENT ON FUNCTION surveys.count IS 'Close a survey and tell its totals and its codes, a line each; the same however often it is asked';

REVOKE ALL ON FUNCTION surveys.hand_out, surveys.by_code, surveys.answer, surveys.progress, surveys.count FROM PUBLIC;
GRANT USAGE ON SCHEMA surveys TO concord_writer;
GRANT EXECUTE ON FUNCTION surveys.hand_out, surveys.by_code, surveys.answer, surveys.progress, surveys.count TO concord_writer;

-- Views for reports: rows as they stand today, of the places that a login may see; for whoever has the role concord_bi.
-- The tables under them are the projector's, which puts new ones in their place: functions find them when they are asked.

RESET ROLE;
CREATE SCHEMA bi AUTHORIZATION concord_owner;
SET LOCAL ROLE concord_owner;

CREATE TABLE bi.rights (
    login text NOT NULL,
    place text NOT NULL CHECK (place ~ '^[0-9]{6}$'),
    PRIMARY KEY (login, place)
);
COMMENT ON TABLE bi.rights IS 'Which places a login sees, each with all below it; a login without a line sees nothing';
COMMENT ON COLUMN bi.rights.login IS 'The database user that is a member of concord_bi';
COMMENT ON COLUMN bi.rights.place IS 'Division code (GB/T 2260); that of the province for all of it';

-- Codes tell what lies within what: the first two digits the province, the first four the prefecture.
CREATE FUNCTION bi.may_see(of text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM bi.rights AS r
        WHERE r.login = session_user
          AND of LIKE CASE WHEN r.place = '000000' THEN '%'
                           WHEN r.place LIKE '%0000' THEN left(r.place, 2) || '%'
                           WHEN r.place LIKE '%00' THEN left(r.place, 4) || '%'
                           ELSE r.place END
    )
$$;

CREATE FUNCTION bi.today() RETURNS date
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date
$$;

CREATE FUNCTION bi.units_today() RETURNS TABLE (
    unit uuid, code text, name text, kind text, sub_kind text, place text, prefecture text, ownership text,
    industry text, headcount int, standing text, title text, term_end date, step text, step_since date, watch text,
    open_signals int, next_duty text, next_due date, closed boolean, version int
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT b.unit, b.code, b.name, b.kind, b.sub_kind, b.place, b.prefecture, b.ownership, b.industry, b.headcount,
        b.standing, b.title, b.term_end, b.step, b.step_since, b.watch, b.open_signals, b.next_kind, b.next_due, b.closed,
        b.version
    FROM projections.board AS b
    WHERE b.valid_from <= bi.today() AND (b.valid_until IS NULL OR b.valid_until >= bi.today())
      AND NOT b.provisional AND bi.may_see(b.place);
END
$$;

CREATE FUNCTION bi.titles_today() RETURNS TABLE (
    unit uuid, code text, name text, place text, title text, standing text, term_from date, term_until date,
    carried_in boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT b.unit, b.code, b.name, b.place, t.key, t.value ->> 'standing', (t.value ->> 'term_from')::date,
        (t.value ->> 'term_until')::date, coalesce((t.value ->> 'carried_in')::boolean, false)
    FROM projections.board AS b CROSS JOIN LATERAL jsonb_each(b.titles) AS t
    WHERE b.valid_from <= bi.today() AND (b.valid_until IS NULL OR b.valid_until >= bi.today())
      AND NOT b.provisional AND bi.may_see(b.place);
END
$$;

CREATE FUNCTION bi.duties_all() RETURNS TABLE (
    stream uuid, stream_kind text, label text, place text, duty text, holder text, since date, due date, state text,
    late boolean, met_on date, missed_on date, clause text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT d.stream, d.stream_kind, d.label, d.place, d.kind, d.holder, d.since, d.due, d.state, d.late, d.met_on,
        d.missed_on, d.clause
    FROM projections.deadlines AS d WHERE bi.may_see(d.place);
END
$$;

CREATE FUNCTION bi.acts_all() RETURNS TABLE (
    stream uuid, version int, stream_kind text, label text, place text, act text, title text, effective_on date,
    recorded_at timestamptz, post text, house text, level text, rule text, clause text, voided boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT a.stream, a.version, a.stream_kind, a.label, a.place, a.type, a.title, a.effective_on, a.recorded_at, a.post,
        a.house, a.level, a.rule, a.clause, a.voided_by IS NOT NULL
    FROM projections.acts AS a WHERE a.stream_kind IN ('unit', 'check') AND bi.may_see(a.place);
END
$$;

CREATE VIEW bi.units AS SELECT * FROM bi.units_today();
CREATE VIEW bi.titles AS SELECT * FROM bi.titles_today();
CREATE VIEW bi.duties AS SELECT * FROM bi.duties_all();
CREATE VIEW bi.acts AS SELECT * FROM bi.acts_all();

COMMENT ON VIEW bi.units IS 'Units as they stand today; known by a signal only are left out';
COMMENT ON COLUMN bi.units.unit IS 'Its id';
COMMENT ON COLUMN bi.units.code IS 'Unified social credit code, or the code that its office gave it';
COMMENT ON COLUMN bi.units.name IS 'Its name';
COMMENT ON COLUMN bi.units.kind IS 'enterprise, park, township, industry, building, block';
COMMENT ON COLUMN bi.units.sub_kind IS 'Of parks and townships';
COMMENT ON COLUMN bi.units.place IS 'Division code (GB/T 2260)';
COMMENT ON COLUMN bi.units.prefecture IS 'Division code of the prefecture that it lies in';
COMMENT ON COLUMN bi.units.ownership IS 'Of enterprises';
COMMENT ON COLUMN bi.units.industry IS 'As it was registered';
COMMENT ON COLUMN bi.units.headcount IS 'Employees';
COMMENT ON COLUMN bi.units.standing IS 'The best of its titles'' standings: none, reserve, held, revocation_proposed, revoked, expired …';
COMMENT ON COLUMN bi.units.title IS 'The title of that standing';
COMMENT ON COLUMN bi.units.term_end IS 'The first day on which a term of its titles ends';
COMMENT ON COLUMN bi.units.step IS 'Where its open application stands; none where there is none';
COMMENT ON COLUMN bi.units.step_since IS 'Since when it stands there';
COMMENT ON COLUMN bi.units.watch IS 'calm, attention, alert, frozen';
COMMENT ON COLUMN bi.units.open_signals IS 'Signals of violations that are not settled';
COMMENT ON COLUMN bi.units.next_duty IS 'What is owed next';
COMMENT ON COLUMN bi.units.next_due IS 'By when';
COMMENT ON COLUMN bi.units.closed IS 'It ceased to exist';
COMMENT ON COLUMN bi.units.version IS 'Entries in its history';

COMMENT ON VIEW bi.titles IS 'Every title of every unit as it stands today, a row a title';
COMMENT ON COLUMN bi.titles.unit IS 'The unit''s id';
COMMENT ON COLUMN bi.titles.code IS 'The unit''s public code';
COMMENT ON COLUMN bi.titles.name IS 'The unit''s name';
COMMENT ON COLUMN bi.titles.place IS 'The unit''s division code';
COMMENT ON COLUMN bi.titles.title IS 'The title''s id in the policy pack';
COMMENT ON COLUMN bi.titles.standing IS 'held, revoked, expired …';
COMMENT ON COLUMN bi.titles.term_from IS 'First day of its term';
COMMENT ON COLUMN bi.titles.term_until IS 'Last day of its term';
COMMENT ON COLUMN bi.titles.carried_in IS 'Given before the register, and not judged by it';

COMMENT ON VIEW bi.duties IS 'Every duty that there ever was, and how it went';
COMMENT ON COLUMN bi.duties.stream IS 'The id of what it is about';
COMMENT ON COLUMN bi.duties.stream_kind IS 'unit, round, check …';
COMMENT ON COLUMN bi.duties.label IS 'What people call that';
COMMENT ON COLUMN bi.duties.place IS 'Division code';
COMMENT ON COLUMN bi.duties.duty IS 'What is owed';
COMMENT ON COLUMN bi.duties.holder IS '"unit", or level:place of the office that owes it';
COMMENT ON COLUMN bi.duties.since IS 'The day from which it is owed';
COMMENT ON COLUMN bi.duties.due IS 'The day by which it is';
COMMENT ON COLUMN bi.duties.state IS 'open, suspended, missed (and still owed), met, released';
COMMENT ON COLUMN bi.duties.late IS 'Met, after its day';
COMMENT ON COLUMN bi.duties.met_on IS 'When it was met';
COMMENT ON COLUMN bi.duties.missed_on IS 'When it was recorded as missed';
COMMENT ON COLUMN bi.duties.clause IS 'Clause of the policy';

COMMENT ON VIEW bi.acts IS 'Every act on units and checks; what was said in them stays in the register';
COMMENT ON COLUMN bi.acts.stream IS 'The id of what it was on';
COMMENT ON COLUMN bi.acts.version IS 'Its place in that history';
COMMENT ON COLUMN bi.acts.stream_kind IS 'unit or check';
COMMENT ON COLUMN bi.acts.label IS 'What people called that after the act';
COMMENT ON COLUMN bi.acts.place IS 'Division code';
COMMENT ON COLUMN bi.acts.act IS 'Its type of event';
COMMENT ON COLUMN bi.acts.title IS 'The title that it was about';
COMMENT ON COLUMN bi.acts.effective_on IS 'The day from which it holds';
COMMENT ON COLUMN bi.acts.recorded_at IS 'When it was recorded';
COMMENT ON COLUMN bi.acts.post IS 'The post in which somebody acted';
COMMENT ON COLUMN bi.acts.house IS 'Of the post';
COMMENT ON COLUMN bi.acts.level IS 'Of the post';
COMMENT ON COLUMN bi.acts.rule IS 'The rule that allowed it';
COMMENT ON COLUMN bi.acts.clause IS 'Its clause of the policy';
COMMENT ON COLUMN bi.acts.voided IS 'It was a mistake, and is struck through';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA bi FROM PUBLIC;
GRANT USAGE ON SCHEMA bi TO concord_bi;
GRANT SELECT ON bi.units, bi.titles, bi.duties, bi.acts TO concord_bi;
GRANT EXECUTE ON FUNCTION bi.units_today, bi.titles_today, bi.duties_all, bi.acts_all TO concord_bi;

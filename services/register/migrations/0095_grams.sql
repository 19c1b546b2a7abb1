-- What an index of the board finds, and of which the planner knows how rare it is. Servers need not have pg_trgm, and its
-- groups of three letters find no two Chinese characters: the pieces of one and of two characters of a name do.

CREATE FUNCTION projections.grams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array(SELECT DISTINCT substr(words, n, size)
                 FROM generate_series(1, length(words)) AS n, generate_series(1, 2) AS size)
$$;
COMMENT ON FUNCTION projections.grams(text) IS
    'The pieces of one and of two characters of a text: whatever stands in it has no others';

CREATE FUNCTION projections.standings(titles jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array(SELECT unnest(ARRAY[key, key || ':' || (value ->> 'standing')]) FROM jsonb_each(titles))
$$;
COMMENT ON FUNCTION projections.standings(jsonb) IS 'Each title of a row of the board, and each with its standing';

GRANT EXECUTE ON FUNCTION projections.grams(text), projections.standings(jsonb)
    TO concord_projector, concord_reader, concord_writer;

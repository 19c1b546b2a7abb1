-- The roles that processes and people connect as, each with the least it needs:
--   concord_owner      owns schemas and tables; migrations run as it
--   concord_writer     appends by the one function, reads; takes messages, keeps papers, provisions keys
--   concord_projector  reads events, writes projections
--   concord_reader     reads projections
--   concord_accounts   makes and revokes tokens: the operator's command line
--   concord_security   reads the security log
--   concord_bi         reads the views for reports, of the places that bi.rights gives its login
-- Roles belong to the whole cluster: another database may be creating them at this moment.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['concord_owner', 'concord_writer', 'concord_projector', 'concord_reader', 'concord_accounts',
        'concord_security', 'concord_bi'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', name);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION 'the database user "%" may not create the role %', current_user, name
                        USING ERRCODE = 'insufficient_privilege',
                              HINT = 'migrate as a user with CREATEROLE, or let an administrator create the roles first';
            END;
        END IF;
    END LOOP;
    IF NOT pg_has_role(current_user, 'concord_owner', 'USAGE') THEN
        EXECUTE format('GRANT concord_owner TO %I', current_user);
    END IF;
END
$$;

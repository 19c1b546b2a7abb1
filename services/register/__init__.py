"""The register's store: appends events, reads and follows them, and migrates the database that holds them.

May import `events`, `services.errors` and psycopg; `recorder` and `mapper` also the `eventsourcing` library.
Never holds a rule of the policy, a projection, or SQL that looks inside an event's stored bytes.
"""

"""The nation over its provinces: keeps a replica of each province's log, folds it, and decides in its own register.

May import `events`, `projections`, `services.casework`, `services.register`, `services.projector`,
`services.publisher`, `services.decisions`, `services.observability`, psycopg and kafka-python.
Never changes what is in the replica, and never writes to a province's register.
"""

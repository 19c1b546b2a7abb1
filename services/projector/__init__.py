"""Keeps the projections: takes events in by the batch, and rebuilds a projection beside the one that serves.

May import `events`, `projections`, `services.casework`, `services.errors`, `services.observability`,
`services.register.read`, what `services.publisher` puts on the wire, psycopg and kafka-python.
Never holds what a projection shows, and has no effect outside the schema `projections`.
"""

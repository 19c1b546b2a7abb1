"""Carries the register's events out: to Kafka in order with ids by which doubles drop, and to signed webhooks.

May import `events`, `services.register.read`, `services.register.listen`, `services.observability`, `services.vault`,
the documents of `services.http.problems`, psycopg and kafka-python.
Never publishes a personal field in clear text, never skips an event, and never writes to the register's events.
"""

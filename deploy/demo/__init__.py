"""The demonstration: a fictional register of forty months, told by issuing commands through the real rules.

May import `events`, `services`, and of `deploy` what it runs on: the embedded PostgreSQL, the broker, the supervisor.
Never holds a rule, a real company or a real person, and never writes an event past the law.
"""

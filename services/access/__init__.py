"""Who gets in and as whom: accounts with their tokens, people with passwords and second factors, sessions, the security
log, and who looked at what.

May import `events`, `services.errors` and `services.settings`. Never holds what somebody may read (`services.http`) or
do (`services.casework`).
"""

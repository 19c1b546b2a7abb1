"""How the running system is seen: log lines, trace ids, metrics.

May import `events.sealed` and `services.settings`, and the logging and metrics libraries.
Never holds personal data in clear text, and never decides anything: taking it away changes no result.
"""

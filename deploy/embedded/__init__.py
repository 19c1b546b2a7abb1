"""A PostgreSQL of one's own: started, joined and stopped beside a directory, with nothing to install.

May import the standard library and psycopg, nothing else of ours.
Never holds tables or queries of the register, and never deletes data unless `erase` is called.
"""

from deploy.embedded.place import EmbeddedError, wheel_programs
from deploy.embedded.server import Server, erase, running, start, stop

__all__ = ["EmbeddedError", "Server", "erase", "running", "start", "stop", "wheel_programs"]

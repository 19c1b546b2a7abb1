"""The inner room: the state of a unit, how events change it, and the law that judges every act.

May import `events` and the standard library; pure, with no database, no clock and no network.
Never holds I/O: the day and the actor are in the entry that is judged.
"""

"""Whether the database is what the register wrote: everything that can be checked without proofs, row by row.

May import `events`, the register's reading, the vault, and the projector's comparing.
Never writes anything but its own notes, and never judges an act: that is the audit's.
"""

"""What can have happened beside units: officers, bodies, papers, sources, the policy, rounds, draws of checks.

May import `events.envelope`, and the modules of field types beside it.
Never copies a unit's facts: these streams name units by their ids only.
"""

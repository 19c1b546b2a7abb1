"""What can have happened beside units: officers, sources, the policy, rounds, draws of checks.

May import `events.envelope`, `events.fields`, `events.words`, `events.sealed`.
Never copies a unit's facts: these streams name units by their ids only.
"""

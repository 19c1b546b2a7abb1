"""Every act of a person or a system, for the auditor's questions: who did what, where, when, on what ground.

May import `events`, `services.casework` and psycopg.
Never holds a judgement: whether an act was lawful is asked of the law, on the history itself.
"""

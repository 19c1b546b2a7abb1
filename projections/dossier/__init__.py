"""The dossier: everything that happened to a unit, a line an event, as people read it.

May import `events`, `services.casework` and psycopg.
Never holds personal data, sealed or in clear: such fields are shown as a mask.
"""

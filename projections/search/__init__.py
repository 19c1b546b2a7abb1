"""Finding a unit by name, code, pinyin or initials.

May import `events`, `services.casework`, pypinyin and psycopg.
Never holds personal data: only what stands on the public roll can be searched for.
"""

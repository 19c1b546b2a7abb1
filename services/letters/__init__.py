"""Letters on what happened to a unit, for printing and serving: as PDF from our template, as Word from an office's own;
and the papers of a place's year.

May import `events`, `services.casework`. Never sends anything, and decides nothing: a letter says what an entry says.
"""

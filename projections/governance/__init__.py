"""How the programme goes in a place: duties by month, who takes part, the trend, and the days at each step.

Questions over the views that there are; it has no table of its own.
"""

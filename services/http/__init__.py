"""What every request goes through, whether JSON or a page answers it: who asks, what is asked, problems, limits.

May import what `services.decisions` may, the projections' queries and FastAPI; never a route (`services.api`) or a
page (`services.web`).
"""

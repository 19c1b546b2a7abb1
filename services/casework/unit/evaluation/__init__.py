"""Chapter 评审: how a case is looked at and judged. `chapter` declares its acts.

`state` is what is known, the other modules are rules about one thing each; none of them imports `chapter`.
"""

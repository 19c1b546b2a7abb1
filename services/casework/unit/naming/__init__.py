"""Chapter 命名: how a title is given, kept and ended. `chapter` declares its acts.

`state` is what is known, the other modules are rules about one thing each; none of them imports `chapter`.
"""

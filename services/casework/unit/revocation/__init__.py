"""Chapter 取消: how a name is lost. `chapter` declares its acts; each step has its module.

`state` is what is known, the other modules are the rules of one step each; none of them imports `chapter`.
"""

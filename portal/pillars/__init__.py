"""What the dialogue is doing: its pillars, workstreams and initiatives, who takes part, where and when.

`dialogue.yaml` is the project's own text of it, `load` takes such a file in, whole or not at all, and can be run
again: rows are updated in place, because people's submissions refer to pillars and workstreams. Every text stands in
both languages. A date never claims more than is known: its precision is kept beside it.
"""

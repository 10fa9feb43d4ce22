"""Who did what: an append-only chain of events, each holding the hash of the one before.

Events say `subject:verb-ed` and hold no personal data. They can be added only; the database refuses the rest.
"""

"""What the public sees of a submission, and what the governments answer.

Verbs: `publish` makes or replaces the public version, `retract` takes it out of every public place, `respond` answers a
set of published submissions. Invariants: everything public reads the `publication` table and never the original; a
hidden passage is in no row of this domain; the index, the counts and the row change in one transaction.
"""

"""What the public sees of a submission: its public version, and what the governments answer.

One gate: everything public reads the `publication` table, never `submission`. The original is not here.
"""

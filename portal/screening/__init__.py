"""Screening: what a moderator should look at in a text that waits, found by jobs soon after it was received.

A signal sorts and marks; it never decides. It says which rule found it, in which version of the rules, and where in the
text: positions alone, never a word. What `screen` finds replaces what an earlier version of the rules had found.
"""

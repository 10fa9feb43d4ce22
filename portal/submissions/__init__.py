"""Receiving input: the form, its rules, and the one verb `receive`, after which nothing can be lost.

A submission's original text is sealed and never edited; its status is a column for the queue's index, while the
truth is the append-only decisions. Identity lies apart, in `contact`, so that it can be erased alone.
"""

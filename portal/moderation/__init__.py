"""The queue and its decisions.

A decision is a row that is added and never changed. It takes public effect by a job when its undo window closes;
until then its author reads "in review" and the decider can undo it.
"""

"""Figures and files: what was received and decided, counted, and the rows behind it as files.

Verbs: `summarise` gives one `Summary` for every page and file, `export` a file's name, type and chunks. Invariants:
what the public gets reads `publication` for rows, and merges small groups in figures that count more than what is
public; a file has as many rows as it announced, or the transfer breaks.
"""

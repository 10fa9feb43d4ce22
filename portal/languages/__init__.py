"""Knowing languages: which language a text is in, told by its small words."""

"""The reader's pages that draw on many domains: home, pillar, workstream, timeline, and what the dialogue is.

They only read, set no cookie, and are the same for every reader, so each is rendered once and kept until the content
moves on.
"""

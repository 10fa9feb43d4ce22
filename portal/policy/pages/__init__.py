"""The long pages of the policy: moderation, privacy, accessibility.

Each page is a tuple of sections whose every title, paragraph, row and link exists in both languages, so that no part
of a page can be published in one language before the other.
"""

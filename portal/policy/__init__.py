"""By which rules: the reasons a decision may cite, the notices people receive, time targets, and the policy pages.

Source: the moderation policy of the dialogue, sections 2, 3, 7 and 9. Every text stands in both languages.
"""

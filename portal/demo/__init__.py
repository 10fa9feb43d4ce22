"""A filled portal for trying it out: invented submissions in every state, and one invented account per role.

People, organizations and figures in `submissions.jsonl` are invented; `expect` says what a moderator would decide.
"""

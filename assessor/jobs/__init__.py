"""Work that nobody waits for, done by workers outside the processes that answer people.

See docs/decisions/0019-work-outside-the-pages.md. Tasks carry keys of rows and nothing else.
"""

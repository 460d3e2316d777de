"""All assessments at a glance: what was suggested, what was decided, and what is missing.

Numbers come from the counts that ``workflow.tallying`` keeps; only those of one organisation are
counted when asked for. Each number leads to the administrators' list of what it counts.
"""

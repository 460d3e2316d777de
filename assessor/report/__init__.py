"""The result as a report: its diagrams and its documents."""

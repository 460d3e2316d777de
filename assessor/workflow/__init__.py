"""What happens to an assessment, from the start to the decision: each step one transaction."""

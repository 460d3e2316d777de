"""Finding assessments among very many: what is looked for, and what is found in words."""

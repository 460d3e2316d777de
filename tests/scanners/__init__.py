"""Programs made to find weaknesses, let loose on a running server; each has a make target."""

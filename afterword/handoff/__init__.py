"""A handoff: a browser without an account is lent the right to add one recording, and nothing else."""

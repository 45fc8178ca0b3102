"""Who goes where, when, and what was done there: on-site support, from the plan to the signature."""

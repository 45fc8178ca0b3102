"""Programs of others: each with a name, a secret and scopes of its own."""

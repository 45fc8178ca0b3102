"""Everything that ever happened for a customer, in one timeline."""

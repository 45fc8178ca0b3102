"""Other systems: what happens here is told them as it happens."""

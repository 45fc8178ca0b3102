"""Tags of obligations."""

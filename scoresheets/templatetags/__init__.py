"""Tags of score sheets."""

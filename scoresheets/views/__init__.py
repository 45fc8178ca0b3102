"""Pages of score sheets."""

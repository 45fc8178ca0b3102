"""Pages about what customers are entitled to."""

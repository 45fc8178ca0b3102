"""What templates about reports say."""

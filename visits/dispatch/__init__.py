"""The dispatch board: who goes where and when, what waits, and who should go."""

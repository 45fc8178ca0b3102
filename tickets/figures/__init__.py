"""What the dashboard shows: figures of a period from daily counts and windowed SQL, and the tickets behind each."""

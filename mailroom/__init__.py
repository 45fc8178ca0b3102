"""Mail in: what is fetched, piped or sent to the desk becomes tickets and answers, or waits for a person to decide."""

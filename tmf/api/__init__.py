"""TMF621 over HTTP: one code, two versions."""

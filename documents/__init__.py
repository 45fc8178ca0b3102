"""Papers: frozen when issued, hashed, signed, rendered as PDF once, and proved on a public page."""

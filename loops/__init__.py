"""Nothing is closed until the customer says so: what was said goes round until they are satisfied."""

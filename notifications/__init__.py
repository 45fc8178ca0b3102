"""Telling people: the outbox, its channels, delivery."""

"""Pure: which values stand for each other, which moves lead where, and which side is right."""

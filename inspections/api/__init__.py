"""Inspections for programs: plans, checklists, the life of an inspection, what it found."""

"""Courses that are owed and held, and what people may do: certificates, named engineers."""

"""Spare parts: catalogue, stock by regional depot, purchases, repairs, what is free and what is charged."""

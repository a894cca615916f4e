"""Measurements of the release functions beside plain Python functions that do the same."""

"""Demonstration systems and the people in them. Generated, the same each time."""

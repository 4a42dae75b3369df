"""Measurements; not part of the portal. How to run them: bench/README.md."""

"""Runs the portal on one machine, for development, tests and a first look.

Not part of the image: production is docker-compose.yml.
"""

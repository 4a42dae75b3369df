"""Schedule, holds and disposal."""

"""The append-only ledger: what happened, about what, by whom; sealed in a chain."""

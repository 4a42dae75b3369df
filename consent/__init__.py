"""Permission ledger and suppression."""

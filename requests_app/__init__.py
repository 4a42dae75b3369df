"""Cases, from receipt to answer."""

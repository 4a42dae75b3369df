"""How the systems that hold the data are reached. ``base`` has the protocol."""

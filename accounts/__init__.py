"""One user model: staff with password and token, subjects with a proved address."""

"""One user model: staff with password and token, data subjects with a proved address."""

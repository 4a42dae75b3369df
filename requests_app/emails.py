"""The mails of a case."""

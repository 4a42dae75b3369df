"""Mail as rows: written in the transaction of the act, sent by a sweep."""

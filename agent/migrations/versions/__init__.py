"""Revisions, oldest first by number. A published one is never changed."""

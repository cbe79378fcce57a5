"""Writes into an OpenCart shop: what its admin forms would have stored, in batches."""

"""Writes a shop's catalogue into SAP Business One: items and what they point to."""

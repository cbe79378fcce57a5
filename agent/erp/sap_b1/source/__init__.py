"""Reads SAP Business One for a shop: the mirror of what ``items`` writes."""

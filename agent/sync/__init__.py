"""Flows: how a record travels from one side to the other, from reading to remembering."""

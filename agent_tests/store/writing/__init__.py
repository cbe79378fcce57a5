"""Tests of the way into the shop."""

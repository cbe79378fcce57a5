"""Tests of what install.sh does in Python."""

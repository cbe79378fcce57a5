"""Tests of install.sh, as a person runs it."""

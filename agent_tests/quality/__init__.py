"""The code's own rules, checked with every run."""

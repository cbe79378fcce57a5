"""What ``install.sh`` does beyond the operating system, for one shop."""

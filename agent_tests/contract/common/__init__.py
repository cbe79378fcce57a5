"""What every adapter promises by the port, asked of each ERP in turn."""

"""Orders on their way to the ERP and back while things break."""

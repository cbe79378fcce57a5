"""The catalogue on its way to the ERP while things break."""

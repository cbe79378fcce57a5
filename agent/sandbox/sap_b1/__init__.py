"""A strict stand-in for the Service Layer of SAP Business One."""

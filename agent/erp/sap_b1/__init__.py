"""SAP Business One through its Service Layer."""

"""Sales in SAP Business One, against the stand-in over HTTP."""

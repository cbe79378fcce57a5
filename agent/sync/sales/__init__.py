"""Orders and customers on their way to the ERP, and what happens there on its way back."""

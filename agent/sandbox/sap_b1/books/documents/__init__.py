"""Marketing documents: what they compute, what they move, what becomes of them."""

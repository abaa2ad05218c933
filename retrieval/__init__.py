"""Find, quote and cite: everything that answers a question from a library."""

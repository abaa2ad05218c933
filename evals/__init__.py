"""Question sets in, figures out. Run with: python -m evals SET [--limit N]."""

"""Read articles from where they are kept into a library."""

"""Question sets in, figures out. `clippings eval` runs them."""

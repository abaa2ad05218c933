"""The front ends: the `clippings` command and its prompt."""

"""`python -m bot` is the `clippings` command."""

from bot.cli import main

main()

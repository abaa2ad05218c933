"""The bot in Discord. Only this package imports discord.py, and only `clippings discord` this."""

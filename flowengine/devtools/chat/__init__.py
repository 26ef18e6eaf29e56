"""Be the caller at a terminal: the same engine as behind a phone, in virtual time."""

from flowengine.devtools.chat.talk import COMMANDS, Chat

__all__ = ["COMMANDS", "Chat"]

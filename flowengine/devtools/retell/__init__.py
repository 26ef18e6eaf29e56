"""Retell's side of a call as a pure model, and the means to play it.

`call.py` holds the rules and their theory; `floor.py` who speaks; `frames.py` how Retell reads a server's
frames; `facts.py` what the model notices; `wire.py` its frames as JSON text; `scripted.py` plays it over a
real socket.
"""

from flowengine.devtools.retell.call import NotNow, Retell
from flowengine.devtools.retell.speech import INAUDIBLE
from flowengine.devtools.retell.wire import decoded, encode

__all__ = ["INAUDIBLE", "NotNow", "Retell", "decoded", "encode"]

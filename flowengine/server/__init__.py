"""Serving flows to Retell over WebSockets."""

from flowengine.server.app import Server, serve
from flowengine.server.options import RETELL_ADDRESS, Network, ServeOptions, network

__all__ = ["RETELL_ADDRESS", "Network", "ServeOptions", "Server", "network", "serve"]

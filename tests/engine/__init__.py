"""The engine alone: no sockets, no clock, no chance."""

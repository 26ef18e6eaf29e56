"""Recorded calls, played again: the same call, an edited flow, or a test case made of it."""

from flowengine.devtools.replay.again import Difference, Turn, replay, turns
from flowengine.devtools.replay.recording import BadRecording, Recording, read_recording
from flowengine.devtools.replay.to_test import to_test

__all__ = ["BadRecording", "Difference", "Recording", "Turn", "read_recording", "replay", "to_test", "turns"]

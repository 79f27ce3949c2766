"""Tutti in Python: sessions of any game, and games written in Python, over libtutti.

    import tutti

    with tutti.join("./pong.so", relay="play.example.org", room="K7Q2M") as session:
        while not session.is_over:
            session.set_input(b"\\x01")
            session.advance()
            draw(session.state)

A game is a `Game` (see game.py) or a module's file. The library is found by the system, or named in
the environment by TUTTI_LIBRARY. The engine's refusals are an `Error` with a sentence.
"""

from .game import Effects, Event, Game, Random, Setup
from .library import Error, Fault
from .opening import host, join, rehearse, solo, spectate, take_over, watch
from .session import Session
from .values import (DelayPolicy, Effect, EffectChange, LossPolicy, Match, Newcomer, Room,
                     Statistics, Status, Tuning)

__all__ = ["DelayPolicy", "Effect", "EffectChange", "Effects", "Error", "Event", "Fault", "Game",
           "LossPolicy", "Match", "Newcomer", "Random", "Room", "Session", "Setup", "Statistics",
           "Status", "Tuning", "host", "join", "rehearse", "solo", "spectate", "take_over", "watch"]

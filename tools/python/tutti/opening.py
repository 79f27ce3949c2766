"""The ways to begin a session, one function for each; a game is a `Game` or a module's file."""

import os

from .library import text
from .session import (HOST, JOIN, REHEARSE, SOLO, SPECTATE, TAKE_OVER, WATCH, AnyGame, Path,
                      Session)
from .values import Match, Room, Tuning


def kept(room: Room) -> dict[str, int]:
    """The room's terms as options of C."""
    return {"asks_for_players": room.asks_for_players,
            "asks_for_spectators": room.asks_for_spectators,
            "spectators_max": room.spectators_max or 0,
            "has_no_spectators": room.spectators_max == 0, "is_no_peek": room.is_no_peek}


def solo(game: AnyGame, *, match: Match = Match(), tuning: Tuning = Tuning()) -> Session:
    """Plays without a network; every slot is a local player's."""
    return Session(game, SOLO, match, tuning)


def rehearse(game: AnyGame, *, match: Match = Match(), tuning: Tuning = Tuning()) -> Session:
    """As `solo`; every tick is simulated again and compared, and a difference fails the session."""
    return Session(game, REHEARSE, match, tuning)


def host(game: AnyGame, *, name: str = "", listen: str = "[::]:4747", room: str = "",
         logs: Path | None = None, state_folder: Path | None = None, match: Match = Match(),
         password: str = "", keeps: Room = Room(), tuning: Tuning = Tuning()) -> Session:
    """Runs a relay on a thread of its own and joins it. `listen` is "address:port", port 0 takes a
    free one; match files go to the folder `logs`. The room has this password, and is kept so."""
    return Session(game, HOST, match, tuning, name=text(name), listen=text(listen),
                   room=text(room or None), logs=text(logs), state_folder=text(state_folder),
                   password=text(password or None), **kept(keeps))


def join(game: AnyGame, *, relay: str = "127.0.0.1:4747", room: str = "", name: str = "",
         create: Match | None = None, state_folder: Path | None = None, password: str = "",
         token: str = "", keeps: Room = Room(), tuning: Tuning = Tuning()) -> Session:
    """Plays in a relay's room. `relay` is HOST[:PORT], or a whole invitation, HOST:PORT/CODE#KEY,
    with which nobody else can answer. With `create` it opens that match if there is no such room;
    the room then has this password, and is kept so. The `token` is for a relay that lets in nobody
    without one."""
    return Session(game, JOIN, create or Match(), tuning, relay=text(relay), name=text(name),
                   room=text(room or None), creates=create is not None,
                   state_folder=text(state_folder), password=text(password or None),
                   token=text(token or None), **kept(keeps))


def spectate(game: AnyGame, *, relay: str = "127.0.0.1:4747", room: str = "",
             delay_seconds: int = 0, password: str = "", token: str = "",
             state_folder: Path | None = None, tuning: Tuning = Tuning()) -> Session:
    """Watches a match that others play, so many seconds behind. `relay` is as in `join`."""
    return Session(game, SPECTATE, Match(), tuning, relay=text(relay), room=text(room or None),
                   delay_seconds=delay_seconds, password=text(password or None),
                   token=text(token or None), state_folder=text(state_folder))


def watch(game: AnyGame, file: str | os.PathLike, *, as_player: int | None = None,
          tuning: Tuning = Tuning()) -> Session:
    """Watches a match file; `as_player` shows what the player of this slot saw."""
    return Session(game, WATCH, Match(), tuning, file=text(file),
                   as_player=0 if as_player is None else as_player + 1)


def take_over(game: AnyGame, file: str | os.PathLike, at_tick: int, *,
              tuning: Tuning = Tuning()) -> Session:
    """Plays on from a tick of a match file, without a network."""
    return Session(game, TAKE_OVER, Match(), tuning, file=text(file), at_tick=at_tick)

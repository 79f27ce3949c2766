"""Sessions: one participant's running match, wherever its events come from."""

import ctypes
import os
from collections.abc import Sequence
from typing import Any

from .game import Game, Table
from .library import (ABI, Error, Fault, FieldSink, HeardStruct, NewcomerStruct, OptionsStruct,
                      StatisticsStruct, check, last_error, library, text)
from .values import Effect, EffectChange, Match, Newcomer, Statistics, Status, Tuning

SOLO, REHEARSE, HOST, JOIN, SPECTATE, WATCH, TAKE_OVER = range(1, 8)
LOCAL = -1

AnyGame = Game[Any] | str | os.PathLike
Path = str | os.PathLike


class Session:
    """One participant's running match. Made by `solo`, `join` and so on; `close` it, or use it in a
    `with`. For one thread at a time. An exception of a game in Python comes out of the call that
    ran it."""

    def __init__(self, game: AnyGame, way: int, match: Match = Match(), tuning: Tuning = Tuning(),
                 **others: Any):
        self._handle: int | None = None
        self._table = Table(game) if isinstance(game, Game) else None
        options = OptionsStruct(
            abi=ABI, way=way, seed=match.seed, game_options=match.options or None,
            game_options_size=len(match.options), players=match.players, ends_at=match.ends_at,
            on_loss=match.on_loss, patience_seconds=match.patience_seconds,
            delay_policy=match.delay_policy, input_delay_ticks=match.input_delay_ticks,
            is_lockstep=match.is_lockstep, has_dense_digests=match.has_dense_digests,
            rehearse_depth=tuning.rehearse_depth, keeps_fold_digest=tuning.keeps_fold_digest,
            forgets_telemetry=not tuning.keeps_telemetry, catch_up_ns=tuning.catch_up_ns, **others)
        if self._table is not None:
            options.table = ctypes.pointer(self._table.struct)
        else:
            options.module = text(game)
        self._handle = library().tutti_open(ctypes.byref(options))
        self._raise()
        if not self._handle:
            raise Error(last_error())

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the match, ends the relay of a host, and frees the session."""
        handle, self._handle = self._handle, None
        if handle:
            library().tutti_close(handle)

    def _raise(self) -> None:
        if self._table is not None:
            self._table.raise_failure()

    def _call(self, name: str, *arguments: Any) -> Any:
        if not self._handle:
            raise Error("the session is closed", Fault.USAGE)
        result = getattr(library(), "tutti_" + name)(self._handle, *arguments)
        self._raise()
        return result

    def _text(self, name: str, *arguments: Any) -> str:
        return (self._call(name, *arguments) or b"").decode()

    def advance(self, now_ns: int | None = None) -> None:
        """Brings the session to `now_ns`, nanoseconds of a clock that never goes back; by default
        the system's present. Once per drawn frame, or oftener."""
        check(self._call("advance", library().tutti_now() if now_ns is None else now_ns))

    def set_input(self, event: bytes, player: int = LOCAL) -> bool:
        """Sets the state of the player's controls from now on. False if the match takes none now."""
        return self._take("set_input", event, player)

    def send(self, event: bytes, player: int = LOCAL) -> bool:
        """Says something once. False if it cannot be taken now."""
        return self._take("send", event, player)

    def _take(self, name: str, event: bytes, player: int) -> bool:
        result = self._call(name, player, event, len(event))
        if result != Fault.REFUSED:
            check(result)
        return result == 0

    @property
    def state(self) -> Any:
        """The predicted state at the present: of a game in Python the state itself, of a module its
        bytes. None before the match begins."""
        address = self._call("state")
        return self.state_bytes if self._table is None else self._table.state_at(address)

    @property
    def previous_state(self) -> Any:
        """The state a tick before `state`; of a game in Python only."""
        address = self._call("previous_state")
        return None if self._table is None else self._table.state_at(address)

    @property
    def fraction(self) -> float:
        """The part of the tick after `previous_state` that has passed, 0 to 1."""
        return self._call("fraction")

    @property
    def state_bytes(self) -> bytes:
        """The canonical bytes of the predicted state."""
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        check(self._call("state_bytes", ctypes.byref(data), ctypes.byref(size)))
        return ctypes.string_at(data, size.value) if size.value else b""

    def fields(self) -> dict[str, str]:
        """The fields of the predicted state, by name."""
        fields: dict[str, str] = {}
        take = dict(FieldSink._fields_)["field"](
            lambda _, path, value: fields.__setitem__(path.decode(), value.decode()))
        check(self._call("describe_state", ctypes.byref(FieldSink(None, take))))
        return fields

    def effects(self) -> Sequence[Effect]:
        """The effects that the last `advance` told."""
        heard = ctypes.POINTER(HeardStruct)()
        count = self._call("effects", ctypes.byref(heard))
        return [Effect(one.kind, ctypes.string_at(one.bytes, one.size) if one.size else b"",
                       EffectChange(one.change), one.tick, one.was, one.age_ticks, one.key)
                for one in heard[:count]]

    @property
    def status(self) -> Status:
        """The session's occupation."""
        return Status(self._call("status"))

    @property
    def status_text(self) -> str:
        """The status in words for a screen."""
        return library().tutti_status_text(self.status).decode()

    @property
    def is_over(self) -> bool:
        """Whether nothing happens any more: the match ended, or the session failed."""
        return self.status >= Status.ENDED

    @property
    def failure(self) -> str:
        """The reason of FAILED; empty for another status."""
        return self._text("failure")

    def statistics(self) -> Statistics:
        """Counters and measures, as of now."""
        raw = StatisticsStruct()
        check(self._call("get_statistics", ctypes.byref(raw)))
        values = {name: getattr(raw, name) for name, *_ in StatisticsStruct._fields_}
        values["fold"], values["is_unverified"] = bytes(raw.fold), bool(raw.is_unverified)
        return Statistics(**values)

    def facts(self, kind: str) -> int:
        """The number of effects of this kind in confirmed ticks."""
        return self._call("facts", kind.encode())

    @property
    def rules(self) -> str:
        """The rules id, "<game>@<version>+<fingerprint>"."""
        return self._text("rules")

    @property
    def player(self) -> int | None:
        """The local player's slot; None for a spectator, and while it is not known."""
        slot = self._call("player")
        return None if slot < 0 else slot

    @property
    def is_watching(self) -> bool:
        """Whether it watches, a recording or as a spectator."""
        return bool(self._call("is_watching"))

    @property
    def room(self) -> str:
        """The room's code; empty while unknown and without a relay."""
        return self._text("room")

    def invitation(self, address: str | None = None) -> str:
        """The whole invitation for a friend, "host:port/CODE#key"; empty without a room. A host says
        at which `address` of its machine its relay is found."""
        return self._text("invitation", text(address))

    @property
    def is_host_asked(self) -> bool:
        """Whether the room's host is asked about this session, and has not answered."""
        return bool(self._call("is_host_asked"))

    def newcomers(self) -> Sequence[Newcomer]:
        """Those on whom this session, as the room's host, is to decide."""
        found = ctypes.POINTER(NewcomerStruct)()
        count = self._call("newcomers", ctypes.byref(found))
        return [Newcomer(one.id, one.names.decode(), bool(one.wants_to_watch))
                for one in found[:count]]

    def let_in(self, newcomer: Newcomer) -> None:
        """Lets somebody come in."""
        check(self._call("let_in", newcomer.id))

    def turn_away(self, newcomer: Newcomer) -> None:
        """Does not let somebody come in."""
        check(self._call("turn_away", newcomer.id))

    @property
    def port(self) -> int:
        """The UDP port of the relay that a host runs; 0 for everybody else."""
        return self._call("port")

    @property
    def names(self) -> list[str]:
        """The players' names by slot; empty for an empty slot."""
        return [self._text("name", slot) for slot in range(self._call("slots"))]

    @property
    def awaited(self) -> list[int]:
        """The players for whom the match waits."""
        slots = self._call("awaited")
        return [slot for slot in range(64) if slots >> slot & 1]

    @property
    def diverged(self) -> int | None:
        """The tick since which the players' states differ and nobody could mend it, if they do."""
        tick = self._call("diverged")
        return None if tick < 0 else tick

    @property
    def desyncs(self) -> int:
        """The number of differences between players' states, mended or not."""
        return self._call("desyncs")

    def relay_trouble(self) -> str:
        """The trouble of the relay of a host since the last call; empty if there was none."""
        return self._text("relay_trouble")

    def close_relay(self) -> None:
        """Ends the relay of a host; raises Error if a match could not be kept."""
        check(self._call("close_relay"))

    def kick(self, player: int) -> None:
        """Removes a player, if this one opened the room."""
        check(self._call("kick", player))

    def end_match(self) -> None:
        """Ends the match, if this player opened the room."""
        check(self._call("end_match"))

    def correct(self, correction: int, about: int, reason: str) -> None:
        """A referee's word: 0 in words, 1 void, 2 to be played again from the tick `about` on."""
        check(self._call("correct", correction, about, reason.encode()))

    def become_player(self, name: str) -> None:
        """Asks for a free slot."""
        check(self._call("become_player", name.encode()))

    def become_spectator(self, delay_seconds: int = 0) -> None:
        """Leaves the slot and watches, so many seconds behind."""
        check(self._call("become_spectator", delay_seconds))

    @property
    def role_refusal(self) -> str:
        """The reason why the last wish for another role was refused; empty if it was not."""
        return self._text("role_refusal")

    def leave(self) -> None:
        """Leaves the match: the others see it as an event."""
        check(self._call("leave"))

    @property
    def length(self) -> int:
        """Of a match that is watched: the last tick that can be shown; -1 for other sessions."""
        return self._call("playback_length")

    @property
    def position(self) -> int:
        """Of a match that is watched: the tick that is shown; -1 for other sessions."""
        return self._call("playback_position")

    def pause(self, is_paused: bool = True) -> None:
        """Stops a match that is watched, or lets it go on."""
        check(self._call("playback_pause", is_paused))

    def set_speed(self, sixteenths: int) -> None:
        """The speed of a match that is watched: 16 is its own, -16 that backwards."""
        check(self._call("playback_speed", sixteenths))

    def seek(self, tick: int) -> None:
        """Goes to a tick of a match that is watched, in the next `advance`."""
        check(self._call("playback_seek", tick))

    def save_recording(self, path: Path) -> None:
        """Writes the match so far into a file."""
        check(self._call("save_recording", text(path)))

    def report_bug(self, note: str, path: Path | None = None) -> str:
        """Writes the match so far with the present state into a file, and returns its path."""
        written = self._text("report_bug", note.encode(), text(path))
        if not written:
            raise Error(last_error())
        return written

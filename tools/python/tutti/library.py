"""libtutti as ctypes sees it: the structs of tutti.h and game_module.h, and every function."""

import ctypes
import ctypes.util
import enum
import functools
import os
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int, c_int32, c_int64,
                    c_size_t, c_uint8, c_uint16, c_uint32, c_uint64, c_void_p)

ABI = 4  # of tutti.h
GAME_ABI = 4  # of game_module.h
NAMES = ("libtutti.so.0.1", "libtutti.so")

Bytes = POINTER(c_uint8)


class SetupStruct(Structure):
    """tutti_setup"""
    _fields_ = [("seed", c_uint64), ("tick_rate", c_uint16), ("players", c_uint8),
                ("options", Bytes), ("options_size", c_size_t)]


class EventStruct(Structure):
    """tutti_event"""
    _fields_ = [("tick", c_int64), ("bytes", Bytes), ("size", c_size_t), ("counter", c_uint32),
                ("kind", c_uint8), ("player", c_uint8)]


class EffectSink(Structure):
    """tutti_effect_sink"""
    _fields_ = [("context", c_void_p),
                ("emit", CFUNCTYPE(None, c_void_p, c_uint16, c_uint64, Bytes, c_size_t))]


class ByteSink(Structure):
    """tutti_byte_sink"""
    _fields_ = [("context", c_void_p), ("write", CFUNCTYPE(None, c_void_p, Bytes, c_size_t))]


class FieldSink(Structure):
    """tutti_field_sink"""
    _fields_ = [("context", c_void_p), ("field", CFUNCTYPE(None, c_void_p, c_char_p, c_char_p))]


class RandomStruct(Structure):
    """tutti_random"""
    _fields_ = [("state", c_uint64), ("increment", c_uint64)]


class GameStruct(Structure):
    """tutti_game"""
    _fields_ = [
        ("abi", c_uint32), ("flags", c_uint32), ("name", c_char_p), ("version", c_char_p),
        ("viewer", c_char_p), ("players_min", c_uint8), ("players_max", c_uint8),
        ("tick_rate", c_uint16), ("effect_kinds", c_uint16), ("state_size", c_size_t),
        ("state_align", c_size_t),
        ("construct", CFUNCTYPE(None, c_void_p)),
        ("destroy", CFUNCTYPE(None, c_void_p)),
        ("copy", CFUNCTYPE(None, c_void_p, c_void_p)),
        ("start", CFUNCTYPE(None, c_void_p, POINTER(SetupStruct))),
        ("step", CFUNCTYPE(c_size_t, c_void_p, POINTER(EventStruct), c_size_t,
                           POINTER(EffectSink))),
        ("save", CFUNCTYPE(None, c_void_p, POINTER(ByteSink))),
        ("load", CFUNCTYPE(c_int, c_void_p, Bytes, c_size_t)),
        ("describe", CFUNCTYPE(None, c_void_p, POINTER(FieldSink))),
        # A text that is returned has to be an address: ctypes would not keep it alive.
        ("effect_kind", CFUNCTYPE(c_void_p, c_uint16)),
        ("describe_event", CFUNCTYPE(c_int, Bytes, c_size_t, POINTER(FieldSink))),
        ("describe_effect", CFUNCTYPE(c_int, Bytes, c_size_t, POINTER(FieldSink))),
        ("sample", CFUNCTYPE(c_int32, POINTER(RandomStruct), Bytes, c_size_t)),
        ("play", CFUNCTYPE(c_int32, c_void_p, c_uint8, c_uint32, POINTER(RandomStruct), Bytes,
                           c_size_t)),
        ("default_event", CFUNCTYPE(c_int32, Bytes, c_size_t)),
    ]


class OptionsStruct(Structure):
    """tutti_options"""
    _fields_ = [
        ("abi", c_uint32), ("way", c_uint32), ("module", c_char_p), ("table", POINTER(GameStruct)),
        ("seed", c_uint64), ("game_options", c_char_p), ("game_options_size", c_size_t),
        ("players", c_uint32), ("ends_at", c_uint32), ("on_loss", c_uint32),
        ("patience_seconds", c_uint32), ("delay_policy", c_uint32), ("input_delay_ticks", c_uint32),
        ("is_lockstep", c_uint32), ("has_dense_digests", c_uint32), ("relay", c_char_p),
        ("room", c_char_p), ("name", c_char_p), ("state_folder", c_char_p), ("creates", c_uint32),
        ("delay_seconds", c_int32), ("listen", c_char_p), ("logs", c_char_p), ("password", c_char_p),
        ("token", c_char_p), ("asks_for_players", c_uint32), ("asks_for_spectators", c_uint32),
        ("spectators_max", c_uint32), ("has_no_spectators", c_uint32), ("is_no_peek", c_uint32),
        ("file", c_char_p),
        ("at_tick", c_int64), ("as_player", c_uint32), ("rehearse_depth", c_uint32),
        ("keeps_fold_digest", c_uint32), ("forgets_telemetry", c_uint32), ("catch_up_ns", c_int64),
    ]


class HeardStruct(Structure):
    """tutti_heard"""
    _fields_ = [("tick", c_int64), ("was", c_int64), ("age_ticks", c_int64), ("key", c_uint64),
                ("bytes", Bytes), ("size", c_size_t), ("kind", c_uint16), ("change", c_uint8)]


class StatisticsStruct(Structure):
    """tutti_statistics"""
    _fields_ = [
        ("present", c_int64), ("confirmed", c_int64), ("input_delay_ticks", c_int64),
        ("steps", c_uint64), ("resimulated", c_uint64), ("rollbacks", c_uint64),
        ("depth_max", c_uint64), ("events", c_uint64), ("late_events", c_uint64),
        ("refused_events", c_uint64), ("datagrams_up", c_uint64), ("datagrams_down", c_uint64),
        ("bytes_up", c_uint64), ("bytes_down", c_uint64), ("round_trip_ms", c_double),
        ("jitter_ms", c_double), ("loss", c_double), ("clock_error_ticks", c_double),
        ("catch_up", c_double), ("fold", c_uint8 * 16), ("is_unverified", c_uint32),
        ("spectators", c_uint32), ("durable", c_int64), ("replicated", c_int64),
    ]


class NewcomerStruct(Structure):
    """tutti_newcomer"""
    _fields_ = [("names", c_char_p), ("id", c_uint32), ("wants_to_watch", c_uint32)]


Handle = c_void_p
# Each function of tutti.h: what it returns, and what it takes.
FUNCTIONS = {
    "error": (c_char_p,), "abi": (c_uint32,), "version": (c_char_p,), "now": (c_int64,),
    "random_next": (c_uint32, POINTER(RandomStruct)),
    "random_between": (c_int32, POINTER(RandomStruct), c_int32, c_int32),
    "open": (c_void_p, POINTER(OptionsStruct)), "close": (None, Handle),
    "advance": (c_int32, Handle, c_int64),
    "set_input": (c_int32, Handle, c_int32, c_char_p, c_size_t),
    "send": (c_int32, Handle, c_int32, c_char_p, c_size_t),
    "state": (c_void_p, Handle), "previous_state": (c_void_p, Handle),
    "fraction": (c_double, Handle),
    "state_bytes": (c_int32, Handle, POINTER(c_void_p), POINTER(c_size_t)),
    "describe_state": (c_int32, Handle, POINTER(FieldSink)),
    "effects": (c_size_t, Handle, POINTER(POINTER(HeardStruct))),
    "status": (c_int32, Handle), "status_text": (c_char_p, c_int32), "failure": (c_char_p, Handle),
    "get_statistics": (c_int32, Handle, POINTER(StatisticsStruct)),
    "facts": (c_uint64, Handle, c_char_p), "rules": (c_char_p, Handle),
    "player": (c_int32, Handle), "is_watching": (c_int32, Handle), "room": (c_char_p, Handle),
    "invitation": (c_char_p, Handle, c_char_p), "is_host_asked": (c_int32, Handle),
    "newcomers": (c_size_t, Handle, POINTER(POINTER(NewcomerStruct))),
    "let_in": (c_int32, Handle, c_uint32), "turn_away": (c_int32, Handle, c_uint32),
    "port": (c_uint16, Handle), "slots": (c_int32, Handle), "name": (c_char_p, Handle, c_int32),
    "awaited": (c_uint64, Handle), "diverged": (c_int64, Handle), "desyncs": (c_size_t, Handle),
    "relay_trouble": (c_char_p, Handle), "close_relay": (c_int32, Handle),
    "kick": (c_int32, Handle, c_int32), "end_match": (c_int32, Handle),
    "correct": (c_int32, Handle, c_uint32, c_int64, c_char_p),
    "become_player": (c_int32, Handle, c_char_p), "become_spectator": (c_int32, Handle, c_int32),
    "role_refusal": (c_char_p, Handle), "leave": (c_int32, Handle),
    "playback_length": (c_int64, Handle), "playback_position": (c_int64, Handle),
    "playback_pause": (c_int32, Handle, c_int32), "playback_speed": (c_int32, Handle, c_int32),
    "playback_seek": (c_int32, Handle, c_int64), "save_recording": (c_int32, Handle, c_char_p),
    "report_bug": (c_char_p, Handle, c_char_p, c_char_p),
}


class Fault(enum.IntEnum):
    """The kind of an error."""
    USAGE = 1  # the call makes no sense
    BAD_DATA = 2  # a file, module or table that cannot be used
    REFUSED = 3  # the other side said no, or it is not possible at this moment
    SYSTEM = 4  # the operating system said no


class Error(Exception):
    """The engine's sentence about a call that failed; `fault` is its kind, where it is known."""

    def __init__(self, sentence: str, fault: Fault | None = None):
        super().__init__(sentence)
        self.fault = fault


@functools.cache
def library() -> ctypes.CDLL:
    """libtutti: the file that TUTTI_LIBRARY names, or the system's. Raises Error without one, or
    for one with another interface."""
    names = [os.environ["TUTTI_LIBRARY"]] if "TUTTI_LIBRARY" in os.environ else list(NAMES)
    found = ctypes.util.find_library("tutti")
    reasons = []
    for name in names + ([found] if found and len(names) > 1 else []):
        try:
            loaded = ctypes.CDLL(name)
            break
        except OSError as reason:
            reasons.append(str(reason))
    else:
        raise Error("there is no libtutti: " + "; ".join(reasons))
    for name, (returned, *taken) in FUNCTIONS.items():
        function = getattr(loaded, "tutti_" + name)
        function.restype, function.argtypes = returned, taken
    if loaded.tutti_abi() != ABI:
        raise Error(f"libtutti speaks interface {loaded.tutti_abi()}, this package {ABI}")
    return loaded


def last_error() -> str:
    """The reason of the last call that failed."""
    return library().tutti_error().decode()


def check(result: int) -> None:
    """Raises Error unless a call went well."""
    if result != 0:
        raise Error(last_error(), Fault(result))


def text(value: str | os.PathLike | None) -> bytes | None:
    """A text for C; nothing for none."""
    return None if value is None else os.fspath(value).encode()

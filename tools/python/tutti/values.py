"""The values that sessions take and give: statuses, terms, effects, measures."""

import enum
from dataclasses import dataclass


class Status(enum.IntEnum):
    """The occupation of a session. From ENDED on nothing happens any more."""
    CONNECTING = 0
    CATCHING_UP = 1
    PLAYING = 2
    RECONNECTING = 3
    WAITING = 4
    HELD = 5
    RESYNCING = 6
    PAUSED = 7
    ENDED = 8
    FAILED = 9


class LossPolicy(enum.IntEnum):
    """A match whose player is lost goes on, is held, or ends."""
    GO_ON = 0
    HOLD = 1
    END = 2


class DelayPolicy(enum.IntEnum):
    """The input delay is fixed, adapted by the relay for all alike, or for each player."""
    FIXED = 0
    SHARED = 1
    OWN = 2


class EffectChange(enum.IntEnum):
    """The kind of a change of an effect."""
    HAPPENED = 0  # new: play it, `age_ticks` late
    RETIMED = 1  # the same one, now at another tick
    CANCELLED = 2  # it did not happen after all


@dataclass(frozen=True)
class Match:
    """A match that is opened, and its terms. Ticks and seconds; 0 players for what the game likes,
    0 for a match without an end."""
    seed: int = 1
    players: int = 0
    options: bytes = b""
    ends_at: int = 0
    on_loss: LossPolicy = LossPolicy.GO_ON
    patience_seconds: int = 30
    delay_policy: DelayPolicy = DelayPolicy.FIXED
    input_delay_ticks: int = 0
    is_lockstep: bool = False
    has_dense_digests: bool = False


@dataclass(frozen=True)
class Room:
    """How a room that is opened is kept."""
    asks_for_players: bool = False  # its host decides on newcomers who want to play
    asks_for_spectators: bool = False  # and on those who want to watch
    spectators_max: int | None = None  # at a time, 0 for nobody; None for as many as the relay takes
    is_no_peek: bool = False  # nobody is told another's event before its tick is final


@dataclass(frozen=True)
class Newcomer:
    """Somebody who asks to come into a room."""
    id: int
    names: str  # of all its players
    wants_to_watch: bool


@dataclass(frozen=True)
class Tuning:
    """Settings of every session."""
    rehearse_depth: int = 0  # ticks that are simulated again at every tick and compared
    keeps_fold_digest: bool = False  # keeps `Statistics.fold`
    keeps_telemetry: bool = True  # a recording says what was shown frame by frame
    catch_up_ns: int = 0  # what one advance may spend on catching up; 0 for 8 ms


@dataclass(frozen=True)
class Effect:
    """A change of an effect that should be heard and seen."""
    kind: int
    bytes: bytes
    change: EffectChange
    tick: int
    was: int  # of a retimed one: the tick that was told before
    age_ticks: int
    key: int


@dataclass(frozen=True)
class Statistics:
    """Counters and measures of a session; see tutti_statistics in tutti.h."""
    present: int
    confirmed: int
    input_delay_ticks: int
    steps: int
    resimulated: int
    rollbacks: int
    depth_max: int
    events: int
    late_events: int
    refused_events: int
    datagrams_up: int
    datagrams_down: int
    bytes_up: int
    bytes_down: int
    round_trip_ms: float
    jitter_ms: float
    loss: float
    clock_error_ticks: float
    catch_up: float
    fold: bytes
    is_unverified: bool
    spectators: int  # how many watch, as players are told
    durable: int  # no power loss of the relay changes the log through this tick
    replicated: int  # nor does the loss of its machine; 0 where a relay is by itself

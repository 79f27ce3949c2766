"""Games in Python. A game is immutable states and pure functions of them:

    class Count(tutti.Game):
        name, version = "count", "1"

        def start(self, setup):
            return 0

        def step(self, state, events, effects):
            return state + sum(len(event.bytes) for event in events if event.is_player)

        def save(self, state):
            return state.to_bytes(8, "little")

        def load(self, data):
            return int.from_bytes(data, "little") if len(data) == 8 else None

No clock, file, dice of Python's, hash order or float may reach a state. Python is slow beside
compiled rules: a step is called again for every tick that is rolled back.
"""

import ctypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .library import (GAME_ABI, EffectSink, EventStruct, GameStruct, RandomStruct, SetupStruct,
                      library)

State = TypeVar("State")

HAS_NO_FLOATS = 4  # TUTTI_STATE_HAS_NO_FLOATS
INPUT, JOINED, LEFT = 0, 2, 3  # kinds of events; tutti::EventKind has all


@dataclass(frozen=True)
class Setup:
    """The match's own data, fixed before the first tick."""
    seed: int
    tick_rate: int
    players: int
    options: bytes


@dataclass(frozen=True)
class Event:
    """One event of a tick: a player's own, or the relay's about that player."""
    player: int
    kind: int  # INPUT, or one of the relay's: JOINED, LEFT, ...
    bytes: bytes

    @property
    def is_player(self) -> bool:
        """Whether a player made it, so that its bytes are the game's."""
        return self.kind == INPUT


class Random:
    """The engine's dice, the same in every language."""

    def __init__(self, struct: RandomStruct):
        self._struct = struct

    def next(self) -> int:
        """32 bits."""
        return library().tutti_random_next(ctypes.byref(self._struct))

    def between(self, least: int, most: int) -> int:
        """A number from `least` through `most`."""
        if least > most:
            raise ValueError(f"there is no number from {least} through {most}")
        return library().tutti_random_between(ctypes.byref(self._struct), least, most)


class Effects:
    """Takes the effects of a tick."""

    def __init__(self, sink: EffectSink | None):
        self._sink = sink

    def emit(self, kind: int, data: bytes = b"", key: int = 0) -> None:
        """An effect of a kind, an index of `Game.effect_kinds`, with at most 48 bytes. Effects of
        equal kind and key a few ticks apart are the same one."""
        if self._sink is not None:
            buffer = (ctypes.c_uint8 * max(1, len(data))).from_buffer_copy(data or b"\0")
            self._sink.emit(self._sink.context, kind, key, buffer, len(data))


class Game(Generic[State]):
    """The base of a game's class, which has to have `start`, `step`, `save` and `load`."""

    name: str = ""  # [a-z0-9_-]+
    version: str = ""  # [0-9a-z.]+, raised by every change of the rules
    players: tuple[int, int] = (1, 2)  # the least and the most
    tick_rate: int = 60  # ticks a second
    effect_kinds: Sequence[str] = ()
    neutral: bytes | None = None  # the event of empty hands, if the game has one

    def start(self, setup: Setup) -> State:
        """The state at tick 0."""
        raise NotImplementedError

    def step(self, state: State, events: Sequence[Event], effects: Effects) -> State:
        """The next state; `events` are those of the tick, in order. Must not change `state`."""
        raise NotImplementedError

    def save(self, state: State) -> bytes:
        """The bytes of a state: equal states have equal bytes."""
        raise NotImplementedError

    def load(self, data: bytes) -> State | None:
        """The state with these bytes; None if they are those of no state."""
        raise NotImplementedError

    def is_valid(self, state: State, player: int, event: bytes) -> bool:
        """Whether a player's event counts; `step` sees no other."""
        return True

    def describe(self, state: State) -> Mapping[str, object] | Iterable[tuple[str, object]]:
        """The fields of a state by name, for people who look for a difference."""
        return {"bytes": self.save(state).hex()}

    def sample(self, random: Random) -> bytes | None:
        """An arbitrary legal event, for fingerprints and tests; None if the game offers none."""
        return None


class Table:
    """A game as the engine sees it: a table of C functions. A state in C's memory is a number, by
    which the state in Python is found."""

    def __init__(self, game: Game[Any]):
        self.game = game
        self.failure: BaseException | None = None
        self._states: dict[int, Any] = {}
        self._last = 0
        self._kinds = [ctypes.create_string_buffer(kind.encode()) for kind in game.effect_kinds]
        types = dict(GameStruct._fields_)
        has_sample = type(game).sample is not Game.sample
        functions = {"construct": self._construct, "destroy": self._destroy, "copy": self._copy,
                     "start": self._start, "step": self._step, "save": self._save,
                     "load": self._load, "describe": self._describe,
                     "effect_kind": self._effect_kind}
        if has_sample:
            functions["sample"] = self._sample
        if game.neutral is not None:
            functions["default_event"] = self._default_event
        self.struct = GameStruct(
            abi=GAME_ABI, flags=HAS_NO_FLOATS, name=game.name.encode(),
            version=game.version.encode(), players_min=game.players[0],
            players_max=game.players[1], tick_rate=game.tick_rate,
            effect_kinds=len(self._kinds), state_size=8, state_align=8,
            **{name: types[name](self._guarded(function)) for name, function in functions.items()})

    def state_at(self, address: int) -> Any:
        """The state in Python that the engine has at this address."""
        return self._states[ctypes.c_uint64.from_address(address).value]

    def raise_failure(self) -> None:
        """Raises the exception that left a function of the game meanwhile, once."""
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure

    def _guarded(self, function):
        """No exception may cross C: the first one is kept, and 0 returned."""
        def call(*arguments):
            try:
                return function(*arguments)
            except BaseException as failure:  # pylint: disable=broad-exception-caught
                self.failure = self.failure or failure
                return 0
        return call

    def _set(self, address, state):
        self._states[ctypes.c_uint64.from_address(address).value] = state

    def _construct(self, address):
        self._last += 1
        ctypes.c_uint64.from_address(address).value = self._last
        self._states[self._last] = None

    def _destroy(self, address):
        del self._states[ctypes.c_uint64.from_address(address).value]

    def _copy(self, to, origin):
        self._set(to, self.state_at(origin))  # states are immutable

    def _start(self, address, setup: "ctypes._Pointer[SetupStruct]"):
        words = setup.contents
        options = ctypes.string_at(words.options, words.options_size) if words.options_size else b""
        self._set(address, self.game.start(Setup(words.seed, words.tick_rate, words.players,
                                                 options)))

    def _step(self, address, events: "ctypes._Pointer[EventStruct]", count, sink):
        state, refused, seen = self.state_at(address), 0, []
        for i in range(count):
            raw = events[i]
            data = ctypes.string_at(raw.bytes, raw.size) if raw.size else b""
            event = Event(raw.player, raw.kind, data)
            if event.is_player and not self.game.is_valid(state, event.player, data):
                refused += 1
            else:
                seen.append(event)
        effects = Effects(sink.contents if sink else None)
        self._set(address, self.game.step(state, seen, effects))
        return refused

    def _save(self, address, sink):
        state = self.state_at(address)
        data = b"" if state is None else self.game.save(state)
        buffer = (ctypes.c_uint8 * max(1, len(data))).from_buffer_copy(data or b"\0")
        sink.contents.write(sink.contents.context, buffer, len(data))

    def _load(self, address, data, size):
        state = self.game.load(ctypes.string_at(data, size) if size else b"")
        if state is None:
            return 0
        self._set(address, state)
        return 1

    def _describe(self, address, sink):
        state = self.state_at(address)
        fields = {} if state is None else self.game.describe(state)
        pairs = fields.items() if isinstance(fields, Mapping) else fields
        for path, value in pairs:
            sink.contents.field(sink.contents.context, path.encode(), str(value).encode())

    def _effect_kind(self, kind):
        return ctypes.addressof(self._kinds[kind]) if kind < len(self._kinds) else None

    def _sample(self, random, data, capacity):
        return _write(self.game.sample(Random(random.contents)), data, capacity)

    def _default_event(self, data, capacity):
        return _write(self.game.neutral, data, capacity)


def _write(event: bytes | None, data, capacity) -> int:
    """Writes an event into C's memory; its size, or -1 for none."""
    if event is None or len(event) > capacity:
        return -1
    for i, byte in enumerate(event):
        data[i] = byte
    return len(event)

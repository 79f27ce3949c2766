"""Tug of war in Python, see tests/games/tug.hpp."""

import struct
from typing import NamedTuple

import tutti


class Rope(NamedTuple):
    """The state."""
    pulls: tuple[int, int]
    rope: int
    slips: int


class Tug(tutti.Game[Rope]):
    """The same rules as in C++, and so the same rules id."""
    name, version = "tug", "1"
    effect_kinds = ("slip",)
    neutral = b"\0"

    def start(self, setup: tutti.Setup) -> Rope:
        return Rope((0, 0), setup.options[0] if setup.options else setup.seed % 10, 0)

    def step(self, state: Rope, events, effects: tutti.Effects) -> Rope:
        pulls = list(state.pulls)
        for event in events:
            if event.is_player:
                pulls[event.player] = struct.unpack("b", event.bytes)[0]
        rope, slips = state.rope + pulls[1] - pulls[0], state.slips
        if not -100 < rope < 100:
            player = 0 if rope < 0 else 1
            effects.emit(0, bytes((0, player)), key=player)
            rope, slips = 0, slips + 1
        return Rope((pulls[0], pulls[1]), rope, slips)

    def is_valid(self, state: Rope, player: int, event: bytes) -> bool:
        return len(event) == 1 and player < 2

    def save(self, state: Rope) -> bytes:
        return struct.pack("<bbii", *state.pulls, state.rope, state.slips)

    def load(self, data: bytes) -> Rope | None:
        if len(data) != 10:
            return None
        first, second, rope, slips = struct.unpack("<bbii", data)
        return Rope((first, second), rope, slips)

    def describe(self, state: Rope):
        return {"pulls[0]": state.pulls[0], "pulls[1]": state.pulls[1], "rope": state.rope,
                "slips": state.slips}

    def sample(self, random: tutti.Random) -> bytes:
        return struct.pack("b", random.between(-9, 9))

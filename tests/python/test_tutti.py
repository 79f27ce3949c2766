"""The package for Python: a game in it plays the same one in C++, and what is wrong says so.

  test_tutti.py LIBRARY MODULE [unittest's options]   libtutti, and the game tug as a module
"""

import ctypes
import os
import pathlib
import struct
import sys
import tempfile
import time
import unittest

os.environ["TUTTI_LIBRARY"], MODULE = sys.argv[1:3]
sys.path[:0] = [str(pathlib.Path(__file__).parents[2] / "tools" / "python"),
                str(pathlib.Path(__file__).parent)]

import tutti  # noqa: E402  pylint: disable=wrong-import-position
from tutti import library  # noqa: E402  pylint: disable=wrong-import-position
from tug import Tug  # noqa: E402  pylint: disable=wrong-import-position

TICK = 1_000_000_000 // 60 + 1
FOLD = tutti.Tuning(keeps_fold_digest=True)


def pull(strength):
    """The event of a player."""
    return struct.pack("b", strength)


def play_online(first, second, ticks):
    """Both sessions' fold digests and final states, of a match of so many ticks."""
    slips = [0, 0]
    with tempfile.TemporaryDirectory() as folder, \
         tutti.host(first, name="Ada", listen="127.0.0.1:0", logs=folder, state_folder=folder,
                    match=tutti.Match(seed=3, options=b"\x2a", ends_at=ticks), tuning=FOLD) as host:
        end = time.monotonic() + 30
        while not host.room and time.monotonic() < end:
            host.advance()
            time.sleep(0.005)
        with tutti.join(second, name="Bob", relay=f"127.0.0.1:{host.port}", room=host.room,
                        state_folder=folder, tuning=FOLD) as guest:
            frame = 0
            while not (host.is_over and guest.is_over) and time.monotonic() < end:
                if frame % 15 == 0:
                    host.set_input(pull(frame // 15 % 5 - 4))
                    guest.set_input(pull(frame // 15 % 7 - 2))
                for i, session in enumerate((host, guest)):
                    session.advance()
                    slips[i] += sum(effect.change == tutti.EffectChange.HAPPENED
                                    for effect in session.effects())
                frame += 1
                time.sleep(0.004)
            return [{"status": session.status, "failure": session.failure, "rules": session.rules,
                     "names": session.names, "state": session.state_bytes, "slips": slips[i],
                     "fields": session.fields(), "statistics": session.statistics()}
                    for i, session in enumerate((host, guest))]


class Online(unittest.TestCase):
    """Python against C++."""

    def check_match(self, first, second):
        """Plays, and compares all that both came to."""
        host, guest = play_online(first, second, 120)
        for one in (host, guest):
            self.assertEqual(one["status"], tutti.Status.ENDED, one["failure"])
            self.assertEqual(one["names"], ["Ada", "Bob"])
            self.assertEqual(one["statistics"].confirmed, 120)
            self.assertGreater(one["statistics"].events, 10)
            self.assertGreater(one["slips"], 0)
        self.assertEqual(host["rules"], guest["rules"])
        self.assertEqual(host["state"], guest["state"])
        self.assertEqual(host["fields"], guest["fields"])
        self.assertEqual(host["statistics"].fold, guest["statistics"].fold)
        self.assertNotEqual(host["statistics"].fold, bytes(16))
        self.assertNotEqual(host["fields"]["slips"], "0")

    def test_python_hosts(self):
        """Python hosts, C++ joins."""
        self.check_match(Tug(), MODULE)

    def test_python_joins(self):
        """C++ hosts, Python joins."""
        self.check_match(MODULE, Tug())


class Rooms(unittest.TestCase):
    """Rooms that are not open to everybody."""

    def until(self, is_done, *sessions):
        """Goes on with the sessions for some seconds at most."""
        end = time.monotonic() + 10
        while not is_done() and time.monotonic() < end:
            for session in sessions:
                session.advance()
            time.sleep(0.005)
        self.assertTrue(is_done())

    def test_a_host_decides(self):
        """With the password a newcomer waits for the host's word; without, there is no room."""
        with tempfile.TemporaryDirectory() as folder, \
             tutti.host(MODULE, name="Ada", listen="127.0.0.1:0", logs=folder, state_folder=folder,
                        password="swordfish",
                        keeps=tutti.Room(asks_for_players=True, spectators_max=0)) as host:
            self.until(lambda: host.room, host)
            relay = host.invitation("127.0.0.1")
            self.assertIn(host.room + "#", relay)
            with tutti.join(Tug(), relay=relay, name="Bob", password="swordfish",
                            state_folder=folder + "/bob") as bob, \
                 tutti.join(Tug(), relay=relay, name="Eve",
                            state_folder=folder + "/eve") as eve:
                self.until(lambda: bob.is_host_asked and host.newcomers() and eve.is_over,
                           host, bob, eve)
                self.assertIn("there is no room", eve.failure)
                self.assertEqual([one.names for one in host.newcomers()], ["Bob"])
                host.let_in(host.newcomers()[0])
                self.until(lambda: bob.status == tutti.Status.PLAYING, host, bob)
                self.assertFalse(host.newcomers())

    def test_an_invitation_is_enough(self):
        """Who has a whole invitation needs no code to play or to watch."""
        with tempfile.TemporaryDirectory() as folder, \
             tutti.host(MODULE, name="Ada", listen="127.0.0.1:0", logs=folder,
                        state_folder=folder) as host:
            self.until(lambda: host.room, host)
            invitation = host.invitation("127.0.0.1")
            with tutti.join(Tug(), relay=invitation, state_folder=folder + "/bob") as bob, \
                 tutti.spectate(Tug(), relay=invitation, state_folder=folder + "/eve") as eve:
                self.until(lambda: bob.status == tutti.Status.PLAYING and
                           eve.status == tutti.Status.PLAYING, host, bob, eve)
                self.assertTrue(eve.is_watching)

    def test_tokens(self):
        """A token is handed on."""
        for way in (tutti.join, tutti.spectate):
            with self.assertRaisesRegex(tutti.Error, "this is no token"):
                way(MODULE, room="K7Q2M", token="AAAA")


class Alone(unittest.TestCase):
    """Without a network."""

    def test_solo_and_files(self):
        """A match in Python, its file watched by the module, and taken over in Python."""
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/tug.tutti"
            with tutti.solo(Tug(), match=tutti.Match(seed=5), tuning=FOLD) as session:
                for i in range(90):
                    if i == 10:
                        self.assertTrue(session.set_input(pull(7), player=1))
                    session.advance(i * TICK)
                self.assertEqual(session.status_text, "playing")
                self.assertEqual(session.state.pulls, (0, 7))
                self.assertLessEqual(session.previous_state.slips, session.state.slips)
                self.assertGreater(session.facts("slip"), 0)
                session.save_recording(path)
                self.assertEqual(session.report_bug("slips", f"{folder}/bug"), f"{folder}/bug")
            with tutti.watch(MODULE, path) as watch:
                watch.pause()
                watch.advance(0)
                watch.seek(50)
                watch.advance(TICK)
                self.assertEqual((watch.position, watch.fields()["pulls[1]"]), (50, "7"))
                self.assertFalse(watch.set_input(pull(1)))
            with tutti.take_over(Tug(), path, 40) as branch:
                branch.advance(0)
                branch.advance(TICK)
                self.assertEqual(branch.state.pulls, (0, 7))

    def test_rehearse(self):
        """A game that differs from itself fails, and the sentence says where."""
        class Forgetful(Tug):
            """Counts its steps where nobody sees it."""
            steps = 0

            def step(self, state, events, effects):
                Forgetful.steps += 1
                return super().step(state, events, effects)._replace(slips=Forgetful.steps)

        with tutti.rehearse(Forgetful()) as session:
            for i in range(60):
                session.advance(i * TICK)
            self.assertEqual(session.status, tutti.Status.FAILED)
            self.assertIn("slips", session.failure)


class Wrong(unittest.TestCase):
    """Calls that make no sense."""

    def test_exceptions_of_a_game_come_out(self):
        """Of the call that ran it, and the session stays usable."""
        class Broken(Tug):
            """Breaks at what `sample` never gives."""
            def step(self, state, events, effects):
                if state.pulls[1] == 100:
                    raise ZeroDivisionError("the rope is torn")
                return super().step(state, events, effects)

        with tutti.solo(Broken()) as session:
            session.advance(0)
            session.set_input(pull(100), player=1)
            with self.assertRaisesRegex(ZeroDivisionError, "torn"):
                for i in range(60):
                    session.advance(i * TICK)

    def test_sentences(self):
        """Each error has one."""
        with tutti.solo(Tug()) as session:
            session.advance(TICK)
            with self.assertRaisesRegex(tutti.Error, "time went back"):
                session.advance(0)
            with self.assertRaisesRegex(tutti.Error, "too large"):
                session.set_input(bytes(256))
            with self.assertRaisesRegex(tutti.Error, "only a session that watches"):
                session.seek(1)
        with self.assertRaisesRegex(tutti.Error, "closed"):
            session.advance(0)
        for game, part in ((f"{MODULE}.none", "there is no file"),
                           (type("Loose", (Tug,), {"load": lambda *_: None})(), "load refuses"),
                           (type("Named", (Tug,), {"name": "A b"})(), "name")):
            with self.assertRaisesRegex(tutti.Error, part):
                tutti.solo(game)
        with self.assertRaisesRegex(tutti.Error, "1 to 2 players"):
            tutti.solo(Tug(), match=tutti.Match(players=9))
        with self.assertRaisesRegex(tutti.Error, "room"):
            tutti.join(Tug())

    def test_structs_are_those_of_the_headers(self):
        """By the sizes and offsets that tests/checks/abi.txt has."""
        recorded = (pathlib.Path(__file__).parents[1] / "checks" / "abi.txt").read_text()
        structs = {"tutti_setup": library.SetupStruct, "tutti_event": library.EventStruct,
                   "tutti_effect_sink": library.EffectSink, "tutti_byte_sink": library.ByteSink,
                   "tutti_field_sink": library.FieldSink, "tutti_random": library.RandomStruct,
                   "tutti_game": library.GameStruct, "tutti_options": library.OptionsStruct,
                   "tutti_heard": library.HeardStruct,
                   "tutti_statistics": library.StatisticsStruct,
                   "tutti_newcomer": library.NewcomerStruct}
        expected = {f"{version} {number}: {rest}" for version, number, rest in
                    (line.replace(":", "").split(" ", 2) for line in recorded.splitlines())
                    if (version, int(number)) in (("TUTTI_ABI", library.ABI),
                                                  ("TUTTI_GAME_ABI", library.GAME_ABI))}
        found = set()
        for name, kind in structs.items():
            version = "TUTTI_ABI" if name in ("tutti_options", "tutti_heard", "tutti_statistics",
                                              "tutti_newcomer") else "TUTTI_GAME_ABI"
            number = library.ABI if version == "TUTTI_ABI" else library.GAME_ABI
            found.add(f"{version} {number}: {name} {ctypes.sizeof(kind)}")
            found |= {f"{version} {number}: {name}.{field[0]} {getattr(kind, field[0]).offset} "
                      f"{getattr(kind, field[0]).size}" for field in kind._fields_}
        self.assertEqual(found, expected)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + sys.argv[3:])

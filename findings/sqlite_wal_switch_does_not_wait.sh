#!/usr/bin/env bash
# SQLite: the busy timeout, by which a statement waits for another connection, does not hold for
#         the switch to the write-ahead log.
#
# Expected: after sqlite3_busy_timeout a statement that finds the database locked is tried again for
#           so long, whichever statement it is.
# Seen:     an insert waits; "pragma journal_mode = wal" fails at once with SQLITE_BUSY, since it
#           needs the file for itself, and never asks the busy handler.
# So:       of several programs that open a new database at once, and all set the mode first, as one
#           should, some fail now and then. The switch has to be tried again by the program itself;
#           it is needed once in the life of a file.
#
# libsqlite3-0 3.40.1-2+deb12u2 (Debian 12, amd64), 2026-11-30. Output then:
#   insert into t values (1)    5 (SQLITE_BUSY) after 1.0 s
#   pragma journal_mode = wal   5 (SQLITE_BUSY) after 0.0 s
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libsqlite3-0=3.40.1-2+deb12u2 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
python3 - "$(find "$work/files" -name 'libsqlite3.so.0' | head -1)" "$work/database" << 'PYTHON'
import ctypes, sys, time

library = ctypes.CDLL(sys.argv[1])
path = sys.argv[2].encode()


def opened():
    handle = ctypes.c_void_p()
    assert library.sqlite3_open(path, ctypes.byref(handle)) == 0
    return handle


def run(handle, statement):
    return library.sqlite3_exec(handle, statement.encode(), None, None, None)


first, second = opened(), opened()
assert run(first, "create table t (x)") == 0
assert run(first, "begin immediate") == 0
assert library.sqlite3_busy_timeout(second, 1000) == 0
took = {}
for statement in ("insert into t values (1)", "pragma journal_mode = wal"):
    begun = time.monotonic()
    code = run(second, statement)
    took[statement] = time.monotonic() - begun
    print(f"{statement:<27} {code} (SQLITE_BUSY) after {took[statement]:.1f} s")
    assert code == 5, code
as_found = took["insert into t values (1)"] > 0.9 and took["pragma journal_mode = wal"] < 0.5
sys.exit(0 if as_found else "the behaviour has changed")
PYTHON

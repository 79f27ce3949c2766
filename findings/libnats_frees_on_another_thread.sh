#!/usr/bin/env bash
# libnats: who destroys a message wakes a thread of the library, which frees it.
#
# Expected: natsMsg_Destroy frees what natsMsg_Create made, as free does after malloc.
# Seen:     the message goes into a list, and a thread that was begun with the library takes it from
#           there. It sleeps in between: a program that destroys its messages as it is done with
#           each wakes it nearly every time, with no connection open at all.
# So:       a program that publishes some thousand messages a second pays two changes of threads for
#           each, and as many for each answer. Messages that are kept and destroyed some hundreds
#           at a time wake it far more seldom.
#
# libnats3.4 3.4.1-1+b1 (Debian 12, amd64), 2026-12-01. Output then (the number varies):
#   5000 messages destroyed one by one: a thread of libnats was woken 6799 times
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libnats3.4=3.4.1-1+b1 libprotobuf-c1 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
export LD_LIBRARY_PATH=$(dirname "$(find "$work/files" -name 'libnats.so.*' | head -1)")
python3 - << 'PYTHON'
import ctypes, glob, os, pathlib, sys, time

library = ctypes.CDLL(glob.glob(os.environ["LD_LIBRARY_PATH"] + "/libnats.so.*")[0])
count = 5000


def wakes():
    """How often each thread but this one has gone to sleep, which it does after each wake."""
    found = {}
    for task in pathlib.Path("/proc/self/task").iterdir():
        if int(task.name) == os.getpid():
            continue
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                found[task.name] = int(line.split()[1])
    return found


assert library.nats_Open(ctypes.c_int64(-1)) == 0
messages = []
for _ in range(count):
    message = ctypes.c_void_p()
    assert library.natsMsg_Create(ctypes.byref(message), b"subject", None, b"text", 4) == 0
    messages.append(message)
before = wakes()
for message in messages:
    library.natsMsg_Destroy(message)
    time.sleep(0.0002)  # as if it did something else
time.sleep(0.2)
most = max(wakes()[task] - times for task, times in before.items())
print(f"{count} messages destroyed one by one: a thread of libnats was woken {most} times")
library.nats_Close()
sys.exit(0 if most > count / 2 else "the behaviour has changed")
PYTHON

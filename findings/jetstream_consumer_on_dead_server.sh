#!/usr/bin/env bash
# NATS JetStream: a cluster gives new consumers to a server that has died.
#
# Expected: once two of three servers serve a stream again after the third was killed, a consumer
#           that is made then is on one of the two.
# Seen:     a consumer with one copy is placed on any server that keeps the stream, the dead one too.
#           That one would have to answer, so the request to make it has no answer at all, not even
#           an error. It goes on for about half a minute, until the server counts as gone.
# So:       whoever reads just after a loss asks anew for what does not come, or reads single messages
#           (direct get), which any server that is there answers.
#
# nats-server 2.9.10-1+b3 (Debian 12, amd64), 2026-12-01. Output then:
#   three servers: 0 of 30 consumers have no answer
#   one of them killed, messages stored again: 8 of 30 have none
#   messages that were not stored meanwhile: 0 of 30
set -euo pipefail
work=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -q nats-server=2.9.10-1+b3 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
nats=$(find files -name nats-server -type f)
mapfile -t ports < <(python3 -c 'import socket
taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(6)]
[print(one.getsockname()[1]) for one in taken]')
routes="nats://127.0.0.1:${ports[3]},nats://127.0.0.1:${ports[4]},nats://127.0.0.1:${ports[5]}"
for i in 0 1 2; do
  "$nats" --addr 127.0.0.1 --port "${ports[$i]}" --name "server$i" --jetstream \
    --store_dir "$work/store$i" --cluster_name three --routes "$routes" \
    --cluster "nats://127.0.0.1:${ports[$((i + 3))]}" > "server$i.log" 2>&1 &
  servers+=($!)
done
python3 - "${servers[2]}" "${ports[@]:0:2}" << 'PYTHON'
import json, os, signal, socket, sys, time


class Client:
    """Asks one thing after the other; an answer that comes too late is thrown away."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", int(port)))
        self.read = b""
        self.asked = 0
        self.socket.sendall(b'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n'
                            b"SUB answer.* 1\r\n")

    def line(self, until):
        while b"\r\n" not in self.read:
            self.socket.settimeout(max(0.001, until - time.monotonic()))
            self.read += self.socket.recv(65536)
        line, self.read = self.read.split(b"\r\n", 1)
        return line.split()

    def ask(self, subject, plan=None, patience=0.7):
        self.asked += 1
        body = json.dumps(plan).encode() if plan else b""
        self.socket.sendall(f"PUB {subject} answer.{self.asked} {len(body)}\r\n".encode()
                            + body + b"\r\n")
        until = time.monotonic() + patience
        try:
            while True:
                words = self.line(until)
                if words and words[0] == b"PING":
                    self.socket.sendall(b"PONG\r\n")
                if not words or words[0] not in (b"MSG", b"HMSG"):
                    continue
                size = int(words[-1]) + 2
                while len(self.read) < size:
                    self.read += self.socket.recv(65536)
                text, self.read = self.read[:size - 2], self.read[size:]
                if words[1] == f"answer.{self.asked}".encode():
                    return json.loads(text) if words[0] == b"MSG" else None
        except socket.timeout:
            return None


def until_it_is(what, client, *words):
    for _ in range(100):
        answer = client.ask(*words)
        if answer and "error" not in answer:
            return answer
        time.sleep(0.3)
    sys.exit(f"{what} does not come about")


def make(client):
    plan = {"stream_name": "LOG", "config": {"ack_policy": "none", "mem_storage": True,
                                             "num_replicas": 1, "inactive_threshold": 10**10}}
    return client.ask("$JS.API.CONSUMER.CREATE.LOG", plan)


time.sleep(3)
client = Client(sys.argv[2])
until_it_is("the stream", client, "$JS.API.STREAM.CREATE.LOG",
            {"name": "LOG", "subjects": ["log"], "num_replicas": 3})
until_it_is("a message", client, "log")
tries = 30
before = sum(make(client) is None for _ in range(tries))
os.kill(int(sys.argv[1]), signal.SIGKILL)
time.sleep(1)
until_it_is("a message", client, "log")
while make(client) is None:  # until there is somebody who makes consumers
    pass
after = sum(make(client) is None for _ in range(tries))
stored = sum(client.ask("log") is None for _ in range(tries))
print(f"three servers: {before} of {tries} consumers have no answer")
print(f"one of them killed, messages stored again: {after} of {tries} have none")
print(f"messages that were not stored meanwhile: {stored} of {tries}")
sys.exit(0 if before == 0 and after > 0 and stored == 0 else "the behaviour has changed")
PYTHON

#!/usr/bin/env bash
# NATS JetStream: in a cluster two writers with one expectation may both be told that they are stored.
#
# Expected: of two publishes to one subject with the same Nats-Expected-Last-Subject-Sequence one is
#           stored, and the other one is refused (error 10071): that is what such a header is for.
# Seen:     on a stream with three copies both are stored, and both answers are a success, if the
#           second comes before the servers have applied the first. Where both are sent in the same
#           moment that is how most rounds end. On a stream with one copy it does not happen.
# So:       whoever is to be the only one says it once more, behind what it was told, and goes on
#           only if that is stored; and what must not go back grows with the stream's sequence.
#
# nats-server 2.9.10-1+b3 (Debian 12, amd64), 2026-12-01. Output then:
#   three copies: both were stored in 142 of 200 rounds
#   one copy:     both were stored in 0 of 200 rounds
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
    --store_dir "$work/store$i" --cluster_name both --routes "$routes" \
    --cluster "nats://127.0.0.1:${ports[$((i + 3))]}" > "server$i.log" 2>&1 &
  servers+=($!)
done
python3 - "${ports[@]:0:3}" << 'PYTHON'
import json, socket, sys, time


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", int(port)), timeout=5)
        self.wire = self.socket.makefile("rb")
        self.wire.readline()  # INFO
        self.inbox = f"answer.{id(self)}"
        self.socket.sendall(b'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n'
                            + f"SUB {self.inbox} 1\r\n".encode())

    def send(self, subject, body=b"", after=None):
        if after is None:
            text = f"PUB {subject} {self.inbox} {len(body)}\r\n".encode()
        else:
            head = f"NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: {after}\r\n\r\n".encode()
            text = (f"HPUB {subject} {self.inbox} {len(head)} {len(head) + len(body)}\r\n".encode()
                    + head)
        self.socket.sendall(text + body + b"\r\n")

    def answer(self):
        while True:
            line = self.wire.readline().split()
            if line and line[0] == b"PING":
                self.socket.sendall(b"PONG\r\n")
            if line and line[0] in (b"MSG", b"HMSG"):
                text = self.wire.read(int(line[-1]))
                self.wire.readline()
                return json.loads(text) if line[0] == b"MSG" else {}  # HMSG: nobody is there yet

    def ask(self, *words):
        self.send(*words)
        return self.answer()


def make(client, name, copies):
    plan = {"name": name, "subjects": [f"{name}.*"], "storage": "memory", "num_replicas": copies}
    for _ in range(100):
        try:
            made = client.ask(f"$JS.API.STREAM.CREATE.{name}", json.dumps(plan).encode())
            if made.get("config") or made.get("error", {}).get("err_code") == 10058:
                return
        except socket.timeout:
            pass
        time.sleep(0.3)
    sys.exit("the cluster does not come about")


def both_stored(name, rounds=200):
    one, other = Client(sys.argv[1]), Client(sys.argv[2])
    make(one, name, {"ONE": 1, "THREE": 3}[name])
    both = 0
    for round in range(rounds):
        subject = f"{name}.{round}"
        first = one.ask(subject, b"begin")
        while "seq" not in first:
            time.sleep(0.1)
            first = one.ask(subject, b"begin")
        for client in (one, other):
            client.send(subject, b"mine", first["seq"])
        answers = [client.answer() for client in (one, other)]
        both += all("seq" in answer and "error" not in answer for answer in answers)
    return both


time.sleep(3)
of_three, of_one = both_stored("THREE"), both_stored("ONE")
print(f"three copies: both were stored in {of_three} of 200 rounds")
print(f"one copy:     both were stored in {of_one} of 200 rounds")
sys.exit(0 if of_three > 0 and of_one == 0 else "the behaviour has changed")
PYTHON

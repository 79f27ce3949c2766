#!/usr/bin/env bash
# NATS JetStream: a repeated message id hides that the publish's expectation does not hold.
#
# Expected: a publish with Nats-Expected-Last-Subject-Sequence that names a wrong sequence is refused
#           (error 10071), whatever else it carries: that header is what fences a second writer out.
# Seen:     the id (Nats-Msg-Id) is looked up first, over all subjects of the stream. Where it is
#           known the answer is a success with the *first* message's sequence and "duplicate": true;
#           nothing is stored and the expectation is never looked at.
# So:       an id must name its writer and its subject, and "duplicate" must be read: a client that
#           only looks for an error takes a write that never happened for done.
#
# nats-server 2.9.10-1+b3 (Debian 12, amd64), 2026-11-29. Output then:
#   first on match.a, id x:            {"stream":"LOG","seq":1}
#   wrong expectation, new id:         error 10071 wrong last sequence: 0
#   wrong expectation, id x, match.b:  {"stream":"LOG","seq":1,"duplicate":true}
set -euo pipefail
work=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -q nats-server=2.9.10-1+b3 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
nats=$(find files -name nats-server -type f)
"$nats" --addr 127.0.0.1 --port 0 --jetstream --store_dir "$work/store" --ports_file_dir "$work" \
  > server.log 2>&1 &
server=$!
for _ in $(seq 50); do compgen -G "$work/*.ports" > /dev/null && break; sleep 0.1; done
python3 - "$(cat "$work"/*.ports)" << 'PYTHON'
import json, socket, sys

address = json.loads(sys.argv[1])["nats"][0].removeprefix("nats://")
host, port = address.rsplit(":", 1)
wire = socket.create_connection((host, int(port)), timeout=5).makefile("rwb")
wire.readline()  # INFO
wire.write(b'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\nSUB answer 1\r\n')


def ask(subject, body=b"", headers=None):
    head = b""
    if headers is not None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"NATS/1.0\r\n{lines}\r\n".encode()
    if head:
        wire.write(f"HPUB {subject} answer {len(head)} {len(head) + len(body)}\r\n".encode())
    else:
        wire.write(f"PUB {subject} answer {len(body)}\r\n".encode())
    wire.write(head + body + b"\r\n")
    wire.flush()
    while True:
        line = wire.readline().split()
        if line and line[0] == b"MSG":
            answer = wire.read(int(line[-1]))
            wire.readline()
            return json.loads(answer)


made = ask("$JS.API.STREAM.CREATE.LOG",
           json.dumps({"name": "LOG", "subjects": ["match.*"], "storage": "memory"}).encode())
assert "error" not in made, made
expect = "Nats-Expected-Last-Subject-Sequence"
first = ask("match.a", b"1", {"Nats-Msg-Id": "x"})
wrong = ask("match.b", b"2", {"Nats-Msg-Id": "y", expect: 999})
hidden = ask("match.b", b"2", {"Nats-Msg-Id": "x", expect: 999})
print("first on match.a, id x:           ", first)
print("wrong expectation, new id:        ", wrong)
print("wrong expectation, id x, match.b: ", hidden)
as_found = (wrong.get("error", {}).get("err_code") == 10071 and hidden.get("duplicate") is True
            and hidden["seq"] == first["seq"] and "error" not in hidden)
sys.exit(0 if as_found else "the behaviour has changed")
PYTHON

#!/usr/bin/env bash
# NATS JetStream: after a purge of one subject, a server that is killed and started again lacks what
#                 the other subjects had before.
#
# Expected: a purge with a filter takes the messages of that subject from the stream, on each of its
#           three servers, and nothing else; a server that was killed and is started again has on
#           its disk, or gets from the others, all that they have.
# Seen:     started again, it has only the messages that were stored after the purge. It is a full
#           member all the same: when it leads, the stream has lost the others' earlier messages for
#           whoever asks, though the two other servers have them. With a sequence in the purge or
#           without is the same; a message that is deleted by its sequence does no such harm.
# So:       nothing may be purged by subject in a stream that is the only place of something; let it
#           go by its age, or delete single messages.
#
# nats-server 2.9.10-1+b3 (Debian 12, amd64), three servers, 2026-11-30. Output then:
#   one of three subjects is purged, and 100 messages for each follow: 900 messages
#   a server is killed; with 50 more for each it should have:  a 150, b 450, c 450
#   where it leads, the stream has:                            a 150, b 150, c 150
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q nats-server=2.9.10-1+b3 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
python3 - "$(find "$work/files" -name nats-server -type f)" "$work" << 'PYTHON'
import json, socket, subprocess, sys, time

program, work = sys.argv[1:]
count = 3


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


ports = [free_port() for _ in range(count)]
routes = [f"nats://127.0.0.1:{free_port()}" for _ in range(count)]


def start(i):
    return subprocess.Popen(
        [program, "--addr", "127.0.0.1", "--port", str(ports[i]), "--jetstream", "--store_dir",
         f"{work}/{i}", "--name", f"s{i}", "--cluster_name", "three", "--cluster", routes[i],
         "--routes", ",".join(routes)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Client:
    def __init__(self, port):
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=20).makefile("rwb")
        self.wire.readline()  # INFO
        self.wire.write(b'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n'
                        b"SUB answer 1\r\n")

    def ask(self, subject, body=b""):
        self.wire.write(f"PUB {subject} answer {len(body)}\r\n".encode() + body + b"\r\n")
        self.wire.flush()
        while True:
            line = self.wire.readline().split()
            if line and line[0] == b"PING":
                self.wire.write(b"PONG\r\n")
                self.wire.flush()
            if line and line[0] == b"HMSG":  # nobody there to answer
                self.wire.read(int(line[-1]) + 2)
                return {"error": "no responders"}
            if line and line[0] == b"MSG":
                answer = self.wire.read(int(line[-1]))
                self.wire.readline()
                return json.loads(answer)

    def api(self, what, **body):
        for _ in range(60):  # a cluster takes some seconds to be one
            answer = self.ask("$JS.API." + what, json.dumps(body).encode())
            if "error" not in answer:
                return answer
            time.sleep(0.5)
        sys.exit(f"{what}: {answer}")

    def publish(self, times):
        for i in range(times):
            for subject in "abc":
                assert "seq" in self.ask(f"log.{subject}", b"%d" % i)

    def look(self):
        info = self.api("STREAM.INFO.LOG", subjects_filter="log.*")
        return info["cluster"]["leader"], info["state"]


def shown(subjects):
    return ", ".join(f"{name[4:]} {subjects[name]}" for name in sorted(subjects))


servers = [start(i) for i in range(count)]
try:
    time.sleep(3)
    client = Client(ports[0])
    client.api("STREAM.CREATE.LOG", name="LOG", subjects=["log.*"], storage="file", num_replicas=3)
    client.publish(300)
    client.api("STREAM.PURGE.LOG", filter="log.a")
    client.publish(100)
    leader, state = client.look()
    print("one of three subjects is purged, and 100 messages for each follow:", state["messages"],
          "messages")
    killed = next(i for i in range(1, count) if f"s{i}" != leader)
    servers[killed].kill()
    servers[killed].wait()
    client.publish(50)
    _, state = client.look()
    print("a server is killed; with 50 more for each it should have: ", shown(state["subjects"]))
    expected = state["subjects"]
    servers[killed] = start(killed)
    time.sleep(10)
    for _ in range(40):
        leader, state = client.look()
        if leader == f"s{killed}":
            break
        client.ask("$JS.API.STREAM.LEADER.STEPDOWN.LOG")
        time.sleep(3)
    else:
        sys.exit("the server never led")
    print("where it leads, the stream has:                           ", shown(state["subjects"]))
    lacks = state["subjects"]["log.b"] == 150 and expected["log.b"] == 450
    sys.exit(0 if lacks else "the behaviour has changed")
finally:
    for server in servers:
        server.kill()
PYTHON

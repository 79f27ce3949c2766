#!/usr/bin/env bash
# ODE: reading a body's orientation and writing it back changes it.
#
# Expected: dBodySetQuaternion(body, dBodyGetQuaternion(body)) leaves the body as it is, as the same
#           pair does for its position.
# Seen:     the setter normalises once more; after a quarter of the steps of a freely turning body
#           the orientation that was written back has other bits than the one that was read.
# So:       a save made by the getters and brought back by the setters is not the state. Write back
#           what was read after every step, on every machine, and keep what is read then.
#
# libode-dev, libode8 2:0.16.2-1 (Debian 12, amd64), 2026-11-29. Output then:
#   512 of 2000 quaternions and 0 of 2000 positions changed by being written back
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libode-dev=2:0.16.2-1 libode8=2:0.16.2-1 libccd2=2.1-2+b1 > log 2>&1 ||
  { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
lib=$work/files/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
cat > turn.cpp << 'CPP'
#include <cstdio>
#include <cstring>
#include <ode/ode.h>

int main() {
  dInitODE2(0);
  const dWorldID world = dWorldCreate();
  const dBodyID body = dBodyCreate(world);
  dBodySetAngularVel(body, 0.3, 0.7, -1.1);
  int turned = 0, moved = 0;
  for (int step = 0; step < 2000; ++step) {
    dWorldQuickStep(world, 1.0 / 60);
    dQuaternion orientation;
    dVector3 position;
    std::memcpy(orientation, dBodyGetQuaternion(body), sizeof orientation);
    std::memcpy(position, dBodyGetPosition(body), sizeof position);
    dBodySetQuaternion(body, orientation);
    dBodySetPosition(body, position[0], position[1], position[2]);
    turned += std::memcmp(orientation, dBodyGetQuaternion(body), sizeof orientation) != 0;
    moved += std::memcmp(position, dBodyGetPosition(body), 3 * sizeof(dReal)) != 0;
  }
  std::printf("%d of 2000 quaternions and %d of 2000 positions changed by being written back\n",
              turned, moved);
  return turned > 0 && moved == 0 ? 0 : 1;
}
CPP
export LD_LIBRARY_PATH=$lib # for the libraries of the library too
g++ -O1 turn.cpp -I files/usr/include -L "$lib" -lode -o turn
./turn || { echo "the behaviour has changed"; exit 1; }

#!/usr/bin/env bash
# ODE: a space tells pairs in an order that remembers which geometries were moved before.
#
# Expected: the pairs that dSpaceCollide tells, and their order, follow from where the geometries
#           are.
# Seen:     setting a position puts the geometry at the front of the space's list, even where it
#           was already there. The same four balls at the same places are told in another order,
#           and with the balls of a pair the other way round; contacts that are made in that order
#           are solved in it, and the next state is another one.
# So:       a state that was brought back by setters does not go on as it did. Sort the pairs, and
#           the two of each pair, by numbers of your own before contacts are made of them.
#
# libode-dev, libode8 2:0.16.2-1 (Debian 12, amd64), 2026-11-30. Output then:
#   pairs: DC CB BA
#   B set to where it is: BC BA DC
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libode-dev=2:0.16.2-1 libode8=2:0.16.2-1 libccd2=2.1-2+b1 > log 2>&1 ||
  { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
lib=$work/files/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
cat > pairs.cpp << 'CPP'
#include <cstdio>
#include <ode/ode.h>
#include <string>

static std::string pairs_of(dSpaceID space) {
  std::string pairs;
  dSpaceCollide(space, &pairs, [](void* all, dGeomID a, dGeomID b) {
    auto& text = *static_cast<std::string*>(all);
    text += ' ';
    text += *static_cast<const char*>(dGeomGetData(a));
    text += *static_cast<const char*>(dGeomGetData(b));
  });
  return pairs;
}

int main() {
  dInitODE2(0);
  dSpaceID space = dSimpleSpaceCreate(nullptr);
  char names[] = "ABCD";
  dGeomID balls[4];
  for (int i = 0; i < 4; ++i) {
    balls[i] = dCreateSphere(space, 1);
    dGeomSetData(balls[i], &names[i]);
    dGeomSetPosition(balls[i], i * 1.5, 0, 0);
  }
  pairs_of(space);  // none has moved since
  const std::string before = pairs_of(space);
  dGeomSetPosition(balls[1], 1.5, 0, 0);  // where it is already
  const std::string after = pairs_of(space);
  std::printf("pairs:%s\nB set to where it is:%s\n", before.c_str(), after.c_str());
  return before != after ? 0 : 1;
}
CPP
export LD_LIBRARY_PATH=$lib # for the libraries of the library too
g++ -O1 pairs.cpp -I files/usr/include -L "$lib" -lode -o pairs
./pairs || { echo "the behaviour has changed"; exit 1; }

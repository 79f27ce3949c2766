#!/usr/bin/env bash
# ODE: what one world does depends on whether another world of the process is stepped as well.
#
# Expected: two worlds have nothing in common: one goes its way, whatever another one does.
# Seen:     dWorldQuickStep draws the order of its constraints at random, and all worlds of the
#           process draw from one sequence (dRandSetSeed). A pile of boxes falls otherwise when an
#           unrelated pile is stepped in between; with the seed set before each step it does not.
# So:       the seed is a part of each world's state: set it before a step, read it after, and let
#           no other thread step in between.
#
# libode-dev, libode8 2:0.16.2-1 (Debian 12, amd64), 2026-11-30. Output then:
#   steps of 600 that differ because another world is stepped: 566
#   the same with the seed set before each step: 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libode-dev=2:0.16.2-1 libode8=2:0.16.2-1 libccd2=2.1-2+b1 > log 2>&1 ||
  { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
lib=$work/files/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
cat > worlds.cpp << 'CPP'
#include <cstdio>
#include <cstring>
#include <ode/ode.h>
#include <vector>

/// Six boxes that fall on a floor, one upon another.
struct Pile {
  dWorldID world = dWorldCreate();
  dSpaceID space = dSimpleSpaceCreate(nullptr);
  dJointGroupID contacts = dJointGroupCreate(0);
  std::vector<dBodyID> bodies;

  Pile() {
    dWorldSetGravity(world, 0, 0, -9.81);
    dCreatePlane(space, 0, 0, 1, 0);
    for (int i = 0; i < 6; ++i) {
      dBodyID body = dBodyCreate(world);
      dMass mass;
      dMassSetBoxTotal(&mass, 1, 1, 1, 1);
      dBodySetMass(body, &mass);
      dBodySetPosition(body, 0.3 * (i % 2), 0.1 * i, 1 + 1.2 * i);
      dGeomSetBody(dCreateBox(space, 1, 1, 1), body);
      bodies.push_back(body);
    }
  }
  void step() {
    dSpaceCollide(space, this, [](void* self, dGeomID a, dGeomID b) {
      auto& pile = *static_cast<Pile*>(self);
      dContact found[8];
      const int count = dCollide(a, b, 8, &found[0].geom, sizeof(dContact));
      for (int i = 0; i < count; ++i) {
        found[i].surface = {};
        found[i].surface.mode = dContactApprox1;
        found[i].surface.mu = 0.6;
        dJointAttach(dJointCreateContact(pile.world, pile.contacts, &found[i]), dGeomGetBody(a),
                     dGeomGetBody(b));
      }
    });
    dWorldQuickStep(world, 1.0 / 60);
    dJointGroupEmpty(contacts);
  }
};

/// The steps of 600 after which a pile that is alone and one beside another differ.
static int differences(bool keeps_seed) {
  std::vector<double> alone;
  int differ = 0;
  for (const bool has_other : {false, true}) {
    Pile pile, other;
    unsigned long seed = 1;
    dRandSetSeed(seed);
    for (int step = 0; step < 600; ++step) {
      if (keeps_seed) dRandSetSeed(seed);
      pile.step();
      if (keeps_seed) seed = dRandGetSeed();
      if (has_other) other.step();
      const double* place = dBodyGetPosition(pile.bodies.back());
      if (has_other)
        differ += std::memcmp(&alone[3 * step], place, 3 * sizeof(double)) != 0;
      else
        alone.insert(alone.end(), place, place + 3);
    }
  }
  return differ;
}

int main() {
  dInitODE2(0);
  const int shared = differences(false), kept = differences(true);
  std::printf("steps of 600 that differ because another world is stepped: %d\n", shared);
  std::printf("the same with the seed set before each step: %d\n", kept);
  return shared > 0 && kept == 0 ? 0 : 1;
}
CPP
export LD_LIBRARY_PATH=$lib # for the libraries of the library too
g++ -O1 worlds.cpp -I files/usr/include -L "$lib" -lode -o worlds
./worlds || { echo "the behaviour has changed"; exit 1; }

#!/usr/bin/env bash
# Chipmunk: a space filled anew with the same bodies is not the same space; a standing stack falls.
#
# Expected: position, velocity, angle and spin are the state of a rigid body. A new space with bodies
#           that have the same four goes on as the old one would have.
# Seen:     a stack of ten boxes stands for ever. Made anew from those values before every step, it
#           collapses: the impulses of resting contacts are state as well, and the public functions
#           neither read nor set them.
# So:       rollback, late joining and seeking need those impulses, or the space must be kept.
#
# libchipmunk-dev, libchipmunk7 7.0.3-5 (Debian 12, amd64), 2026-11-29. Output then:
#   height of the tenth box: kept 95.0, rebuilt before every step 5.3
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libchipmunk-dev=7.0.3-5 libchipmunk7=7.0.3-5 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
lib=$work/files/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
cat > stack.c << 'C'
#include <chipmunk/chipmunk.h>
#include <stdio.h>

enum { boxes = 10, steps = 600 };
static cpBody* bodies[boxes];

static cpSpace* stack(void) {
  cpSpace* space = cpSpaceNew();
  cpSpaceSetGravity(space, cpv(0, -100));
  cpShape* floor =
      cpSegmentShapeNew(cpSpaceGetStaticBody(space), cpv(-100, 0), cpv(100, 0), 1);
  cpShapeSetFriction(floor, 0.7);
  cpSpaceAddShape(space, floor);
  for (int i = 0; i < boxes; ++i) {
    bodies[i] = cpSpaceAddBody(space, cpBodyNew(1, cpMomentForBox(1, 10, 10)));
    cpShape* box = cpSpaceAddShape(space, cpBoxShapeNew(bodies[i], 10, 10, 0));
    cpShapeSetFriction(box, 0.7);
    cpBodySetPosition(bodies[i], cpv(0, 6.5 + 11 * i));
  }
  return space;
}

static double play(int is_rebuilt) {
  cpSpace* space = stack();
  for (int step = 0; step < 2 * steps; ++step) {
    if (is_rebuilt && step >= steps) { /* it stands by then */
      cpVect at[boxes], speed[boxes];
      double angle[boxes], spin[boxes];
      for (int i = 0; i < boxes; ++i) {
        at[i] = cpBodyGetPosition(bodies[i]);
        speed[i] = cpBodyGetVelocity(bodies[i]);
        angle[i] = cpBodyGetAngle(bodies[i]);
        spin[i] = cpBodyGetAngularVelocity(bodies[i]);
      }
      space = stack();
      for (int i = 0; i < boxes; ++i) {
        cpBodySetPosition(bodies[i], at[i]);
        cpBodySetVelocity(bodies[i], speed[i]);
        cpBodySetAngle(bodies[i], angle[i]);
        cpBodySetAngularVelocity(bodies[i], spin[i]);
      }
    }
    cpSpaceStep(space, 1.0 / 60);
  }
  return cpBodyGetPosition(bodies[boxes - 1]).y;
}

int main(void) {
  const double kept = play(0), rebuilt = play(1);
  printf("height of the tenth box: kept %.1f, rebuilt before every step %.1f\n", kept, rebuilt);
  return kept > 90 && rebuilt < 50 ? 0 : 1;
}
C
gcc -O1 stack.c -I files/usr/include -L "$lib" -Wl,-rpath,"$lib" -lchipmunk -lm -o stack
./stack 2> /dev/null || { echo "the behaviour has changed"; exit 1; }

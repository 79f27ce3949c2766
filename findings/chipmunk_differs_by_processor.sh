#!/usr/bin/env bash
# Chipmunk: one and the same binary plays another simulation on an older processor.
#
# Expected: + - * / and roots are the same on every x86-64, so a physics library in double precision
#           gives the same bits with the same binary.
# Seen:     each body's rotation is taken by cos and sin, and space damping by pow, of glibc, which
#           chooses a variant for each processor. Without AVX2 and FMA the 50 boxes of this scene
#           move otherwise after some hundred steps.
# So:       two players with one download may see two matches. Link a libm of your own, or take a
#           library that does without (ODE's bodies turn by quaternions).
#
# libchipmunk-dev, libchipmunk7 7.0.3-5 (Debian 12, amd64), 2026-11-30. Output then:
#   played twice: the same
#   first step that differs on an older processor: 61
set -euo pipefail
grep -q ' fma ' /proc/cpuinfo || { echo "this processor has no FMA: nothing to compare"; exit 3; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libchipmunk-dev=7.0.3-5 libchipmunk7=7.0.3-5 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
lib=$work/files/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
cat > boxes.c << 'C'
#include <chipmunk/chipmunk.h>
#include <stdio.h>

enum { boxes = 50, steps = 1000 };

int main(void) {
  cpSpace* space = cpSpaceNew();
  cpSpaceSetGravity(space, cpv(0, -100));
  const cpVect corners[] = {{-100, 300}, {-100, 0}, {100, 0}, {100, 300}};
  for (int i = 0; i < 3; ++i)
    cpShapeSetFriction(cpSpaceAddShape(space, cpSegmentShapeNew(cpSpaceGetStaticBody(space),
                                                                corners[i], corners[i + 1], 1)),
                       0.7);
  cpBody* bodies[boxes];
  for (int i = 0; i < boxes; ++i) {
    bodies[i] = cpSpaceAddBody(space, cpBodyNew(1, cpMomentForBox(1, 10, 10)));
    cpShapeSetFriction(cpSpaceAddShape(space, cpBoxShapeNew(bodies[i], 10, 10, 0)), 0.7);
    cpBodySetPosition(bodies[i], cpv(-60 + 13 * (i % 10) + i / 10, 20 + 15 * (i / 10)));
    cpBodySetAngularVelocity(bodies[i], 0.1 * i);
  }
  for (int step = 0; step < steps; ++step) {
    cpSpaceStep(space, 1.0 / 60);
    for (int i = 0; i < boxes; ++i) {
      const cpVect at = cpBodyGetPosition(bodies[i]);
      printf("%a %a\n", at.x, at.y);
    }
  }
  return 0;
}
C
gcc -O1 boxes.c -I files/usr/include -L "$lib" -Wl,-rpath,"$lib" -lchipmunk -lm -o boxes
./boxes > here.txt 2> /dev/null
./boxes > again.txt 2> /dev/null
GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4 ./boxes > older.txt 2> /dev/null
first=$(cmp here.txt older.txt 2> /dev/null | sed 's/.* //' || true)
echo "played twice: $(cmp -s here.txt again.txt && echo the same || echo different)"
echo "first step that differs on an older processor: $(((${first:-0} + 49) / 50))"
if ! cmp -s here.txt again.txt || [[ -z $first ]]; then
  echo "the behaviour has changed"
  exit 1
fi

#!/usr/bin/env bash
# wasm2c: calls of one thread count towards the greatest call depth of all others.
#
# Expected: two instances of a module on two threads have nothing in common. Each calls itself 300
#           deep, the limit is 500, and each returns.
# Seen:     without the signal handler (where the runtime counts calls) the count is one plain
#           variable of the process. While one thread is 300 deep, another one is trapped as soon
#           as it is 200 deep: "Call stack exhausted". Besides, the count is changed by all threads
#           at once, without a lock.
# So:       compile with WASM_RT_USE_STACK_DEPTH_COUNT=0 where several threads run modules.
#
# wabt 1.0.32-1 (Debian 12, amd64), 2026-11-30. Output then:
#   300 deep, alone: No error
#   while another thread is 300 deep: Call stack exhausted
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q wabt=1.0.32-1 > log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" files; done
cat > deep.wat << 'WAT'
(module
  (import "host" "bottom" (func $bottom))
  (func $down (export "down") (param $depth i32)
    (if (i32.eqz (local.get $depth))
      (then (call $bottom))
      (else (call $down (i32.sub (local.get $depth) (i32.const 1)))))))
WAT
files/usr/bin/wat2wasm deep.wat -o deep.wasm
files/usr/bin/wasm2c deep.wasm -n deep -o deep.c
cat > main.c << 'C'
#include <pthread.h>
#include <stdio.h>
#include "wasm-rt-impl.h"
#include "deep.h"

struct Z_host_instance_t { int is_first; };
static int has_second, second_trap;

static void* second(void* unused) {
  struct Z_host_instance_t host = {0};
  Z_deep_instance_t instance;
  Z_deep_instantiate(&instance, &host);
  second_trap = wasm_rt_impl_try();
  if (second_trap == 0) Z_deepZ_down(&instance, 300);
  return unused;
}

/* Called by the module when it is as deep as it should go. */
void Z_hostZ_bottom(struct Z_host_instance_t* host) {
  if (!host->is_first || !has_second) return;
  pthread_t thread;
  pthread_create(&thread, NULL, second, NULL);
  pthread_join(thread, NULL);
}

int main(void) {
  wasm_rt_init();
  Z_deep_init_module();
  struct Z_host_instance_t host = {1};
  Z_deep_instance_t instance;
  Z_deep_instantiate(&instance, &host);
  second(NULL);
  const int alone = second_trap;
  has_second = 1;
  Z_deepZ_down(&instance, 300);
  printf("300 deep, alone: %s\n", wasm_rt_strerror((wasm_rt_trap_t)alone));
  printf("while another thread is 300 deep: %s\n", wasm_rt_strerror((wasm_rt_trap_t)second_trap));
  return alone == WASM_RT_TRAP_NONE && second_trap == WASM_RT_TRAP_EXHAUSTION ? 0 : 1;
}
C
gcc -O1 -w -DWASM_RT_MEMCHECK_SIGNAL_HANDLER=0 main.c deep.c files/usr/share/wabt/wasm2c/wasm-rt-impl.c \
  -I. -Ifiles/usr/include -Ifiles/usr/share/wabt/wasm2c -pthread -lm -o deep
./deep || { echo "the behaviour has changed"; exit 1; }

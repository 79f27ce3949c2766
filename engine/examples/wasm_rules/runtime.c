/* The rules, as wasm2c has translated them, with wabt's runtime. Reads beyond the memory are found
 * by comparing, not by a signal of the whole process; a trap ends the process; and calls are not
 * counted, since the counter is one for all threads. */

#define WASM_RT_MEMCHECK_SIGNAL_HANDLER 0
#define WASM_RT_USE_STACK_DEPTH_COUNT 0
#define WASM_RT_TRAP_HANDLER rules_trapped
#include <wasm-rt.h>

void rules_trapped(wasm_rt_trap_t trap); /* in wasm_rules.cpp */

#include "rules.c"
#include "wasm-rt-impl.c"

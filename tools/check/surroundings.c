/* Loaded first (LD_PRELOAD) into a process that `tutti check` starts: depending on the environment
 * it gives that process another date, hash tables of other sizes and another hash, or garbage in
 * locals. A game that keeps the rules of a simulation cannot tell. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#define VISIBLE __attribute__((visibility("default")))
/* Another year, weekday, hour, minute and second. */
#define SECONDS_AHEAD (400 * 86400 + 5 * 3600 + 11 * 60 + 13)

static bool is_asked_for(const char* name) { return getenv(name) != NULL; }

/* The function that would be called without this library. */
#define REAL(function, name)         \
  static __typeof__(function)* real; \
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, name)

VISIBLE int clock_gettime(clockid_t clock, struct timespec* now) {
  REAL(clock_gettime, "clock_gettime");
  const int result = real(clock, now);
  if (result == 0 && is_asked_for("TUTTI_OTHER_DATE")) now->tv_sec += SECONDS_AHEAD;
  return result;
}

VISIBLE time_t time(time_t* now) {
  struct timespec read;
  clock_gettime(CLOCK_REALTIME, &read);
  if (now != NULL) *now = read.tv_sec;
  return read.tv_sec;
}

VISIBLE int gettimeofday(struct timeval* restrict now, void* restrict zone) {
  REAL(gettimeofday, "gettimeofday");
  const int result = real(now, zone);
  if (result == 0 && is_asked_for("TUTTI_OTHER_DATE")) now->tv_sec += SECONDS_AHEAD;
  return result;
}

/* std::__detail::_Prime_rehash_policy of libstdc++: when a table grows, and to how many buckets.
 * Any number of buckets is a right one; only a walk over the table sees which. */
struct need_rehash {
  bool is_needed;
  size_t buckets;
};

VISIBLE struct need_rehash _ZNKSt8__detail20_Prime_rehash_policy14_M_need_rehashEmmm(
    const void* self, size_t buckets, size_t elements, size_t inserted) {
  REAL(_ZNKSt8__detail20_Prime_rehash_policy14_M_need_rehashEmmm,
       "_ZNKSt8__detail20_Prime_rehash_policy14_M_need_rehashEmmm");
  /* Few buckets, others at each growth, so that keys meet that would not; but not in large tables,
   * where every growth costs. */
  const size_t after = elements + inserted;
  if (!is_asked_for("TUTTI_OTHER_HASH_TABLES") || after > 256)
    return real(self, buckets, elements, inserted);
  const struct need_rehash answer = {true, 2 + after / 2 + after % 3};
  return answer;
}

VISIBLE size_t _ZNKSt8__detail20_Prime_rehash_policy11_M_next_bktEm(const void* self,
                                                                    size_t least) {
  REAL(_ZNKSt8__detail20_Prime_rehash_policy11_M_next_bktEm,
       "_ZNKSt8__detail20_Prime_rehash_policy11_M_next_bktEm");
  const size_t buckets = real(self, least);
  return is_asked_for("TUTTI_OTHER_HASH_TABLES") ? buckets + 1 : buckets;
}

/* std::_Hash_bytes: the hash of std::string and other bytes. */
VISIBLE size_t _ZSt11_Hash_bytesPKvmm(const void* bytes, size_t size, size_t seed) {
  REAL(_ZSt11_Hash_bytesPKvmm, "_ZSt11_Hash_bytesPKvmm");
  return real(bytes, size, is_asked_for("TUTTI_OTHER_HASH_TABLES") ? seed + 12345 : seed);
}

#ifdef __x86_64__
/* A module that is built with -pg -mfentry calls __fentry__ first in each of its functions, when
 * nothing below the stack pointer is in use yet. What is put there is what the locals of the
 * function hold before it writes to them: without -O they all live on the stack. It keeps every
 * register. The words differ from call to call by where in them it begins. */
__attribute__((visibility("hidden"))) uint64_t tutti_garbage_words[1024];
__attribute__((visibility("hidden"))) uint32_t tutti_garbage_turn;
__asm__(
    ".text\n"
    ".globl __fentry__\n"
    ".type __fentry__, @function\n"
    "__fentry__:\n"
    "  sub $4096, %rsp\n"
    "  push %rax\n"
    "  push %rcx\n"
    "  push %rsi\n"
    "  push %rdi\n"
    "  mov tutti_garbage_turn(%rip), %eax\n"
    "  add $8, %eax\n"
    "  and $4088, %eax\n"
    "  mov %eax, tutti_garbage_turn(%rip)\n"
    "  lea tutti_garbage_words(%rip), %rsi\n"
    "  add %rax, %rsi\n"
    "  lea 32(%rsp), %rdi\n"
    "  mov $512, %ecx\n"
    "  rep movsq\n"
    "  pop %rdi\n"
    "  pop %rsi\n"
    "  pop %rcx\n"
    "  pop %rax\n"
    "  add $4096, %rsp\n"
    "  ret\n"
    ".size __fentry__, . - __fentry__\n");

/* TUTTI_GARBAGE_IN_LOCALS: the byte that they hold, or "random". */
__attribute__((constructor)) static void make_garbage(void) {
  const char* wanted = getenv("TUTTI_GARBAGE_IN_LOCALS");
  if (wanted == NULL) return;
  if (strcmp(wanted, "random") != 0) {
    memset(tutti_garbage_words, atoi(wanted), sizeof tutti_garbage_words);
    return;
  }
  uint64_t word = 88172645463325252u; /* xorshift64 of Marsaglia, "Xorshift RNGs", 2003 */
  for (size_t i = 0; i < sizeof tutti_garbage_words / sizeof *tutti_garbage_words; ++i) {
    word ^= word << 13;
    word ^= word >> 7;
    word ^= word << 17;
    tutti_garbage_words[i] = word;
  }
}
#endif

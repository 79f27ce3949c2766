#include "check/garbage.hpp"

#include <cstdint>
#include <cstring>

#include "tutti/sim/random.hpp"

#ifdef __x86_64__
// Calls `tutti_garbage_target` with the arguments that it was called with, and with
// `tutti_garbage_word` in all other registers.
extern "C" {
std::size_t tutti_on_garbage(void*, const void*, std::size_t, const void*);
[[gnu::used]] void* tutti_garbage_target = nullptr;
[[gnu::used]] std::uint64_t tutti_garbage_word = 0;
}
asm(R"(
  .text
  .globl tutti_on_garbage
  .hidden tutti_on_garbage
  .type tutti_on_garbage, @function
tutti_on_garbage:
  push %rbx
  push %rbp
  push %r12
  push %r13
  push %r14
  push %r15
  sub $8, %rsp
  mov tutti_garbage_target(%rip), %r11
  mov tutti_garbage_word(%rip), %rax
  mov %rax, %rbx
  mov %rax, %rbp
  mov %rax, %r8
  mov %rax, %r9
  mov %rax, %r10
  mov %rax, %r12
  mov %rax, %r13
  mov %rax, %r14
  mov %rax, %r15
  movq %rax, %xmm0
  punpcklqdq %xmm0, %xmm0
  movdqa %xmm0, %xmm1
  movdqa %xmm0, %xmm2
  movdqa %xmm0, %xmm3
  movdqa %xmm0, %xmm4
  movdqa %xmm0, %xmm5
  movdqa %xmm0, %xmm6
  movdqa %xmm0, %xmm7
  movdqa %xmm0, %xmm8
  movdqa %xmm0, %xmm9
  movdqa %xmm0, %xmm10
  movdqa %xmm0, %xmm11
  movdqa %xmm0, %xmm12
  movdqa %xmm0, %xmm13
  movdqa %xmm0, %xmm14
  movdqa %xmm0, %xmm15
  call *%r11
  add $8, %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbp
  pop %rbx
  ret
  .size tutti_on_garbage, . - tutti_on_garbage
)");
#endif

namespace tutti::tool {

namespace {

constexpr std::size_t stack_filled = 64 * 1024;

struct OnGarbage {
  tutti_game table{};
  const tutti_game* real = nullptr;
  Garbage garbage{};
};
OnGarbage& now() {
  static OnGarbage now;
  return now;
}

[[gnu::noinline]] void fill_stack() {
  unsigned char bytes[stack_filled];
  now().garbage.fill(bytes, sizeof bytes);
  // As if somebody read it: otherwise nothing would be written at all.
  asm volatile("" : : "r"(&bytes[0]) : "memory");
}

template <class Function, class... Arguments>
[[gnu::noinline]] std::size_t call(Function* function, void* state, Arguments... arguments) {
#ifdef __x86_64__
  static_assert(sizeof function == sizeof tutti_garbage_target);
  std::memcpy(&tutti_garbage_target, &function, sizeof function);
  now().garbage.fill(&tutti_garbage_word, sizeof tutti_garbage_word);
  fill_stack();
  if constexpr (sizeof...(arguments) == 1) {
    return tutti_on_garbage(state, arguments..., 0, nullptr);
  } else {
    return tutti_on_garbage(state, arguments...);
  }
#else
  fill_stack();
  if constexpr (sizeof...(arguments) == 1) {
    function(state, arguments...);
    return 0;
  } else {
    return function(state, arguments...);
  }
#endif
}

void start_on_garbage(void* state, const tutti_setup* setup) {
  call(now().real->start, state, setup);
}

std::size_t step_on_garbage(void* state, const tutti_event* events, std::size_t count,
                            const tutti_effect_sink* effects) {
  return call(now().real->step, state, events, count, effects);
}

}  // namespace

void Garbage::fill(void* bytes, std::size_t size) const {
  if (!is_random) return static_cast<void>(std::memset(bytes, pattern, size));
  static Random random(99);
  auto* each = static_cast<unsigned char*>(bytes);
  for (std::size_t i = 0; i < size; ++i)
    each[i] = static_cast<unsigned char>(random.next());
}

AnyGame on_garbage(const AnyGame& game, const Garbage& garbage) {
  const tutti_game& table = game.table();
  now() = {.real = &table, .garbage = garbage};
  // The table of an older module ends there.
  std::size_t size = sizeof(tutti_game);
  if (table.abi < 5) size = offsetof(tutti_game, hash);
  if (table.abi < 4) size = offsetof(tutti_game, default_event);
  std::memcpy(&now().table, &table, size);
  now().table.start = &start_on_garbage;
  now().table.step = &step_on_garbage;
  Result<AnyGame> same = AnyGame::from_table(&now().table);
  TUTTI_ASSERT(same.has_value(), same.error().sentence);
  return std::move(*same);
}

}  // namespace tutti::tool

// The cost of saving and restoring a block, beside the copy of its bytes, and of allocating in it.
//   build/bin/bench_block
// save and restore/<KiB used>: a block that holds as much; copy/<KiB>: `memcpy` of as many bytes
// between two places, the floor. pieces/...: 64 pieces of 16 to 500 bytes are allocated and
// released.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "tutti/sim/block.hpp"

namespace {

using namespace tutti;

Block filled(std::int64_t kibibytes) {
  Block block = std::move(*Block::make({}));
  while (block.used() + 1000 < static_cast<std::size_t>(kibibytes) * 1024)
    std::memset(block.allocate(400), 1, 400);
  return block;
}

void save(benchmark::State& state) {
  const Block block = filled(state.range(0));
  BlockImage image;
  for (auto _ : state) {
    image = block.save();
    benchmark::DoNotOptimize(image);
  }
}

void restore(benchmark::State& state) {
  Block block = filled(state.range(0));
  const BlockImage image = block.save();
  for (auto _ : state) {
    block.restore(image);
    benchmark::ClobberMemory();
  }
}

void copy(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0)) * 1024;
  const std::vector<std::byte> from(size, std::byte{1});
  std::vector<std::byte> to(size);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), size);
    benchmark::ClobberMemory();
  }
}

void sizes(benchmark::internal::Benchmark* measured) {
  measured->Unit(benchmark::kMicrosecond);
  for (const std::int64_t kibibytes : {16, 128, 300, 1024, 4096})
    measured->Arg(kibibytes);
}
BENCHMARK(save)->Name("save")->Apply(sizes);
BENCHMARK(restore)->Name("restore")->Apply(sizes);
BENCHMARK(copy)->Name("copy")->Apply(sizes);

template <class Allocate, class Release>
void pieces(benchmark::State& state, Allocate allocate, Release release) {
  std::vector<void*> held(64);
  for (auto _ : state) {
    for (std::size_t i = 0; i < held.size(); ++i)
      held[i] = allocate(16 + i * 97 % 485);
    for (void* piece : held)
      release(piece);
  }
}

void pieces_block(benchmark::State& state) {
  Block block = filled(16);
  pieces(
      state, [&](std::size_t size) { return block.allocate(size); },
      [&](void* piece) { block.release(piece); });
}
BENCHMARK(pieces_block)->Name("pieces/block");

void pieces_malloc(benchmark::State& state) {
  pieces(
      state, [](std::size_t size) { return std::malloc(size); },
      [](void* piece) { std::free(piece); });
}
BENCHMARK(pieces_malloc)->Name("pieces/malloc");

}  // namespace

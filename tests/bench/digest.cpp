// How fast a snapshot is hashed, by the digest that players compare and by the hash that a session
// keeps of every tick; beside a copy, and the quickest hash that Debian has: build/bin/bench_digest

#include "tutti/sim/digest.hpp"

#include <benchmark/benchmark.h>
#include <xxhash.h>

#include <cstring>

#include "tutti/sim/fast_hash.hpp"

namespace {

void digest_of_snapshot(benchmark::State& state) {
  const tutti::Bytes snapshot(static_cast<std::size_t>(state.range(0)), std::byte{0x5A});
  for (auto _ : state)
    benchmark::DoNotOptimize(tutti::digest_of(snapshot));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(digest_of_snapshot)->Arg(64)->Arg(1024)->Arg(64 * 1024)->Arg(4 * 1024 * 1024);

void fast_hash_of_snapshot(benchmark::State& state) {
  const tutti::Bytes snapshot(static_cast<std::size_t>(state.range(0)), std::byte{0x5A});
  for (auto _ : state)
    benchmark::DoNotOptimize(tutti::fast_hash(snapshot));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(fast_hash_of_snapshot)
    ->Arg(64)
    ->Arg(1024)
    ->Arg(64 * 1024)
    ->Arg(128 * 1024)
    ->Arg(4 * 1024 * 1024);

void xxh3_of_snapshot(benchmark::State& state) {
  const tutti::Bytes snapshot(static_cast<std::size_t>(state.range(0)), std::byte{0x5A});
  for (auto _ : state)
    benchmark::DoNotOptimize(XXH3_64bits(snapshot.data(), snapshot.size()));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(xxh3_of_snapshot)->Arg(1024)->Arg(128 * 1024);

void copy_of_snapshot(benchmark::State& state) {
  const tutti::Bytes snapshot(static_cast<std::size_t>(state.range(0)), std::byte{0x5A});
  tutti::Bytes copy(snapshot.size());
  for (auto _ : state) {
    std::memcpy(copy.data(), snapshot.data(), copy.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(copy_of_snapshot)->Arg(1024)->Arg(128 * 1024);

}  // namespace

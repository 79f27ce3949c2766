// What a match of two players costs a relay, in virtual time and without its link: they change
// their controls 5 times a second. `memory` is what the relay gives back when it is gone, after so
// many minutes: what each further match adds, and what there is beside the matches. `passes` is the
// CPU time of its passes, one a millisecond, with so many matches.
//   build/bin/bench_matches

#include <benchmark/benchmark.h>
#include <malloc.h>
#include <time.h>

#include "guest.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace {

using namespace tutti;
using namespace tutti::bench;
using namespace std::chrono_literals;

std::size_t allocated_bytes() {
  const auto information = ::mallinfo2();
  return information.uordblks + information.hblkhd;
}

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// A relay and the players of so many matches.
struct Hall {
  explicit Hall(std::int64_t matches) {
    for (std::int64_t i = 0; i < 2 * matches; ++i) {
      const Hello hello{.room = code_of(i / 2), .rules = rules, .create = Setup{.rules = rules}};
      guests.push_back(std::make_unique<Guest>(network, *relay, hello));
    }
  }
  /// A room's code, each another one.
  static std::string code_of(std::int64_t number) {
    std::string code = "AAAAA";
    for (char& letter : code) {
      letter = room_code_alphabet[static_cast<std::size_t>(number) % room_code_alphabet.size()];
      number /= static_cast<std::int64_t>(room_code_alphabet.size());
    }
    return code;
  }

  SimulatedStorage storage;
  StormNetwork network{1};
  std::unique_ptr<Link> relay = network.listen();
  Result<Journal> journal = Journal::open(storage, "relay.journal", {});
  std::unique_ptr<RelayServer> server =
      std::make_unique<RelayServer>(*relay, *journal, RelayServer::Options{});
  std::vector<std::unique_ptr<Guest>> guests;
  Random random{1};
};

/// The bytes that a relay with so many matches gives back when it is gone, after so long.
double bytes_of(std::int64_t matches, Duration length) {
  Hall hall(matches);
  for (Instant now{1000s}; now < Instant{1000s} + length; now += 16ms) {
    hall.server->pass(now);
    for (const auto& guest : hall.guests)
      guest->frame(now, hall.random);
  }
  const std::size_t before = allocated_bytes();
  hall.server.reset();
  return static_cast<double>(before - allocated_bytes());
}

void memory(benchmark::State& state) {
  constexpr int few = 20;
  constexpr int many = 120;
  double fixed = 0;
  double each = 0;
  for (auto _ : state) {
    const Duration length = std::chrono::minutes(state.range(0));
    const double bytes_of_few = bytes_of(few, length);
    each = (bytes_of(many, length) - bytes_of_few) / (many - few);
    fixed = bytes_of_few - few * each;
  }
  state.counters["KiB_a_match"] = each / 1024;
  state.counters["KiB_beside"] = fixed / 1024;
}

void passes(benchmark::State& state) {
  double spent = 0;
  double seconds = 0;
  for (auto _ : state) {
    Hall hall(state.range(0));
    std::size_t turn = 0;
    for (Instant now{1000s}; now < Instant{1010s}; now += 1ms) {
      const double begun = cpu_seconds();
      hall.server->pass(now);
      if (now >= Instant{1005s}) spent += cpu_seconds() - begun;
      // A sixteenth of them has a frame in each millisecond.
      for (std::size_t i = turn++ % 16; i < hall.guests.size(); i += 16)
        hall.guests[i]->frame(now, hall.random);
    }
    seconds += 5;
  }
  state.counters["cpu_percent"] = 100 * spent / seconds;
}

BENCHMARK(memory)->Arg(1)->Arg(10)->Arg(60)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(passes)->Arg(200)->Arg(500)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace

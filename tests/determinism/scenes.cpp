// Plays scenes and prints their digests:
//   scenes [--ticks N] [--list] [--planted] [--all-from TICK] [--fields TICK] [SCENE...] <
//   recordings

#include "scenes.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tutti::scenes {

namespace {
constexpr std::int64_t state_every = 8;
}

bool Trace::is_mark(Tick tick) const {
  std::int64_t mark = tick.value;
  while (mark >= 10 && mark % 10 == 0)
    mark /= 10;
  return mark == 1 || mark == 3;
}

void Trace::chain(BytesView bytes) {
  Blake2b hash(chain_.bytes.size());
  hash.update(chain_.bytes).update(bytes).finish(chain_.bytes);
}

void Trace::print(Tick tick, const Digest& digest) {
  std::printf("%s %lld %s\n", scene_.c_str(), static_cast<long long>(tick.value),
              to_hex(digest).c_str());
}

void Trace::add(Tick tick, const AnyGame& game, const void* state) {
  if (tick.value == options_.fields_at) {
    for (const Field& field : list_fields(game, state))
      std::printf("%s = %s\n", field.path.c_str(), field.value.c_str());
  }
  if (options_.prints_all && tick.value >= options_.from) print(tick, digest_state(game, state));
  last_ = tick;
  is_printed_ = false;
  if (tick.value % state_every != 0 && !is_mark(tick)) return;
  chain(digest_state(game, state).bytes);
  if (is_mark(tick) && !options_.prints_all && options_.fields_at < 0) {
    print(tick, chain_);
    is_printed_ = true;
  }
}

void Trace::add(Tick tick, BytesView bytes) {
  if (tick.value == options_.fields_at) std::printf("bytes = %s\n", to_hex(bytes).c_str());
  if (options_.prints_all && tick.value >= options_.from) print(tick, digest_of(bytes));
  chain(bytes);
  last_ = tick;
  is_printed_ = is_mark(tick) && !options_.prints_all && options_.fields_at < 0;
  if (is_printed_) print(tick, chain_);
}

void Trace::fail(Tick tick, const std::string& what) {
  if (!has_failed_) {
    std::printf("%s %lld FAILED %s\n", scene_.c_str(), static_cast<long long>(tick.value),
                what.c_str());
  }
  has_failed_ = true;
}

void Trace::end() {
  if (!is_printed_ && !options_.prints_all && options_.fields_at < 0) print(last_, chain_);
}

const std::vector<Scene>& all_scenes() {
  static const std::vector<Scene> all = {
      {"bots-two", 1, play_bots_two},
      {"bots-four", 1, play_bots_four},
      {"people", 1, play_people},
      {"garbage", 1, play_garbage},
      {"recordings", 1, play_recordings},
      {"rollback", 1, play_rollback},
      {"snapshots", 1, play_snapshots},
      {"tally", 1, play_tally},
      {"skirmish", 100, play_skirmish},
      {"fixed", 1, play_fixed},
      {"fixed-functions", 1, play_fixed_functions},
      {"random", 1, play_random},
      {"float", 1, play_float},
      {"canonical", 1, play_canonical},
      {"digest", 1, play_digest},
      {"heads", 1, play_heads},
  };
  return all;
}

#if !defined(TUTTI_PLANTED)
const std::vector<Scene>& planted_scenes() {
  static const std::vector<Scene> none;
  return none;
}
#endif

}  // namespace tutti::scenes

namespace {

using tutti::scenes::Scene;
using tutti::scenes::Trace;

struct Options {
  Trace::Options trace{};
  std::vector<std::string> names{};
  bool planted = false;
  bool list = false;
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const long long number = i + 1 < argc ? std::atoll(argv[i + 1]) : 0;
    if (word == "--planted") options.planted = true;
    if (word == "--list") options.list = true;
    if (word.substr(0, 2) != "--") options.names.push_back(word);
    if (word == "--ticks") options.trace.ticks = number, ++i;
    if (word == "--fields") options.trace.fields_at = number, ++i;
    if (word == "--all-from") {
      options.trace.prints_all = true;
      options.trace.from = number;
      ++i;
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  bool is_good = true;
  const auto& scenes =
      options.planted ? tutti::scenes::planted_scenes() : tutti::scenes::all_scenes();
  for (const Scene& scene : scenes) {
    const auto& names = options.names;
    if (!names.empty() && std::find(names.begin(), names.end(), scene.name) == names.end())
      continue;
    if (options.list) {
      std::printf("%s\n", scene.name);
      continue;
    }
    Trace::Options part = options.trace;
    part.ticks = std::max<std::int64_t>(1, part.ticks / scene.weight);
    Trace trace(scene.name, part);
    scene.play(trace);
    trace.end();
    std::fflush(stdout);
    is_good = is_good && !trace.has_failed();
  }
  return is_good ? 0 : 1;
}

// The age of the newest known input in a full mesh of GekkoNet's sessions: the other side of the
// comparison in net/README.md. `run` builds it with GekkoNet's own sources, which are no part of
// this project; it uses their public header only.
//   mesh PLAYERS BYTES MILLISECONDS LOSS_PERCENT
// MILLISECONDS is the way from player to player. The last line printed has mean, 99th percentile
// and maximum, in ticks, and the KB/s that each machine sends. Time is virtual: the clock that
// GekkoNet asks is defined here.

#include <gekkonet.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <vector>

namespace {

using Microseconds = std::int64_t;

constexpr Microseconds tick_length = 16'667;
/// Inputs say when they were offered in so many microseconds.
constexpr Microseconds input_unit = 100;
/// The sessions have come together by then, and their frames agree.
constexpr Microseconds counted_from = 20'000'000;
constexpr Microseconds end = 30'000'000;
/// As far as a client of Tutti predicts.
constexpr unsigned char prediction_ticks = 30;
/// A session that is ahead is slowed down as in GekkoNet's examples.
constexpr float ahead_most = 0.5F;
constexpr double slower = 1.016;

Microseconds now = 0;
std::uint64_t bytes_sent = 0;  // by all machines, while ages are counted

struct Datagram {
  std::uint8_t from;
  std::vector<char> bytes;
};

struct Machine {
  GekkoSession* session = nullptr;
  Microseconds due = 0;
  std::multimap<Microseconds, Datagram> arriving{};
  std::vector<Microseconds> newest{};  // by player: when its newest known input was offered
};

std::vector<Machine> machines;
std::uint8_t acting = 0;  // the machine whose session runs
Microseconds delay = 0;
double loss = 0;
std::mt19937 chance(1);

void send(GekkoNetAddress* address, const char* data, int length) {
  std::uint8_t to = 0;
  std::memcpy(&to, address->data, 1);
  if (now >= counted_from) bytes_sent += static_cast<std::uint64_t>(length);
  if (std::uniform_real_distribution<>(0, 1)(chance) < loss) return;
  machines[to].arriving.emplace(now + delay,
                                Datagram{acting, std::vector<char>(data, data + length)});
}

void* copied(const void* bytes, std::size_t size) {
  void* copy = std::malloc(size);
  if (copy == nullptr) std::abort();
  return std::memcpy(copy, bytes, size);
}

GekkoNetResult** receive(int* length) {
  static std::vector<GekkoNetResult*> results;
  results.clear();
  auto& arriving = machines[acting].arriving;
  for (; !arriving.empty() && arriving.begin()->first <= now; arriving.erase(arriving.begin())) {
    const Datagram& datagram = arriving.begin()->second;
    auto* result = static_cast<GekkoNetResult*>(std::malloc(sizeof(GekkoNetResult)));
    if (result == nullptr) std::abort();
    result->addr = {copied(&datagram.from, 1), 1};
    result->data = copied(datagram.bytes.data(), datagram.bytes.size());
    result->data_len = static_cast<unsigned>(datagram.bytes.size());
    results.push_back(result);
  }
  *length = static_cast<int>(results.size());
  return results.data();
}

GekkoNetAdapter adapter{send, receive, std::free};

void begin(std::uint8_t index, std::uint8_t players, unsigned bytes) {
  Machine& machine = machines[index];
  machine.newest.assign(players, 0);
  machine.due = tick_length * static_cast<Microseconds>(chance() % 1000) / 1000;
  gekko_create(&machine.session, GekkoGameSession);
  GekkoConfig config{};
  config.num_players = players;
  config.input_prediction_window = prediction_ticks;
  config.input_size = bytes;
  config.state_size = sizeof(int);
  gekko_start(machine.session, &config);
  gekko_net_adapter_set(machine.session, &adapter);
  for (std::uint8_t player = 0; player < players; ++player) {
    GekkoNetAddress address{&player, 1};
    const bool is_own = player == index;
    gekko_add_actor(machine.session, is_own ? GekkoLocalPlayer : GekkoRemotePlayer,
                    is_own ? nullptr : &address);
  }
}

/// Inputs begin with the moment in which they were offered, and go on with noise.
void run(std::uint8_t index, unsigned bytes) {
  acting = index;
  Machine& machine = machines[index];
  std::vector<unsigned char> input(bytes);
  for (unsigned char& byte : input)
    byte = static_cast<unsigned char>(chance());
  const auto offered = static_cast<std::uint32_t>(now / input_unit);
  std::memcpy(input.data(), &offered, sizeof offered);
  gekko_add_local_input(machine.session, index, input.data());
  int count = 0;
  GekkoGameEvent** events = gekko_update_session(machine.session, &count);
  for (int i = 0; i < count; ++i) {
    if (events[i]->type == GekkoSaveEvent) {
      *events[i]->data.save.state_len = sizeof(int);
      *events[i]->data.save.checksum = 0;
    }
    if (events[i]->type != GekkoAdvanceEvent) continue;
    const auto& advance = events[i]->data.adv;
    for (std::size_t player = 0; player < machine.newest.size(); ++player) {
      std::uint32_t known = 0;
      std::memcpy(&known, advance.inputs + player * bytes, sizeof known);
      machine.newest[player] = std::max(machine.newest[player], known * input_unit);
    }
  }
  const bool is_ahead = gekko_frames_ahead(machine.session) > ahead_most;
  machine.due += static_cast<Microseconds>(tick_length * (is_ahead ? slower : 1));
}

}  // namespace

// GekkoNet asks this one for the time.
std::chrono::steady_clock::time_point std::chrono::steady_clock::now() noexcept {
  return time_point(std::chrono::microseconds(::now + 1'000'000));
}

int main(int count, char** arguments) {
  if (count != 5) return 2;
  const auto players = static_cast<std::uint8_t>(std::atoi(arguments[1]));
  const auto bytes = static_cast<unsigned>(std::atoi(arguments[2]));
  delay = std::atoll(arguments[3]) * 1000;
  loss = std::atof(arguments[4]) / 100;
  machines.resize(players);
  for (std::uint8_t i = 0; i < players; ++i)
    begin(i, players, bytes);
  std::vector<double> ages;
  double sum = 0;
  while (now < end) {
    const auto next =
        std::min_element(machines.begin(), machines.end(),
                         [](const Machine& a, const Machine& b) { return a.due < b.due; });
    const auto index = static_cast<std::size_t>(next - machines.begin());
    now = next->due;
    run(static_cast<std::uint8_t>(index), bytes);
    for (std::size_t other = 0; other < players && now >= counted_from; ++other) {
      if (other == index) continue;
      ages.push_back(static_cast<double>(now - next->newest[other]) / tick_length);
      sum += ages.back();
    }
  }
  std::sort(ages.begin(), ages.end());
  const double seconds = static_cast<double>(end - counted_from) / 1e6;
  std::printf("%.2f %.2f %.2f %.0f\n", sum / static_cast<double>(ages.size()),
              ages[ages.size() * 99 / 100], ages.back(),
              static_cast<double>(bytes_sent) / 1000 / seconds / players);
}

// The matches of bench_heavy played by GekkoNet, which is not part of this project: two sessions in
// one process over queues in memory, of which the first is measured. Prints a line for each case:
// its name and the microseconds of processor time that a tick takes, saving, loading and stepping
// included. No checksums are made. `run` builds this and compares.

#include <gekkonet.h>
#include <time.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

namespace {

double spent_microseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

/// The inputs of one side, which arrive `late` frames later.
struct Wire {
  struct Letter {
    long due;
    std::vector<char> bytes;
  };
  std::deque<Letter> letters;
  std::vector<GekkoNetResult*> arrived;
};
std::array<Wire, 2> to_side;
long frame = 0;
long late_frames = 0;

GekkoNetAddress address_of(int side) {
  static std::array<char, 2> names{'0', '1'};
  return {&names[static_cast<std::size_t>(side)], 1};
}

template <int side>
void send(GekkoNetAddress*, const char* data, int length) {
  to_side[1 - side].letters.push_back({frame + late_frames, {data, data + length}});
}
void* copy_of(const void* data, std::size_t size) {
  void* copy = std::malloc(size);
  std::memcpy(copy, data, size);
  return copy;
}
template <int side>
GekkoNetResult** receive(int* length) {
  Wire& wire = to_side[side];
  wire.arrived.clear();
  for (; !wire.letters.empty() && wire.letters.front().due <= frame; wire.letters.pop_front()) {
    const std::vector<char>& bytes = wire.letters.front().bytes;
    auto* result = static_cast<GekkoNetResult*>(std::malloc(sizeof(GekkoNetResult)));
    const GekkoNetAddress from = address_of(1 - side);
    result->addr = {copy_of(from.data, from.size), from.size};
    result->data_len = static_cast<unsigned>(bytes.size());
    result->data = copy_of(bytes.data(), bytes.size());
    wire.arrived.push_back(result);
  }
  *length = static_cast<int>(wire.arrived.size());
  return wire.arrived.data();
}

struct Side {
  GekkoSession* session = nullptr;
  GekkoNetAdapter adapter{};
  std::vector<std::uint64_t> state;
  std::uint64_t held = 0;
  bool has_started = false;
};

void step(std::vector<std::uint64_t>& state, const unsigned char* inputs) {
  std::memcpy(state.data(), inputs, 16);
  for (std::size_t i = 0; i < 3; ++i)
    state[64 + i] += state[i & 1] + i;
}

void play_frame(Side& side, int player) {
  gekko_network_poll(side.session);
  int count = 0;
  GekkoSessionEvent** events = gekko_session_events(side.session, &count);
  for (int i = 0; i < count; ++i)
    side.has_started = side.has_started || events[i]->type == GekkoSessionStarted;
  gekko_add_local_input(side.session, player, &side.held);
  GekkoGameEvent** orders = gekko_update_session(side.session, &count);
  const auto bytes = static_cast<unsigned>(side.state.size() * 8);
  for (int i = 0; i < count; ++i) {
    GekkoGameEvent& order = *orders[i];
    if (order.type == GekkoAdvanceEvent) {
      step(side.state, order.data.adv.inputs);
    } else if (order.type == GekkoSaveEvent) {
      *order.data.save.state_len = bytes;
      *order.data.save.checksum = 0;
      std::memcpy(order.data.save.state, side.state.data(), bytes);
    } else if (order.type == GekkoLoadEvent) {
      std::memcpy(side.state.data(), order.data.load.state, bytes);
    }
  }
}

double measure(std::size_t bytes, bool is_limited, long late, std::uint64_t change_one_in) {
  constexpr long warm = 130;
  const long frames = bytes > 4'000'000 ? 310 : bytes > 400'000 ? 600 : 1200;
  to_side = {};
  frame = 0;
  late_frames = late;
  std::array<Side, 2> sides;
  for (int player = 0; player < 2; ++player) {
    Side& side = sides[static_cast<std::size_t>(player)];
    side.state.resize(bytes / 8);
    gekko_create(&side.session, GekkoGameSession);
    GekkoConfig config{};
    config.num_players = 2;
    config.input_prediction_window = 12;
    config.input_size = 8;
    config.state_size = static_cast<unsigned>(bytes);
    config.limited_saving = is_limited;
    gekko_start(side.session, &config);
    side.adapter.send_data = player == 0 ? &send<0> : &send<1>;
    side.adapter.receive_data = player == 0 ? &receive<0> : &receive<1>;
    side.adapter.free_data = [](void* data) { std::free(data); };
    gekko_net_adapter_set(side.session, &side.adapter);
    for (int slot = 0; slot < 2; ++slot) {
      GekkoNetAddress remote = address_of(1 - player);
      gekko_add_actor(side.session, slot == player ? GekkoLocalPlayer : GekkoRemotePlayer,
                      slot == player ? nullptr : &remote);
    }
  }
  while (!(sides[0].has_started && sides[1].has_started)) {
    if (++frame > 100'000) std::exit(1);
    play_frame(sides[0], 0);
    play_frame(sides[1], 1);
  }
  std::uint64_t dice = 1;
  double spent = 0;
  for (long played = 0; played < frames; ++played, ++frame) {
    for (Side& side : sides) {
      dice = dice * 6364136223846793005u + 1442695040888963407u;
      if ((dice >> 33) % change_one_in == 0) side.held = dice;
    }
    const double from = spent_microseconds();
    play_frame(sides[0], 0);
    if (played >= warm) spent += spent_microseconds() - from;
    play_frame(sides[1], 1);
  }
  for (Side& side : sides)
    gekko_destroy(&side.session);
  return spent / static_cast<double>(frames - warm);
}

}  // namespace

int main() {
  struct Size {
    const char* name;
    std::size_t bytes;
  };
  for (const Size& size : {Size{"16 KiB", 16 << 10}, Size{"128 KiB", 128 << 10},
                           Size{"1 MiB", 1 << 20}, Size{"16 MiB", 16 << 20}}) {
    std::printf("%s, 8 back|%.2f|%.2f\n", size.name, measure(size.bytes, false, 8, 1),
                measure(size.bytes, true, 8, 1));
    std::printf("%s, no rollback|%.2f|%.2f\n", size.name, measure(size.bytes, false, 0, 12),
                measure(size.bytes, true, 0, 12));
    std::fflush(stdout);
  }
}

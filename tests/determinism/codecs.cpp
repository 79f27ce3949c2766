// Scenes of bytes: canonical encoding, digests in pieces, heads of logs.

#include <cereal/types/map.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>

#include "scenes.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/log.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::scenes {

namespace {

enum class Colour : std::uint8_t { red, green, blue };

struct Item {
  std::int16_t price = 0;
  char letter = 'a';
  Colour colour = Colour::red;
  bool operator==(const Item&) const = default;
  TUTTI_FIELDS(price, letter, colour)
};

/// One of everything that a state may hold.
struct Chest {
  bool is_open = false;
  std::int8_t small = 0;
  std::uint16_t medium = 0;
  std::int32_t number = 0;
  std::uint64_t large = 0;
  float ratio = 0;
  double mass = 0;
  std::array<std::uint32_t, 3> lock{};
  std::string label{};
  std::vector<Item> items{};
  std::map<std::int32_t, std::string> notes{};
  bool operator==(const Chest&) const = default;
  TUTTI_FIELDS(is_open, small, medium, number, large, ratio, mass, lock, label, items, notes)
};

std::string any_text(Random& random) {
  std::string text;
  for (std::uint32_t letters = random.below(12); letters > 0; --letters)
    text.push_back(static_cast<char>(random.below(256)));
  return text;
}

Chest any_chest(Random& random) {
  Chest chest;
  chest.is_open = random.chance(2);
  chest.small = static_cast<std::int8_t>(random.between(-128, 127));
  chest.medium = static_cast<std::uint16_t>(random.below(65536));
  chest.number = static_cast<std::int32_t>(random.next());
  chest.large = std::uint64_t{random.next()} << random.below(33);
  chest.ratio = static_cast<float>(random.between(-1000, 1000)) / 7;
  chest.mass = static_cast<double>(random.between(-1000, 1000)) / 7;
  for (std::uint32_t& number : chest.lock)
    number = random.next();
  chest.label = any_text(random);
  for (std::uint32_t count = random.below(5); count > 0; --count) {
    Item item;
    item.price = static_cast<std::int16_t>(random.between(-32768, 32767));
    item.letter = static_cast<char>(random.below(256));
    item.colour = static_cast<Colour>(random.below(3));
    chest.items.push_back(item);
  }
  for (std::uint32_t count = random.below(4); count > 0; --count) {
    const std::int32_t key = random.between(-100, 100);
    chest.notes[key] = any_text(random);
  }
  return chest;
}

}  // namespace

void play_canonical(Trace& trace) {
  Random random(31);
  Bytes bytes;
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    const Chest chest = any_chest(random);
    bytes.clear();
    write_canonical(chest, bytes);
    Chest again;
    if (!read_canonical(bytes, again) || again != chest) {
      return trace.fail(tick, "canonical bytes do not bring a value back");
    }
    // Something cut or changed: refused, or another value, but the same everywhere.
    Bytes damaged = bytes;
    damaged[random.below(static_cast<std::uint32_t>(damaged.size()))] ^= std::byte{0x11};
    const bool is_read = read_canonical(damaged, again);
    bytes.push_back(std::byte{is_read ? std::uint8_t{1} : std::uint8_t{0}});
    for (const Field& field : list_fields(chest)) {
      for (const char letter : field.path + "=" + field.value + ";")
        bytes.push_back(static_cast<std::byte>(letter));
    }
    trace.add(tick, bytes);
  }
}

void play_digest(Trace& trace) {
  Random random(32);
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    Bytes bytes(random.below(700));
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random.next() >> 24);
    Blake2b pieces(16);
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = std::min<std::size_t>(bytes.size() - at, random.below(200));
      pieces.update(BytesView(bytes).subspan(at, size));
      at += size;
    }
    Digest digest;
    pieces.finish(digest.bytes);
    if (digest != digest_of(bytes)) return trace.fail(tick, "pieces give another digest");
    trace.add(tick, digest.bytes);
  }
}

void play_heads(Trace& trace) {
  // Events arrive in any order within the input window; the heads must not know.
  Random random(33);
  Setup setup;
  setup.rules = "heads@1+0000000000000000";
  setup.players = 8;
  setup.options = Bytes(5, std::byte{7});
  Log log(setup);
  std::vector<Event> waiting;
  std::array<std::uint32_t, 8> counters{};
  constexpr std::int64_t window = 6;
  constexpr std::int64_t log_ticks = 20'000;  // then another log, so that none grows for ever
  Tick base;
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    if (tick - base > log_ticks) {
      base = tick - 1;
      log = Log(setup);
      waiting.clear();
      counters = {};
    }
    const Tick now{tick - base};
    for (std::uint32_t count = random.below(3); count > 0; --count) {
      const auto slot = static_cast<std::uint8_t>(random.below(8));
      Event event{now, author_of(PlayerId{slot}), counters[slot]++, Bytes(random.below(9))};
      for (std::byte& byte : event.payload)
        byte = static_cast<std::byte>(random.next() >> 24);
      waiting.push_back(std::move(event));
    }
    while (!waiting.empty() && (waiting.front().tick + window <= now || random.chance(3))) {
      const std::size_t pick = random.below(static_cast<std::uint32_t>(waiting.size()));
      const std::size_t chosen = waiting.front().tick + window <= now ? 0 : pick;
      if (log.add(waiting[chosen]) != Log::Added::yes) return trace.fail(tick, "event not taken");
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(chosen));
    }
    log.close(now - window);
    trace.add(tick, log.head().bytes);
  }
}

}  // namespace tutti::scenes

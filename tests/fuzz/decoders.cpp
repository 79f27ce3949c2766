// A libFuzzer program for every decoder of sim and net: a message that is decoded, encoded and
// decoded again must be itself, and nothing may crash, hang or allocate by a stranger's word.

#include <algorithm>
#include <cereal/types/map.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <cstring>
#include <string>

#include "fuzz/target.hpp"
#include "net/random_messages.hpp"
#include "tutti/net/link_frames.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/event.hpp"
#include "tutti/sim/log.hpp"

namespace {

using namespace tutti;

using test::must;

Bytes encoded(const PlayMessage& message) {
  Bytes bytes;
  std::visit([&](const auto& each) { encode(each, bytes); }, message);
  return bytes;
}

void control(BytesView bytes) {
  const auto message = decode_control(bytes);
  if (!message) return;
  // Of another version's hello only the version is understood.
  const auto* hello = std::get_if<Hello>(&*message);
  if (hello != nullptr && hello->version != protocol_version) return;
  must(std::ranges::equal(encode(*message), bytes), "a control message has one form");
}

void play(BytesView bytes) {
  const auto message = decode_play(bytes);
  if (!message) return;
  must(std::ranges::equal(encoded(*message), bytes), "a play message has one form");
}

void frames(BytesView bytes) {
  if (const auto frame = decode_play_frame(bytes)) {
    const auto header = play_header(frame->connection);
    must(std::memcmp(header.data(), bytes.data(), header.size()) == 0, "a header is itself");
  }
  if (const auto frame = decode_control_frame(bytes)) {
    const Bytes again = encode(*frame);
    must(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()), "a frame is itself");
  }
}

void relay_event(BytesView bytes) {
  const auto event = decode_relay_event(bytes);
  if (!event) return;
  must(std::ranges::equal(encode(*event), bytes), "a relay's event has one form");
}

/// Kinds of members that a game's state may have.
struct Chest {
  bool is_open = false;
  double mass = 0;
  std::string label{};
  std::vector<std::int16_t> prices{};
  std::map<std::int32_t, std::string> notes{};
  TUTTI_FIELDS(is_open, mass, label, prices, notes)
};

void state(BytesView bytes) {
  Chest chest;
  if (!read_canonical(bytes, chest)) return;
  // Twice the same key leaves one; everything else has one form, so that reading it again gives
  // what it gives.
  Bytes first;
  write_canonical(chest, first);
  Chest again;
  must(read_canonical(first, again), "canonical bytes are read again");
  Bytes second;
  write_canonical(again, second);
  must(first == second, "canonical bytes stay themselves");
}

/// A log takes any event or says why not, and its heads never depend on what was refused.
void log(BytesView bytes) {
  Setup setup;
  setup.rules = "fuzz@1+0000000000000000";
  Log log(setup);
  std::uint32_t counter = 0;
  while (bytes.size() >= 4) {
    const auto number = [&bytes](std::size_t i) { return std::to_integer<std::uint8_t>(bytes[i]); };
    const std::size_t size = std::min<std::size_t>(bytes.size() - 4, number(2));
    const Tick tick{log.horizon().value + (number(0) & 15) - 2};
    const auto added = log.add({tick, Author{number(1)}, counter++, bytes.subspan(4, size)});
    must(added != Log::Added::yes || tick > log.horizon(), "nothing is added to the past");
    if (number(3) > 200) log.close(log.horizon() + (number(3) & 7));
    bytes = bytes.subspan(4 + size);
  }
  must(log.head(log.horizon()).has_value(), "there is a head through the horizon");
}

void hexadecimal(BytesView bytes) {
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto digest = digest_from_hex(text);
  if (digest) must(digest_from_hex(to_hex(*digest)) == digest, "a digest is itself as text");
}

Bytes frame_of(test::AnyMessage& any) {
  const Bytes payload = any.bytes(60);
  if (any.random().chance(2)) {
    const auto header = play_header(any.number() | 1);
    Bytes bytes(header.begin(), header.end());
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return bytes;
  }
  ControlFrame frame;
  frame.kind = static_cast<ControlFrame::Kind>(1 + any.random().below(5));
  frame.connection = any.number() | 1;
  frame.received = any.number();
  if (frame.kind == ControlFrame::Kind::message) frame.payload = payload;
  return encode(frame);
}

Bytes relays_event_of(test::AnyMessage& any) {
  RelayEvent event;
  event.kind = static_cast<EventKind>(1 + any.random().below(12));
  event.player = PlayerId{static_cast<std::uint8_t>(any.random().below(4))};
  event.name = any.text(limits::name_bytes);
  event.text = any.text(limits::correction_bytes);
  event.correction = static_cast<Correction>(any.random().below(3));
  event.number = any.number();
  event.setup = any.setup();
  return encode(event);
}

Bytes chest_of(test::AnyMessage& any) {
  Chest chest{any.random().chance(2), 1.5, any.text(9), {1, -2, 3}, {{1, any.text(5)}}};
  Bytes bytes;
  write_canonical(chest, bytes);
  return bytes;
}

Bytes digest_text_of(test::AnyMessage& any) {
  const std::string text = to_hex(digest_of(any.bytes(9)));
  const auto view = std::as_bytes(std::span(text));
  return Bytes(view.begin(), view.end());
}

template <Bytes (*make)(test::AnyMessage&)>
Bytes seed_of(std::uint32_t number) {
  test::AnyMessage any(number);
  return make(any);
}

Bytes control_of(test::AnyMessage& any) { return encode(any.control()); }
Bytes play_of(test::AnyMessage& any) {
  if (any.random().chance(4)) return encoded(any.play_spare());
  return any.random().chance(2) ? encoded(any.play_up()) : encoded(any.play_down());
}
Bytes log_of(test::AnyMessage& any) { return any.bytes(400); }

}  // namespace

std::span<const test::FuzzTarget> test::fuzz_targets() {
  static constexpr FuzzTarget targets[] = {
      {"control", control, seed_of<control_of>},
      {"play", play, seed_of<play_of>},
      {"frames", frames, seed_of<frame_of>},
      {"relay-event", relay_event, seed_of<relays_event_of>},
      {"state", state, seed_of<chest_of>},
      {"log", log, seed_of<log_of>},
      {"hexadecimal", hexadecimal, seed_of<digest_text_of>},
  };
  return targets;
}

// Messages survive the wire, cost little on it, and nothing else comes off it as a message.

#include "tutti/net/messages.hpp"

#include <algorithm>
#include <string>

#include "random_messages.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// Bytes decode to one message that encodes to the same bytes again, so that no message has two
/// faces; or to nothing.
bool is_nothing_or_itself(BytesView bytes) {
  if (const auto control = decode_control(bytes)) {
    const auto* hello = std::get_if<Hello>(&*control);
    if (hello != nullptr && hello->version != protocol_version) return true;
    if (!std::ranges::equal(encode(*control), bytes)) return false;
  }
  if (const auto play = decode_play(bytes)) {
    if (!std::ranges::equal(encoded(*play), bytes)) return false;
  }
  return true;
}

/// Nothing of a decoded message exceeds a limit.
bool is_within_limits(const PlayMessage& message) {
  const auto is_tick = [](Tick tick) {
    return tick >= Tick{0} && tick <= Tick{2 * wire_tick_most};
  };
  if (const auto* up = std::get_if<PlayUp>(&message)) {
    return is_tick(up->progress) && up->events.size() <= play_events_most &&
           std::ranges::all_of(up->events, [&](const OfferedEvent& event) {
             return is_tick(event.stamp) && event.payload.size() <= limits::event_bytes;
           });
  }
  if (const auto* spare = std::get_if<PlaySpare>(&message)) {
    return spare->count > 0 && spare->count <= limits::spare_datagrams &&
           spare->bytes.size() > spare_length_bytes && spare->bytes.size() <= limits::play_bytes;
  }
  const auto& down = std::get<PlayDown>(message);
  return is_tick(down.clock) && is_tick(down.horizon) && down.events.size() <= play_events_most &&
         std::ranges::all_of(down.events, [&](const AcceptedEvent& event) {
           return is_tick(event.tick) && event.author.value <= limits::players &&
                  event.payload.size() <=
                      (event.author.is_relay() ? limits::relay_event_bytes : limits::event_bytes);
         });
}

void check_every_truncation(BytesView bytes) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    REQUIRE(is_nothing_or_itself(bytes.first(size)));
  }
}

void check_every_corruption(const Bytes& bytes) {
  Bytes corrupt = bytes;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int flip = 1; flip < 256; ++flip) {
      corrupt[at] = bytes[at] ^ static_cast<std::byte>(flip);
      CAPTURE(at, flip);
      REQUIRE(is_nothing_or_itself(corrupt));
      if (const auto play = decode_play(corrupt)) REQUIRE(is_within_limits(*play));
    }
    corrupt[at] = bytes[at];
  }
}

/// One message of each kind, of a size that occurs.
std::vector<Bytes> usual_messages() {
  const Setup setup{.rules = "counterpoint@3+0123456789abcdef", .options = Bytes(4)};
  const DigestReport digest{.tick = Tick{3600}, .head = {std::byte{1}}, .digest = {}};
  return {
      encode(Hello{.room = "KAZ22", .name = "ada", .rules = setup.rules, .create = setup}),
      encode(Hello{.room = "KAZ22", .rules = setup.rules, .resume = ResumeSecret{}, .epoch = 1}),
      encode(Hello{.room = "KAZ22",
                   .rules = setup.rules,
                   .resume = ResumeSecret{},
                   .epoch = 2,
                   .known = {Tick{3600}, {{std::byte{7}}}}}),
      encode(Welcome{.room = "KAZ22", .setup = setup, .known_through = Tick{3600}, .told_from = 9}),
      encode(Hello{
          .room = "KAZ22", .rules = setup.rules, .role = Role::spectator, .delay_seconds = 30}),
      encode(Welcome{.room = "KAZ22", .player = PlayerId{1}, .next_counter = 7, .setup = setup}),
      encode(Welcome{.room = "KAZ22", .setup = setup}),
      encode(Refused{Refusal::room_full, "room KAZ22 is full"}),
      encode(RelayStops{300}),
      encode(Diverged{Tick{3600}, Tick{3540}, {}}),
      encode(Refolded{.tick = Tick{3600},
                      .through = Tick{3610},
                      .fault = Tick{3577},
                      .machine = "g++ 12",
                      .first_hash = Tick{3541},
                      .hashes = {1, 2, 3}}),
      encode(Settled{DesyncFinding{.tick = Tick{3600}, .agreed = Tick{3540}, .wrong = 2}}),
      encode(Evidence{.tick = Tick{3600}, .at = Tick{3576}, .size = 3, .piece = Bytes(3)}),
      encode(TailWanted{.after = Tick{3600}, .head = {}}),
      encode(Tail{.horizon = Tick{3610},
                  .events = {{Tick{3601}, relay_author, 7, Bytes(2)},
                             {Tick{3601}, author_of(PlayerId{1}), 700, Bytes(3)},
                             {Tick{3612}, author_of(PlayerId{0}), 900, {}}}}),
      encode(Goodbye{}),
      encode(Kick{PlayerId{1}}),
      encode(HostAsked{60}),
      encode(SentOn{4748, "192.0.2.7"}),
      encode(Replicated{Tick{600}}),
      encode(Newcomer{{7}, Role::player, {"ada", "ben"}}),
      encode(NewcomerGone{{7}}),
      encode(HostAnswer{{7}, HostWish::let_in}),
      encode(Attendance{3}),
      encode(EndMatch{}),
      encode(Correct{Correction::restart, Tick{3600}, "a cable was pulled"}),
      encoded(
          PlayUp{.sent_at = 777,
                 .received = 300,
                 .progress = Tick{3600},
                 .first_counter = 200,
                 .events = {{Tick{3599}, Bytes(2)}, {Tick{3601}, Bytes(2), PlayerEvent::command}},
                 .digest = digest}),
      encoded(PlayDown{.number = 200,
                       .echo = 777,
                       .echo_held = 20,
                       .clock = Tick{3600},
                       .horizon = Tick{3594},
                       .counted = 200,
                       .digest_known = Tick{3540},
                       .first_sequence = 300,
                       .events = {{Tick{3595}, author_of(PlayerId{0}), 150, false, Bytes(2)},
                                  {Tick{}, author_of(PlayerId{1}), 200, true, {}},
                                  {Tick{3597}, relay_author, 3, false, Bytes(2)}},
                       .is_all = true}),
      encoded(PlaySpare{.first = 200, .count = 3, .is_weighted = true, .bytes = Bytes(5)}),
  };
}

}  // namespace

TEST_CASE("messages: control comes back as it was sent") {
  AnyMessage any(1);
  for (int i = 0; i < 3000; ++i) {
    const ControlMessage message = any.control();
    const Bytes bytes = encode(message);
    REQUIRE(bytes.size() <= limits::control_bytes);
    const auto decoded = decode_control(bytes);
    REQUIRE(decoded);
    REQUIRE(*decoded == message);
    REQUIRE_FALSE(decode_play(bytes));
  }
}

TEST_CASE("messages: play comes back as it was sent") {
  AnyMessage any(2);
  for (int i = 0; i < 3000; ++i) {
    const PlayMessage message = i % 3 == 0   ? PlayMessage(any.play_up())
                                : i % 3 == 1 ? PlayMessage(any.play_down())
                                             : PlayMessage(any.play_spare());
    const Bytes bytes = encoded(message);
    const auto decoded = decode_play(bytes);
    REQUIRE(decoded);
    REQUIRE(*decoded == message);
    REQUIRE_FALSE(decode_control(bytes));
  }
}

TEST_CASE("messages: a message that was cut off is nothing") {
  for (const Bytes& bytes : usual_messages()) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CAPTURE(int(bytes[0]), size);
      REQUIRE_FALSE(decode_control(BytesView(bytes).first(size)));
      REQUIRE_FALSE(decode_play(BytesView(bytes).first(size)));
    }
  }
}

TEST_CASE("messages: a message with a byte too many is nothing") {
  for (Bytes bytes : usual_messages()) {
    bytes.push_back(std::byte{0});
    CAPTURE(int(bytes[0]));
    CHECK_FALSE(decode_control(bytes));
    CHECK_FALSE(decode_play(bytes));
  }
}

TEST_CASE("messages: any single wrong byte makes nothing of a message, or another message") {
  for (const Bytes& bytes : usual_messages()) {
    CAPTURE(int(bytes[0]));
    check_every_corruption(bytes);
  }
}

TEST_CASE("messages: the same holds for messages by chance") {
  AnyMessage any(3);
  for (int checked = 0; checked < 40;) {
    const Bytes bytes = checked % 3 == 0   ? encode(any.control())
                        : checked % 3 == 1 ? encoded(any.play_up())
                                           : encoded(any.play_down());
    if (bytes.size() > 300) continue;
    check_every_truncation(bytes);
    check_every_corruption(bytes);
    ++checked;
  }
}

TEST_CASE("messages: bytes by chance are nothing, or a message within the limits") {
  AnyMessage any(4);
  int messages = 0;
  for (int i = 0; i < 200'000; ++i) {
    Bytes bytes = any.bytes(48);
    // Most begin as a message does, to get further.
    constexpr std::array<std::uint8_t, 11> tags{1, 2, 6, 8, 9, 16, 17, 18, 24, 32, 48};
    if (!bytes.empty() && i % 8 != 0)
      bytes[0] = std::byte{tags[static_cast<std::size_t>(i) % tags.size()]};
    if (bytes.size() > 1 && i % 2 != 0) bytes[1] &= std::byte{7};
    REQUIRE(is_nothing_or_itself(bytes));
    const auto play = decode_play(bytes);
    if (play) REQUIRE(is_within_limits(*play));
    messages += play.has_value() || decode_control(bytes).has_value();
  }
  CHECK(messages > 1000);
}

// ---- Sizes --------------------------------------------------------------------------------------

TEST_CASE("messages: silence costs 9 bytes up and 17 down after a minute, 12 and 19 after a day") {
  CHECK(encoded(PlayUp{.sent_at = 777, .received = 300, .progress = Tick{3600}}).size() == 9);
  CHECK(encoded(PlayUp{.sent_at = 777, .received = 99'000, .progress = Tick{5'184'000}}).size() ==
        12);
  PlayDown down{.clock = Tick{3600}, .horizon = Tick{3594}, .counted = 200, .first_sequence = 300};
  down.durable = Tick{3590};
  CHECK(encoded(down).size() == 17);
  down.clock = Tick{5'184'000};
  down.horizon = down.durable = down.clock - 6;
  CHECK(encoded(down).size() == 19);
}

TEST_CASE("messages: an event of one byte costs 3 bytes up and 6 down, its owner 3") {
  PlayUp up{.progress = Tick{3600}, .first_counter = 200, .events = {{Tick{3601}, Bytes(1)}}};
  const std::size_t one = encoded(up).size();
  up.events.push_back({Tick{3602}, Bytes(1)});
  CHECK(encoded(up).size() == one + 3);

  PlayDown down{.clock = Tick{3600}};
  const std::size_t none = encoded(down).size();
  down.events.push_back({Tick{3598}, author_of(PlayerId{1}), 200, false, Bytes(1)});
  CHECK(encoded(down).size() == none + 6);
  down.events.push_back({Tick{}, author_of(PlayerId{0}), 200, true, {}});
  CHECK(encoded(down).size() == none + 9);
}

TEST_CASE("messages: the size of a play message is known before") {
  AnyMessage any(5);
  for (int i = 0; i < 2000; ++i) {
    PlayUp up = any.play_up();
    std::size_t size = 0;
    Tick before = up.progress;
    for (const OfferedEvent& event : up.events) {
      size += play_bytes_of(event, before);
      before = event.stamp;
    }
    for (const OfferedEvent& event : up.events)
      size += event.skipped > 0 || up.earlier > 0 ? skipped_bytes_most : 0;
    size += play_bytes_of(up.held, up.received);
    const std::size_t up_size = encoded(up).size();
    REQUIRE(up_size <= size + play_header_bytes_most + up.events.size());
    PlayDown down = any.play_down();
    size = 0;
    before = down.clock;
    for (const AcceptedEvent& event : down.events) {
      size += play_bytes_of(event, before);
      if (!event.is_as_offered) before = event.tick;
    }
    const std::size_t down_size = encoded(down).size();
    down.events.clear();
    REQUIRE(down_size == encoded(down).size() + size);
    REQUIRE(encoded(down).size() <=
            play_header_bytes_most + play_bytes_of(down.held, down.counted));
  }
}

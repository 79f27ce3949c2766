// The relay's own events are read back exactly, or not at all; events have one order.

#include "tutti/sim/event.hpp"

#include "sim/events.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

const Setup some_setup{.rules = "tally@1+0123456789abcdef",
                       .seed = 0xFEDCBA9876543210,
                       .players = 4,
                       .tick_rate = 60,
                       .options = {std::byte{7}, std::byte{0}, std::byte{255}},
                       .terms = {.ends_at = 123'456,
                                 .on_loss = LossPolicy::hold,
                                 .patience_seconds = 300,
                                 .delay_policy = DelayPolicy::own,
                                 .input_delay_ticks = 3,
                                 .is_lockstep = true}};

/// One of every kind that there is, with everything in it that the kind can carry.
const std::vector<RelayEvent>& all_kinds() {
  static const std::vector<RelayEvent> kinds = {
      {.kind = EventKind::match_started, .setup = some_setup},
      {.kind = EventKind::joined,
       .player = PlayerId{63},
       .name = "Zoë",
       .resume_hash = {std::byte{1}, std::byte{2}}},
      {.kind = EventKind::left, .player = PlayerId{1}, .reason = LeaveReason::timed_out},
      {.kind = EventKind::held},
      {.kind = EventKind::resumed},
      {.kind = EventKind::silenced, .player = PlayerId{2}},
      {.kind = EventKind::returned, .player = PlayerId{2}},
      {.kind = EventKind::delay_changed, .player = PlayerId{3}, .number = 5},
      {.kind = EventKind::restarted, .number = 0xFFFFFFFF},
      {.kind = EventKind::match_ended, .reason = LeaveReason::match_over},
  };
  return kinds;
}

bool is_read(const RelayEvent& event) { return decode_relay_event(encode(event)).has_value(); }

}  // namespace

TEST_CASE("each of the relay's events is read back as it was written") {
  for (const RelayEvent& event : all_kinds()) {
    CAPTURE(static_cast<int>(event.kind));
    CHECK(decode_relay_event(encode(event)) == event);
  }
}

TEST_CASE("a relay's event that is cut off or goes on is none") {
  for (const RelayEvent& event : all_kinds()) {
    const Bytes whole = encode(event);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(static_cast<int>(event.kind), size);
      CHECK_FALSE(decode_relay_event(BytesView(whole).first(size)).has_value());
    }
    Bytes longer = whole;
    longer.push_back(std::byte{0});
    CHECK_FALSE(decode_relay_event(longer).has_value());
  }
}

TEST_CASE("a relay's event with any byte changed is none, or exactly the event it then says") {
  int others = 0;
  int refused = 0;
  for (const RelayEvent& event : all_kinds()) {
    Bytes bytes = encode(event);
    for (std::byte& byte : bytes) {
      const std::byte before = byte;
      for (int change = 1; change < 256; ++change) {
        byte = before ^ static_cast<std::byte>(change);
        const auto read = decode_relay_event(bytes);
        // One event, one encoding: equal logs must be equal bytes.
        if (read && (*read == event || encode(*read) != bytes)) FAIL_CHECK("misread");
        ++(read ? others : refused);
      }
      byte = before;
    }
  }
  CHECK(others > 1000);
  CHECK(refused > 1000);
}

TEST_CASE("terms ask for dense digests, for lockstep, for both or for neither") {
  for (const bool is_lockstep : {false, true}) {
    for (const bool has_dense_digests : {false, true}) {
      RelayEvent event{.kind = EventKind::match_started, .setup = some_setup};
      event.setup.terms.is_lockstep = is_lockstep;
      event.setup.terms.has_dense_digests = has_dense_digests;
      const Bytes bytes = encode(event);
      CHECK(bytes.back() == std::byte((is_lockstep ? 1 : 0) + (has_dense_digests ? 2 : 0)));
      CHECK(decode_relay_event(bytes) == event);
    }
  }
}

TEST_CASE("a name has at most 32 bytes") {
  const auto with_name = [](std::size_t size) {
    return RelayEvent{.kind = EventKind::joined, .name = std::string(size, 'n')};
  };
  CHECK(is_read(with_name(0)));
  CHECK(is_read(with_name(limits::name_bytes)));
  CHECK_FALSE(is_read(with_name(limits::name_bytes + 1)));
}

TEST_CASE("a setup beyond its limits is not read") {
  const auto is_read_with = [](auto change) {
    RelayEvent event{.kind = EventKind::match_started, .setup = some_setup};
    change(event.setup);
    return is_read(event);
  };
  CHECK(is_read_with([](Setup& setup) { setup.rules.assign(limits::rules_bytes, 'r'); }));
  CHECK_FALSE(is_read_with([](Setup& setup) { setup.rules.assign(limits::rules_bytes + 1, 'r'); }));
  CHECK(is_read_with([](Setup& setup) { setup.options.resize(limits::options_bytes); }));
  CHECK_FALSE(is_read_with([](Setup& setup) { setup.options.resize(limits::options_bytes + 1); }));
  CHECK_FALSE(is_read_with([](Setup& setup) { setup.players = 0; }));
  CHECK_FALSE(is_read_with([](Setup& setup) { setup.players = limits::players + 1; }));
  CHECK_FALSE(is_read_with([](Setup& setup) { setup.tick_rate = 0; }));
}

TEST_CASE("a slot, reason or number that cannot be is not read") {
  CHECK_FALSE(is_read({.kind = EventKind::silenced, .player = PlayerId{limits::players}}));
  CHECK(decode_relay_event(bytes_of({3, 0, 3})).has_value());
  CHECK_FALSE(decode_relay_event(bytes_of({3, 0, 4})).has_value());
  CHECK(decode_relay_event(bytes_of({9, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F})).has_value());
  CHECK_FALSE(decode_relay_event(bytes_of({9, 0, 0x80, 0x80, 0x80, 0x80, 0x10})).has_value());
}

TEST_CASE("a kind that this version does not know is not read") {
  for (const int kind : {0, 12, 13, 255}) {
    CAPTURE(kind);
    CHECK_FALSE(decode_relay_event(bytes_of({kind, 0})).has_value());
  }
}

TEST_CASE("a row of a log is the relay's event only if the relay wrote it") {
  const RelayEvent left{.kind = EventKind::left, .player = PlayerId{1}};
  Event row = relay_event(4, 2, left);
  CHECK(relay_event_of(row) == left);
  row.author = author_of(PlayerId{1});
  CHECK_FALSE(relay_event_of(row).has_value());
  CHECK_FALSE(relay_event_of({Tick{4}, relay_author, 2, bytes_of({13, 0})}).has_value());
}

TEST_CASE("events are ordered by tick, then the relay, then players, then their own count") {
  const auto is_before = [](const Event& left, const Event& right) {
    return canonical_order(left.view(), right.view()) < 0 &&
           canonical_order(right.view(), left.view()) > 0;
  };
  CHECK(is_before(said(1, 63, 9, ""), joined(2, 0, 0)));
  CHECK(is_before(joined(2, 9, 3), said(2, 0, 0, "")));
  CHECK(is_before(said(2, 0, 9, ""), said(2, 1, 0, "")));
  CHECK(is_before(said(2, 1, 9, ""), said(2, 1, 10, "")));
}

TEST_CASE("the payload of an event is no part of its place") {
  CHECK(canonical_order(said(2, 1, 9, "a").view(), said(2, 1, 9, "b").view()) ==
        std::strong_ordering::equal);
}

TEST_CASE("an author is the relay or a player") {
  STATIC_REQUIRE(relay_author.is_relay());
  for (std::uint8_t slot = 0; slot < limits::players; ++slot) {
    REQUIRE_FALSE(author_of(PlayerId{slot}).is_relay());
    REQUIRE(author_of(PlayerId{slot}).player() == PlayerId{slot});
  }
}

TEST_CASE("an owned event keeps its bytes when the view's are gone") {
  Bytes bytes = bytes_of({1, 2, 3});
  const Event event = to_owned({Tick{4}, author_of(PlayerId{1}), 5, bytes});
  bytes.assign(3, std::byte{0});
  CHECK(event == Event{Tick{4}, author_of(PlayerId{1}), 5, bytes_of({1, 2, 3})});
  CHECK(event.view().payload.data() == event.payload.data());
}

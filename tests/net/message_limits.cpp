// Nothing is a message that exceeds a limit, or says what cannot be.

#include <string>

#include "random_messages.hpp"
#include "support/catch.hpp"
#include "tutti/net/messages.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("messages: names, rules, rooms and sentences have their limits") {
  const auto decodes = [](const Hello& hello) { return decode_control(encode(hello)).has_value(); };
  CHECK(decodes({.name = std::string(limits::name_bytes, 'x')}));
  CHECK_FALSE(decodes({.name = std::string(limits::name_bytes + 1, 'x')}));
  CHECK(decodes({.rules = std::string(limits::rules_bytes, 'x')}));
  CHECK_FALSE(decodes({.rules = std::string(limits::rules_bytes + 1, 'x')}));
  CHECK(decodes({.room = "ABC23"}));
  for (const char* room : {"ABC2", "ABC234", "abc23", "ABC01", "ABCI3", "ABC/3"})
    CHECK_FALSE(decodes({.room = room}));
  const auto refused = decode_control(encode(Refused{Refusal::bad_request, std::string(600, 'x')}));
  REQUIRE(refused);
  CHECK(std::get<Refused>(*refused).sentence.size() == 512);
}

TEST_CASE("messages: a proof of admission has its limit, and a room's terms say nothing twice") {
  Hello hello{.create = Setup{}, .admission = Bytes(limits::admission_bytes)};
  CHECK(decode_control(encode(hello)));
  hello.admission.push_back(std::byte{0});
  CHECK_FALSE(decode_control(encode(hello)));
  const Bytes welcome = encode(Welcome{.room = "KAZ22", .setup = Setup{.rules = "tally@1"}});
  REQUIRE(decode_control(welcome));
  for (const int bits : {1, 2, 4, 8, 15, 16, 255}) {
    Bytes other = welcome;
    other[other.size() - 3] = static_cast<std::byte>(bits);
    CAPTURE(bits);
    CHECK(decode_control(other).has_value() == (bits < 16));
    // How many may watch is said only where there is such a limit.
    other[other.size() - 1] = std::byte{3};
    CHECK(decode_control(other).has_value() == (bits == 8 || bits == 15));
  }
}

TEST_CASE("messages: a password is told by a hash that is one for all machines") {
  CHECK(hash_password("swordfish") != hash_password("Swordfish"));
  CHECK(hash_password("") != PasswordHash{});
  CHECK(to_hex(BytesView(hash_password("swordfish"))) ==
        "cd697028ac7083eff153889efe0315effaef0a6ef7a519276958e41e8b27605d");
}

TEST_CASE("messages: nobody watches from further behind than the limit") {
  Hello hello{.role = Role::spectator, .delay_seconds = limits::spectator_delay_seconds};
  CHECK(decode_control(encode(hello)));
  ++hello.delay_seconds;
  CHECK_FALSE(decode_control(encode(hello)));
}

TEST_CASE("messages: a setup travels within its limits, and not beyond them") {
  const auto decodes = [](const Setup& setup) {
    return decode_control(encode(Hello{.create = setup})).has_value();
  };
  const Setup largest{.rules = std::string(limits::rules_bytes, 'x'),
                      .seed = UINT64_MAX,
                      .players = limits::players,
                      .tick_rate = limits::tick_rate_max,
                      .options = Bytes(limits::options_bytes)};
  CHECK(decodes(largest));
  CHECK(decodes({.players = 1, .tick_rate = limits::tick_rate_min}));
  CHECK_FALSE(decodes({.rules = std::string(limits::rules_bytes + 1, 'x')}));
  CHECK_FALSE(decodes({.players = 0}));
  CHECK_FALSE(decodes({.players = limits::players + 1}));
  CHECK_FALSE(decodes({.tick_rate = 0}));
  CHECK_FALSE(decodes({.tick_rate = limits::tick_rate_max + 1}));
  CHECK_FALSE(decodes({.options = Bytes(limits::options_bytes + 1)}));
}

TEST_CASE("messages: no other event of the relay stands for a setup") {
  const auto decodes = [](const RelayEvent& event) {
    Bytes bytes;
    ByteWriter out(bytes);
    out.u8(1);
    out.u16(protocol_version);
    for (int text = 0; text < 3; ++text)
      out.text("");
    out.u8(0);
    out.u16(0);
    out.u8(1);
    out.run(encode(event));
    for (int byte = 0; byte < 3 + 1; ++byte)
      out.u8(0);
    out.u32(0);
    out.u32(0);
    out.u8(0);
    out.u8(0);
    out.u32(0);
    for (int byte = 0; byte < 1 + 1 + 1 + 1; ++byte)
      out.u8(0);
    return decode_control(bytes).has_value();
  };
  CHECK(decodes({.kind = EventKind::match_started}));
  CHECK_FALSE(decodes({.kind = EventKind::joined}));
}

TEST_CASE("messages: a refusal gives a reason that is known") {
  const auto decodes = [](int reason) {
    return decode_control(encode(Refused{static_cast<Refusal>(reason), ""})).has_value();
  };
  CHECK(decodes(static_cast<int>(Refusal::no_token)));
  CHECK_FALSE(decodes(static_cast<int>(Refusal::no_token) + 1));
}

TEST_CASE("messages: nobody is welcomed to a slot that the setup does not have") {
  const Setup setup{.players = 2};
  CHECK(decode_control(encode(Welcome{.room = "KAZ22", .player = PlayerId{1}, .setup = setup})));
  CHECK_FALSE(
      decode_control(encode(Welcome{.room = "KAZ22", .player = PlayerId{2}, .setup = setup})));
  CHECK_FALSE(decode_control(encode(Welcome{.room = "", .player = PlayerId{1}, .setup = setup})));
  CHECK(decode_control(encode(Welcome{.room = "KAZ22", .setup = setup})));
}

TEST_CASE("messages: events have the size of a player's or of the relay's") {
  const auto decodes = [](Author author, std::size_t size) {
    PlayDown message;
    message.events.push_back({Tick{1}, author, 0, false, Bytes(size)});
    return decode_play(encoded(message)).has_value();
  };
  const Author player = author_of(PlayerId{63});
  CHECK(decodes(player, limits::event_bytes));
  CHECK_FALSE(decodes(player, limits::event_bytes + 1));
  CHECK(decodes(relay_author, limits::relay_event_bytes));
  CHECK_FALSE(decodes(relay_author, limits::relay_event_bytes + 1));
  CHECK_FALSE(decodes(Author{limits::players + 1}, 1));
  PlayUp up;
  up.events.push_back({Tick{1}, Bytes(limits::event_bytes + 1)});
  CHECK_FALSE(decode_play(encoded(up)));
}

TEST_CASE("messages: no tick is negative or beyond the wire's last") {
  CHECK(decode_control(encode(Diverged{Tick{wire_tick_most}, {}, {}})));
  CHECK_FALSE(decode_control(encode(Diverged{Tick{wire_tick_most + 1}, {}, {}})));
  CHECK_FALSE(decode_control(encode(Diverged{Tick{-1}, {}, {}})));
  CHECK_FALSE(decode_play(encoded(PlayUp{.progress = Tick{-1}})));
  CHECK_FALSE(decode_play(encoded(PlayDown{.horizon = Tick{-1}})));
  PlayUp up{.progress = Tick{5}};
  up.events.push_back({Tick{-1}, {}});
  CHECK_FALSE(decode_play(encoded(up)));
}

TEST_CASE("messages: a player's stamps never decrease") {
  PlayUp message{.progress = Tick{100}};
  message.events = {{Tick{90}, {}}, {Tick{90}, {}}};
  CHECK(decode_play(encoded(message)));
  message.events.push_back({Tick{89}, {}});
  CHECK_FALSE(decode_play(encoded(message)));
}

TEST_CASE("messages: the relay's own events are never as offered") {
  PlayDown message;
  message.events.push_back({Tick{}, relay_author, 3, true, {}});
  CHECK_FALSE(decode_play(encoded(message)));
}

TEST_CASE("messages: of another version's hello the version is understood") {
  Bytes bytes = encode(Hello{.room = "KAZ22", .name = "ada"});
  bytes[1] = std::byte{protocol_version + 1};
  bytes.insert(bytes.begin() + 5, {std::byte{0xFF}, std::byte{0xFF}});
  const auto message = decode_control(bytes);
  REQUIRE(message);
  CHECK(std::get<Hello>(*message) == Hello{.version = protocol_version + 1});
}

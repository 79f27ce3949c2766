// A libFuzzer program for every decoder of sim and net: a message that is decoded, encoded and
// decoded again must be itself, and nothing may crash, hang or allocate by a stranger's word.

#include <algorithm>
#include <cereal/types/map.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <cstring>
#include <string>

#include "fuzz/target.hpp"
#include "link/handshake_datagrams.hpp"
#include "link/sealed_connection.hpp"
#include "net/random_messages.hpp"
#include "tutti/net/admission.hpp"
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

/// What a hello says of its sender, and tokens as people hand them on.
void token(BytesView bytes) {
  if (const auto admission = decode_admission(bytes)) {
    must(bytes.size() <= limits::admission_bytes, "an admission is small");
    must(std::ranges::equal(encode(*admission), bytes), "an admission has one form");
  }
  if (const auto given = decode_token(bytes)) {
    must(std::ranges::equal(encode(*given), bytes), "a token has one form");
    const auto back = token_from_text(to_text(*given));
    must(back && *back == *given, "a token comes back from its text");
  }
  if (const auto given = token_from_text(as_text(bytes))) {
    must(to_text(*given) == as_text(bytes), "a token's text has one form");
  }
}

Bytes token_seed(std::uint32_t number) {
  Random random(number);
  static const SigningKey key = *SigningKey::from_hex(std::string(64, 'a'));
  Token wanted{.room = random.chance(2) ? "K7Q2M" : "",
               .name = random.chance(2) ? "Ada" : "",
               .role = random.chance(2) ? Role::player : Role::spectator,
               .expires_utc = static_cast<std::int64_t>(random.next()),
               .client = key.public_key()};
  const Token made = make_token(wanted, key);
  if (random.chance(3)) {
    const std::string text = to_text(made);
    const BytesView bytes = as_bytes(text);
    return Bytes(bytes.begin(), bytes.end());
  }
  if (random.chance(2)) return encode(made);
  const std::optional<Token> token = random.chance(2) ? std::optional(made) : std::nullopt;
  return encode(admission_of({.key = key, .token = token}, ConnectionHash{}));
}

/// What is read without a key: initiations and their answers.
void handshake(BytesView bytes) {
  if (const auto initiation = detail::decode_initiation(bytes)) {
    Bytes again =
        detail::encode_initiation(initiation->version, initiation->pattern, initiation->index);
    detail::put_cookie(again, initiation->cookie);
    detail::put_noise(again, initiation->noise);
    const std::size_t used =
        detail::prologue_bytes + sizeof(detail::Cookie) + initiation->noise.size();
    must(std::memcmp(again.data(), bytes.data(), used) == 0, "an initiation is itself");
    detail::NoiseHandshake relay({.pattern = initiation->pattern,
                                  .is_initiator = false,
                                  .prologue = initiation->prologue,
                                  .own_static = detail::Key{std::byte{1}},
                                  .other_static = std::nullopt,
                                  .ephemeral = detail::Key{std::byte{2}}});
    if (relay.read(initiation->noise)) relay.write(bytes.first(5));
  }
  if (const auto answer = detail::decode_answer(bytes)) {
    must(answer->noise.size() < bytes.size(), "an answer holds its message");
    detail::NoiseHandshake client({.pattern = detail::NoisePattern::nx,
                                   .is_initiator = true,
                                   .prologue = {},
                                   .own_static = std::nullopt,
                                   .other_static = std::nullopt,
                                   .ephemeral = detail::Key{std::byte{3}}});
    client.write({});
    must(!client.read(answer->noise), "nobody guesses a response");
  }
  if (const auto payload = detail::decode_response_payload(bytes)) {
    must(std::ranges::equal(encode(*payload), bytes), "a payload has one form");
  }
}

/// A connection takes whatever is sent to it: as a stranger's bytes, and sealed by its peer.
void sealed(BytesView bytes) {
  struct Nowhere final : detail::Datagrams {
    bool send(const detail::Endpoint&, BytesView) override { return true; }
    std::optional<detail::Datagram> receive() override { return std::nullopt; }
  } nowhere;
  detail::Post post{.datagrams = nowhere};
  detail::EarlyPieces early;
  const detail::Key key{std::byte{7}};
  detail::SealedConnection connection({.out = key, .in = key, .follows = true}, early);
  detail::Sealer peer(key, 1);
  std::array<std::byte, detail::sealed_bytes_most> room{};
  std::array<std::byte, detail::sealed_bytes_most> opened{};
  Instant now{std::chrono::seconds(1)};
  must(connection.take({{.port = 9}, bytes}, opened, now, post) ==
           detail::SealedConnection::Taken::nothing,
       "nobody guesses a seal");
  constexpr detail::SealedKind kinds[] = {detail::SealedKind::play, detail::SealedKind::stream,
                                          detail::SealedKind::path, detail::SealedKind::life,
                                          detail::SealedKind::bye};
  connection.push_control(bytes.first(std::min<std::size_t>(bytes.size(), 900)));
  while (bytes.size() >= 3) {
    const auto number = [&bytes](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
    const std::size_t size = std::min({bytes.size() - 3, number(1) * 4, limits::play_bytes});
    const BytesView datagram = peer.seal(kinds[number(0) % 5], bytes.subspan(3, size), room);
    const auto taken = connection.take(
        {{.port = static_cast<std::uint16_t>(number(2) % 3)}, datagram}, opened, now, post);
    if (taken == detail::SealedConnection::Taken::broken) return;
    now += std::chrono::milliseconds(number(2));
    connection.flush(now, post);
    connection.keep_alive(now, post);
    while (const auto message = connection.next_message())
      must(message->size() <= limits::control_bytes, "no message is too large");
    must(early.bytes <= 512 * 1024, "early pieces are few");
    bytes = bytes.subspan(3 + size);
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

Bytes handshake_of(test::AnyMessage& any) {
  if (any.random().chance(3)) {
    detail::ResponsePayload payload{.index = any.number()};
    if (any.random().chance(2)) payload.key = PublicKey{};
    return encode(payload);
  }
  if (any.random().chance(3)) return detail::encode_response(any.number(), any.bytes(140));
  Bytes bytes = detail::encode_initiation(
      protocol_version, static_cast<detail::NoisePattern>(any.random().below(3)), any.number());
  const Bytes noise = any.bytes(96);
  detail::put_noise(bytes, noise);
  return bytes;
}

/// Some texts for `sealed`: pieces in any order, questions, anything.
Bytes sealed_of(test::AnyMessage& any) {
  Bytes bytes;
  for (std::uint32_t i = 0; i < 20; ++i) {
    Bytes text;
    const Bytes part = any.bytes(60);
    if (any.random().chance(2)) {
      detail::encode(
          {{.received = 0},
           detail::StreamPiece{
               .number = any.random().below(20), .is_last = any.random().chance(2), .bytes = part}},
          text);
    } else {
      text = part;
    }
    text.resize((text.size() + 3) / 4 * 4);
    bytes.push_back(static_cast<std::byte>(any.random().below(4)));
    bytes.push_back(static_cast<std::byte>(text.size() / 4));
    bytes.push_back(static_cast<std::byte>(any.random().below(30)));
    bytes.insert(bytes.end(), text.begin(), text.end());
  }
  return bytes;
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
      {"token", token, token_seed},
      {"handshake", handshake, seed_of<handshake_of>},
      {"sealed", sealed, seed_of<sealed_of>},
      {"relay-event", relay_event, seed_of<relays_event_of>},
      {"state", state, seed_of<chest_of>},
      {"log", log, seed_of<log_of>},
      {"hexadecimal", hexadecimal, seed_of<digest_text_of>},
  };
  return targets;
}

// A reader who has the relay's public key can tell its logs from others.

#include "tutti/replay/signature.hpp"

#include <cstring>
#include <functional>
#include <string_view>

#include "matches.hpp"
#include "page.hpp"
#include "support/catch.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

const SigningKey& relay() {
  static const SigningKey key =
      *SigningKey::from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  return key;
}

const SigningKey& ada() {
  static const SigningKey key = *SigningKey::from_hex(std::string(64, 'a'));
  return key;
}
const SigningKey& bob() {
  static const SigningKey key = *SigningKey::from_hex(std::string(64, 'b'));
  return key;
}

// Longer than a minute; ada and bob join with a secret and a key each.
MatchRecord match_with_keys() {
  MatchRecord match(opening_of("KAZOO"));
  for (Event& event : play(5000, 5)) {
    if (auto joined = relay_event_of(event)) {
      joined->resume_hash = {static_cast<std::byte>(1 + joined->player.value)};
      event.payload = encode(*joined);
    }
    match.log.add(event);
  }
  match.log.close(Tick{5000});
  match.client_keys = {{{std::byte{1}}, ada().public_key()}, {{std::byte{2}}, bob().public_key()}};
  return match;
}

}  // namespace

TEST_CASE("the key that a seed gives is the one of RFC 8032") {
  CHECK(to_hex(relay().public_key()) ==
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(SigningKey::from_hex(relay().seed_hex())->public_key() == relay().public_key());
  CHECK(SigningKey::create().public_key() != SigningKey::create().public_key());
  CHECK_FALSE(SigningKey::from_hex("9d61"));
  CHECK_FALSE(public_key_from_hex(std::string(64, 'g')));
}

TEST_CASE("a signed match proves where it comes from, packed, thinned out or sliced") {
  MatchRecord match = record_of(9000, 5, 60);
  sign(match, relay());
  REQUIRE(match.signatures.size() == 3);
  const PublicKey& key = relay().public_key();
  CHECK(check_signatures(match, key).through == Tick{9000});
  const Result<ReadMatch> read = read_match(write_match(match));
  REQUIRE(read);
  CHECK(read->record.signatures == match.signatures);
  CHECK(check_signatures(read->record, key).through == Tick{9000});
  MatchRecord bare = prefix(read->record, Tick{9000});
  bare.digests.clear();
  CHECK(check_signatures(bare, key).through == Tick{9000});
  // A clip is proven through the last signature that it holds
  const Authenticity clip = check_signatures(slice(match, Tick{3700}, Tick{8000}), key);
  CHECK(clip.wrong == 0);
  CHECK(clip.through == Tick{7200});
}

TEST_CASE("a match with one changed, added or dropped event, or of another relay, proves nothing") {
  MatchRecord match = record_of(3000, 5, 60);
  sign(match, relay());
  const auto changed = [&](std::size_t at, int what) {
    MatchRecord forged({match.room, match.started_utc, match.build, match.log.setup()});
    const auto events = match.log.events();
    for (std::size_t i = 1; i < events.size(); ++i) {
      Event event = to_owned(events[i]);
      if (i == at && what == 0) continue;
      if (i == at && what == 1) event.payload[0] ^= std::byte{1};
      if (i == at && what == 2) event.counter += 5000;
      forged.log.add(event);
    }
    forged.log.close(match.log.horizon());
    forged.signatures = match.signatures;
    return check_signatures(forged, relay().public_key());
  };
  for (const std::size_t at : {std::size_t{3}, match.log.events().size() - 2}) {
    for (const int what : {0, 1, 2}) {
      CHECK(changed(at, what).wrong == 1);
      CHECK_FALSE(changed(at, what).through);
    }
  }
  CHECK(changed(0, 0).wrong == 0);  // unchanged
  CHECK(check_signatures(match, SigningKey::create().public_key()).signatures == 0);
  match.signatures[0].bytes[7] ^= std::byte{1};
  CHECK(check_signatures(match, relay().public_key()).wrong == 1);
  // Another setup is another log
  MatchRecord other = record_of(3000, 5, 60, 2);
  sign(match, relay());
  other.signatures = match.signatures;
  CHECK(check_signatures(other, relay().public_key()).wrong == 1);
}

TEST_CASE("a signed match proves its room, its time and its clients' keys") {
  MatchRecord match = match_with_keys();
  sign(match, relay());
  const PublicKey& key = relay().public_key();
  const Authenticity honest = check_signatures(match, key);
  CHECK(honest.wrong == 0);
  CHECK(honest.whole_through == match.log.horizon());
  const auto forged = [&](const std::function<void(MatchRecord&)>& change) {
    MatchRecord other = prefix(match, match.log.horizon());
    change(other);
    const Result<ReadMatch> read = read_match(write_match(other));
    REQUIRE(read);
    const Authenticity found = check_signatures(read->record, key);
    CHECK(found.through == match.log.horizon());  // the log is what it was
    CHECK_FALSE(found.whole_through);
    return found.wrong == found.signatures;
  };
  CHECK(forged([](MatchRecord& other) { other.room = "OTHER"; }));
  CHECK(forged([](MatchRecord& other) { other.started_utc += 1; }));
  CHECK(forged([](MatchRecord& other) { other.build += "x"; }));
  CHECK(forged([](MatchRecord& other) { other.client_keys[0].key = relay().public_key(); }));
  CHECK(forged([](MatchRecord& other) { other.client_keys.pop_back(); }));
  // A key that nobody joined with is not in what is signed, and means nothing.
  MatchRecord more = prefix(match, match.log.horizon());
  more.client_keys.push_back({{std::byte{9}}, key});
  CHECK(check_signatures(more, key).whole_through == match.log.horizon());
  CHECK(check_players(more).size() == 2);
}

TEST_CASE("a clip proves its room and the keys of those who had joined") {
  MatchRecord match = match_with_keys();
  sign(match, relay());
  const Authenticity clip =
      check_signatures(slice(match, Tick{10}, Tick{4000}), relay().public_key());
  CHECK(clip.wrong == 0);
  CHECK(clip.whole_through == Tick{3600});
}

TEST_CASE("a signed file of an older version proves its log, and says no more") {
  MatchRecord match = match_with_keys();
  sign(match, relay());
  for (HeadSignature& signature : match.signatures)
    signature.whole.reset();
  match.room = "OTHER";
  const Result<ReadMatch> read = read_match(write_match(match));
  REQUIRE(read);
  const Authenticity found = check_signatures(read->record, relay().public_key());
  CHECK(found.wrong == 0);
  CHECK(found.through == match.log.horizon());
  CHECK_FALSE(found.whole_through);
}

TEST_CASE("a client that signed the log it was told proves what its players did") {
  MatchRecord match = match_with_keys();
  const Tick last = match.log.horizon();
  const Head head = match.log.head();
  match.player_signatures = {sign_as_player(ada(), PlayerId{0}, last, 7, head, match.room)};
  const Result<ReadMatch> read = read_match(write_match(match));
  REQUIRE(read);
  const std::vector<PlayerProof> proofs = check_players(read->record);
  REQUIRE(proofs.size() == 2);
  CHECK(proofs[0].name == "ada");
  CHECK(proofs[0].through == last);
  CHECK(proofs[0].first_counter == 7);
  CHECK(proofs[1].name == "bob");
  CHECK_FALSE(proofs[1].has_signed);
  // Its relay changed what it pressed
  MatchRecord forged({match.room, match.started_utc, match.build, match.log.setup()});
  for (const EventView& event : match.log.events().subspan(1)) {
    Event other = to_owned(event);
    if (other.author == author_of(PlayerId{0}) && other.counter == 20) {
      other.payload[0] ^= std::byte{1};
    }
    forged.log.add(other);
  }
  forged.log.close(last);
  forged.client_keys = match.client_keys;
  forged.player_signatures = match.player_signatures;
  sign(forged, relay());
  CHECK(check_signatures(forged, relay().public_key()).wrong == 0);
  CHECK(check_players(forged)[0].has_signed);
  CHECK_FALSE(check_players(forged)[0].through);
  // or said that it was elsewhere, or from another event on, or that bob signed it
  const auto is_proven = [&](const std::function<void(MatchRecord&)>& change) {
    MatchRecord other = prefix(match, last);
    change(other);
    const auto found = check_players(other);
    return found[0].through || found[1].through;
  };
  CHECK(is_proven([](MatchRecord&) {}));
  CHECK_FALSE(is_proven([](MatchRecord& other) { other.room = "OTHER"; }));
  CHECK_FALSE(is_proven([](MatchRecord& other) { other.player_signatures[0].first_counter = 0; }));
  CHECK_FALSE(
      is_proven([](MatchRecord& other) { other.player_signatures[0].key = bob().public_key(); }));
  CHECK_FALSE(
      is_proven([](MatchRecord& other) { other.player_signatures[0].player = PlayerId{1}; }));
}

TEST_CASE("clients' keys and signatures survive a journal, a merge and a relay that dies") {
  MatchRecord match = match_with_keys();
  match.player_signatures = {
      sign_as_player(ada(), PlayerId{0}, match.log.horizon(), 0, match.log.head(), match.room)};
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  const MatchNumber number = journal.copy(match);
  journal.append(number, match.client_keys[0]);  // said twice
  journal.flush_and_sync();
  const auto bytes = storage.read(journal_path);
  REQUIRE(bytes);
  const Result<ReadMatch> read = read_match(*bytes);
  REQUIRE(read);
  CHECK(read->record.client_keys == match.client_keys);
  CHECK(read->record.player_signatures == match.player_signatures);
  MatchRecord merged = prefix(match, match.log.horizon());
  merged.client_keys.clear();
  merged.player_signatures.clear();
  REQUIRE(merge(merged, prefix(match, match.log.horizon())));
  CHECK(merged.client_keys == match.client_keys);
  CHECK(merged.player_signatures == match.player_signatures);
}

TEST_CASE("what a relay signed of its room stays proven when a player's recording goes further") {
  MatchRecord match = match_with_keys();
  sign(match, relay());
  MatchRecord own = prefix(match, match.log.horizon());
  own.signatures.clear();
  own.started_utc += 5;
  own.log.close(own.log.horizon() + 10);
  REQUIRE(merge(match, std::move(own)));
  CHECK(check_signatures(match, relay().public_key()).wrong == 0);
}

TEST_CASE("signatures are what FORMAT.md says") {
  MatchRecord match = match_with_keys();
  match.player_signatures = {
      sign_as_player(ada(), PlayerId{0}, match.log.horizon(), 3, match.log.head(), match.room)};
  sign(match, relay());
  const MatchOnPage page = read_page(write_match(match)).at(1);
  REQUIRE(page.signatures.size() == 2);
  REQUIRE(page.client_keys.size() == 2);
  const auto hash_of = [](const Octets& octets) {
    Octets hash(32);
    Blake2b(32)
        .update(std::as_bytes(std::span(octets)))
        .finish(std::as_writable_bytes(std::span(hash)));
    return hash;
  };
  const auto append = [](Octets& octets, const Octets& more) {
    octets.insert(octets.end(), more.begin(), more.end());
  };
  const auto words = [](std::string_view text) { return Octets(text.begin(), text.end()); };
  const auto number = [](std::uint64_t value, int size) {
    Octets octets;
    for (int octet = 0; octet < size; ++octet)
      octets.push_back(static_cast<std::uint8_t>(value >> (8 * octet)));
    return octets;
  };
  const auto is_signed_by = [](const Octets& message, const Octets& key, const Octets& bytes) {
    PublicKey signer;
    Signature signature{};
    REQUIRE((key.size() == signer.bytes.size() && bytes.size() == signature.size()));
    std::memcpy(signer.bytes.data(), key.data(), key.size());
    std::memcpy(signature.data(), bytes.data(), bytes.size());
    return is_signed(std::as_bytes(std::span(message)), signer, signature);
  };
  // Both joined at tick 1, ada first
  Octets chain(32, 0);
  for (const int joiner : {1, 2}) {
    append(chain, number(1, 8));
    for (const Octets& key : page.client_keys) {
      if (key[0] == joiner) append(chain, key);
    }
    chain = hash_of(chain);
  }
  for (const auto& signature : page.signatures) {
    CHECK(signature.key == octets_of(relay().public_key().bytes));
    const Octets head = head_of(page.events, signature.tick);
    Octets message = words("tutti head 1");
    append(message, number(static_cast<std::uint64_t>(signature.tick), 8));
    append(message, head);
    CHECK(is_signed_by(message, signature.key, signature.bytes));
    message = words("tutti match 1");
    append(message, number(static_cast<std::uint64_t>(signature.tick), 8));
    append(message, head);
    append(message, signature.key);
    append(message, hash_of(page.setup));
    append(message, chain);
    CHECK(is_signed_by(message, signature.key, signature.whole));
  }
  REQUIRE(page.player_signatures.size() == 1);
  const auto& own = page.player_signatures[0];
  CHECK(own.key == octets_of(ada().public_key().bytes));
  Octets message = words("tutti player 1");
  append(message, number(static_cast<std::uint64_t>(own.tick), 8));
  append(message, head_of(page.events, own.tick));
  append(message, number(own.slot, 1));
  append(message, number(own.first_counter, 4));
  append(message, number(page.room.size(), 1));
  append(message, words(page.room));
  CHECK(is_signed_by(message, own.key, own.bytes));
}

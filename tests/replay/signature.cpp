// A reader who has the relay's public key can tell its logs from others.

#include "tutti/replay/signature.hpp"

#include "matches.hpp"
#include "page.hpp"
#include "support/catch.hpp"
#include "tutti/replay/match_file.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

const SigningKey& relay() {
  static const SigningKey key =
      *SigningKey::from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  return key;
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

TEST_CASE("a signature is what FORMAT.md says") {
  MatchRecord match = record_of(600, 5, 60);
  sign(match, relay());
  const MatchOnPage page = read_page(write_match(match)).at(1);
  REQUIRE(page.signatures.size() == 1);
  CHECK(page.signatures[0].tick == 600);
  CHECK(page.signatures[0].key == octets_of(relay().public_key().bytes));
  CHECK(page.signatures[0].bytes == octets_of(match.signatures[0].bytes));
}

// Players sign the log that they were told, as long as it has what they did.

#include "client/told_log.hpp"
#include "gatehouse.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

// What a client has been told of one own event.
struct Told {
  detail::OwnEvents own{0, 256'000};
  detail::ToldLog log;
  Welcome self{
      .room = "KAZ22", .player = PlayerId{1}, .setup = room_setup(3), .others = {PlayerId{2}}};

  void take(const AcceptedEvent& event) {
    REQUIRE(log.take({.counted = 10, .events = {event}, .is_all = true}, self, own, Instant{1s}));
  }
};
AcceptedEvent accepted(PlayerId player, std::uint32_t counter, const Bytes& payload) {
  return {.tick = Tick{9}, .author = author_of(player), .counter = counter, .payload = payload};
}

}  // namespace

TEST_CASE("vouch: a relay may move an own event, but not make another one of it") {
  const auto is_changed = [](const AcceptedEvent& event) {
    Told told;
    REQUIRE(told.own.offer(Tick{5}, numbered(7), PlayerEvent::input, 0));
    told.take(event);
    CHECK(told.log.unknown_own_end() == 0);
    return told.log.has_changed_own();
  };
  CHECK_FALSE(is_changed(accepted(PlayerId{1}, 0, numbered(7))));
  CHECK(is_changed(accepted(PlayerId{1}, 0, numbered(8))));
  CHECK(is_changed(accepted(PlayerId{2}, 0, numbered(7))));
  AcceptedEvent as_offered = accepted(PlayerId{1}, 0, {});
  as_offered.is_as_offered = true;
  CHECK_FALSE(is_changed(as_offered));
  as_offered.author = author_of(PlayerId{2});
  CHECK(is_changed(as_offered));
}

TEST_CASE("vouch: an own event that nobody here offered is vouched for by nobody") {
  Told told;
  told.take(accepted(PlayerId{1}, 4, numbered(1)));
  CHECK(told.log.unknown_own_end() == 5);
  CHECK_FALSE(told.log.has_changed_own());
  Told others;
  others.take(accepted(PlayerId{0}, 4, numbered(1)));
  CHECK(others.log.unknown_own_end() == 0);
  // What the relay's life before had told was looked at then
  Told again;
  again.log.begin_retold(3);
  again.take(accepted(PlayerId{1}, 4, numbered(1)));
  CHECK(again.log.unknown_own_end() == 0);
}

TEST_CASE("vouch: the relay keeps the key and the signature of a player who leaves") {
  Gatehouse house;
  const SigningKey ada = key_of('a');
  auto& guest = house.come(hello_for("KAZ22"), ClientIdentity{.key = ada});
  auto& other = house.come(hello_for("KAZ22"), ClientIdentity{.key = key_of('b')});
  REQUIRE((guest.is_in() && other.is_in()));
  house.run(1s);
  REQUIRE(guest.client->offer(guest.present + 2, numbered(1)));
  house.run(1s);
  const Tick last = guest.log->horizon();
  REQUIRE(last > Tick{60});
  guest.client->vouch(last, guest.log->head());
  guest.client->leave();
  house.run(500ms);
  other.client->vouch(Tick{5}, Head{});  // of another log: the relay does not take it
  house.server->end_all();
  house.run(7s);
  auto match = house.server->next_finished();
  REQUIRE(match);
  const Result<MatchRecord> record = std::move(*match).read();
  REQUIRE(record);
  const auto proofs = check_players(*record);
  REQUIRE(proofs.size() == 2);
  CHECK(proofs[0].key == ada.public_key());
  CHECK(proofs[0].through == last);
  CHECK_FALSE(proofs[1].has_signed);
  CHECK(house.server->statistics().refused_messages == 1);
}

TEST_CASE("vouch: a client that says another's key is not let in") {
  Gatehouse house;
  auto& honest = house.come(hello_for("KAZ22"), ClientIdentity{.key = key_of('a')});
  REQUIRE(honest.is_in());
  // The admission of another connection, said again
  Hello copied = hello_for("KAZ22");
  copied.admission = encode(admission_of({.key = key_of('a')}, ConnectionHash{std::byte{7}}));
  auto& eve = house.come(copied, std::nullopt);
  CHECK(eve.is_refused());
  CHECK_THAT(eve.refusal(), contains("does not have the key"));
  CHECK(house.server->statistics().refused_hellos == 1);
}

TEST_CASE("vouch: keys and signatures are there after the relay was started again") {
  Gatehouse house;
  auto& guest = house.come(hello_for("KAZ22"), ClientIdentity{.key = key_of('a')});
  auto& other = house.come(hello_for("KAZ22"), ClientIdentity{.key = key_of('b')});
  house.run(2s);
  guest.client->vouch(guest.log->horizon(), guest.log->head());
  house.run(200ms);
  REQUIRE(other.is_in());
  const auto bytes = house.storage.read(journal_path);
  REQUIRE(bytes);
  const auto journal = JournalReader::open(*bytes);
  REQUIRE(journal);
  const auto match = journal->read(MatchNumber{1});
  REQUIRE(match);
  CHECK(match->record.client_keys.size() == 2);
  CHECK(match->record.player_signatures.size() == 1);
}

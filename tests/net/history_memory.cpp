// The memory that a running match takes at the relay, however long it goes on.

#include <malloc.h>

#include <filesystem>

#include "relay/minutes.hpp"
#include "support/catch.hpp"
#include "tutti/replay/journal_recovery.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace std::chrono_literals;

namespace {

std::size_t memory_in_use() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// Two players at 60 Hz, five events a second each, for so many hours; the most memory that the
/// match takes, sampled once a minute.
std::size_t memory_of_match(std::int64_t hours) {
  const Setup setup{.rules = "tally@1+0123456789abcdef", .players = 2};
  const std::string path =
      (std::filesystem::temp_directory_path() / "tutti-test-history.journal").string();
  std::filesystem::remove(path);
  Result<Journal> journal =
      Journal::open(posix_storage(), path, {.sync_interval = std::chrono::hours(100)});
  REQUIRE(journal);
  const std::size_t before = memory_in_use();
  std::size_t most = 0;
  std::uint32_t offered = 0;
  {
    RelayMatch match({.setup = setup});
    detail::Minutes minutes(*journal, {.room = "KAZ22", .setup = setup});
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      match.handle(command::Admit{.name = "somebody"});
      match.handle(command::Announce{PlayerId{slot}, Tick{0}});
    }
    const std::int64_t ticks = hours * 3600 * 60;
    for (Tick tick{1}; tick <= Tick{ticks}; ++tick) {
      match.handle(command::Advance{tick});
      for (std::uint8_t slot = 0; slot < 2; ++slot) {
        const PlayerId player{slot};
        if ((tick.value + slot * 5) % 12 == 0) {
          ++offered;
          match.handle(command::Offer{player, match.counted(player), tick + 1, Bytes(2)});
        }
        match.handle(command::Announce{player, tick});
      }
      if (tick.value % 60 == 0) {
        const Tick agreed = match.horizon();
        minutes.write(RecordedDigest{agreed, *match.log().head(agreed), {}});
      }
      minutes.write(match.take_margins());
      minutes.put_away(match);
      if (!minutes.has_all_events_of(match)) minutes.write(match);
      if (tick.value % 6 != 0) continue;
      journal->flush(tick.value * 16ms);
      minutes.look_whether_written(match);
      if (tick.value % 3600 == 0) most = std::max(most, memory_in_use() - before);
    }
    const Result<MatchRecord> record = minutes.journaled(match, std::nullopt).read();
    REQUIRE(record);
    CHECK(record->log.events().size() == match.log().count());
    CHECK(record->log.events().size() == offered + 3);
    CHECK(record->log.head() == match.log().head());
  }
  std::filesystem::remove(path);
  return most;
}

/// A match of two players who are there and do nothing, and its minutes.
struct QuietMatch {
  const Setup setup{.rules = "tally@1+0123456789abcdef", .players = 2};
  SimulatedStorage storage{};
  Result<Journal> journal = Journal::open(storage, "quiet.journal");
  RelayMatch match{{.setup = setup}};
  detail::Minutes minutes{*journal, {.room = "KAZ22", .setup = setup}};
  std::vector<RecordedDigest> agreed{};
  std::size_t most_bytes = 0;

  QuietMatch() {
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      match.handle(command::Admit{.name = "somebody"});
      match.handle(command::Announce{PlayerId{slot}, Tick{0}});
    }
  }
  /// They agree on a digest of each tenth of a second, and on nothing else.
  void run(std::size_t digests) {
    for (std::size_t i = 0; i < digests; ++i) {
      const Tick tick = match.clock() + 6;
      match.handle(command::Advance{tick});
      for (std::uint8_t slot = 0; slot < 2; ++slot)
        match.handle(command::Announce{PlayerId{slot}, tick});
      Digest digest;
      digest.bytes[0] = static_cast<std::byte>(agreed.size() & 0xFF);
      agreed.push_back({match.horizon(), *match.log().head(match.horizon()), digest});
      minutes.write(agreed.back());
      minutes.write(match.take_margins());
      minutes.put_away(match);
      minutes.write(match);
      journal->flush(tick.value * 16ms);
      minutes.look_whether_written(match);
      most_bytes = std::max(most_bytes, minutes.memory_bytes());
    }
  }
};

/// Numbers as the bytes of a hash or a key.
template <class Array>
Array unlike_others(std::size_t number) {
  Array bytes{};
  for (std::size_t i = 0; i < 4; ++i)
    bytes[i] = static_cast<std::byte>(number >> (8 * i));
  return bytes;
}

/// A match into which clients come and from which they go for ever, each with a key of its own, by
/// which it signs.
struct RestlessMatch : QuietMatch {
  std::vector<ClientKey> keys{};
  std::vector<PlayerSignature> signatures{};

  void come_and_go(std::size_t clients) {
    for (std::size_t i = 0; i < clients; ++i) {
      const ClientKey client{unlike_others<std::array<std::byte, 16>>(keys.size()),
                             {unlike_others<std::array<std::byte, 32>>(keys.size())}};
      keys.push_back(client);
      signatures.push_back({.player = PlayerId{1}, .tick = match.horizon(), .key = client.key});
      minutes.write(client);
      minutes.write(client);  // it comes back
      minutes.write(signatures.back());
      match.handle(command::Leave{PlayerId{1}, LeaveReason::quit});
      match.handle(command::Admit{.name = "somebody", .resume_hash = client.resume_hash});
      run(5);  // half a second
    }
  }
};

/// As much as can happen in a tick: eight events of each of 64 players.
void offer_much(RelayMatch& match, Tick tick) {
  for (std::uint8_t slot = 0; slot < limits::players; ++slot) {
    const PlayerId player{slot};
    for (std::size_t i = 0; i < limits::events_per_tick; ++i)
      match.handle(command::Offer{player, match.counted(player), tick, Bytes(1)});
    match.handle(command::Announce{player, tick});
  }
}

}  // namespace

TEST_CASE("history: what players agree on goes to the journal though nobody does anything") {
  QuietMatch quiet;
  quiet.run(20'000);
  CHECK(quiet.most_bytes < 64'000);
  CHECK(quiet.match.accepted_count() < 8);
  const Result<MatchRecord> record = quiet.minutes.journaled(quiet.match, std::nullopt).read();
  REQUIRE(record);
  CHECK(record->digests == quiet.agreed);
  CHECK(record->log.head() == quiet.match.log().head());
  // A journal that takes the place of this one has them too, and so has a relay that finds it.
  {
    Result<Journal> next = Journal::open(quiet.storage, "next.journal");
    REQUIRE(next);
    const Result<MatchNumber> number = quiet.minutes.copy_into(*next, quiet.match, std::nullopt);
    REQUIRE(number);
    next->flush_and_sync();
    quiet.minutes.continue_in(*next, *number, quiet.match);
    CHECK(quiet.minutes.journaled(quiet.match, std::nullopt).read()->digests == quiet.agreed);
  }
  const Result<RecoveredJournal> found = recover_journal(quiet.storage, "next.journal");
  REQUIRE(found);
  REQUIRE(found->running.size() == 1);
  CHECK(found->running[0].record.digests == quiet.agreed);
  CHECK(found->running[0].record.log.head() == quiet.match.log().head());
}

TEST_CASE("history: the keys and signatures of clients who come and go for ever are on the disk") {
  RestlessMatch restless;
  restless.come_and_go(5000);
  CHECK(restless.most_bytes < 192'000);
  const Result<MatchRecord> record = restless.minutes.journaled(restless.match, {}).read();
  REQUIRE(record);
  std::ranges::sort(restless.keys, {}, &ClientKey::resume_hash);
  CHECK(record->client_keys == restless.keys);
  CHECK(record->player_signatures == restless.signatures);
  // A journal that takes the place of this one has them too, and so has a relay that finds it.
  {
    Result<Journal> next = Journal::open(restless.storage, "next.journal");
    REQUIRE(next);
    REQUIRE(restless.minutes.copy_into(*next, restless.match, std::nullopt));
    next->flush_and_sync();
  }
  const Result<RecoveredJournal> found = recover_journal(restless.storage, "next.journal");
  REQUIRE(found);
  REQUIRE(found->running.size() == 1);
  CHECK(found->running[0].record.client_keys == restless.keys);
  CHECK(found->running[0].record.player_signatures == restless.signatures);
}

TEST_CASE("history: a client that signs again before its page is written keeps the later one") {
  RestlessMatch restless;
  restless.come_and_go(1);
  const PlayerSignature first = restless.signatures.front();
  PlayerSignature second = first;
  for (int i = 0; i < 400; ++i) {
    restless.run(20);
    second.tick = restless.match.horizon();
    restless.minutes.write(second);
    restless.minutes.put_away(restless.match);  // it may be in a page that is not written yet
    if (!restless.minutes.has_signed(second.player, second.key, second.tick)) break;
  }
  CHECK(restless.minutes.has_signed(second.player, second.key, second.tick));
}

TEST_CASE("history: findings of a player who says differing digests for ever are on the disk") {
  QuietMatch quiet;
  std::vector<DesyncFinding> findings;
  for (int i = 0; i < 5000; ++i) {
    findings.push_back({.tick = quiet.match.horizon(), .verdict = DesyncVerdict::mended});
    quiet.minutes.write(findings.back());
    quiet.run(1);
  }
  CHECK(quiet.most_bytes < 64'000);
  CHECK(quiet.minutes.journaled(quiet.match, std::nullopt).read()->desyncs == findings);
}

TEST_CASE("history: the places of a match's pages are few though very much happens in it") {
  SimulatedStorage storage;
  Result<Journal> journal = Journal::open(storage, "busy.journal");
  REQUIRE(journal);
  const Setup setup{.rules = "tally@1+0123456789abcdef", .players = limits::players};
  RelayMatch match({.setup = setup, .events_per_second = 1000});
  detail::Minutes minutes(*journal, {.room = "KAZ22", .setup = setup});
  for (std::uint8_t slot = 0; slot < limits::players; ++slot) {
    match.handle(command::Admit{.name = "somebody"});
    match.handle(command::Announce{PlayerId{slot}, Tick{0}});
  }
  for (Tick tick{1}; match.accepted_count() < 1'200'000; ++tick) {
    match.handle(command::Advance{tick});
    offer_much(match, tick + 1);
    minutes.write(match);
    for (int pass = 0; pass < 8; ++pass) {
      minutes.put_away(match);
      journal->flush(tick.value * 16ms);
      minutes.look_whether_written(match);
    }
  }
  CHECK(match.accepted_count() - match.first_kept() < 200'000);  // four seconds of it
  CHECK(minutes.memory_bytes() < 200'000);
}

TEST_CASE("history: a match of an hour takes less than 64 KB of memory") {
#if !defined(__SANITIZE_ADDRESS__)
  CHECK(memory_of_match(1) < 64'000);
#endif
}

TEST_CASE("history: a match of a day takes less than 1 MB of memory", "[long]") {
#if !defined(__SANITIZE_ADDRESS__)
  CHECK(memory_of_match(24) < 1'000'000);
#endif
}

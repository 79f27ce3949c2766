// The match files of a relay that are to be had elsewhere: none is forgotten, whenever its process
// ends and whatever its disk does.

#include "tutti/engine/match_outbox.hpp"

#include "support/catch.hpp"
#include "tutti/engine/match_keeper.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace std::chrono_literals;

namespace {

constexpr const char* outbox_journal = "relay.journal";
constexpr const char* outbox_path = "relay.outbox";

std::shared_ptr<MatchOutbox> outbox_at(Storage& storage) {
  auto outbox = MatchOutbox::open(storage, outbox_path);
  REQUIRE(outbox);
  return *outbox;
}

/// The journal of a relay that died when these rooms' matches were over and no files yet.
void leave_matches(Storage& storage, const std::vector<std::string>& rooms) {
  Result<Journal> journal = Journal::open(storage, outbox_journal);
  REQUIRE(journal);
  for (const std::string& room : rooms) {
    MatchRecord record({.room = room,
                        .started_utc = 1'700'000'000,
                        .build = {},
                        .setup = {.rules = "tally@1+0123456789abcdef", .players = 2}});
    record.log.add({Tick{1}, relay_author, 1,
                    encode({.kind = EventKind::joined, .player = PlayerId{0}, .name = "Ada"})});
    record.log.add({Tick{2}, author_of(PlayerId{0}), 0, as_bytes("pull")});
    record.log.add({Tick{60}, relay_author, 2, encode({.kind = EventKind::match_ended})});
    record.log.close(Tick{60});
    record.end = EndReason::everyone_left;
    journal->copy(record);
  }
  REQUIRE_FALSE(journal->flush_and_sync().error);
}

/// A relay that is started on that journal and ended again; returns what is wrong in the end.
std::optional<Error> live(Storage& storage, const std::shared_ptr<MatchOutbox>& outbox) {
  StormNetwork network{1};
  const std::unique_ptr<Link> link = network.listen();
  Result<MatchKeeper> keeper =
      MatchKeeper::open(storage, {.journal_path = outbox_journal, .outbox = outbox});
  REQUIRE(keeper);
  RelayServer server(*link, keeper->journal(), {});
  const Instant now{1000s};
  server.pass(now);
  static_cast<void>(keeper->pass(server, now));
  return keeper->close(server);
}

std::string file_of(const std::string& room) { return "20231114T221320Z-tally-" + room + ".tutti"; }

}  // namespace

TEST_CASE("a match is in the journal until its file is noted for the archive") {
  SimulatedStorage storage, other;
  leave_matches(storage, {"AAAAA", "BBBBB"});
  {
    const auto outbox = outbox_at(other);
    // Given files that are written, and a list that cannot be
    other.set_faults({.writes_fail = true});
    const auto trouble = live(storage, outbox);
    REQUIRE(trouble);
    CHECK_THAT(trouble->sentence, test::contains("2 matches are only in the journal"));
    CHECK(storage.exists(file_of("AAAAA")));
    CHECK(storage.exists(outbox_journal));
    CHECK(outbox->size() == 0);
  }
  other.set_faults({});
  {
    // then the next process notes them, though it finds the files there
    const auto outbox = outbox_at(other);
    CHECK_FALSE(live(storage, outbox));
    CHECK_FALSE(storage.exists(outbox_journal));
    CHECK(outbox->has(file_of("AAAAA")));
    CHECK(outbox->has("folder/" + file_of("BBBBB")));
  }
  const auto outbox = outbox_at(other);
  CHECK(outbox->size() == 2);
  CHECK(outbox->next() == file_of("AAAAA"));
  CHECK(outbox->next(file_of("AAAAA")) == file_of("BBBBB"));
  CHECK(outbox->next(file_of("BBBBB")) == file_of("AAAAA"));
}

TEST_CASE("what is noted for the archive survives the power, until it is there") {
  std::uint64_t kept = 0, gone = 0, repeated = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    SimulatedStorage storage;
    std::set<std::string> waiting;
    auto outbox = outbox_at(storage);
    for (int step = 0; step < 60; ++step) {
      const std::string file = "match-" + std::to_string(step) + ".tutti";
      storage.set_faults({.writes_fail = random.below(8) == 0, .syncs_fail = random.below(8) == 0});
      if (outbox->add(file)) waiting.insert(file);
      if (random.below(3) == 0 && !waiting.empty()) {
        outbox->remove(*waiting.begin());
        waiting.erase(waiting.begin());
        ++gone;
      }
      if (random.below(10) != 0) continue;
      storage.set_faults({});
      outbox.reset();
      storage.lose_power(random);
      outbox = outbox_at(storage);
      for (const std::string& each : waiting)
        CHECK(outbox->has(each));
      kept += waiting.size();
      repeated += outbox->size() - waiting.size();
      // A file that was there already is sent again, and is there once all the same.
      for (auto each = outbox->next(); each; each = outbox->next(*each)) {
        if (waiting.contains(*each)) break;
        outbox->remove(*each);
      }
    }
  }
  CHECK(kept > 500);
  CHECK(gone > 500);
  CHECK(repeated > 10);
}

TEST_CASE("a list of something else is refused, and nothing is taken from outside the folder") {
  SimulatedStorage storage;
  for (const std::string text : {"../key\n", "/etc/passwd\n", "a.tutti\n\nb.tutti\n"}) {
    REQUIRE(storage.replace(outbox_path, as_bytes(text)));
    const auto outbox = MatchOutbox::open(storage, outbox_path);
    REQUIRE_FALSE(outbox);
    CHECK(outbox.error().fault == Fault::bad_data);
  }
  REQUIRE(storage.replace(outbox_path, as_bytes("a.tutti\nb.tutti\n")));
  const auto outbox = outbox_at(storage);
  CHECK(outbox->size() == 2);
  outbox->remove("a.tutti");
  outbox->remove("b.tutti");
  CHECK(storage.read(outbox_path)->empty());
}

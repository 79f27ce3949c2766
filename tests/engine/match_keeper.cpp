// A relay's disk: every match becomes a file, through any trouble of the disk and beside other
// writers of files, and the journal stays until it has.

#include "tutti/engine/match_keeper.hpp"

#include <algorithm>

#include "support/catch.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace std::chrono_literals;

namespace {

constexpr const char* journal_path = "relay.journal";
constexpr const char* file_path = "20231114T221320Z-tally-K7Q2M.tutti";
const std::string tally_rules = "tally@1+0123456789abcdef";

/// A match of a second, in which one player joins and does as many things as `events` says.
MatchRecord played_match(const std::string& rules, int events) {
  MatchRecord record({.room = "K7Q2M",
                      .started_utc = 1'700'000'000,
                      .build = {},
                      .setup = {.rules = rules, .players = 2}});
  record.log.add({Tick{1}, relay_author, 1,
                  encode({.kind = EventKind::joined, .player = PlayerId{0}, .name = "Ada"})});
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(events); ++i)
    record.log.add({Tick{2 + i}, author_of(PlayerId{0}), i, as_bytes("pull")});
  record.log.add({Tick{60}, relay_author, 2, encode({.kind = EventKind::match_ended})});
  record.log.close(Tick{60});
  record.end = EndReason::everyone_left;
  return record;
}

/// The journal of a relay that died when these matches were over and no files yet.
void leave_journal(Storage& storage, const std::vector<MatchRecord>& matches) {
  Result<Journal> journal = Journal::open(storage, journal_path);
  REQUIRE(journal);
  for (const MatchRecord& match : matches)
    journal->copy(match);
  REQUIRE_FALSE(journal->flush_and_sync().error);
}

/// Passes everything on, but creates no file whose path contains a given text.
class PickyStorage final : public PassingStorage {
 public:
  using PassingStorage::PassingStorage;
  std::string refused;

  Result<void> create(const std::string& path, const FileContent& content) override {
    if (!refused.empty() && path.find(refused) != path.npos) return fail(Fault::system, "no");
    return PassingStorage::create(path, content);
  }
};

/// A relay's life on that disk, without anybody who plays.
struct Life {
  StormNetwork network{1};
  std::unique_ptr<Link> link = network.listen();
  MatchKeeper keeper;
  RelayServer server;
  Instant now{1000s};

  explicit Life(Storage& storage, MatchKeeper::Options options = {.journal_path = journal_path})
      : keeper([&] {
          Result<MatchKeeper> opened = MatchKeeper::open(storage, std::move(options));
          REQUIRE(opened);
          return std::move(*opened);
        }()),
        server(*link, keeper.journal(), {}) {}

  std::optional<Error> pass(Duration time = 1100ms) {
    now += time;
    server.pass(now);
    return keeper.pass(server, now);
  }
};

/// Somebody who reads the journal, and notes which ones there are.
struct Starts final : JournalFollower {
  std::vector<JournalStart> all;
  void begin(const JournalStart& start) override { all.push_back(start); }
  void reach(JournalPosition) override {}
};

Head head_of(Storage& storage, const std::string& path) {
  const Result<ReadMatch> read = read_match_file(path, storage);
  REQUIRE(read);
  return read->record.log.head();
}

}  // namespace

TEST_CASE("keeper: a match that the disk does not take is tried again until it is a file") {
  SimulatedStorage storage;
  std::vector<MatchRecord> matches;
  matches.push_back(played_match(tally_rules, 20));
  leave_journal(storage, matches);
  storage.set_faults({.space_bytes = storage.statistics().bytes + 10});
  Life life(storage);
  CHECK(life.keeper.unkept() == 1);
  const std::optional<Error> trouble = life.pass();
  REQUIRE(trouble);
  CHECK_THAT(trouble->sentence, test::contains("No space left"));
  CHECK_FALSE(life.pass());  // the same trouble is told once
  CHECK(life.keeper.unkept() == 1);
  storage.set_faults({});
  CHECK_FALSE(life.pass(10ms));
  CHECK(life.keeper.unkept() == 1);  // not in every pass
  CHECK_FALSE(life.pass());
  CHECK(life.keeper.unkept() == 0);
  CHECK(life.keeper.files() == std::vector<std::string>{file_path});
  CHECK(storage.exists(journal_path));
  CHECK_FALSE(life.keeper.close(life.server));
  CHECK_FALSE(storage.exists(journal_path));
}

TEST_CASE("keeper: the journal of a match that is no file stays, and the end says so") {
  SimulatedStorage storage;
  std::vector<MatchRecord> matches;
  matches.push_back(played_match(tally_rules, 20));
  leave_journal(storage, matches);
  storage.set_faults({.space_bytes = storage.statistics().bytes + 10});
  {
    Life life(storage);
    const std::optional<Error> left = life.keeper.close(life.server);
    REQUIRE(left);
    CHECK(left->fault == Fault::system);
    CHECK_THAT(left->sentence, test::contains("1 match is only in the journal relay.journal"));
    CHECK(life.keeper.unkept() == 1);
  }
  REQUIRE(storage.exists(journal_path));
  storage.set_faults({});
  Life again(storage);
  CHECK(again.keeper.files() == std::vector<std::string>{file_path});
  CHECK(head_of(storage, file_path) == matches[0].log.head());
  CHECK_FALSE(again.keeper.close(again.server));
  CHECK_FALSE(storage.exists(journal_path));
}

TEST_CASE("keeper: one file that cannot be written stops neither the others nor the renewal") {
  SimulatedStorage disk;
  PickyStorage storage(disk);
  std::vector<MatchRecord> matches;
  matches.push_back(played_match("cursed@1+0123456789abcdef", 20));
  matches.push_back(played_match(tally_rules, 20));
  leave_journal(storage, matches);
  storage.refused = "cursed";
  {
    Life life(storage, {.journal_path = journal_path, .journal_bytes_max = 100});
    CHECK(life.keeper.files() == std::vector<std::string>{file_path});
    life.pass();
    life.pass();
    CHECK(life.keeper.renewals() >= 1);
    CHECK(life.keeper.unkept() == 1);
  }
  // The relay was killed. The renewed journal has the match that is no file, and no other.
  storage.refused.clear();
  Life again(storage);
  CHECK(again.keeper.files() == std::vector<std::string>{"20231114T221320Z-cursed-K7Q2M.tutti"});
}

/// The same relay, started again with a match that runs.
struct RunningMatch {
  SimulatedStorage storage;
  Starts starts;
  std::optional<Life> life;

  explicit RunningMatch(std::uint64_t journal_bytes_max) {
    MatchRecord record({.room = "K7Q2M", .setup = {.rules = tally_rules, .players = 2}});
    record.log.add({Tick{1}, relay_author, 1,
                    encode({.kind = EventKind::joined, .player = PlayerId{0}, .name = "Ada"})});
    record.log.close(Tick{60});
    std::vector<MatchRecord> records;
    records.push_back(std::move(record));
    leave_journal(storage, records);
    life.emplace(storage, MatchKeeper::Options{.journal_path = journal_path,
                                               .journal_bytes_max = journal_bytes_max,
                                               .follower = &starts});
    for (const auto& match : life->keeper.take_running())
      life->server.restore(match.number, match.record, life->now);
  }
};

TEST_CASE("keeper: the journal is not begun anew while players may bring back what was lost") {
  RunningMatch running(100);
  Life& life = *running.life;
  for (int i = 0; i < 4; ++i)
    life.pass();
  CHECK(life.server.is_recovering("K7Q2M"));
  CHECK(life.keeper.renewals() == 0);
  for (int i = 0; i < 4; ++i)
    life.pass();
  CHECK_FALSE(life.server.is_recovering("K7Q2M"));
  CHECK(life.keeper.renewals() == 1);
  CHECK(running.starts.all.back().is_continued);
}

TEST_CASE("keeper: whoever reads the journal is told of copies that have more than it had") {
  // Given a journal that is far too large while the relay's new life for this match is not in it
  RunningMatch running(20);
  Life& life = *running.life;
  life.pass();
  REQUIRE(life.keeper.renewals() == 1);
  CHECK_FALSE(running.starts.all.back().is_continued);
}

TEST_CASE("keeper: a journal that is damaged is said to be, once, and where it is") {
  SimulatedStorage storage;
  std::vector<MatchRecord> matches;
  matches.push_back(played_match(tally_rules, 20));
  leave_journal(storage, matches);
  Bytes bytes = *storage.read(journal_path);
  bytes[bytes.size() / 2] ^= std::byte{1};
  bytes.resize(bytes.size() + 100);
  REQUIRE(storage.replace(journal_path, bytes));
  Life life(storage);
  const auto trouble = life.pass();
  REQUIRE(trouble);
  CHECK(trouble->sentence ==
        "the journal relay.journal was damaged: what could be read of it goes on, and all of it "
        "is in relay.journal.damaged");
  CHECK(*storage.read("relay.journal.damaged") == bytes);
  CHECK_FALSE(life.pass());
}

TEST_CASE("keeper: no text that a stranger opens a room with keeps its match from being a file") {
  const std::string text = GENERATE(
      std::string("../../etc/passwd"), std::string("a/b"), std::string(".."), std::string("."),
      std::string(), std::string("nul\0nul", 7), std::string("line\nfeed \x1B[2J"),
      std::string(90, 'x'), std::string("p\xC3\xB6ng \xE2\x80\xAE"), std::string("con|<>:\"?*\\"));
  SimulatedStorage storage;
  std::vector<MatchRecord> matches;
  matches.push_back(played_match(text + "@1", 3));
  leave_journal(storage, matches);
  Life life(storage, {.folder = "logs", .journal_path = journal_path});
  CHECK(life.keeper.unkept() == 0);
  REQUIRE(life.keeper.files().size() == 1);
  const std::string path = life.keeper.files().front();
  CAPTURE(path);
  CHECK(path.starts_with("logs/20231114T221320Z-"));
  CHECK(path.find('/', 5) == path.npos);
  CHECK(path.size() < 130);
  CHECK(std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c < 0x7F; }));
  CHECK(head_of(storage, path) == matches[0].log.head());
}

TEST_CASE("keeper: a match in which no event of a player was accepted becomes no file") {
  SimulatedStorage storage;
  std::vector<MatchRecord> matches;
  matches.push_back(played_match(tally_rules, 0));  // somebody joined, and did nothing
  matches.push_back(played_match("tug@1+0123456789abcdef", 1));
  leave_journal(storage, matches);
  Life life(storage);
  CHECK(life.keeper.files() == std::vector<std::string>{"20231114T221320Z-tug-K7Q2M.tutti"});
  CHECK(life.keeper.unplayed() == 1);
  CHECK(life.keeper.unkept() == 0);
  CHECK_FALSE(life.pass());
  CHECK_FALSE(life.keeper.close(life.server));
  CHECK_FALSE(storage.exists(journal_path));
}

TEST_CASE("keeper: a file of another writer is never replaced, nor taken for this match") {
  SimulatedStorage storage;
  std::vector<MatchRecord> matches;
  matches.push_back(played_match(tally_rules, 20));
  leave_journal(storage, matches);
  // A recording of the same match that is shorter; or no match at all.
  const BytesView letter = as_bytes("a letter");
  const Bytes other = GENERATE(0, 1) == 0 ? write_match(played_match(tally_rules, 5))
                                          : Bytes(letter.begin(), letter.end());
  REQUIRE(storage.replace(file_path, other));
  Life life(storage);
  const std::string second = "20231114T221320Z-tally-K7Q2M-2.tutti";
  CHECK(life.keeper.files() == std::vector<std::string>{second});
  CHECK(*storage.read(file_path) == other);
  CHECK(head_of(storage, second) == matches[0].log.head());
}

TEST_CASE("keeper: two matches of one second in one room are two files, and each is kept once") {
  // A machine whose clock stands, and a room with a fixed code.
  SimulatedStorage storage;
  std::vector<MatchRecord> matches;
  matches.push_back(played_match(tally_rules, 20));
  matches.push_back(played_match(tally_rules, 30));
  leave_journal(storage, matches);
  const std::string second = "20231114T221320Z-tally-K7Q2M-2.tutti";
  { CHECK(Life(storage).keeper.files() == std::vector<std::string>{file_path, second}); }
  CHECK(head_of(storage, file_path) == matches[0].log.head());
  CHECK(head_of(storage, second) == matches[1].log.head());
  // Killed before its journal was gone, it finds both again, and writes neither.
  Life again(storage);
  CHECK(again.keeper.files().empty());
  CHECK(again.keeper.unkept() == 0);
  CHECK_FALSE(storage.exists("20231114T221320Z-tally-K7Q2M-3.tutti"));
}

TEST_CASE("keeper: a file with the same log that lacks the relay's signature is not enough") {
  SimulatedStorage storage;
  std::vector<MatchRecord> matches;
  matches.push_back(played_match(tally_rules, 20));
  leave_journal(storage, matches);
  const Bytes unsigned_file = write_match(matches[0]);
  REQUIRE(storage.replace(file_path, unsigned_file));
  const SigningKey key = SigningKey::create();
  Life life(storage, {.journal_path = journal_path, .key = key});
  REQUIRE(life.keeper.files().size() == 1);
  CHECK(*storage.read(file_path) == unsigned_file);
  const Result<ReadMatch> read = read_match_file(life.keeper.files().front(), storage);
  REQUIRE(read);
  CHECK(check_signatures(read->record, key.public_key()).through == Tick{60});
}

TEST_CASE("keeper: of two running matches in one room the later one goes on") {
  SimulatedStorage storage;
  {
    Result<Journal> journal = Journal::open(storage, journal_path);
    REQUIRE(journal);
    for (int events = 0; events < 2; ++events) {
      MatchRecord match({.room = "K7Q2M", .setup = {.rules = tally_rules, .players = 2}});
      match.log.add({Tick{1}, author_of(PlayerId{0}), 0, as_bytes("pull")});
      match.log.close(Tick{60 + events});
      journal->copy(match);
    }
    journal->flush_and_sync();
  }
  Life life(storage);
  const auto running = life.keeper.take_running();
  REQUIRE(running.size() == 1);
  CHECK(running[0].record.log.horizon() == Tick{61});
  CHECK(life.keeper.files().size() == 1);
}

TEST_CASE("a machine's own recording has another name than the relay's file of that match") {
  const std::string relay = match_file_name(1'700'000'000, tally_rules, "K7Q2M");
  CHECK(relay == file_path);
  CHECK(match_file_name(1'700'000'000, tally_rules, "K7Q2M", MatchWriter::machine) ==
        "20231114T221320Z-tally-K7Q2M-own.tutti");
}

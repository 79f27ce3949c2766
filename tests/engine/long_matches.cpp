// The end of a long match, of which the journal has the older part and not the memory: it becomes a
// file all the same, through any trouble of the disk, journals that take each other's places, and
// the death of the relay.

#include "net/rooms.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/engine/match_keeper.hpp"
#include "tutti/replay/match_file.hpp"

using namespace tutti;
using namespace std::chrono_literals;

namespace {

/// Creates no match file while it is told so.
class StubbornStorage final : public PassingStorage {
 public:
  using PassingStorage::PassingStorage;
  bool refuses = false;
  int refused = 0;

  Result<void> create(const std::string& path, const FileContent& content) override {
    if (!refuses) return PassingStorage::create(path, content);
    ++refused;
    return fail(Fault::system, "no");
  }
};

const SigningKey relay_key = *SigningKey::from_hex(std::string(64, 'c'));

/// A relay with its keeper, in virtual time, and two players who do much for a minute.
struct LongMatch {
  SimulatedStorage disk;
  StubbornStorage storage{disk};
  StormNetwork network{1};
  std::unique_ptr<Link> link = network.listen();
  std::optional<MatchKeeper> keeper;
  std::optional<RelayServer> server;
  std::vector<std::unique_ptr<test::Player>> players;
  Instant now{1000s};
  MatchKeeper::Options options{.journal_path = "long.journal", .key = relay_key};

  LongMatch() {
    open();
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      players.push_back(std::make_unique<test::Player>(network, *link, test::hello_for("K7Q2M"),
                                                       test::calm, test::calm, StormDice{seed}));
      test::offer_now_and_then(*players.back(), seed);
    }
    run(60s);
    REQUIRE(server->match("K7Q2M")->first_kept() >= 512);
  }

  void open() {
    Result<MatchKeeper> opened = MatchKeeper::open(storage, options);
    REQUIRE(opened);
    keeper.emplace(std::move(*opened));
    server.emplace(*link, keeper->journal(), RelayServer::Options{.seed = {1, 0, 0, 0}});
  }
  void run(Duration length) {
    for (const Instant end = now + length; now < end; now += 4ms) {
      server->pass(now);
      (void)keeper->pass(*server, now);
      if (++passes_ % 4 != 0) continue;
      for (const auto& player : players)
        player->frame(now);
    }
  }
  /// Ends the match, and its room too.
  void end() {
    played = server->match("K7Q2M")->log().head();
    players[0]->client().end_match();
    run(30s);
    REQUIRE(server->statistics().matches_finished == 1);
    REQUIRE(server->room_count() == 0);
    played = players[0]->log().head();
  }
  /// A sync fails while another room is open, so that another journal takes this one's place.
  void renew() {
    const std::uint64_t before = keeper->renewals();
    disk.set_faults({.syncs_fail = true});
    players.push_back(std::make_unique<test::Player>(network, *link, test::hello_for("BBBBB"),
                                                     test::calm, test::calm, StormDice{7}));
    run(2s);
    disk.set_faults({});
    run(3s);
    players.back()->client().end_match();
    run(30s);
    REQUIRE(keeper->renewals() > before);
    REQUIRE(server->room_count() == 0);
  }
  /// The relay dies, and is started again without its players.
  void restart() {
    server.reset();
    keeper.reset();
    open();
  }
  Bytes file() const {
    REQUIRE(keeper->files().size() == 1);
    return *const_cast<SimulatedStorage&>(disk).read(keeper->files().front());
  }

  Head played;

 private:
  int passes_ = 0;
};

/// The file of that match where nothing goes wrong.
const Bytes& usual_file() {
  static const Bytes file = [] {
    LongMatch match;
    match.end();
    return match.file();
  }();
  return file;
}

}  // namespace

TEST_CASE("long match: its file has all of it, signed, and the journal goes") {
  LongMatch match;
  match.end();
  const Bytes file = match.file();
  const Result<ReadMatch> read = read_match(file);
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(read->record.log.head() == match.played);
  CHECK(read->record.log.count() == match.players[0]->log().count());
  CHECK(read->record.end == EndReason::operator_ended);
  CHECK(check_signatures(read->record, relay_key.public_key()).whole_through ==
        read->record.log.horizon());
  // From memory it would be the same.
  CHECK(write_match(read->record) == file);
  CHECK_FALSE(match.keeper->close(*match.server));
  CHECK_FALSE(match.disk.exists("long.journal"));
}

TEST_CASE("long match: a file that the disk does not take is made later, whatever journal has it") {
  LongMatch match;
  match.storage.refuses = true;
  match.end();
  match.renew();
  match.renew();
  CHECK(match.storage.refused >= 3);
  CHECK(match.keeper->unkept() == 1);
  SECTION("while the relay lives") {
    match.storage.refuses = false;
    match.run(2s);
    CHECK(match.keeper->unkept() == 0);
    CHECK(match.file() == usual_file());
  }
  SECTION("at the end of the relay") {
    match.storage.refuses = false;
    CHECK_FALSE(match.keeper->close(*match.server));
    CHECK(match.file() == usual_file());
    CHECK_FALSE(match.disk.exists("long.journal"));
  }
  SECTION("by the relay after it, since this one is killed") {
    match.storage.refuses = false;
    match.restart();
    CHECK(match.keeper->unkept() == 0);
    CHECK(match.file() == usual_file());
  }
  SECTION("by the relay after it, since this one ends while the disk is full") {
    const std::optional<Error> left = match.keeper->close(*match.server);
    REQUIRE(left);
    CHECK_THAT(left->sentence, test::contains("1 match is only in the journal long.journal"));
    CHECK(match.keeper->unkept() == 1);
    match.storage.refuses = false;
    match.restart();
    CHECK(match.file() == usual_file());
  }
}

TEST_CASE("long match: a file of the same name is left as it is, and counts if it is the same") {
  const std::string name = match_file_name(0, test::tally_rules, "K7Q2M");
  LongMatch match;
  SECTION("the same") {
    REQUIRE(match.disk.replace(name, usual_file()));
    match.end();
    CHECK(match.keeper->unkept() == 0);
    CHECK(match.keeper->files().empty());
  }
  SECTION("another one") {
    Bytes other = usual_file();
    other.back() ^= std::byte{1};
    REQUIRE(match.disk.replace(name, other));
    match.end();
    CHECK(match.file() == usual_file());
    CHECK(*match.disk.read(name) == other);
  }
}

#include <algorithm>
#include <filesystem>

#include "tools/tally_match.hpp"
#include "tutti/engine/catalog.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/signature.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("replay info says what a match file holds, without its game") {
  const Ran ran = run_tutti("replay info " + tally_match("info.tutti", false));
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, contains("tally@1.9+") && contains("K7Q2M") &&
                          contains("2023-11-14T22:13:20Z") && contains("Ada") &&
                          contains("everyone left"));
}

TEST_CASE("replay info says whether a game that is named can play the match") {
  const std::string path = tally_match("info-game.tutti", false);
  const Ran found = run_tutti("replay info " + path + good_games);
  CHECK(found.status == 0);
  CHECK_THAT(found.out, contains("tally@1.9.so") && contains("module has these rules  yes"));
  const Ran other = run_tutti("replay info --game tally@1.10 " + path + good_games);
  CHECK_THAT(other.out, contains("tally@1.10.so") && contains("module has these rules  no"));
  CHECK(run_tutti("replay info --game nowhere " + path).status == 3);
  CHECK_THAT(run_tutti("replay info " + path + faulty_games).out, contains("none is found"));
}

TEST_CASE("replay verify agrees with an honest file and names the tick of a lie") {
  const Ran honest =
      run_tutti("replay verify --json " + tally_match("honest.tutti", false) + good_games);
  CHECK(honest.status == 0);
  CHECK_THAT(honest.out,
             contains("\"verdict\": \"agrees\"") && contains("\"digests_compared\": 2"));

  const Ran lie = run_tutti("replay verify --json " + tally_match("lie.tutti", true) + good_games);
  CHECK(lie.status == 1);
  CHECK_THAT(lie.out,
             contains("\"verdict\": \"differs\"") && contains("\"first_different_tick\": 300"));
}

TEST_CASE("replay verify plays with no other rules than the file's") {
  const std::string path = tally_match("rules.tutti", false);
  const Ran missing = run_tutti("replay verify " + path);
  CHECK(missing.status == 3);
  CHECK_THAT(missing.err, contains("no version 1.9 of tally"));
  const Ran other = run_tutti("replay verify --game tally@1.10 " + path + good_games);
  CHECK(other.status == 3);
  CHECK_THAT(other.err, contains("tally@1.9+") && contains("tally@1.10+"));
}

TEST_CASE("a file that is cut off is read as far as it goes, and said to be bad") {
  const std::string path = tally_match("cut.tutti", false);
  const auto bytes = posix_storage().read(path);
  REQUIRE(bytes);
  REQUIRE(posix_storage().replace(path, BytesView(*bytes).first(bytes->size() - 30)));
  const Ran ran = run_tutti("replay info " + path);
  CHECK(ran.status == 3);
  CHECK_THAT(ran.out, contains("damage") && contains("tally@1.9+"));
  const Ran none = run_tutti("replay info " + scratch("none.tutti"));
  CHECK(none.status == 3);
  CHECK_THAT(none.err, contains("none.tutti"));
}

TEST_CASE("replay events lists who did what, for pipes") {
  const std::string path = tally_match("events.tutti", false);
  const Ran all = run_tutti("replay events " + path);
  CHECK(all.status == 0);
  CHECK_THAT(all.out, contains("tick\tauthor\tcounter\tkind\tcontent\n0\trelay\t0\t"
                               "match_started\ttally@1.9+"));
  CHECK_THAT(all.out, contains("1\trelay\t0\tjoined\tplayer 0 Ada\n"));
  CHECK(std::count(all.out.begin(), all.out.end(), '\n') == 53);
  const Ran some = run_tutti("replay events --json --player 0 --from 100 --to 119 " + path);
  CHECK(std::count(some.out.begin(), some.out.end(), '\n') == 2);
  CHECK_THAT(some.out, contains("{\"tick\":102,\"author\":0,\"counter\":10,\"kind\":\"input\""));
}

TEST_CASE("replay events names what players did where the game is there, and needs it not") {
  const std::string path = tally_match("named.tutti", false);
  const Ran bytes = run_tutti("replay events --player 0 --from 100 --to 103 " + path);
  CHECK_THAT(bytes.out, contains("102\t0\t10\tinput\t"));
  CHECK_THAT(bytes.out, !contains("pull="));
  const Ran named = run_tutti("replay events --player 0 --from 100 --to 103 " + path + good_games);
  CHECK_THAT(named.out, contains("102\t0\t10\tinput\tpull="));
  const Ran json =
      run_tutti("replay events --json --player 0 --from 100 --to 103 " + path + good_games);
  CHECK_THAT(json.out, contains("\"content\":{\"pull\":"));
  const Ran facts = run_tutti("replay export --facts --format json " + path + good_games);
  CHECK_THAT(facts.out, contains("\"kind\":\"carry\",\"content\":{"));
  const Ran missing = run_tutti("replay events --game nowhere " + path + good_games);
  CHECK(missing.status == 3);
}

TEST_CASE("replay export writes facts as CSV") {
  const std::string path = tally_match("facts.tutti", false);
  const std::string table = scratch("facts.csv");
  const Ran ran =
      run_tutti("replay export --facts --format csv --out " + table + " " + path + good_games);
  CHECK(ran.status == 0);
  const auto bytes = posix_storage().read(table);
  REQUIRE(bytes);
  CHECK_THAT(std::string(as_text(*bytes)), contains("tick,kind,content\n") && contains(",carry,"));
  CHECK(run_tutti("replay export --format xml " + path).status == 2);
}

TEST_CASE("replay state prints a tick's state by field names") {
  const std::string path = tally_match("state.tutti", false);
  const Ran text = run_tutti("replay state --at 250 " + path + good_games);
  CHECK(text.status == 0);
  CHECK_THAT(text.out, contains("pulls[0]\t") && contains("ticks\t250\n"));
  const Ran json = run_tutti("replay state --at 250 --json " + path + good_games);
  CHECK_THAT(json.out, contains("\"ticks\": 250") && contains("\"sums\": ["));
  const Ran beyond = run_tutti("replay state --at 601 " + path + good_games);
  CHECK(beyond.status == 2);
  CHECK_THAT(beyond.err, contains("through tick 600"));
}

TEST_CASE("replay diff finds the first difference of logs, builds and ticks, with fields") {
  const std::string path = tally_match("diff.tutti", false);
  CHECK(run_tutti("replay diff " + path + good_games).status == 0);
  const Ran ticks = run_tutti("replay diff --at 100 --at-b 101 " + path + good_games);
  CHECK(ticks.status == 1);
  CHECK_THAT(ticks.out, contains("ticks") && contains("100") && contains("101"));
  // The same version by another build
  const Ran builds = run_tutti("replay diff --json " + path + good_games +
                               "--game-b " TUTTI_TEST_GAMES "/other/tally@1.9.so");
  CHECK(builds.status == 1);
  CHECK_THAT(builds.out, contains("\"first_state_different_tick\": 2") && contains("\"sums[0]\""));
}

TEST_CASE("replay branch goes on differently from a tick, with the same log before it") {
  const std::string path = tally_match("parent.tutti", false);
  // As recorded: the states stay the same, and only the relay's own event is new
  const std::string same = scratch("same.tutti");
  const Ran identity = run_tutti("replay branch --at 300 --out " + same + " " + path + good_games);
  CHECK(identity.status == 0);
  const Ran equal = run_tutti("replay diff --json --with " + same + " " + path + good_games);
  CHECK_THAT(equal.out, contains("\"first_events_different_tick\": 301") &&
                            !contains("first_state_different_tick"));
  CHECK(run_tutti("replay verify " + same + good_games).status == 0);
  const auto parent = read_match_file(path);
  const auto branched = read_match_file(same);
  REQUIRE(parent);
  REQUIRE(branched);
  CHECK(branched->record.log.head(Tick{300}) == parent->record.log.head(Tick{300}));
  CHECK(branched->record.log.head() != parent->record.log.head());
  CHECK(branched->record.log.events().size() == parent->record.log.events().size() + 1);
  CHECK(
      run_tutti("replay branch --at 300 --bot 7 --out " + same + " " + path + good_games).status ==
      2);
}

TEST_CASE("replay branch goes on past its parent's end, and has no end of its own there") {
  const std::string path = scratch("ended.tutti");
  REQUIRE(run_tutti("match --game tally@1.9 --seconds 10 --log " + path + good_games).status == 0);
  const auto parent = read_match_file(path);
  REQUIRE(parent);
  const std::int64_t end = parent->record.log.ended().value_or(Tick{}).value;
  REQUIRE(end > 300);
  const std::string longer = scratch("longer.tutti");
  const Ran ran = run_tutti("replay branch --at 300 --ticks " + std::to_string(2 * end) +
                            " --out " + longer + " " + path + good_games);
  CHECK(ran.status == 0);
  const auto branched = read_match_file(longer);
  REQUIRE(branched);
  CHECK_FALSE(branched->damage);
  CHECK_FALSE(branched->record.log.ended());
  CHECK(branched->record.log.horizon() == Tick{300 + 2 * end});
  CHECK(run_tutti("replay verify " + longer + good_games).status == 0);
  // Where the match is over, nothing can go on.
  const Ran late = run_tutti("replay branch --at " + std::to_string(end) + " --out " + longer +
                             " " + path + good_games);
  CHECK(late.status == 2);
  CHECK_THAT(late.err, contains("over at tick " + std::to_string(end)));
}

TEST_CASE("replay slice cuts a clip with the heads of its match") {
  const std::string path = tally_match("whole.tutti", false);
  const std::string clip = scratch("clip.tutti");
  const Ran ran =
      run_tutti("replay slice --from 200 --to 360 --text nice --out " + clip + " " + path);
  CHECK(ran.status == 0);
  const Ran info = run_tutti("replay info " + clip);
  CHECK_THAT(info.out, contains("ticks 200 to 360: nice") && contains("it was sliced here"));
  CHECK(run_tutti("replay verify " + clip + good_games).status == 0);
  // Tick 355 has no digest of its own, but a reader that has the game can fold it.
  const std::string line = "replay slice --from 200 --to 355 --out " + clip + " " + path;
  REQUIRE(run_tutti(line).status == 0);
  CHECK_THAT(run_tutti("replay info --json " + clip).out, contains("\"digests_recorded\": 1,"));
  REQUIRE(run_tutti(line + good_games).status == 0);
  CHECK_THAT(run_tutti("replay info --json " + clip).out, contains("\"digests_recorded\": 2,"));
  CHECK(run_tutti("replay verify " + clip + good_games).status == 0);
  CHECK(run_tutti(line + " --game tally@1.10" + good_games).status == 2);
  CHECK(run_tutti("replay slice --from 700 --out " + clip + " " + path).status == 2);
}

TEST_CASE("replay recover makes whole files of a damaged one and of a journal") {
  const std::string path = tally_match("broken.tutti", false);
  const auto bytes = posix_storage().read(path);
  REQUIRE(bytes);
  Bytes broken = *bytes;
  broken[file_header_bytes + 25] ^= std::byte{1};  // in the opening
  REQUIRE(posix_storage().replace(path, broken));
  CHECK(run_tutti("replay info " + path).status == 3);
  const Ran ran = run_tutti("replay recover " + path);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, contains("damaged at byte 16"));
  CHECK(run_tutti("replay verify " + scratch("broken.recovered.tutti") + good_games).status == 0);

  const std::string journal_path = scratch("two.journal");
  std::filesystem::remove(journal_path);
  {
    auto journal = Journal::open(posix_storage(), journal_path);
    REQUIRE(journal);
    for (const char* room : {"AAAAA", "BBBBB"}) {
      const MatchNumber number = journal->begin({.room = room, .setup = {.rules = "tally@1.9+00"}});
      journal->append(number, EventBatch{.events = {}, .horizon = Tick{40}});
    }
    journal->flush_and_sync();
  }
  const Ran two = run_tutti("replay recover " + journal_path);
  CHECK(two.status == 0);
  CHECK_THAT(run_tutti("replay info " + scratch("two-2.tutti")).out,
             contains("BBBBB") && contains("the relay was lost"));
}

TEST_CASE("archive list and check work on a folder of matches") {
  const std::string folder = scratch("archive");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder + "/old");
  std::filesystem::copy(tally_match("one.tutti", false), folder + "/one.tutti");
  std::filesystem::copy(tally_match("two.tutti", false), folder + "/old/two.tutti");
  const Ran list = run_tutti("archive list " + folder);
  CHECK(list.status == 0);
  CHECK(std::count(list.out.begin(), list.out.end(), '\n') == 2);
  CHECK_THAT(list.out, contains("2023-11-14T22:13:20Z\ttally@1.9+") && contains("\tAda\t"));

  const Ran same = run_tutti("archive check " + folder + good_games + "--candidate tally@1.9");
  CHECK(same.status == 0);
  CHECK_THAT(same.out, contains("identical 2"));
  const std::string other = " --candidate " TUTTI_TEST_GAMES "/other/tally@1.9.so";
  const Ran changed = run_tutti("archive check --json " + folder + good_games + other);
  CHECK(changed.status == 1);
  CHECK_THAT(changed.out, contains("\"changed: sums[0]\": 2") && contains("\"tick\": 2"));
  const Ran blind = run_tutti("archive check " + folder + other);  // the old module is not here
  CHECK(blind.status == 1);
  CHECK_THAT(blind.out, contains("at or before this tick"));
}

TEST_CASE(
    "a match that was overwritten before its whole summary is called damaged by the archive") {
  const std::string folder = scratch("overwritten");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string file = folder + "/one.tutti";
  std::filesystem::copy(tally_match("one.tutti", false), file);
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
  std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(size / 2)
      << std::string(40, 'x');
  const Ran list = run_tutti("archive list " + folder);
  CHECK(list.status == 3);
  CHECK_THAT(list.out, contains("\tAda\t"));
  CHECK_THAT(list.err, contains("one.tutti: the file is damaged at byte"));
  const Ran check = run_tutti("archive check " + folder + good_games + "--candidate tally@1.9");
  CHECK(check.status == 1);
  CHECK_THAT(check.out, contains("skipped 1") && contains("the file is damaged"));
  const Ran verify = run_tutti("replay verify " + file + good_games);
  CHECK(verify.status == 3);
  CHECK_THAT(verify.out, contains("the file is damaged at byte"));
}

TEST_CASE("archive check finds a change at the first, a middle and the last tick, with its field") {
  const std::string folder = scratch("planted");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::filesystem::copy(tally_match("planted.tutti", false), folder + "/one.tutti");
  for (const std::string tick : {"1", "350", "600"}) {
    const Ran ran = run_tutti("archive check --json " + folder + good_games + " --candidate " +
                              TUTTI_TEST_GAMES "/changed_" + tick + "/tally@1.9.so");
    CAPTURE(tick, ran.out, ran.err);
    CHECK(ran.status == 1);
    CHECK_THAT(ran.out, contains("\"changed: sums[1]\": 1") && contains("\"tick\": " + tick));
  }
}

TEST_CASE("replay verify proves with the relay's key who ordered the events") {
  const std::string path = tally_match("signed.tutti", false);
  auto read = read_match_file(path);
  REQUIRE(read);
  const SigningKey key = SigningKey::create();
  sign(read->record, key);
  REQUIRE(write_match_file(path, read->record));
  const std::string key_file = scratch("relay.pub");
  REQUIRE(posix_storage().replace(key_file, as_bytes(to_hex(key.public_key()) + "\n")));
  const Ran proven = run_tutti("replay verify --key " + key_file + " " + path + good_games);
  CHECK(proven.status == 0);
  CHECK_THAT(proven.out, contains("proven") && contains("signed through tick"));
  const std::string other = to_hex(SigningKey::create().public_key());
  const Ran foreign = run_tutti("replay verify --key " + other + " " + path + good_games);
  CHECK(foreign.status == 1);
  CHECK_THAT(foreign.out, contains("not proven"));
  CHECK(run_tutti("replay verify --key " + path + " " + path + good_games).status == 2);
}

TEST_CASE("archive project fills a database once, whatever the files are called") {
  const std::string folder = scratch("projected");
  const std::string database = scratch("projected.db");
  std::filesystem::remove_all(folder);
  std::filesystem::remove(database);
  std::filesystem::create_directories(folder);
  std::filesystem::copy(tally_match("first.tutti", false), folder + "/first.tutti");
  const std::string line = "archive project --json " + folder + good_games + "--db " + database;
  const Ran first = run_tutti(line);
  CHECK(first.status == 0);
  CHECK_THAT(first.out, contains("\"matches_projected\": 1") && contains("\"ticks\": 600") &&
                            contains("\"rows\": 48"));
  std::filesystem::rename(folder + "/first.tutti", folder + "/renamed.tutti");
  const Ran again = run_tutti(line);
  CHECK_THAT(again.out, contains("\"matches_projected\": 0") && contains("\"matches_known\": 1"));
  const Ran missing = run_tutti("archive project " + folder + " --db " + database);
  CHECK(missing.status == 3);
  CHECK_THAT(missing.err, contains("no version 1.9 of tally"));
}

TEST_CASE("a match with telemetry is run again as a player's machine went through it") {
  const std::string path = scratch("seen.tutti");
  const Ran played = run_tutti(
      "match --game tally@1.9 --seconds 20 --delay 70ms --loss 5% --seed 3 "
      "--telemetry --log " +
      path + good_games);
  REQUIRE(played.status == 0);
  const Ran seen = run_tutti("replay seen --as 1 --json " + path + good_games);
  CHECK(seen.status == 0);
  CHECK_THAT(seen.out, contains("\"rollbacks\": ") && !contains("\"rollbacks\": 0,"));
  const Ran frames = run_tutti("replay seen --as 1 --frames " + path + good_games);
  CHECK(std::count(frames.out.begin(), frames.out.end(), '\n') > 1000);
  const Ran nobody = run_tutti("replay seen --as 7 " + path + good_games);
  CHECK(nobody.status == 3);
  CHECK_THAT(run_tutti("replay info " + path).out, contains("telemetry") && contains("player 1"));
}

TEST_CASE("replay correct adds a referee's word, signed, and info and archive list show it") {
  const std::string path = tally_match("corrected.tutti", false);
  const SigningKey key = SigningKey::create();
  const std::string key_path = scratch("corrected.key");
  std::ofstream(key_path) << key.seed_hex() << "\n";
  const Ran ran = run_tutti("replay correct --void --by Ada --at 300 --text 'a cable' --key " +
                            key_path + " " + path);
  CHECK(ran.status == 0);
  CHECK_THAT(run_tutti("replay info " + path).out, contains("void about tick 300 by Ada: a cable"));
  const Ran verified =
      run_tutti("replay verify --key " + to_hex(key.public_key()) + " " + path + good_games);
  CHECK(verified.status == 0);
  CHECK_THAT(verified.out, contains("proven"));
  CHECK(run_tutti("replay correct --by Ada " + path).status == 2);  // a decision without words

  const std::string folder = scratch("referee");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::filesystem::copy(tally_match("counts.tutti", false), folder + "/counts.tutti");
  std::filesystem::rename(path, folder + "/void.tutti");
  const Ran list = run_tutti("archive list " + folder);
  CHECK_THAT(list.out, contains("\tAda\t-\t" + folder + "/counts.tutti\n") &&
                           contains("\tAda\tvoid\t" + folder + "/void.tutti\n"));
  const Ran json = run_tutti("archive list --json " + folder);
  CHECK_THAT(json.out, contains("\"corrections\":\"void\""));
  CHECK(json.out.find("\"corrections\"") == json.out.rfind("\"corrections\""));
}

TEST_CASE("replay verify names the fields of a saved state that the log does not give") {
  const std::string path = tally_match("saved.tutti", false);
  auto read = read_match_file(path);
  REQUIRE(read);
  const auto game = GameCatalog({TUTTI_TEST_GAMES "/good"}).find_any("tally@1.9");
  REQUIRE(game);
  StateBox state = start(*game, read->record.log.setup());
  for (Tick tick{1}; tick <= Tick{200}; ++tick)
    step_state(*game, state.get(), read->record.log.events_at(tick), nullptr);
  SavedState saved{.tick = Tick{200}, .digest = digest_state(*game, state.get()), .build = "there"};
  save_state(*game, state.get(), saved.state);
  read->record.states = {saved};
  REQUIRE(write_match_file(path, read->record));
  CHECK(run_tutti("replay verify " + path + good_games).status == 0);
  read->record.states[0].state[0] ^= std::byte{1};
  read->record.states[0].digest = digest_of(read->record.states[0].state);
  REQUIRE(write_match_file(path, read->record));
  const Ran ran = run_tutti("replay verify " + path + good_games);
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, contains("pulls[0]: 8 here, 9 there"));
}

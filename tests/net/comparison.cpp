// The relay's use of digests and answers: no game and no session here, players say what a test
// tells them.

#include "rooms.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

Digest digest_with(int number) {
  Digest digest;
  digest.bytes[0] = static_cast<std::byte>(number);
  return digest;
}

void report(Player& player, std::int64_t tick, int number, std::uint32_t between = 0) {
  DigestReport report{
      .tick = Tick{tick}, .head = {}, .digest = digest_with(number), .between = between};
  const Head head = *player.log().head(Tick{tick});
  std::copy_n(head.bytes.begin(), report.head.size(), report.head.begin());
  player.client().report(report);
}

/// Players in one room who have all confirmed the first two seconds.
struct Compared {
  World world;
  std::vector<Player*> players;

  explicit Compared(std::uint8_t count, RelayServer::Options options = {})
      : world({.server = std::move(options)}) {
    for (std::uint8_t i = 0; i < count; ++i)
      players.push_back(&world.join(hello_for("KAZ22", count), calm, 10U + i));
    world.run(3s);
    for (const Player* player : players)
      REQUIRE(player->log().horizon() >= Tick{120});
  }
  Player& operator[](std::size_t index) { return *players[index]; }
  /// The reports of a tick by each player, in their order.
  void all_report(std::int64_t tick, const std::vector<int>& numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      report(*players[i], tick, numbers[i]);
    world.run(300ms);
  }
  std::uint64_t bit(std::size_t index) { return std::uint64_t{1} << players[index]->slot().value; }
};

void answer(Player& player, const Diverged& question, int number,
            std::optional<Tick> fault = std::nullopt) {
  player.client().answer(Refolded{.tick = question.tick,
                                  .digest = digest_with(number),
                                  .through = question.tick,
                                  .fault = fault,
                                  .machine = "a test",
                                  .first_hash = {},
                                  .hashes = {}});
}

}  // namespace

TEST_CASE("comparison: players who agree are told, and nobody is asked anything") {
  Compared room(2);
  room.all_report(60, {1, 1});
  room.all_report(120, {2, 2});
  CHECK(room[0].client().agreed() == Tick{120});
  CHECK_FALSE(room[0].client().next_diverged());
  CHECK(room.world.server->statistics().diverged == 0);
}

TEST_CASE("comparison: a difference that healed before the compared tick is one") {
  Compared room(3);
  room.all_report(60, {1, 1, 1});
  for (std::size_t i = 0; i < 3; ++i)
    report(room[i], 120, 2, i == 1 ? 77 : 5);
  room.world.run(300ms);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto question = room[i].client().next_diverged();
    REQUIRE(question);
    CHECK(question->tick == Tick{120});
    std::vector<std::uint64_t> hashes(60, 9);
    if (i == 1) hashes[30] = 8;  // folded again, it is wrong again, and right at the end
    room[i].client().answer(Refolded{.tick = Tick{120},
                                     .digest = digest_with(2),
                                     .through = Tick{120},
                                     .machine = "a test",
                                     .first_hash = Tick{61},
                                     .hashes = hashes});
  }
  room.world.run(1s);
  const auto settled = room[0].client().next_settled();
  REQUIRE(settled);
  CHECK(settled->finding.verdict == DesyncVerdict::outvoted);
  CHECK(settled->finding.wrong == room.bit(1));
  CHECK(settled->finding.first == Tick{91});
}

TEST_CASE(
    "comparison: a player who has not held all states since the last compared one is believed") {
  Compared room(3);
  room.all_report(60, {1, 1, 1});
  for (std::size_t i = 0; i < 3; ++i)
    report(room[i], 120, 2, i == 1 ? 0 : 5);
  room.world.run(300ms);
  CHECK(room.world.server->statistics().diverged == 0);
  CHECK(room[1].client().agreed() == Tick{120});
}

TEST_CASE("comparison: a player who differs and does not answer is judged by what it said") {
  Compared room(3);
  room.all_report(60, {1, 1, 1});
  room.all_report(120, {2, 7, 2});
  for (const std::size_t honest : {std::size_t{0}, std::size_t{2}}) {
    const auto question = room[honest].client().next_diverged();
    REQUIRE(question);
    CHECK(question->tick == Tick{120});
    CHECK(question->agreed == Tick{60});
    CHECK(question->agreed_state == digest_with(1));
    answer(room[honest], *question, 2);
  }
  room.world.run(500ms);
  CHECK_FALSE(room[0].client().next_settled());
  room.world.run(1500ms);
  const auto settled = room[0].client().next_settled();
  REQUIRE(settled);
  CHECK(settled->finding.verdict == DesyncVerdict::outvoted);
  CHECK(settled->finding.wrong == room.bit(1));
  // And its word counts no more
  room.world.run(1s);
  room.all_report(180, {3, 9, 3});
  CHECK(room.world.server->statistics().diverged == 1);
  CHECK(room[0].client().agreed() == Tick{180});
}

TEST_CASE("comparison: between two players, one of them silent, the match is disputed") {
  Compared room(2);
  room.all_report(60, {1, 2});
  const auto question = room[0].client().next_diverged();
  REQUIRE(question);
  answer(room[0], *question, 1);
  room.world.run(4s);
  const auto settled = room[0].client().next_settled();
  REQUIRE(settled);
  CHECK(settled->finding.verdict == DesyncVerdict::disputed);
  CHECK(settled->finding.wrong == 0);
  CHECK(room.world.server->statistics().disputed == 1);
  CHECK(room.world.server->next_desync());
}

TEST_CASE("comparison: a difference that healed is no mended one where nobody has folded again") {
  Compared room(2);
  room.all_report(60, {1, 1});
  report(room[0], 120, 2, 5);
  report(room[1], 120, 2, 77);
  room.world.run(300ms);
  REQUIRE(room[0].client().next_diverged());
  SECTION("since the match ended first") { room[0].client().end_match(); }
  SECTION("since nobody answered") {}
  room.world.run(4s);
  const auto settled = room[0].client().next_settled();
  REQUIRE(settled);
  CHECK(settled->finding.verdict == DesyncVerdict::disputed);
  CHECK(settled->finding.wrong == 0);
  CHECK(room.world.server->statistics().disputed == 1);
}

TEST_CASE("comparison: a difference that healed is mended by the word of who was wrong") {
  Compared room(2);
  room.all_report(60, {1, 1});
  report(room[0], 120, 2, 5);
  report(room[1], 120, 2, 77);
  room.world.run(300ms);
  const auto question = room[1].client().next_diverged();
  REQUIRE(question);
  answer(room[1], *question, 2, Tick{91});
  room.world.run(4s);
  const auto settled = room[0].client().next_settled();
  REQUIRE(settled);
  CHECK(settled->finding.verdict == DesyncVerdict::mended);
  CHECK(settled->finding.wrong == room.bit(1));
}

TEST_CASE("comparison: who does not answer is outvoted by its word on ticks that have healed") {
  Compared room(3);
  room.all_report(60, {1, 1, 1});
  for (std::size_t i = 0; i < 3; ++i)
    report(room[i], 120, 2, i == 1 ? 77 : 5);
  room.world.run(300ms);
  for (const std::size_t honest : {std::size_t{0}, std::size_t{2}}) {
    const auto question = room[honest].client().next_diverged();
    REQUIRE(question);
    answer(room[honest], *question, 2);
  }
  room.world.run(4s);
  const auto settled = room[0].client().next_settled();
  REQUIRE(settled);
  CHECK(settled->finding.verdict == DesyncVerdict::outvoted);
  CHECK(settled->finding.wrong == room.bit(1));
}

TEST_CASE("comparison: what is being looked into when a match ends is judged by what is known") {
  Compared room(3);
  World& world = room.world;
  room.all_report(60, {1, 1, 1});
  report(room[0], 120, 2);
  report(room[2], 120, 2);
  room[0].client().end_match();
  world.run(4700ms);
  // Its word comes late, and 300 ms after it the relay waits for nobody any more.
  report(room[1], 120, 7);
  world.run(150ms);
  REQUIRE(world.server->statistics().diverged == 1);
  REQUIRE(world.finished.empty());
  REQUIRE_FALSE(world.server->next_desync());
  world.run(500ms);
  REQUIRE(world.finished.size() == 1);
  REQUIRE(world.finished.front().desyncs.size() == 1);
  const DesyncFinding& finding = world.finished.front().desyncs.front();
  CHECK(finding.tick == Tick{120});
  CHECK(finding.verdict == DesyncVerdict::outvoted);
  CHECK(finding.wrong == room.bit(1));
  CHECK(world.server->next_desync());
}

TEST_CASE("comparison: an answer that nobody asked for means nothing") {
  Compared room(2);
  answer(room[0], Diverged{.tick = Tick{60}, .agreed = {}, .agreed_state = {}}, 5, Tick{3});
  room[1].client().answer(Evidence{.tick = Tick{60}, .size = 9, .piece = Bytes(9)});
  room.all_report(60, {1, 1});
  CHECK(room[0].client().agreed() == Tick{60});
  CHECK(room.world.server->statistics().diverged == 0);
}

TEST_CASE("comparison: digests of ticks that nobody compares crowd nothing out") {
  Compared room(2);
  report(room[0], 60, 1);
  room.world.run(100ms);
  for (std::int64_t tick = 61; tick < 100; ++tick) {
    report(room[1], tick, 9);
    room.world.run(100ms);
  }
  room.all_report(120, {3, 2});
  CHECK(room[0].client().next_diverged());
  CHECK(room.world.server->statistics().refused_messages >= 39);
}

TEST_CASE("comparison: evidence that comes in is memory of its match, until it is handed on") {
  Compared room(2, {.memory_bytes_max = 50'000});
  REQUIRE_FALSE(room.world.server->why_no_newcomers());
  room.all_report(60, {1, 2});
  answer(room[0], *room[0].client().next_diverged(), 1);
  answer(room[1], *room[1].client().next_diverged(), 1, Tick{33});
  room.world.run(300ms);
  REQUIRE(room[0].client().next_settled());
  const std::uint32_t piece = evidence_piece_bytes;
  for (std::uint32_t offset = 0; offset < 5 * piece; offset += piece) {
    room[0].client().answer(
        Evidence{.tick = Tick{60}, .size = 5 * piece, .offset = offset, .piece = Bytes(piece)});
  }
  room.world.run(500ms);
  CHECK(room.world.server->why_no_newcomers());
  room.world.run(2s);
  CHECK_FALSE(room.world.server->why_no_newcomers());
  CHECK(room.world.server->next_desync()->bundle.sides[0].before.size() == 5 * piece);
}

TEST_CASE("comparison: a report before a state was put right does not count") {
  Compared room(2);
  room.all_report(60, {1, 2});
  const auto question = room[1].client().next_diverged();
  REQUIRE(question);
  answer(room[0], *room[0].client().next_diverged(), 1);
  // The second one had folded on from the wrong state and said so, then it found its fault.
  report(room[1], 120, 9);
  room.world.run(20ms);
  room[1].client().answer(Refolded{.tick = Tick{60},
                                   .digest = digest_with(1),
                                   .through = Tick{130},
                                   .fault = Tick{33},
                                   .machine = "a test",
                                   .first_hash = {},
                                   .hashes = {}});
  report(room[0], 120, 3);
  room.world.run(2s);
  const auto settled = room[0].client().next_settled();
  REQUIRE(settled);
  CHECK(settled->finding.verdict == DesyncVerdict::mended);
  CHECK(settled->finding.first == Tick{33});
  CHECK(settled->finding.wrong == room.bit(1));
  CHECK(room.world.server->statistics().diverged == 1);
  room.all_report(180, {4, 4});
  CHECK(room[0].client().agreed() == Tick{180});
}

TEST_CASE("comparison: a player who has to be mended again and again is not struck by chance") {
  Compared room(2);
  room.world.run(8s);
  for (std::int64_t tick = 60; tick <= 5 * 60; tick += 60) {
    room.all_report(tick, {1, 2});
    const auto question = room[1].client().next_diverged();
    REQUIRE(question);
    answer(room[0], *room[0].client().next_diverged(), 1);
    answer(room[1], *question, 1, Tick{tick - 5});
    room.world.run(300ms);
    const auto settled = room[0].client().next_settled();
    REQUIRE(settled);
    CHECK(settled->finding.verdict ==
          (tick < 300 ? DesyncVerdict::mended : DesyncVerdict::disputed));
  }
  room.all_report(360, {1, 2});
  CHECK_FALSE(room[0].client().next_diverged());
}

TEST_CASE("comparison: a player who lies once does not end the comparing of a match") {
  Compared room(2);
  room.world.run(10s);
  const auto lie = [&](std::int64_t tick) {
    room.all_report(tick, {1, 2});
    room.world.run(3s);
    return std::pair(room[0].client().next_diverged().has_value(),
                     room[1].client().next_diverged().has_value());
  };
  const std::pair asked(true, true);
  const std::pair left_alone(false, false);
  CHECK(lie(60) == asked);
  CHECK(room.world.server->statistics().disputed == 1);
  CHECK(lie(120) == left_alone);  // that they differ is known
  room.all_report(180, {5, 5});
  CHECK(room[0].client().agreed() == Tick{180});
  CHECK(lie(240) == asked);
  CHECK(room.world.server->statistics().disputed == 2);
  // A player who lies now and then has to agree the longer each time.
  room.all_report(300, {5, 5});
  CHECK(lie(360) == left_alone);
  room.all_report(420, {5, 5});
  CHECK(lie(480) == asked);
}

TEST_CASE("comparison: a disputed match is settled as soon as most players agree") {
  Compared room(3);
  room.all_report(60, {1, 2, 3});
  room.world.run(3s);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(room[i].client().next_diverged());
  CHECK(room.world.server->statistics().disputed == 1);
  room.all_report(120, {4, 9, 4});
  CHECK(room[0].client().next_diverged());
  room.world.run(3s);
  while (const auto settled = room[0].client().next_settled()) {
    if (settled->finding.tick != Tick{120}) continue;
    CHECK(settled->finding.verdict == DesyncVerdict::outvoted);
    CHECK(settled->finding.wrong == room.bit(1));
  }
  room.all_report(180, {6, 8, 6});
  CHECK(room[0].client().agreed() == Tick{180});
}

TEST_CASE("comparison: a relay that was started again knows what had been agreed and disputed") {
  Compared room(2);
  World& world = room.world;
  room.all_report(60, {1, 1});
  room.all_report(120, {2, 2});
  restart(world);
  world.run(8s);
  room.all_report(180, {3, 4});
  const auto question = room[0].client().next_diverged();
  REQUIRE(question);
  CHECK(question->agreed == Tick{120});
  world.run(3s);
  CHECK(world.server->statistics().disputed == 1);
  restart(world);
  world.run(8s);
  room.all_report(240, {5, 6});
  CHECK_FALSE(room[0].client().next_diverged());
  CHECK(world.server->statistics().diverged == 0);
}

TEST_CASE("comparison: for a state, one player after the other is asked") {
  Compared room(3);
  room.all_report(60, {1, 1, 1});
  Player& eve =
      room.world.join({.room = "KAZ22", .rules = tally_rules, .role = Role::spectator}, calm, 20);
  room.world.run(500ms);
  eve.client().want_snapshot();
  room.world.run(500ms);
  for (std::ptrdiff_t asked = 1; asked <= 3; ++asked) {
    CHECK(std::count_if(room.players.begin(), room.players.end(), [](Player* player) {
            return player->client().is_snapshot_wanted();
          }) == asked);
    room.world.run(4s);  // nobody answers: then it is the next one's turn
  }
}

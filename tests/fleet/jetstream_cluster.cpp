// A fleet's store in three nats-servers, of which one dies.

#include "fleet/memory_store.hpp"
#include "support/holds_within.hpp"
#include "support/nats_server.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> urls_of(NatsCluster& cluster) {
  std::vector<std::string> urls;
  for (const auto& server : cluster.servers())
    urls.push_back(server->url());
  return urls;
}

std::unique_ptr<FleetStore> open_at(NatsCluster& cluster) {
  std::unique_ptr<FleetStore> store;
  REQUIRE(holds_within(30s, [&] {
    auto opened = open_jetstream({.servers = urls_of(cluster)});
    if (opened) store = std::move(*opened);
    return store != nullptr;
  }));
  return store;
}

}  // namespace

TEST_CASE("jetstream: who comes while servers look for a leader waits for that") {
  NatsCluster cluster("leaders");
  open_at(cluster);
  for (const std::size_t dead : {0, 1, 2}) {
    CAPTURE(dead);
    // Of six streams and the cluster, each server leads some.
    cluster.servers()[dead]->kill();
    const auto opened = open_jetstream({.servers = urls_of(cluster)});
    CHECK((opened ? "" : opened.error().sentence) == "");
    cluster.servers()[dead]->start();
    open_at(cluster);
  }
}

TEST_CASE("jetstream: matches are read at once though a server has died that had a part in it") {
  NatsCluster cluster("reading");
  const std::unique_ptr<FleetStore> store = open_at(cluster);
  constexpr std::uint64_t count = 12;
  const auto match_named = [](std::uint64_t name) {
    return MatchId{{{static_cast<std::byte>(name)}}};
  };
  std::map<std::uint64_t, std::uint64_t> last;
  for (std::uint64_t number = 0; number < 3; ++number) {
    for (std::uint64_t name = 0; name < count; ++name) {
      const LogEntry entry{.match = match_named(name), .owner = ada, .epoch = 1, .number = number};
      const auto is_stored = [&] {
        const AppendOutcome outcome = store->append_now(entry, last[name]);
        if (outcome.kind == AppendOutcome::Kind::stored) last[name] = outcome.sequence;
        return outcome.kind == AppendOutcome::Kind::stored;
      };
      REQUIRE(holds_within(20s, is_stored));
    }
  }
  cluster.servers()[2]->kill();
  REQUIRE(holds_within(20s, [&] { return store->last(match_named(0)).has_value(); }));
  for (std::uint64_t name = 0; name < count; ++name) {
    CAPTURE(name);
    const auto entries = store->read(match_named(name), last[name]);
    REQUIRE(entries);
    REQUIRE(entries->size() == 3);
    for (std::uint64_t i = 0; i < 3; ++i) {
      CHECK((*entries)[i].entry.match == match_named(name));
      CHECK((*entries)[i].entry.number == i);
    }
    CHECK(entries->back().sequence == last[name]);
    CHECK(store->read(match_named(name), last[name], entries->front().sequence)->size() == 2);
  }
}

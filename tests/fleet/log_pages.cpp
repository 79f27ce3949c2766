// A long log is read in few pieces, and is the same that its entries are.

#include "fleet/log_pages.hpp"

#include "fleet/memory_store.hpp"
#include "fleet/played_relay.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// A relay's match, with pages of so many bytes.
struct Paged {
  explicit Paged(std::size_t page_bytes, std::uint64_t seed = 1)
      : store(seed), random(seed), streaming(store, ada, page_bytes) {
    streaming.follow(relay.start());
    relay.open_match("AAAAA");
  }
  void play(int times) {
    for (int i = 0; i < times; ++i) {
      relay.play(random);
      streaming.reach(relay.flush());
      streaming.pass(2);
    }
  }
  const MatchRecord& match() { return relay.matches()[0].record; }
  std::vector<LogPage>& pages() { return store.servers().pages[match_id_of(match())]; }
  std::vector<StoredEntry> read() {
    auto pieces = read_log(store, match_id_of(match()));
    REQUIRE(pieces);
    return std::move(*pieces);
  }
  void check_all_is_there() {
    const MatchRecord found = assembled(read());
    CHECK(found.log.horizon() == match().log.horizon());
    CHECK(found.log.head() == match().log.head());
  }

  Folder folder;
  MemoryStore store;
  PlayedRelay relay{folder.file("relay.journal")};
  Random random;
  Streaming streaming;
};

LogPage page_of(RelayId owner, std::uint32_t epoch, std::uint64_t number, std::uint64_t through,
                bool is_whole = false) {
  return {.all = {.owner = owner,
                  .epoch = epoch,
                  .number = number,
                  .is_whole = is_whole,
                  .records = Bytes(3)},
          .entries = 10,
          .through = through};
}

/// Through which entries a reader knows the log by these.
std::uint64_t known_by(const std::vector<LogPage>& pages) {
  const auto chosen = detail::newest_whole(pages);
  return chosen.empty() ? 0 : chosen.back().sequence;
}

}  // namespace

TEST_CASE("a long log is read in pages, and the entries behind them") {
  Paged paged(1000);
  paged.play(400);
  REQUIRE(paged.streaming.comes_to_its_end());
  const auto entries = paged.store.read(match_id_of(paged.match()));
  const auto pieces = paged.read();
  REQUIRE(paged.pages().size() > 5);
  CHECK(entries->size() > 10 * pieces.size());
  paged.check_all_is_there();
  // A reader of what there was at some moment gets that and no more.
  const std::uint64_t through = (*entries)[entries->size() - 3].sequence;
  const auto before = read_log(paged.store, match_id_of(paged.match()), through);
  CHECK(before->back().sequence == through);
  const std::uint64_t early = (*entries)[3].sequence;
  CHECK(read_log(paged.store, match_id_of(paged.match()), early)->size() == 4);
  // When the entries of its beginning have gone, the log has its beginning still.
  auto& log = paged.store.servers().logs[match_id_of(paged.match())];
  log.erase(log.begin(), log.begin() + 20);
  paged.check_all_is_there();
}

TEST_CASE("pages come however often the store loses them, and are the log that there is") {
  std::uint64_t pages = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Paged paged(600, seed);
    paged.store.trouble_percent = 30;
    for (int i = 0; i < 6; ++i) {
      paged.play(50);
      if (i == 3) paged.streaming.follow(paged.relay.renew());
    }
    paged.store.trouble_percent = 0;
    paged.streaming.pass(400);
    REQUIRE(paged.streaming.comes_to_its_end());
    paged.check_all_is_there();
    pages += paged.pages().size();
  }
  CHECK(pages > 60);
}

TEST_CASE("a log of which pages are missing is read by its entries") {
  Paged paged(600);
  paged.play(200);
  REQUIRE(paged.streaming.comes_to_its_end());
  REQUIRE(paged.pages().size() > 4);
  paged.pages().erase(paged.pages().begin() + 2);
  paged.check_all_is_there();
  paged.pages().erase(paged.pages().begin());
  CHECK(paged.read().size() == paged.store.read(match_id_of(paged.match()))->size());
  paged.check_all_is_there();
}

TEST_CASE("of pages those of the last epoch count that is whole with them") {
  const std::vector<LogPage> first{page_of(ada, 1, 0, 100, true), page_of(ada, 1, 10, 120)};
  CHECK(known_by(first) == 120);
  auto all = first;
  // One that goes on behind a gap, or begins and is not whole yet
  all.push_back(page_of(ada, 1, 30, 160));
  all.push_back(page_of(bob, 3, 0, 200));
  CHECK(known_by(all) == 120);
  all.push_back(page_of(bob, 3, 10, 220, true));
  CHECK(known_by(all) == 220);
  // What a relay says that has lost the match is older, whenever it comes.
  all.push_back(page_of(ada, 1, 20, 130));
  CHECK(known_by(all) == 220);
  CHECK(known_by({}) == 0);
}

TEST_CASE("bytes that are no page of this version are none") {
  const MatchId match{};
  const LogPage page = page_of(ada, 2, 7, 90, true);
  CHECK(decode_log_page(match, encode(page)) == page);
  Bytes bytes = encode(page);
  for (std::size_t size = 0; size < 47; ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode_log_page(match, BytesView(bytes).first(size)));
  }
  bytes[0] = std::byte{2};
  CHECK_FALSE(decode_log_page(match, bytes));
  // Nor such that have no entries, or more than can be counted.
  LogPage none = page;
  none.entries = 0;
  CHECK_FALSE(decode_log_page(match, encode(none)));
  LogPage endless = page;
  endless.entries = UINT64_MAX;
  CHECK_FALSE(decode_log_page(match, encode(endless)));
}

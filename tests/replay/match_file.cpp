// A match that is over becomes one file and comes back from it.

#include "tutti/replay/match_file.hpp"

#include "matches.hpp"
#include "support/catch.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// A disk with one file, of which the whole is asked for only if it has to be.
class OneFile final : public Storage {
 public:
  explicit OneFile(Bytes bytes) : bytes_(std::move(bytes)) {}

  Result<Bytes> read(const std::string&) override {
    ++reads;
    return bytes_;
  }
  Result<FileEnds> read_ends(const std::string&, std::size_t head_most, std::size_t) override {
    const BytesView head = BytesView(bytes_).first(std::min(head_most, bytes_.size()));
    return FileEnds{Bytes(head.begin(), head.end()), {}};
  }
  Result<std::unique_ptr<AppendFile>> open(const std::string&) override { return nothing(); }
  Result<void> replace(const std::string&, BytesView) override { return nothing(); }
  Result<void> rename(const std::string&, const std::string&) override { return nothing(); }
  Result<void> remove(const std::string&) override { return {}; }
  bool exists(const std::string&) const override { return true; }

  int reads = 0;

 private:
  static Unexpected nothing() { return fail(Fault::refused, "this disk is only read"); }
  Bytes bytes_;
};

}  // namespace

TEST_CASE("of a file that does not begin like a match file no more than that is read") {
  const Bytes match = write_match(record_of(60, 5, 60));
  OneFile own(match);
  CHECK(read_match_file("own", own));
  CHECK(own.reads == 1);
  Bytes bytes = match;
  bytes[3] ^= std::byte{1};
  OneFile foreign(bytes);
  const auto refused = read_match_file("foreign", foreign);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().sentence ==
        "foreign: this is not a Tutti file: it does not begin like one");
  CHECK(foreign.reads == 0);
}

TEST_CASE("a file that was sent as text is no match, and says what happened to it") {
  const Bytes match = write_match(record_of(3600, 5, 60));
  const auto with_line_ends = [&](std::string_view from, std::string_view to) {
    std::string text(as_text(match));
    for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    const BytesView bytes = as_bytes(text);
    return Bytes(bytes.begin(), bytes.end());
  };
  for (const auto& [from, to] : {std::pair{"\n", "\r\n"}, std::pair{"\r\n", "\n"},
                                 std::pair{"\r", "\n"}, std::pair{"\n", "\r"}}) {
    OneFile file(with_line_ends(from, to));
    const auto summary = read_summary_file("sent", file);
    REQUIRE_FALSE(summary);
    CHECK_THAT(summary.error().sentence, contains("sent: ") && contains("it was sent as text"));
    const auto read = read_match_file("sent", file);
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error().sentence, contains("sent as text"));
  }
}

TEST_CASE("a file keeps digests as dense as the match's terms ask, for about 1 KB a minute") {
  const auto kept = [](bool is_dense) {
    MatchOpening opening = opening_of("KAZOO");
    opening.setup.terms.has_dense_digests = is_dense;
    MatchRecord match(opening);
    match.log.close(Tick{36000});
    match.digests = digests_of(match.log, 60);
    match.end = EndReason::everyone_left;
    const Bytes file = write_match(match);
    const auto read = read_match(file);
    REQUIRE(read);
    return std::pair{read->record.digests.size(), file.size()};
  };
  const auto sparse = kept(false);
  const auto dense = kept(true);
  CHECK(sparse.first == 36000 / 300);
  CHECK(dense.first == 36000 / 60);
  CHECK((dense.second - sparse.second) / 10 < 1024);
  CHECK((dense.second - sparse.second) / 10 > 256);
}

TEST_CASE("a match that is written comes back the same") {
  for (const std::int64_t ticks : {2, 60, 3600, 36000}) {
    const MatchRecord match = record_of(ticks, 5, 60);
    const Bytes file = write_match(match);
    const Result<ReadMatch> read = read_match(file);
    REQUIRE(read);
    CHECK_FALSE(read->damage);
    CHECK(is_same_log(read->record, match));
    CHECK(write_match(read->record) == file);
  }
}

TEST_CASE("a match that was told before it was written says so in its file") {
  MatchRecord match = record_of(60, 5, 60);
  match.end = EndReason::time_over;
  const std::size_t bytes = write_match(match).size();
  match.is_unwritten = true;
  const Bytes file = write_match(match);
  CHECK(file.size() == bytes + 1);
  const Result<ReadMatch> read = read_match(file);
  REQUIRE(read);
  CHECK(read->record.is_unwritten);
  CHECK(write_match(read->record) == file);
}

TEST_CASE(
    "a closed file keeps a short digest every 300 ticks, a full one at the end, and evidence") {
  // Given a digest every second, and one of a player whose log was another
  MatchRecord match = record_of(3601, 5, 60);
  RecordedDigest foreign = match.digests[3];
  foreign.head.bytes[0] ^= std::byte{1};
  match.digests.insert(match.digests.begin() + 4, foreign);
  const Result<ReadMatch> read = read_match(write_match(match));
  REQUIRE(read);
  const std::vector<RecordedDigest>& kept = read->record.digests;
  REQUIRE(kept.size() == 13);
  CHECK(kept[0] == foreign);
  CHECK(kept[1].tick == Tick{300});
  CHECK(kept[2].tick == Tick{600});
  CHECK(kept[2].is_short);
  CHECK(kept[2].agrees_with(match.digests[10].state));
  CHECK_FALSE(kept[2].agrees_with(match.digests[11].state));
  CHECK(kept.back() == match.digests.back());
  CHECK_FALSE(kept.back().is_short);
}

TEST_CASE("a match that is still open is written with what is not yet final") {
  // Given far more events after the horizon than fit into one batch
  MatchRecord match(opening_of("KAZOO"));
  for (const Event& event : play(6000, 20))
    match.log.add(event);
  match.log.close(Tick{80});
  const Result<ReadMatch> read = read_match(write_match(match));
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(is_same(read->record, match));
  CHECK(read->record.log.horizon() == Tick{80});
}

TEST_CASE("a match file of two players costs little more than 1 KB a minute") {
  // Ten minutes, five changes a second each, digests thinned to one every five seconds.
  const Bytes file = write_match(record_of(36000, 5, 60));
  const Bytes silent = write_match(record_of(36000, 5, 36001));
  CHECK(file.size() / 10 < 1200);
  CHECK(silent.size() / 10 < 1020);
}

TEST_CASE("analog sticks of two players cost less than 13 KB a minute") {
  CHECK(write_match(analog_record_of(36000)).size() / 10 < 9000);
}

TEST_CASE("a closed file is summarised by its last few hundred bytes") {
  SimulatedStorage storage;
  const MatchRecord match = record_of(36000, 5, 60);
  REQUIRE(write_match_file("match.tutti", match, storage));
  const Result<MatchSummary> summary = read_summary_file("match.tutti", storage);
  REQUIRE(summary);
  CHECK(summary->opening.room == "KAZOO");
  CHECK(summary->opening.setup == match.log.setup());
  CHECK(summary->events == match.log.events().size());
  CHECK(summary->last == Tick{36000});
  CHECK(summary->head == match.log.head());
  CHECK(summary->end == EndReason::everyone_left);
  REQUIRE(summary->participants.size() == 2);
  CHECK(summary->participants[0].name == "ada");
  const Bytes file = *storage.read("match.tutti");
  const FoundSummary in_tail = find_summary(BytesView(file).last(summary_tail_bytes));
  CHECK(in_tail.summary);
  CHECK(in_tail.bytes_needed < 400);
  CHECK(find_summary(BytesView(file).last(footer_bytes)).bytes_needed == in_tail.bytes_needed);

  // One that was cut off says the same as far as it goes
  REQUIRE(storage.replace("match.tutti", BytesView(file).first(file.size() - 1)));
  const Result<MatchSummary> cut = read_summary_file("match.tutti", storage);
  REQUIRE(cut);
  CHECK(cut->head == match.log.head());
  CHECK_THAT(cut->damage, contains("match.tutti: the file is cut off or damaged"));
}

TEST_CASE("a summary notices what was written behind a file's end") {
  SimulatedStorage storage;
  const MatchRecord match = record_of(3600, 5, 60);
  const Bytes file = write_match(match);
  MatchRecord other({.room = "KAZ99", .setup = match.log.setup()});
  other.log.close(Tick{600});
  const auto summary_with = [&](const Bytes& behind) {
    Bytes both = file;
    both.insert(both.end(), behind.begin(), behind.end());
    REQUIRE(storage.replace("match.tutti", both));
    const auto summary = read_summary_file("match.tutti", storage);
    REQUIRE(summary);
    CHECK(summary->opening.room == "KAZOO");
    CHECK(summary->last == Tick{3600});
    return summary->damage;
  };
  CHECK(summary_with({}).empty());
  CHECK_FALSE(summary_with(Bytes(40, std::byte{7})).empty());
  // Another whole match, whose end says that all is well.
  CHECK_FALSE(summary_with(write_match(other)).empty());
}

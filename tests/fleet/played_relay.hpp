#pragma once
// Relays without sockets: journals with matches that are played by chance, and the streamers behind
// them.

#include <unistd.h>

#include <filesystem>
#include <span>

#include "fleet/log_streamer.hpp"
#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/reader.hpp"

namespace tutti::test {

/// A folder that is gone with the test; in memory where there is such a place, since no test here
/// is about power, and a disk takes its time to sync.
class Folder {
 public:
  Folder()
      : path_((std::filesystem::is_directory("/dev/shm") ? std::filesystem::path("/dev/shm")
                                                         : std::filesystem::temp_directory_path()) /
              ("tutti-fleet-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A match that a relay plays by chance.
struct Played {
  MatchRecord record;
  MatchNumber number{};
  std::uint32_t events = 0;  // accepted, and so the author's next counter
};

/// A relay's journal with its matches, begun anew now and then.
class PlayedRelay {
 public:
  explicit PlayedRelay(std::string path) : path_(std::move(path)) { journal_ = open(path_); }

  void open_match(const std::string& room, std::int64_t started_utc = 1'700'000'000) {
    const MatchOpening opening{.room = room,
                               .started_utc = started_utc,
                               .build = {},
                               .setup = any_game<Tally>().setup(matches_.size() + 1, 2)};
    matches_.push_back({MatchRecord(opening), journal_->begin(opening)});
    say(matches_.back(), {.kind = EventKind::joined, .player = PlayerId{0}, .name = "Ada"});
  }
  /// Goes on with the match of another relay.
  void take_up(MatchRecord record) {
    const MatchNumber number = journal_->copy(record);
    // No relay has counted further.
    const auto events = static_cast<std::uint32_t>(4 * (record.log.horizon().value + 1));
    matches_.push_back({std::move(record), number, events});
  }
  void drop(const std::string& room) {
    std::erase_if(matches_, [&](const Played& match) { return match.record.room == room; });
  }
  /// Some ticks more of one of them.
  void play(Random& random) {
    play(matches_[random.below(static_cast<std::uint32_t>(matches_.size()))], random);
  }
  void play(Played& match, Random& random) {
    if (match.record.end) return;
    std::vector<Event> events;
    for (std::uint32_t i = random.below(4); i > 0; --i) {
      events.push_back({match.record.log.horizon() + 1 + i, author_of(PlayerId{0}),
                        match.events + i, hold(static_cast<int>(random.below(9)))});
    }
    write(match, events, match.record.log.horizon() + 6);
  }
  /// With about so many bytes of events, which do not become fewer when they are packed.
  void fill(Played& match, std::size_t bytes) {
    constexpr std::size_t each = 240;
    Random random(bytes);
    for (std::size_t done = 0; done < bytes; done += 3 * each) {
      std::vector<Event> events;
      for (std::uint32_t i = 0; i < 3; ++i) {
        Bytes payload(each);
        std::ranges::generate(payload, [&] { return static_cast<std::byte>(random.next()); });
        events.push_back({match.record.log.horizon() + 1 + i, author_of(PlayerId{0}),
                          match.events + i, payload});
      }
      write(match, events, match.record.log.horizon() + 6);
      if (done % 100 == 0) flush();  // the journal does not hold so much
    }
  }
  void end(Played& match) {
    say_end(match);
    match.record.end = EndReason::everyone_left;
    journal_->append(match.number,
                     {match.record.log.horizon(), match.record.log.head(), *match.record.end});
  }
  /// And no more is written of it.
  void say_end(Played& match) {
    say(match, {.kind = EventKind::match_ended, .reason = LeaveReason::match_over});
  }
  JournalPosition flush() { return journal_->flush(Duration{}).written; }
  /// The journal is begun anew with the matches that run.
  JournalStart renew() {
    const JournalStatus before = journal_->status();
    Journal next = open(path_ + ".next");
    for (Played& match : matches_) {
      if (!match.record.end) match.number = next.copy(match.record);
    }
    next.flush(Duration{});
    std::filesystem::rename(path_ + ".next", path_);
    journal_ = std::move(next);
    return {.path = path_,
            .written = journal_->status().written,
            .is_continued = before.written == before.appended};
  }
  JournalStart start() { return {.path = path_, .written = flush()}; }
  std::vector<Played>& matches() { return matches_; }

 private:
  static Journal open(const std::string& path) {
    Result<Journal> journal =
        Journal::open(posix_storage(), path, {.sync_interval = std::chrono::hours(1)});
    REQUIRE(journal);
    return std::move(*journal);
  }
  void say(Played& match, const RelayEvent& event) {
    const Tick tick = match.record.log.horizon() + 1;
    write(match, {{tick, relay_author, match.events, encode(event)}}, tick);
  }
  void write(Played& match, const std::vector<Event>& events, Tick horizon) {
    const std::uint64_t first = match.record.log.events().size();
    std::vector<EventView> views(events.begin(), events.end());
    std::ranges::reverse(views);
    for (const EventView& event : views)
      REQUIRE(match.record.log.add(event) == Log::Added::yes);
    match.record.log.close(horizon);
    match.events += 4;
    journal_->append(match.number, EventBatch{first, views, horizon});
  }

  std::string path_;
  std::optional<Journal> journal_;
  std::vector<Played> matches_;
};

/// A streamer, and the time that passes for it.
class Streaming {
 public:
  Streaming(FleetStore& store, RelayId owner, std::size_t page_bytes = 16 * 1024)
      : streamer_(store, owner, page_bytes) {}
  void follow(const JournalStart& start) {
    auto journal = detail::FollowedJournal::open(start);
    REQUIRE(journal);
    streamer_.follow(std::move(*journal));
  }
  void reach(JournalPosition written) { streamer_.reach(written); }
  void pass_at(Instant now) { streamer_.pass(now_ = now); }
  detail::LogStreamer& streamer() { return streamer_; }
  void pass(int times = 1) {
    for (; times > 0; --times)
      streamer_.pass(now_ += std::chrono::milliseconds(5));
  }
  bool is_done() const { return streamer_.is_done(); }
  FleetStatus status() const { return streamer_.status(); }
  bool comes_to_its_end() {
    for (int i = 0; i < 20'000 && !is_done(); ++i)
      pass();
    return is_done();
  }

 private:
  detail::LogStreamer streamer_;
  Instant now_{std::chrono::hours(1)};
};

/// The match that these pieces of a log are, which lacks nothing.
inline MatchRecord assembled(std::span<const StoredEntry> pieces) {
  const auto log = assemble(pieces);
  REQUIRE(log);
  CHECK_FALSE(log->has_hole);
  auto read = read_match(log->journal);
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  return std::move(read->record);
}

inline MatchRecord found_in(FleetStore& store, const MatchRecord& match) {
  const auto entries = store.read(match_id_of(match));
  REQUIRE(entries);
  return assembled(*entries);
}

}  // namespace tutti::test

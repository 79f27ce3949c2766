// The memory that the end of a match takes at the relay, however long the match was: while its file
// is written, and while it moves to another journal.

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>

#include <unistd.h>

#include "relay/minutes.hpp"
#include "support/catch.hpp"
#include "tutti/replay/match_file.hpp"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__GLIBC__)
#define TUTTI_TEST_COUNTS_MEMORY
#endif
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#undef TUTTI_TEST_COUNTS_MEMORY
#endif
#endif

#ifdef TUTTI_TEST_COUNTS_MEMORY

namespace {

std::atomic<std::int64_t> bytes_in_use{0};
std::atomic<std::int64_t> bytes_most{0};

void* count(void* memory) {
  if (memory == nullptr) return nullptr;
  const auto size = static_cast<std::int64_t>(::malloc_usable_size(memory));
  const std::int64_t now = bytes_in_use += size;
  std::int64_t most = bytes_most;
  while (now > most && !bytes_most.compare_exchange_weak(most, now)) {
  }
  return memory;
}

void uncount(void* memory) {
  if (memory != nullptr) {
    bytes_in_use -= static_cast<std::int64_t>(::malloc_usable_size(memory));
  }
}

}  // namespace

// All memory of the process is counted, that of zstd too: these stand before the C library's.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);

void* malloc(std::size_t size) { return count(__libc_malloc(size)); }
void* calloc(std::size_t number, std::size_t size) { return count(__libc_calloc(number, size)); }
void* realloc(void* memory, std::size_t size) {
  // Both exist for a moment, at worst.
  const std::int64_t before =
      memory == nullptr ? 0 : static_cast<std::int64_t>(::malloc_usable_size(memory));
  void* moved = count(__libc_realloc(memory, size));
  if (moved != nullptr || size == 0) bytes_in_use -= before;
  return moved;
}
void* memalign(std::size_t alignment, std::size_t size) {
  return count(__libc_memalign(alignment, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return count(__libc_memalign(alignment, size));
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = count(__libc_memalign(alignment, size));
  return *memory == nullptr ? ENOMEM : 0;
}
void free(void* memory) {
  uncount(memory);
  __libc_free(memory);
}
}

using namespace tutti;
using namespace std::chrono_literals;

namespace {

/// What is allowed.
constexpr std::int64_t end_bytes = 4'000'000;

/// The most memory that is in use at one time while this runs, beside what is in use before.
template <class Run>
std::int64_t memory_of(Run run) {
  const std::int64_t before = bytes_in_use;
  bytes_most = before;
  run();
  return bytes_most - before;
}

/// A folder of this process.
struct Scratch {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("tutti-test-end-" + std::to_string(::getpid()));
  Scratch() { std::filesystem::create_directory(folder); }
  ~Scratch() { std::filesystem::remove_all(folder); }
  std::string operator/(const char* name) const { return (folder / name).string(); }
};

Journal open(const std::string& path) {
  Result<Journal> journal =
      Journal::open(posix_storage(), path, {.sync_interval = std::chrono::hours(100)});
  REQUIRE(journal);
  return std::move(*journal);
}

/// Two players who do something in every so many ticks, for so many ticks, and then it is over.
struct Played {
  RelayMatch match;
  detail::Minutes minutes;

  Played(Journal& journal, const Setup& setup, std::int64_t ticks, std::int64_t every)
      : match({.setup = setup}), minutes(journal, {.room = "KAZ22", .setup = setup}) {
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      match.handle(command::Admit{.name = "somebody"});
      match.handle(command::Announce{PlayerId{slot}, Tick{0}});
    }
    for (Tick tick{1}; tick <= Tick{ticks}; ++tick) {
      match.handle(command::Advance{tick});
      for (std::uint8_t slot = 0; slot < 2; ++slot)
        act(PlayerId{slot}, tick, every);
      if (tick.value % 60 == 0) {
        const Tick agreed = match.horizon();
        minutes.write(RecordedDigest{agreed, *match.log().head(agreed), {}});
      }
      if (tick.value % 6 == 0) pass(journal, tick);
    }
    match.handle(command::End{});
    match.handle(command::Advance{Tick{ticks + 100}});
    REQUIRE(match.is_over());
    pass(journal, Tick{ticks + 100});
    minutes.write_end(match.log(), EndReason::operator_ended);
    journal.flush_and_sync();
  }

 private:
  void act(PlayerId player, Tick tick, std::int64_t every) {
    if ((tick.value + player.value * 5) % every == 0) {
      const Bytes payload{static_cast<std::byte>(tick.value / every * 37), std::byte{1}};
      match.handle(command::Offer{player, match.counted(player), tick + 1, payload});
    }
    match.handle(command::Announce{player, tick});
  }
  void pass(Journal& journal, Tick tick) {
    minutes.write(match.take_margins());
    minutes.put_away(match);
    if (!minutes.has_all_events_of(match)) minutes.write(match);
    journal.flush(tick.value * 16ms);
    minutes.look_whether_written(match);
  }
};

/// The end of such a match: its file is written, it moves to another journal, and its file is
/// written again from there.
void end_match(std::int64_t ticks, std::int64_t every, MatchTerms terms = {}) {
  const Scratch scratch;
  Journal journal = open(scratch / "relay.journal");
  const Setup setup{.rules = "tally@1+0123456789abcdef", .players = 2, .terms = terms};
  std::optional<Played> played(std::in_place, journal, setup, ticks, every);
  const std::optional<SigningKey> key = SigningKey::from_hex(std::string(64, 'a'));
  const std::size_t events = played->match.log().count();
  const Head head = played->match.log().head();
  std::optional<JournaledMatch> match;
  const std::int64_t handed_out = memory_of(
      [&] { match.emplace(played->minutes.journaled(played->match, EndReason::operator_ended)); });
  played.reset();  // the room is closed
  const auto write = [&](const char* name) {
    const Result<void> created = posix_storage().create(
        scratch / name, [&](const ByteSink& sink) { return write_match(*match, key, sink); });
    CHECK(created);
  };
  const std::int64_t written = memory_of([&] { write("first.tutti"); });
  Journal next = open(scratch / "next.journal");
  const std::int64_t moved = memory_of([&] {
    Result<CopiedMatch> copied = next.copy(*match);
    REQUIRE(copied);
    CHECK_FALSE(next.flush_and_sync().error);
    match->pages = next.pages(std::move(copied->places), match->pages.events());
  });
  const std::int64_t again = memory_of([&] { write("second.tutti"); });
  CAPTURE(events, handed_out, written, moved, again);
  CHECK(handed_out + written < end_bytes);
  CHECK(handed_out + moved < end_bytes);
  CHECK(handed_out + again < end_bytes);

  const Bytes file = *posix_storage().read(scratch / "first.tutti");
  CHECK(*posix_storage().read(scratch / "second.tutti") == file);
  const std::int64_t whole = memory_of([&] {
    const Result<ReadMatch> read = read_match(file);
    REQUIRE(read);
    CHECK_FALSE(read->damage);
    CHECK(read->record.log.count() == events);
    CHECK(read->record.log.head() == head);
    CHECK(check_signatures(read->record, key->public_key()).whole_through ==
          read->record.log.horizon());
    CHECK((write_match(read->record) == file));
  });
  CHECK(whole > end_bytes);  // so long was it
}

}  // namespace

TEST_CASE("end of a match: of an hour with much to do it takes less than 4 MB of memory") {
  end_match(std::int64_t{3600} * 60, 6);
}

TEST_CASE("end of a match: of a day it takes less than 4 MB of memory", "[long]") {
  end_match(std::int64_t{24} * 3600 * 60, 12);
}

#endif

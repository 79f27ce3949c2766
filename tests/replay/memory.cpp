// The memory that reading takes: in proportion to the file, however large the numbers in it are.

#include <algorithm>
#include <cstdlib>
#include <new>

#include "matches.hpp"
#include "records.hpp"

namespace {

/// The largest piece of memory that was asked for since it was set to 0.
std::size_t largest_asked = 0;

void* take(std::size_t size) {
  largest_asked = std::max(largest_asked, size);
  return std::malloc(std::max<std::size_t>(size, 1));
}

void* take_surely(std::size_t size) {
  if (void* memory = take(size)) return memory;
  std::abort();
}

}  // namespace

// Every form: AddressSanitizer has its own of each, and memory has to go back to where it is from.
void* operator new(std::size_t size) { return take_surely(size); }
void* operator new[](std::size_t size) { return take_surely(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

using namespace tutti;
using namespace tutti::test;

namespace {

/// A log keeps payloads in pages of this size.
constexpr std::size_t page = 64 * 1024;

std::size_t largest_for(const Bytes& file) {
  largest_asked = 0;
  const Result<ReadMatch> read = read_match(file);
  return largest_asked;
}

}  // namespace

TEST_CASE("a file of the cheapest events there are takes 160 bytes at once for each of its own") {
  // One event a tick, all alike, and so packed as far as a reader allows: four to one. An event of
  // 2 bytes becomes 32 bytes of the log, its head 40; the lists grow by doubling.
  MatchRecord record(opening_of("KAZOO"));
  constexpr std::int64_t events = 100'000;
  const Bytes nothing = hold(0);
  for (std::int64_t tick = 1; tick <= events; ++tick)
    record.log.add({Tick{tick}, author_of(PlayerId{0}), static_cast<std::uint32_t>(tick), nothing});
  record.log.close(Tick{events});
  const Bytes file = write_match(record);
  const std::size_t largest = largest_for(file);
  CAPTURE(file.size(), largest);
  CHECK(largest > 40 * events - page);  // it was really looked at
  CHECK(largest <= page + 160 * file.size());
}

TEST_CASE("no number in a file makes a reader ask for memory") {
  const Bytes file = write_match(record_of(600, 10, 60));
  CHECK(largest_for(file) <= page + 16 * file.size());
  Random random(3);
  for (int round = 0; round < 1000; ++round) {
    // Every record says something else, and its checksum is right.
    std::vector<Record> records = records_of(file);
    std::vector<Bytes> payloads;
    for (const Record& record : records)
      payloads.emplace_back(record.payload.begin(), record.payload.end());
    Bytes& payload = payloads[random.below(static_cast<std::uint32_t>(payloads.size()))];
    const std::size_t at = random.below(static_cast<std::uint32_t>(payload.size()));
    const std::size_t end = std::min(payload.size(), at + random.below(9));
    std::fill(payload.begin() + static_cast<std::ptrdiff_t>(at),
              payload.begin() + static_cast<std::ptrdiff_t>(end), std::byte{0xFF});
    for (std::size_t i = 0; i < records.size(); ++i)
      records[i].payload = payloads[i];
    const Bytes hostile = file_of(records);
    REQUIRE(largest_for(hostile) <= page + 160 * hostile.size());
  }
}

// The recordings of a folder in which others are at work.

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/match_files.hpp"
#include "inspect/matches.hpp"
#include "model/recordings.hpp"
#include "tutti/replay/match_file.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace tutti::inspect;

TEST_CASE("recordings are found while folders beside them come and go") {
  const std::string folder = TUTTI_TEST_SCRATCH "/busy";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder + "/below");
  REQUIRE(write_match_file(folder + "/below/match.tutti", scored_match()));
  std::atomic<bool> is_over = false;
  std::thread other([&] {
    for (std::uint64_t i = 0; !is_over; ++i) {
      const std::string name = folder + "/" + std::to_string(i % 40);
      std::filesystem::create_directories(name + "/deeper");
      std::filesystem::remove_all(name);
    }
  });
  std::size_t found = 0;
  std::size_t listed = 0;
  for (int i = 0; i < 2000; ++i) {
    found += find_recordings({folder}, 10).size();
    const auto files = tool::match_files(folder);
    listed += files ? files->size() : 0;
  }
  is_over = true;
  other.join();
  CHECK(found == 2000);
  CHECK(listed == 2000);
}

TEST_CASE("a folder that is not there has no recordings, and says so to those who name it") {
  CHECK(find_recordings({TUTTI_TEST_SCRATCH "/none"}, 10).empty());
  const auto files = tool::match_files(TUTTI_TEST_SCRATCH "/none");
  REQUIRE_FALSE(files);
  CHECK_THAT(files.error().sentence, contains("/none"));
}

// The golden matches as plain text, for the determinism scenes: those run where no zstd and no file
// is, and read it from stdin. Written by tests/golden/record, together with the matches.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/catch.hpp"
#include "tutti/replay/match_file.hpp"

using namespace tutti;

namespace {

const std::string golden_folder = TUTTI_GOLDEN_FOLDER;

void write_events(std::ostream& out, const Log& log, Tick after, Tick last) {
  for (const EventView& event : log.events_between(after + 1, last)) {
    out << "event " << event.tick.value << ' ' << int{event.author.value} << ' ' << event.counter
        << ' ' << (event.payload.empty() ? "-" : to_hex(event.payload)) << '\n';
  }
}

/// As play_recordings in tests/determinism/games.cpp reads it.
std::string as_text(const MatchRecord& record) {
  std::ostringstream out;
  const Setup& setup = record.log.setup();
  out << "match " << setup.rules.substr(0, setup.rules.find('@')) << ' ' << setup.seed << ' '
      << int{setup.players} << '\n';
  Tick written;
  for (const RecordedDigest& digest : record.digests) {
    write_events(out, record.log, written, digest.tick);
    written = digest.tick;
    const std::string hex = to_hex(digest.state);
    out << "digest " << digest.tick.value << ' '
        << (digest.is_short ? hex.substr(0, 2 * short_digest_bytes) : hex) << '\n';
  }
  return out.str();
}

std::string all_as_text() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(golden_folder + "/matches"))
    files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  std::string text;
  for (const std::string& file : files) {
    const auto match = read_match_file(file);
    REQUIRE(match);
    text += as_text(match->record);
  }
  return text;
}

}  // namespace

TEST_CASE("the text of the golden matches is that of their files") {
  std::ostringstream text;
  text << std::ifstream(golden_folder + "/recordings.txt").rdbuf();
  CHECK((text.str() == all_as_text()));
}

TEST_CASE("record the golden matches as text", "[.record]") {
  std::ofstream(golden_folder + "/recordings.txt") << all_as_text();
}

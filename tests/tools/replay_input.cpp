// The command line's answers to files that are not as they should be, and to choices that it
// cannot guess.

#include <algorithm>
#include <filesystem>

#include "tools/tally_match.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

bool is_one_sentence(const std::string& text) {
  return text.starts_with("tutti: ") && std::count(text.begin(), text.end(), '\n') == 1;
}

/// A match of which the end is missing: its footer, its index and a part of its last batch.
std::string cut_match(const std::string& name) {
  std::string path = tally_match(name);
  const auto bytes = posix_storage().read(path);
  REQUIRE(bytes);
  REQUIRE(posix_storage().replace(path, BytesView(*bytes).first(bytes->size() - 30)));
  return path;
}

/// Every subcommand that reads a match, after `tutti replay`; `>` stands for a file to write.
const std::vector<std::string> readers = {"info",           "verify",
                                          "events",         "state",
                                          "diff",           "export",
                                          "export --facts", "recover",
                                          "slice --out >",  "branch --at 60 --out >",
                                          "merge --out >",  "export --video >",
                                          "seen",           "take-over",
                                          "play",           "correct --by Ada --text void --out >"};

Ran run_reader(std::string words, const std::string& file) {
  const std::size_t at = words.find('>');
  if (at != std::string::npos) words.replace(at, 1, scratch("reader.out"));
  const bool takes_games = words != "info" && !words.starts_with("events") &&
                           !words.starts_with("recover") && !words.starts_with("slice") &&
                           !words.starts_with("merge") && !words.starts_with("correct");
  return run_tutti("replay " + words + " " + file + (takes_games ? good_games : ""));
}

}  // namespace

TEST_CASE("a file that is no match file gets one sentence and exit code 3 from every subcommand") {
  const auto file = [](const char* name, const std::string& content) {
    const std::string path = scratch(name);
    REQUIRE(posix_storage().replace(path, as_bytes(content)));
    return path;
  };
  const std::string whole = tally_match("no-match.tutti");
  const auto bytes = posix_storage().read(whole);
  REQUIRE(bytes);
  const std::string begun(as_text(*bytes).substr(0, 40));
  const std::string huge = file("huge.tutti", "RIFF");
  std::filesystem::resize_file(huge, std::uintmax_t{3} << 30);  // takes no room on the disk
  const std::vector<std::string> files = {scratch("there-is-none.tutti"), file("empty.tutti", ""),
                                          file("foreign.tutti", "GIF89a and then some"),
                                          file("begun.tutti", begun), huge};
  for (const std::string& reader : readers) {
    for (const std::string& path : files) {
      const Ran ran = run_reader(reader, path);
      CAPTURE(reader, path, ran.out, ran.err);
      CHECK(ran.status == 3);
      CHECK(is_one_sentence(ran.err));
      CHECK_THAT(ran.err, contains(path));
    }
  }
  std::filesystem::remove(huge);
}

TEST_CASE("a match that is cut off is used as far as it goes, the loss said, with exit code 3") {
  const std::string path = cut_match("cut-off.tutti");
  for (const char* reader : {"events", "state", "diff", "export", "export --facts", "slice --out >",
                             "branch --at 60 --out >"}) {
    const Ran ran = run_reader(reader, path);
    CAPTURE(reader, ran.err);
    CHECK(ran.status == 3);
    CHECK_FALSE(ran.out.empty());
    CHECK_THAT(ran.err, contains(path + ": the file is cut off or damaged at byte"));
  }
  // Left unrecovered it would count as a match of its own.
  const std::string folder = scratch("cut-archive");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::filesystem::rename(path, folder + "/cut.tutti");
  const Ran projected =
      run_tutti("archive project " + folder + " --db " + folder + "/db --json" + good_games);
  CHECK(projected.status == 3);
  CHECK_THAT(projected.err, contains("recover it first"));
  CHECK_THAT(projected.out, contains("\"matches_failed\": 1"));
}

TEST_CASE("a match that is in an archive twice is projected once") {
  const std::string folder = scratch("twice");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string path = tally_match("twice.tutti");
  for (const char* copy : {"/a.tutti", "/b.tutti", "/c.tutti", "/d.tutti", "/e.tutti"})
    std::filesystem::copy(path, folder + copy);
  const Ran ran =
      run_tutti("archive project --json " + folder + " --db " + folder + "/db" + good_games);
  CAPTURE(ran.err);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, contains("\"matches_projected\": 1") && contains("\"matches_known\": 4") &&
                          contains("\"rows\": 48"));
}

TEST_CASE("a choice that cannot be guessed is asked for, in one sentence") {
  const std::string path = scratch("whose.tutti");
  REQUIRE(run_tutti("match --game tally@1.9 --seconds 2 --telemetry --log " + path + good_games)
              .status == 0);
  const Ran whose = run_tutti("replay seen " + path + good_games);
  CHECK(whose.status == 2);
  CHECK(whose.err == "tutti: --as says whose: the file has the screens of 0, 1\n");
  const std::string folder = scratch("candidates");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::filesystem::rename(path, folder + "/one.tutti");
  const Ran none = run_tutti("archive check " + folder + " --candidate nosuch" + good_games);
  CHECK(none.status == 3);
  CHECK(is_one_sentence(none.err));
  CHECK_THAT(none.err, contains("no game called nosuch"));
}

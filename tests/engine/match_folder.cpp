// A relay's folder of match files: its limits, and the files that are never deleted.

#include <filesystem>
#include <fstream>

#include "engine/sockets.hpp"
#include "support/catch.hpp"
#include "tutti/engine/relay_service.hpp"
#include "tutti/engine/session.hpp"

using namespace tutti;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A folder and its archive, with files that are so many hours old.
struct Folders {
  test::Folder folder;
  test::Folder archive;

  fs::path file(const std::string& name, int hours, const std::string& text = "a match") const {
    const fs::path path = fs::path(folder.path()) / name;
    std::ofstream(path) << text;
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(hours));
    return path;
  }
  void put_into_archive(const fs::path& file) const {
    fs::copy_file(file, fs::path(archive.path()) / file.filename());
  }
  Result<std::unique_ptr<RelayService>> open(FolderLimits limits) const {
    return RelayService::open(
        {.listen = "127.0.0.1:0", .logs = folder.path(), .folder = std::move(limits)});
  }
};

}  // namespace

TEST_CASE("folder: old match files are deleted if the archive has them, and no others") {
  const Folders folders;
  const fs::path old = folders.file("20250101T000000Z-tally-AAAAA.tutti", 50);
  const fs::path older = folders.file("20250101T000000Z-tally-BBBBB.tutti", 60);
  const fs::path other = folders.file("20250101T000000Z-tally-CCCCC.tutti", 60, "as it is");
  const fs::path young = folders.file("20250101T000000Z-tally-DDDDD.tutti", 40);
  const fs::path own = folders.file("20250101T000000Z-tally-EEEEE-own.tutti", 60);
  const fs::path letter = folders.file("letter.txt", 60);
  for (const fs::path& file : {old, young, own, letter})
    folders.put_into_archive(file);
  std::ofstream(fs::path(folders.archive.path()) / other.filename()) << "as it was";
  FolderLimits limits{.age_max = 48h};
  {
    const auto service = folders.open(limits);
    REQUIRE(service);
    CHECK((*service)->deleted() == 0);  // nobody said where the archive is
  }
  limits.archive = folders.archive.path();
  const auto service = folders.open(limits);
  REQUIRE(service);
  CHECK((*service)->deleted() == 1);
  CHECK_FALSE(fs::exists(old));
  for (const fs::path& file : {older, other, young, own, letter})
    CHECK(fs::exists(file));
}

TEST_CASE("folder: beyond a number or a size the oldest go, as far as the archive has them") {
  const Folders folders;
  std::vector<fs::path> files;
  for (int i = 0; i < 6; ++i) {
    files.push_back(folders.file("match" + std::to_string(i) + ".tutti", 60 - i,
                                 std::string(1000, static_cast<char>('a' + i))));
    if (i != 1) folders.put_into_archive(files.back());
  }
  FolderLimits limits{.files_max = 3, .archive = folders.archive.path()};
  if (GENERATE(0, 1) == 1) limits = {.bytes_max = 3500, .archive = folders.archive.path()};
  const auto service = folders.open(limits);
  REQUIRE(service);
  CHECK((*service)->deleted() == 3);
  for (const std::size_t gone : {0U, 2U, 3U})
    CHECK_FALSE(fs::exists(files[gone]));
  for (const std::size_t kept : {1U, 4U, 5U})
    CHECK(fs::exists(files[kept]));
}

TEST_CASE("folder: a folder is not its own archive") {
  const Folders folders;
  const fs::path file = folders.file("match.tutti", 60);
  const auto service = folders.open({.age_max = 1h, .archive = folders.folder.path() + "/."});
  REQUIRE(service);
  CHECK((*service)->deleted() == 0);
  CHECK(fs::exists(file));
}

TEST_CASE("folder: where nothing may be deleted, no room is opened, and the sentence says why") {
  const Folders folders;
  folders.file("match1.tutti", 1);
  folders.file("match2.tutti", 1);
  auto service = folders.open({.files_max = 1});
  REQUIRE(service);
  HostedRelay relay(std::move(*service));
  auto refused = tutti::join<test::Tally>({.relay = "127.0.0.1:" + std::to_string(relay.port()),
                                           .create = SoloOptions{},
                                           .state_folder = folders.folder.path()});
  REQUIRE(refused);
  REQUIRE(test::run({&*refused}, 20s, [&] { return refused->status() == Status::failed; }));
  CHECK_THAT(refused->failure().sentence, test::contains("keeps as many matches as it may"));
}

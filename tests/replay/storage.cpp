// The operating system's files do what the interface promises.

#include "tutti/replay/storage.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "matches.hpp"
#include "support/catch.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/match_file.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

// A folder of its own, gone afterwards.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tutti-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string operator/(const char* name) const { return (path_ / name).string(); }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      count += entry.exists() ? 1U : 0U;
    return count;
  }

 private:
  std::filesystem::path path_;
};

Bytes bytes_of(std::string_view text) {
  const BytesView view = as_bytes(text);
  return {view.begin(), view.end()};
}

}  // namespace

TEST_CASE("a file grows at its end and keeps what it had") {
  const Folder folder;
  const std::string path = folder / "growing";
  Storage& storage = posix_storage();
  CHECK_FALSE(storage.exists(path));
  {
    const Result<std::unique_ptr<AppendFile>> opened = storage.open(path);
    REQUIRE(opened);
    AppendFile& file = **opened;
    CHECK(file.size() == 0);
    CHECK(file.append(as_bytes("one two ")).bytes == 8);
    CHECK(file.append(as_bytes("three")).bytes == 5);
    CHECK(file.sync());
    CHECK(file.size() == 13);
    Bytes middle(5);
    CHECK(*file.read(4, middle) == 5);
    CHECK(middle == bytes_of("two t"));
    CHECK(*file.read(10, middle) == 3);
    CHECK(*file.read(99, middle) == 0);
  }
  const Result<std::unique_ptr<AppendFile>> again = storage.open(path);
  REQUIRE(again);
  CHECK((*again)->size() == 13);
  CHECK((*again)->truncate(8));
  CHECK((*again)->append(as_bytes("four")).bytes == 4);
  CHECK(*storage.read(path) == bytes_of("one two four"));
}

TEST_CASE("a file has one writer") {
  const Folder folder;
  const auto first = posix_storage().open(folder / "journal");
  REQUIRE(first);
  const auto second = posix_storage().open(folder / "journal");
  REQUIRE_FALSE(second);
  CHECK(second.error().fault == Fault::refused);
  CHECK_THAT(second.error().sentence, contains("in use"));
}

TEST_CASE("a file is replaced as a whole and leaves nothing beside it") {
  const Folder folder;
  const std::string path = folder / "match.tutti";
  REQUIRE(posix_storage().replace(path, as_bytes("long content of the past")));
  REQUIRE(posix_storage().replace(path, as_bytes("now")));
  CHECK(*posix_storage().read(path) == bytes_of("now"));
  CHECK(folder.files() == 1);
  REQUIRE(posix_storage().rename(path, folder / "other.tutti"));
  CHECK_FALSE(posix_storage().exists(path));
  CHECK(posix_storage().exists(folder / "other.tutti"));
}

TEST_CASE("a refusal of the operating system is told with the file's name") {
  const Folder folder;
  const std::string missing = folder / "no/such/file";
  for (const Error& error :
       {posix_storage().read(missing).error(), posix_storage().open(missing).error(),
        posix_storage().replace(missing, {}).error(),
        posix_storage().rename(missing, missing + "2").error(), read_match_file(missing).error()}) {
    CHECK(error.fault == Fault::system);
    CHECK_THAT(error.sentence, contains(missing));
    CHECK_THAT(error.sentence, contains("No such file or directory"));
  }
  // Neither a folder nor a pipe is read
  CHECK_THAT(posix_storage().read(folder / ".").error().sentence, contains("not an ordinary file"));
  const Result<void> onto_folder = posix_storage().replace(folder / ".", as_bytes("x"));
  CHECK_FALSE(onto_folder);
  CHECK(folder.files() == 0);
}

TEST_CASE("a write that the operating system cuts short goes on where it stopped") {
  // Given a process that may not write more than 100 bytes to a file, which stands for a full disk
  const Folder folder;
  const auto opened = posix_storage().open(folder / "journal");
  REQUIRE(opened);
  AppendFile& file = **opened;
  const Bytes bytes(150, std::byte{7});
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit narrow{100, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &narrow) == 0);
  const Appended first = file.append(bytes);
  const Appended second = file.append(BytesView(bytes).subspan(first.bytes));
  const Result<void> replaced = posix_storage().replace(folder / "match.tutti", bytes);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);
  // Then it says how far it came and why
  CHECK(first.bytes == 100);
  REQUIRE(first.error);
  CHECK_THAT(first.error->sentence, contains("cannot write"));
  CHECK(second.bytes == 0);
  CHECK(second.error);
  CHECK(file.size() == 100);
  CHECK_FALSE(replaced);
  CHECK(folder.files() == 1);
  // And the rest follows once it may
  CHECK_FALSE(file.append(BytesView(bytes).subspan(first.bytes)).error);
  CHECK(*posix_storage().read(folder / "journal") == bytes);
}

namespace {

std::uint64_t bytes_on_disk(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

/// Whether files in this folder can take room that they do not fill yet.
bool has_room_ahead(const std::string& probe) {
  const int file = ::open(probe.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(file >= 0);
  const bool is_given = ::fallocate(file, FALLOC_FL_KEEP_SIZE, 0, 1 << 16) == 0;
  ::close(file);
  return is_given && bytes_on_disk(probe) >= 1 << 16;
}

}  // namespace

TEST_CASE("a file that is to have room ahead has it, and gives back the rest") {
  const Folder folder;
  if (!has_room_ahead(folder / "probe")) return;
  const std::string path = folder / "journal";
  const Bytes bytes(1000, std::byte{7});
  constexpr std::uint64_t room = 1'000'000;
  {
    const auto opened = posix_storage().open(path);
    REQUIRE(opened);
    AppendFile& file = **opened;
    REQUIRE_FALSE(file.append(bytes).error);
    CHECK(bytes_on_disk(path) < 10'000);
    file.keep_room_ahead(room);
    int grown = 0;
    for (std::uint64_t size = 2000; size <= 1'500'000; size += 1000) {
      const std::uint64_t before = bytes_on_disk(path);
      REQUIRE_FALSE(file.append(bytes).error);
      grown += bytes_on_disk(path) > before;
      REQUIRE(bytes_on_disk(path) > size);
    }
    CHECK(grown == 2);
    CHECK(std::filesystem::file_size(path) == 1'500'000);
  }
  CHECK(std::filesystem::file_size(path) == 1'500'000);
  CHECK(bytes_on_disk(path) < 1'510'000);
}

TEST_CASE("a match goes through a real journal and a real file") {
  const Folder folder;
  const MatchRecord match = record_of(600, 5, 60);
  const std::string real_path = folder / "relay.journal";
  {
    Result<Journal> journal = Journal::open(posix_storage(), real_path);
    REQUIRE(journal);
    const MatchNumber number = journal->begin(opening_of("KAZOO"));
    journal->append(number, EventBatch{1, match.log.events().subspan(1), Tick{600}});
    journal->append(number, match.digests);
    journal->append(number, {Tick{600}, match.log.head(), *match.end});
    const JournalStatus status = journal->flush(0s);
    CHECK_FALSE(status.error);
    CHECK(status.durable == status.appended);
  }
  {
    // The process was killed in the middle of a write
    std::ofstream(real_path, std::ios::app | std::ios::binary) << "\xD7Tu\x1E torn";
    const Result<Journal> journal = Journal::open(posix_storage(), real_path);
    REQUIRE(journal);
    REQUIRE(journal->damage());
    CHECK(journal->damage()->bytes_lost == 9);
  }
  const Result<ReadMatch> recovered = read_match_file(real_path);
  REQUIRE(recovered);
  CHECK(is_same(recovered->record, match));
  const std::string path = folder / "match.tutti";
  REQUIRE(write_match_file(path, recovered->record));
  const Result<ReadMatch> read = read_match_file(path);
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(is_same_log(read->record, match));
  CHECK(*posix_storage().read(path) == write_match(match));
}

TEST_CASE("a match whose relay was killed is closed with everything that was written") {
  MatchRecord match(opening_of("KAZOO"));
  for (const Event& event : play(100, 20))
    match.log.add(event);
  match.log.close(Tick{80});
  REQUIRE(match.log.last_event() > Tick{80});
  Result<ReadMatch> read = read_match(write_match(match));
  REQUIRE(read);
  CHECK(is_same_log(read->record, match));
  close_lost(read->record);
  CHECK(read->record.end == EndReason::relay_lost);
  CHECK(read->record.log.horizon() == match.log.last_event());
  CHECK(read->record.log.events().size() == match.log.events().size());
  const Result<ReadMatch> closed = read_match(write_match(read->record));
  REQUIRE(closed);
  CHECK_FALSE(closed->damage);
  CHECK(is_same(closed->record, read->record));
}

#pragma once
// An archive in memory, with the manners of JetStream: what is put may be lost, or kept while
// nobody hears of it.

#include <map>

#include "support/catch.hpp"
#include "tutti/engine/fleet_archive.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::test {

class MemoryArchive final : public ArchiveStore {
 public:
  explicit MemoryArchive(std::uint64_t seed) : random_(seed) {}

  std::uint32_t trouble_percent = 0;  ///< of what is put
  bool is_out_of_reach = false;
  std::uint64_t lost = 0;     ///< that was not kept
  std::uint64_t unheard = 0;  ///< that was, and nobody heard of it
  std::uint64_t repeated = 0;
  std::uint64_t too_soon = 0;  ///< files that were said to be there, and their pieces were not
  std::map<ArchivedFileId, ArchivedFile> files{};
  std::map<std::pair<ArchivedFileId, std::uint32_t>, Bytes> pieces{};

  Result<void> put_piece(const ArchivedFileId& id, std::uint32_t number, BytesView bytes) override {
    return put_in(pieces, std::pair(id, number), Bytes(bytes.begin(), bytes.end()));
  }
  Result<void> put(const ArchivedFile& file) override {
    for (std::uint32_t number = 0; number < file.pieces(); ++number)
      too_soon += !pieces.contains({file.id, number});
    // As it is on its way.
    const auto arrived = decode_archived_file(file.id, encode(file));
    REQUIRE(arrived);
    return put_in(files, file.id, *arrived);
  }
  Result<std::optional<ArchivedFile>> file(const ArchivedFileId& id) override {
    if (is_out_of_reach) return no_answer();
    const auto found = files.find(id);
    return found == files.end() ? std::optional<ArchivedFile>() : std::optional(found->second);
  }
  Result<std::optional<Bytes>> piece(const ArchivedFileId& id, std::uint32_t number) override {
    const auto found = pieces.find({id, number});
    return found == pieces.end() ? std::optional<Bytes>() : std::optional(found->second);
  }
  Result<ArchiveContents> contents() override { return ArchiveContents{.files = files.size()}; }
  Result<std::unique_ptr<ArchiveQueue>> open_queue(const std::string&) override {
    return no_answer();
  }
  Result<void> remove_queue(const std::string&) override { return {}; }

 private:
  static Unexpected no_answer() { return fail(Fault::system, "no answer"); }
  template <class Kept, class Key, class Value>
  Result<void> put_in(Kept& kept, const Key& key, Value value) {
    if (is_out_of_reach) return no_answer();
    const bool has_trouble = random_.below(100) < trouble_percent;
    if (has_trouble && random_.below(2) == 0) {
      ++lost;
      return no_answer();
    }
    repeated += !kept.emplace(key, std::move(value)).second;
    unheard += has_trouble;
    return has_trouble ? no_answer() : Result<void>();
  }

  Random random_;
};

}  // namespace tutti::test

#include "tutti/replay/storage.hpp"

#include <algorithm>

namespace tutti {

namespace {

/// Bytes that are read at once.
constexpr std::size_t piece_bytes = 16 * 1024;

}  // namespace

Result<void> Storage::create(const std::string& path, const FileContent& content) {
  if (exists(path)) return fail(Fault::refused, path + " is there already");
  Bytes bytes;
  const Result<void> collected = content([&](BytesView piece) -> Result<void> {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return {};
  });
  return collected ? replace(path, bytes) : collected;
}

Result<FileEnds> Storage::read_ends(const std::string& path, std::size_t head_most,
                                    std::size_t tail_most) {
  const Result<Bytes> bytes = read(path);
  if (!bytes) return Unexpected{bytes.error()};
  const BytesView whole(*bytes);
  const BytesView head = whole.first(std::min(head_most, whole.size()));
  const BytesView tail = whole.last(std::min(tail_most, whole.size()));
  return FileEnds{Bytes(head.begin(), head.end()), Bytes(tail.begin(), tail.end())};
}

Result<std::size_t> Storage::read_part(const std::string& path, std::uint64_t offset,
                                       std::span<std::byte> into) {
  const Result<Bytes> bytes = read(path);
  if (!bytes) return Unexpected{bytes.error()};
  const std::uint64_t from = std::min<std::uint64_t>(offset, bytes->size());
  const BytesView rest = BytesView(*bytes).subspan(static_cast<std::size_t>(from));
  const std::size_t count = std::min(rest.size(), into.size());
  std::copy_n(rest.begin(), count, into.begin());
  return count;
}

Result<bool> holds_exactly(Storage& storage, const std::string& path, const FileContent& content) {
  std::uint64_t offset = 0;
  bool is_equal = true;
  Bytes there;
  const Result<void> compared = content([&](BytesView piece) -> Result<void> {
    for (; is_equal && !piece.empty(); piece = piece.subspan(there.size())) {
      there.resize(std::min(piece.size(), piece_bytes));
      const Result<std::size_t> count = storage.read_part(path, offset, there);
      is_equal =
          count && *count == there.size() && std::equal(there.begin(), there.end(), piece.begin());
      offset += there.size();
    }
    if (is_equal) return {};
    return fail(Fault::refused, path + " has other bytes");
  });
  if (!is_equal) return false;
  if (!compared) return Unexpected{compared.error()};
  there.resize(1);
  const Result<std::size_t> beyond = storage.read_part(path, offset, there);
  return beyond && *beyond == 0;
}

FileContent content_of(Storage& storage, std::string path) {
  return [&storage, path = std::move(path)](const ByteSink& sink) -> Result<void> {
    Bytes piece(piece_bytes);
    for (std::uint64_t offset = 0;;) {
      const Result<std::size_t> count = storage.read_part(path, offset, piece);
      if (!count) return Unexpected{count.error()};
      if (*count == 0) return {};
      if (Result<void> taken = sink(BytesView(piece).first(*count)); !taken) return taken;
      offset += *count;
    }
  };
}

}  // namespace tutti

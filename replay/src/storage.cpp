#include "tutti/replay/storage.hpp"

#include <algorithm>

namespace tutti {

Result<void> Storage::create(const std::string& path, BytesView bytes) {
  if (exists(path)) return fail(Fault::refused, path + " is there already");
  return replace(path, bytes);
}

Result<Bytes> Storage::read_head(const std::string& path, std::size_t most) {
  Result<Bytes> bytes = read(path);
  if (bytes) bytes->resize(std::min(most, bytes->size()));
  return bytes;
}

Result<Bytes> Storage::read_tail(const std::string& path, std::size_t most) {
  Result<Bytes> bytes = read(path);
  if (!bytes) return bytes;
  const std::size_t skipped = bytes->size() - std::min(most, bytes->size());
  bytes->erase(bytes->begin(), bytes->begin() + static_cast<std::ptrdiff_t>(skipped));
  return bytes;
}

}  // namespace tutti

#include "tutti/replay/storage.hpp"

#include <algorithm>

namespace tutti {

Result<void> Storage::create(const std::string& path, BytesView bytes) {
  if (exists(path)) return fail(Fault::refused, path + " is there already");
  return replace(path, bytes);
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

}  // namespace tutti

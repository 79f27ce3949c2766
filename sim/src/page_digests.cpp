#include "tutti/sim/page_digests.hpp"

#include <utility>

namespace tutti {

void StateHasher::bytes(BytesView bytes) {
  extend(0, bytes.size());
  parts_.update(bytes);
}

void StateHasher::pages(std::uint32_t page_bytes, std::span<const Digest> digests) {
  has_pages_ = true;
  extend(page_bytes, digests.size());
  for (const Digest& digest : digests)
    parts_.update(digest.bytes);
}

Digest StateHasher::finish() {
  Digest digest;
  if (has_pages_) {
    close_run();
    layout_.finish(digest.bytes);
    parts_.update(digest.bytes);
  }
  parts_.finish(digest.bytes);
  return digest;
}

void StateHasher::extend(std::uint32_t page_bytes, std::size_t count) {
  if (run_.page_bytes != page_bytes) close_run();
  run_.page_bytes = page_bytes;
  run_.count += static_cast<std::uint32_t>(count);
}

void StateHasher::close_run() {
  const PageRun run = std::exchange(run_, {});
  if (run.count == 0) return;
  Bytes words;
  ByteWriter out(words);
  out.u32(run.page_bytes);
  out.u32(run.count);
  layout_.update(words);
}

}  // namespace tutti

#include "wire/snapshot_bytes.hpp"

#include <algorithm>

#include "tutti/sim/assert.hpp"

namespace tutti::detail {

namespace {
constexpr std::size_t head_bytes = 8;
}

Bytes lay_out(BytesView state, std::span<const PageRun> runs) {
  Bytes bytes;
  bytes.reserve(state.size() + head_bytes * runs.size());
  ByteWriter out(bytes);
  for (const PageRun& run : runs) {
    TUTTI_ASSERT(run.bytes() <= state.size(), run.bytes(), state.size());
    out.u32(run.page_bytes);
    out.u32(run.count);
    out.raw(state.first(run.bytes()));
    state = state.subspan(run.bytes());
  }
  TUTTI_ASSERT(state.empty(), state.size());
  return bytes;
}

SnapshotBytes::SnapshotBytes(bool is_in_pages, Bytes* canonical)
    : is_in_pages_(is_in_pages), canonical_(canonical), page_hash_(sizeof(Digest)) {}

void SnapshotBytes::update(BytesView bytes) {
  if (!is_in_pages_) return take(bytes);
  while (!bytes.empty() && !is_bad_) {
    std::size_t count = 0;
    if (run_.count == 0) {
      count = std::min(bytes.size(), head_bytes - head_.size());
      head_.insert(head_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      if (head_.size() == head_bytes) begin_run();
    } else if (run_.page_bytes == 0) {
      count = std::min<std::size_t>(bytes.size(), run_.count);
      take(bytes.first(count));
      run_.count -= static_cast<std::uint32_t>(count);
    } else {
      count = std::min(bytes.size(), page_left_);
      if (canonical_ != nullptr) ByteWriter(*canonical_).raw(bytes.first(count));
      page_hash_.update(bytes.first(count));
      page_left_ -= count;
      if (page_left_ == 0) end_page();
    }
    bytes = bytes.subspan(count);
  }
}

std::optional<Digest> SnapshotBytes::finish() {
  if (is_bad_ || run_.count > 0 || !head_.empty()) return std::nullopt;
  return hasher_.finish();
}

void SnapshotBytes::begin_run() {
  ByteReader in(head_);
  run_.page_bytes = in.u32();
  run_.count = in.u32();
  head_.clear();
  is_bad_ = run_.count == 0;
  page_left_ = run_.page_bytes;
}

void SnapshotBytes::end_page() {
  Digest digest;
  page_hash_.finish(digest.bytes);
  page_hash_ = Blake2b(sizeof(Digest));
  hasher_.pages(run_.page_bytes, std::span(&digest, 1));
  page_left_ = run_.page_bytes;
  --run_.count;
}

/// Bytes that are in no page.
void SnapshotBytes::take(BytesView bytes) {
  if (canonical_ != nullptr) ByteWriter(*canonical_).raw(bytes);
  hasher_.bytes(bytes);
}

}  // namespace tutti::detail

#pragma once
// The unpacked bytes of a snapshot on its way, and the digest of the state in them. Of a state in
// pages they are runs: the bytes of a page and the count of pages (0 and the count of bytes where
// they are in no page), both u32, then the canonical bytes of the run.

#include <optional>

#include "tutti/sim/page_digests.hpp"

namespace tutti::detail {

/// A state's canonical bytes with its layout in between. Precondition: they fit.
Bytes lay_out(BytesView state, std::span<const PageRun> runs);

/// Reads them, a piece at a time.
class SnapshotBytes {
 public:
  /// The canonical bytes are appended to `canonical`, unless it is null.
  SnapshotBytes(bool is_in_pages, Bytes* canonical);

  void update(BytesView bytes);
  /// The digest of the state; nothing if a run is cut off or makes no sense.
  std::optional<Digest> finish();

 private:
  void begin_run();
  void end_page();
  void take(BytesView bytes);

  bool is_in_pages_;
  Bytes* canonical_;
  StateHasher hasher_;
  Bytes head_;         // of a run, as far as it is here
  PageRun run_;        // what is left of it
  Blake2b page_hash_;  // of the page that has begun
  std::size_t page_left_ = 0;
  bool is_bad_ = false;
};

}  // namespace tutti::detail

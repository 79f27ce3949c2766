#pragma once
// The digest of a state in pages (see paged.hpp), from which it can be told with the cost of what
// changed: each page has a digest of its own, which is kept until the page is written to. The
// digest of the state is BLAKE2b with 16 bytes of output over
//   its parts in order: bytes outside of pages as they are, of each page its digest;
//   and the digest of its layout: for each run, of bytes or of pages that are equally long, how
//   many bytes a page has (u32, 0 for bytes outside of pages) and how many pages or bytes (u32).
// A run is as long as it can be. A state without pages has no layout: its digest covers its bytes.

#include <cstdint>
#include <vector>

#include "tutti/sim/digest.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// A part of a state's canonical bytes.
struct PageRun {
  std::uint32_t page_bytes = 0;  ///< of each page; 0: bytes outside of pages
  std::uint32_t count = 0;       ///< of pages; of bytes where they are in none

  /// The canonical bytes of this part.
  std::size_t bytes() const { return page_bytes == 0 ? count : std::size_t{page_bytes} * count; }
  bool operator==(const PageRun&) const = default;
};

/// Takes a state's parts in order, and gives its digest.
class TUTTI_API StateHasher {
 public:
  /// Bytes outside of pages. They may come in many pieces.
  void bytes(BytesView bytes);
  /// Pages of so many bytes each.
  void pages(std::uint32_t page_bytes, std::span<const Digest> digests);
  /// The digest. The object is spent afterwards.
  Digest finish();

 private:
  void extend(std::uint32_t page_bytes, std::size_t count);
  void close_run();

  Blake2b parts_{sizeof(Digest)};
  Blake2b layout_{sizeof(Digest)};
  PageRun run_{};
  bool has_pages_ = false;
};

}  // namespace tutti

#pragma once
// Memory for a library of somebody else whose state cannot be read field by field: an allocator
// whose whole content is one piece, at an address that never changes. A copy of its used part is
// everything that the library has allocated, pointers and free lists included, and copied back it
// is that again. engine/guides/somebody_elses_engine.md says when that is enough.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// The contents of a block at one moment. Copies share the bytes, so that copying one costs
/// nothing; the last copy frees them. It is full of addresses: only the block that it came from can
/// restore it, and it is no snapshot, so no digest may cover it.
class BlockImage {
 public:
  /// Of no block, and empty.
  BlockImage() = default;
  bool is_empty() const { return bytes_ == nullptr; }
  BytesView bytes() const { return {bytes_.get(), size_}; }
  /// Whether both come from one `save`.
  bool is_same(const BlockImage& other) const { return bytes_ == other.bytes_; }

 private:
  friend class Block;
  std::shared_ptr<const std::byte[]> bytes_;
  std::size_t size_ = 0;
  const void* block_ = nullptr;  // where it came from
};

/// An allocator whose content can be saved and restored as a whole. Sizes are rounded up to one of
/// a few classes (at most a quarter more, 8 bytes before each piece); a released piece is used
/// again for its own class only. The same calls on the same content give the same addresses, and
/// memory that nobody has written to reads zero: what happens in a block is a function of its
/// content, even where a library forgets to initialise something. One thread at a time: a game
/// whose states share a block needs a lock around its use.
class TUTTI_API Block {
 public:
  /// Where a block is, and how large.
  struct Options {
    /// Bytes of address space, 4 KiB to 1 TiB (1 GiB with 32 bits); rounded up to whole pages.
    /// Memory is taken from the system as it is used.
    std::size_t size = std::size_t{64} << 20;
    /// The address, a multiple of 64 KiB; 0 for any that is free. Choose one for a library whose
    /// results depend on the order of addresses; it is free in most processes, not in all.
    std::uintptr_t address = 0;  // deterministic-ok: of the block itself
  };
  /// Errors: the address is taken, or the system gives no memory (outside Linux, it never does).
  static Result<Block> make(const Options& options);

  Block(Block&& other) noexcept;
  Block& operator=(Block&& other) noexcept;
  ~Block();

  /// At least so many bytes, aligned to 16; null if the block has no room (see `is_full`).
  void* allocate(std::size_t bytes) noexcept;
  /// Grows or shrinks a piece, which may move. A null piece is allocated. If there is no room,
  /// null, and the piece stays as it was.
  void* resize(void* piece, std::size_t bytes) noexcept;
  /// Gives a piece back; null does nothing.
  void release(void* piece) noexcept;

  /// Whether the block has ever refused to allocate. That is content as well: restoring brings back
  /// what it was then.
  bool is_full() const;
  /// Whether an address lies in the used part.
  bool owns(const void* address) const;
  /// Bytes that a save copies: up to the end of the highest piece that there ever was, and a head
  /// of about 1 KiB.
  std::size_t used() const;
  /// Bytes there are.
  std::size_t size() const { return size_; }

  /// A pointer that belongs to the content, null at first: where the library's own state begins.
  void* root() const;
  void set_root(void* piece);

  /// Copies the used part.
  [[nodiscard]] BlockImage save() const;
  /// Copies it back: every piece, its bytes, and what the next calls will return are as they were
  /// when this block was saved. Pieces that were allocated since are gone.
  void restore(const BlockImage& image);
  /// Forgets everything: the block is as it was when it was made.
  void clear();

 private:
  struct Head;
  Block(std::byte* memory, std::size_t size);
  Head& head() const;

  std::byte* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace tutti

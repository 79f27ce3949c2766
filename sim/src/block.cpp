#include "tutti/sim/block.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace tutti {

namespace {

constexpr std::size_t block_page = 4096;
constexpr std::size_t address_grain = 64 * 1024;
/// Pieces lie so that what the caller gets is aligned to `piece_grain`, behind a note of the class.
constexpr std::size_t piece_grain = 16;
constexpr std::size_t note_bytes = 8;
/// Classes: every multiple of the grain to `fine_most`, then four to each doubling.
constexpr std::size_t fine_most = 256;
constexpr std::size_t fine_classes = fine_most / piece_grain;
constexpr std::size_t doublings = sizeof(std::size_t) > 4 ? 32 : 22;
constexpr std::size_t class_count = fine_classes + 4 * doublings;
constexpr std::size_t block_most = fine_most << doublings;

/// The class of pieces of at least so many bytes, their notes included.
std::size_t class_of(std::size_t bytes) {
  if (bytes <= fine_most) return (bytes - 1) / piece_grain;
  std::size_t number = fine_classes, power = fine_most;
  for (; bytes > 2 * power; power *= 2)
    number += 4;
  return number + (bytes - 1 - power) / (power / 4);
}

/// The bytes of pieces of a class, their notes included.
std::size_t bytes_of_class(std::size_t number) {
  if (number < fine_classes) return (number + 1) * piece_grain;
  const std::size_t doubling = (number - fine_classes) / 4;
  return (fine_most << doubling) / 4 * (5 + (number - fine_classes) % 4);
}

/// Memory of the system at an address, or null.
std::byte* map_memory([[maybe_unused]] std::size_t size, [[maybe_unused]] std::byte* address) {
#if defined(__linux__)
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  if (address != nullptr) flags |= MAP_FIXED_NOREPLACE;
  void* memory = ::mmap(address, size, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  if (address == nullptr || memory == address) return static_cast<std::byte*>(memory);
  ::munmap(memory, size);  // a Linux before 4.17, which takes the address for a wish
#endif
  return nullptr;
}

void unmap_memory([[maybe_unused]] std::byte* memory, [[maybe_unused]] std::size_t size) {
#if defined(__linux__)
  if (memory != nullptr) ::munmap(memory, size);
#endif
}

}  // namespace

/// Stands at the block's beginning, so that it is saved with the rest.
struct Block::Head {
  /// A released piece holds the next one of its class.
  struct Free {
    Free* next = nullptr;
  };
  std::size_t used = 0;
  void* root = nullptr;
  bool is_full = false;
  std::array<Free*, class_count> free{};
};

Result<Block> Block::make(const Options& options) {
  TUTTI_ASSERT(options.size >= block_page && options.size <= block_most, options.size);
  TUTTI_ASSERT(options.address % address_grain == 0, options.address);
  const std::size_t size = (options.size + block_page - 1) / block_page * block_page;
  std::byte* const wanted = reinterpret_cast<std::byte*>(options.address);
  std::byte* const memory = map_memory(size, wanted);
  if (memory != nullptr) return Block(memory, size);
  const std::string room = std::to_string(size) + " bytes of address space";
  if (wanted == nullptr) return fail(Fault::system, "the system gives a block no " + room);
  return fail(Fault::system, "a block cannot have " + room + " at its address: another part of " +
                                 "this process has some of them; choose another address, or none");
}

Block::Block(std::byte* memory, std::size_t size) : memory_(memory), size_(size) {
  new (memory_) Head;
  clear();
}

Block::Block(Block&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Block& Block::operator=(Block&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(size_, other.size_);
  return *this;
}

Block::~Block() { unmap_memory(memory_, size_); }

Block::Head& Block::head() const {
  TUTTI_ASSERT(memory_ != nullptr);  // else it has moved away
  return *std::launder(reinterpret_cast<Head*>(memory_));
}

void* Block::allocate(std::size_t bytes) noexcept {
  Head& now = head();
  if (bytes >= size_) return now.is_full = true, nullptr;
  const std::size_t number = class_of(bytes + note_bytes);
  if (Head::Free* const piece = now.free[number]) {
    now.free[number] = piece->next;
    return piece;
  }
  const std::size_t needed = bytes_of_class(number);
  if (needed > size_ - now.used) return now.is_full = true, nullptr;
  std::byte* const piece = memory_ + now.used + note_bytes;
  now.used += needed;
  std::memcpy(piece - note_bytes, &number, sizeof number);
  return piece;
}

void* Block::resize(void* piece, std::size_t bytes) noexcept {
  if (piece == nullptr) return allocate(bytes);
  TUTTI_ASSERT(owns(piece));
  std::size_t number = 0;
  std::memcpy(&number, static_cast<std::byte*>(piece) - note_bytes, sizeof number);
  if (bytes < size_ && class_of(bytes + note_bytes) == number) return piece;
  void* const moved = allocate(bytes);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, piece, std::min(bytes, bytes_of_class(number) - note_bytes));
  release(piece);
  return moved;
}

void Block::release(void* piece) noexcept {
  if (piece == nullptr) return;
  TUTTI_ASSERT(owns(piece));
  std::size_t number = 0;
  std::memcpy(&number, static_cast<std::byte*>(piece) - note_bytes, sizeof number);
  TUTTI_ASSERT(number < class_count, number);
  head().free[number] = new (piece) Head::Free{head().free[number]};
}

bool Block::is_full() const { return head().is_full; }

bool Block::owns(const void* address) const {
  const auto* const at = static_cast<const std::byte*>(address);
  return std::less_equal<>()(memory_, at) && std::less<>()(at, memory_ + used());
}

std::size_t Block::used() const { return head().used; }

void* Block::root() const { return head().root; }

void Block::set_root(void* piece) { head().root = piece; }

BlockImage Block::save() const {
  BlockImage image;
  image.size_ = used();
  image.block_ = memory_;
  auto bytes = std::make_shared_for_overwrite<std::byte[]>(image.size_);
  std::memcpy(bytes.get(), memory_, image.size_);
  image.bytes_ = std::move(bytes);
  return image;
}

void Block::restore(const BlockImage& image) {
  TUTTI_ASSERT(image.block_ == memory_ && !image.is_empty());
  const std::size_t before = used();
  std::memcpy(memory_, image.bytes_.get(), image.size_);
  if (before > image.size_) std::memset(memory_ + image.size_, 0, before - image.size_);
}

void Block::clear() {
  Head& now = head();
  std::memset(memory_ + sizeof(Head), 0, std::max(now.used, sizeof(Head)) - sizeof(Head));
  now = Head{};
  now.used = (sizeof(Head) + note_bytes + piece_grain - 1) / piece_grain * piece_grain - note_bytes;
}

}  // namespace tutti

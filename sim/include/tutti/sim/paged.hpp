#pragma once
// A large array in a state whose copies share what they have in common. It is kept in pages; a copy
// shares all of them, and a page is copied when somebody writes to it. Each page remembers its
// hash. So copying, comparing and hashing a state cost what changed, not what there is; its value,
// its canonical bytes and its digest are those of a plain array.

#include <algorithm>
#include <array>
#include <atomic>  // deterministic-ok: who shares a page, which no value depends on
#include <cereal/cereal.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "tutti/sim/assert.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/fast_hash.hpp"

namespace tutti {

namespace detail {

/// Some elements of a Paged, shared by all copies that have not written to them since.
template <class T, std::size_t size>
struct Page {
  std::atomic<std::uint32_t> holders{1};  // deterministic-ok: see above
  /// Of the canonical bytes; 0 if it is not known.
  mutable std::atomic<std::uint64_t> hash{0};  // deterministic-ok: a function of the values
  std::array<T, size> values{};

  Page() = default;
  Page(const Page& other) : values(other.values) {}
};

}  // namespace detail

/// `n` values of T, at first as T's default constructor makes them. Reading is by `[]`, writing by
/// `edit`: so that nobody copies a page by reading it. Copies may be read on several threads at
/// once; each is changed by one at a time.
template <class T, std::size_t n>
class Paged {
 public:
  using value_type = T;
  /// A page has about 4 KiB: small enough to copy for one element, large enough to be few.
  static constexpr std::size_t page_size = std::clamp<std::size_t>(4096 / sizeof(T), 1, n);
  static constexpr std::size_t page_count = (n + page_size - 1) / page_size;

  Paged() : pages_(std::make_unique<Page*[]>(page_count)) {
    // All of them are one page, until something is written.
    Page* empty = new Page;
    empty->holders = page_count;
    std::fill_n(pages_.get(), page_count, empty);
  }
  Paged(const Paged& other) : pages_(std::make_unique<Page*[]>(page_count)) {
    for (std::size_t i = 0; i < page_count; ++i)
      pages_[i] = held(other.pages_[i]);
  }
  Paged(Paged&& other) : Paged() { std::swap(pages_, other.pages_); }
  Paged& operator=(const Paged& other) {
    // Mostly a copy from a moment ago, which has nearly all pages already.
    for (std::size_t i = 0; i < page_count; ++i) {
      if (pages_[i] != other.pages_[i]) let_go(std::exchange(pages_[i], held(other.pages_[i])));
    }
    return *this;
  }
  Paged& operator=(Paged&& other) noexcept {
    std::swap(pages_, other.pages_);
    return *this;
  }
  ~Paged() {
    for (std::size_t i = 0; i < page_count; ++i)
      let_go(pages_[i]);
  }

  static constexpr std::size_t size() { return n; }
  const T& operator[](std::size_t index) const {
    TUTTI_ASSERT(index < n, index);
    return pages_[index / page_size]->values[index % page_size];
  }
  /// The value at this place, to be written to. Valid until this or a copy of it is used again.
  T& edit(std::size_t index) {
    TUTTI_ASSERT(index < n, index);
    return own(index / page_size).values[index % page_size];
  }
  /// The values of one page, in order; the last page may have fewer than the others.
  std::span<const T> page(std::size_t index) const {
    TUTTI_ASSERT(index < page_count, index);
    return std::span(pages_[index]->values).first(std::min(page_size, n - index * page_size));
  }
  /// Whether two have this page in common: then its values are equal, but not the other way round.
  bool shares_page(const Paged& other, std::size_t index) const {
    return pages_[index] == other.pages_[index];
  }

  bool operator==(const Paged& other) const {
    for (std::size_t i = 0; i < page_count; ++i) {
      if (!shares_page(other, i) && !std::ranges::equal(page(i), other.page(i))) return false;
    }
    return true;
  }

  /// The hash of a page's canonical bytes.
  std::uint64_t page_hash(std::size_t index) const {
    const std::uint64_t known = pages_[index]->hash.load(std::memory_order_relaxed);
    if (known != 0) return known;
    std::uint64_t hash = 0;
    if (is_memory_canonical()) {
      hash = fast_hash(std::as_bytes(page(index)));
    } else {
      Bytes bytes;
      CanonicalWriter writer(bytes);
      for (const T& value : page(index))
        writer(value);
      hash = fast_hash(bytes);
    }
    hash = std::max<std::uint64_t>(hash, 1);
    pages_[index]->hash.store(hash, std::memory_order_relaxed);
    return hash;
  }

  /// Cereal's way in: as an array of the same values.
  template <class Archive>
  void save(Archive& archive) const {
    if constexpr (std::is_same_v<Archive, CanonicalWriter>) {
      if (archive.hashes_pages()) return save_hashes(archive);
    }
    for (std::size_t i = 0; i < page_count; ++i) {
      if constexpr (std::is_same_v<Archive, CanonicalWriter>) {
        if (is_memory_canonical()) {
          const auto bytes = std::as_bytes(page(i));
          archive.numbers(
              std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
          continue;
        }
      }
      for (const T& value : page(i))
        archive(value);
    }
  }
  template <class Archive>
  void load(Archive& archive) {
    *this = Paged();
    Page* const empty = pages_[0];
    const std::unique_ptr<Page> read = std::make_unique<Page>();
    for (std::size_t i = 0; i < page_count; ++i) {
      const std::span<T> values = std::span(read->values).first(page(i).size());
      if constexpr (std::is_arithmetic_v<T>) {
        archive(cereal::binary_data(values.data(), values.size_bytes()));
      } else {
        for (T& value : values)
          archive(value);
      }
      // What is as it was at first stays one page.
      if constexpr (std::equality_comparable<T>) {
        if (std::ranges::equal(values, std::span(empty->values).first(values.size()))) continue;
      }
      std::ranges::copy(values, own(i).values.begin());
    }
  }

 private:
  using Page = detail::Page<T, page_size>;

  void save_hashes(CanonicalWriter& archive) const {
    std::vector<std::uint64_t> hashes(page_count);
    for (std::size_t i = 0; i < page_count; ++i)
      hashes[i] = page_hash(i);
    archive.page_hash(hashes.front());
    archive.numbers(std::span<const std::uint64_t>(hashes).subspan(1));
  }
  static bool is_memory_canonical() {
    static const bool is_canonical = memory_is_canonical<T>();
    return is_canonical;
  }
  static Page* held(Page* page) {
    page->holders.fetch_add(1, std::memory_order_relaxed);
    return page;
  }
  static void let_go(Page* page) {
    if (page->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) delete page;
  }
  /// The page, which nobody else holds from now on.
  Page& own(std::size_t index) {
    Page*& page = pages_[index];
    if (page->holders.load(std::memory_order_acquire) > 1) {
      let_go(std::exchange(page, new Page(*page)));
    }
    page->hash.store(0, std::memory_order_relaxed);
    return *page;
  }

  std::unique_ptr<Page*[]> pages_;
};

}  // namespace tutti

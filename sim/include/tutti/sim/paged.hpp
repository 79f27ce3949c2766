#pragma once
// A large array in a state whose copies share what they have in common. It is kept in pages; a copy
// shares all of them, and a page is copied when somebody writes to it. Each page remembers its hash
// and its digest. So copying, comparing, hashing and digesting a state cost what changed, not what
// there is. Its value and its canonical bytes are those of a plain array; its digest is one over
// its pages (see page_digests.hpp).

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
#include "tutti/sim/digest.hpp"
#include "tutti/sim/fast_hash.hpp"

namespace tutti {

namespace detail {

/// Some elements of a Paged, shared by all copies that have not written to them since. One of
/// the copies computes the hash and digest of their canonical bytes, once for all.
template <class T, std::size_t size>
struct Page {
  /// Whether the digest is known: claimed by the one that writes it, then told.
  enum class Digested : std::uint8_t { no, claimed, yes };

  std::atomic<std::uint32_t> holders{1};                 // deterministic-ok: see above
  mutable std::atomic<Digested> digested{Digested::no};  // deterministic-ok: as `hash`
  mutable std::uint32_t bytes = 0;                       ///< that the digest covers
  /// A fast hash; 0 if it is not known.
  mutable std::atomic<std::uint64_t> hash{0};  // deterministic-ok: a function of the values
  mutable Digest digest{};
  std::array<T, size> values{};

  Page() = default;
  Page(const Page& other) : values(other.values) {}

  bool has_digest() const { return digested.load(std::memory_order_acquire) == Digested::yes; }
  void keep(const Digest& found, std::size_t size_in_bytes) const {
    Digested before = Digested::no;
    if (!digested.compare_exchange_strong(before, Digested::claimed)) return;
    digest = found;
    bytes = static_cast<std::uint32_t>(size_in_bytes);
    digested.store(Digested::yes, std::memory_order_release);
  }
  void forget() {
    digested.store(Digested::no, std::memory_order_relaxed);
    hash.store(0, std::memory_order_relaxed);
  }
};

}  // namespace detail

/// `n` values of T, at first as T's default constructor makes them. Reading is by `[]`, writing by
/// `edit`: so that nobody copies a page by reading it. Copies may be read on several threads at
/// once; each is changed by one at a time.
template <class T, std::size_t n>
class Paged {
 public:
  using value_type = T;  ///< As of any container.
  /// A page has about 4 KiB: small enough to copy for one element, large enough to be few.
  static constexpr std::size_t page_size = std::clamp<std::size_t>(4096 / sizeof(T), 1, n);
  /// How many pages there are, the last one perhaps shorter.
  static constexpr std::size_t page_count = (n + page_size - 1) / page_size;

  Paged() : slots_(std::make_unique<Slot[]>(page_count)) {
    // All of them are one page, until something is written. But one that is cut off has other
    // canonical bytes than a whole one.
    constexpr std::size_t whole = n / page_size;
    if (whole < page_count) slots_[whole].page = new Page;
    if (whole == 0) return;
    Page* empty = new Page;
    empty->holders = whole;
    for (std::size_t i = 0; i < whole; ++i)
      slots_[i].page = empty;
  }
  Paged(const Paged& other) : slots_(std::make_unique<Slot[]>(page_count)) {
    for (std::size_t i = 0; i < page_count; ++i) {
      slots_[i].page = held(other.slots_[i].page);
      slots_[i].take_hash(other.slots_[i]);
    }
  }
  Paged(Paged&& other) : Paged() { std::swap(slots_, other.slots_); }
  Paged& operator=(const Paged& other) {
    // Mostly a copy from a moment ago, which has nearly all pages already.
    for (std::size_t i = 0; i < page_count; ++i) {
      Slot& slot = slots_[i];
      Page* const page = other.slots_[i].page;
      if (slot.page != page) let_go(std::exchange(slot.page, held(page)));
      slot.take_hash(other.slots_[i]);
    }
    return *this;
  }
  Paged& operator=(Paged&& other) noexcept {
    std::swap(slots_, other.slots_);
    return *this;
  }
  ~Paged() {
    for (std::size_t i = 0; i < page_count; ++i)
      let_go(slots_[i].page);
  }

  static constexpr std::size_t size() { return n; }  ///< as many as there are elements, always `n`
  /// One element, to look at; `index` is less than `n`.
  const T& operator[](std::size_t index) const {
    TUTTI_ASSERT(index < n, index);
    return slots_[index / page_size].page->values[index % page_size];
  }
  /// The value at this place, to be written to. Valid until this or a copy of it is used again.
  T& edit(std::size_t index) {
    TUTTI_ASSERT(index < n, index);
    return own(index / page_size).values[index % page_size];
  }
  /// The values of one page, in order; the last page may have fewer than the others.
  std::span<const T> page(std::size_t index) const {
    TUTTI_ASSERT(index < page_count, index);
    return std::span(slots_[index].page->values).first(std::min(page_size, n - index * page_size));
  }
  /// Whether two have this page in common: then its values are equal, but not the other way round.
  bool shares_page(const Paged& other, std::size_t index) const {
    return slots_[index].page == other.slots_[index].page;
  }

  /// Whether all elements are equal; pages that both share are not looked at.
  bool operator==(const Paged& other) const {
    for (std::size_t i = 0; i < page_count; ++i) {
      if (!shares_page(other, i) && !std::ranges::equal(page(i), other.page(i))) return false;
    }
    return true;
  }

  /// The fast hash of a page's canonical bytes.
  std::uint64_t page_hash(std::size_t index) const {
    const Slot& slot = slots_[index];
    std::uint64_t hash = slot.hash.load(std::memory_order_relaxed);
    if (hash != 0) return hash;
    hash = slot.page->hash.load(std::memory_order_relaxed);
    if (hash == 0) {
      Bytes bytes;
      hash = std::max<std::uint64_t>(fast_hash(bytes_of(index, bytes)), 1);
      slot.page->hash.store(hash, std::memory_order_relaxed);
    }
    slot.hash.store(hash, std::memory_order_relaxed);
    return hash;
  }

  /// Cereal's way in: as an array of the same values.
  template <class Archive>
  void save(Archive& archive) const {
    if constexpr (std::is_same_v<Archive, CanonicalWriter>) {
      using Pages = CanonicalWriter::Pages;
      if (archive.pages() == Pages::hashed) return archive.page_hash(hash());
      if (archive.pages() == Pages::in_parts) return save_digests(archive);
      if (archive.pages() == Pages::walked) return digest_pages(archive.walk());
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
  /// For archives.
  template <class Archive>
  void load(Archive& archive) {
    *this = Paged();
    const auto read = std::make_unique<Page>();
    for (std::size_t i = 0; i < page_count; ++i) {
      const std::span<T> values = std::span(read->values).first(page(i).size());
      if constexpr (std::is_arithmetic_v<T>) {
        archive(cereal::binary_data(values.data(), values.size_bytes()));
      } else {
        for (T& value : values)
          archive(value);
      }
      // A page that equals the first one stays shared with it.
      if constexpr (std::equality_comparable<T>) {
        if (std::ranges::equal(values, page(i))) continue;
      }
      std::ranges::copy(values, own(i).values.begin());
    }
  }

 private:
  using Page = detail::Page<T, page_size>;

  /// A page, and its hash as far as this copy knows it: side by side, so that going over all of
  /// them need not go to each page.
  struct Slot {
    Page* page = nullptr;
    mutable std::atomic<std::uint64_t> hash{0};  // deterministic-ok: a function of the values

    void take_hash(const Slot& other) {
      hash.store(other.hash.load(std::memory_order_relaxed), std::memory_order_relaxed);
    }
  };
  /// How many pages are hashed side by side.
  static constexpr std::size_t batch_pages = 4;

  /// A hash over the hashes of all pages.
  std::uint64_t hash() const {
    std::array<std::array<std::byte, sizeof(std::uint64_t)>, 64> some;
    std::uint64_t joined = 0;
    for (std::size_t i = 0; i < page_count;) {
      some[0] = detail::to_little_endian(joined);
      std::size_t count = 1;
      for (; count < some.size() && i < page_count; ++count, ++i)
        some[count] = detail::to_little_endian(page_hash(i));
      joined = fast_hash(std::as_bytes(std::span(some).first(count)));
    }
    return joined;
  }
  /// A page's canonical bytes: where they are, or in `scratch`.
  BytesView bytes_of(std::size_t index, Bytes& scratch) const {
    if (is_memory_canonical()) return std::as_bytes(page(index));
    scratch.clear();
    CanonicalWriter writer(scratch);
    for (const T& value : page(index))
      writer(value);
    return scratch;
  }
  /// Goes on with a walk that computes the digests of pages.
  void digest_pages(CanonicalWriter::Walk& walk) const {
    const std::size_t first = walk.at;
    walk.at += page_count;
    if (walk.next != 0 || walk.from >= walk.at) return;
    std::array<std::size_t, batch_pages> batch{};
    std::size_t count = 0;
    for (std::size_t i = walk.from - std::min(walk.from, first); i < page_count; ++i) {
      if (slots_[i].page->has_digest()) continue;
      if (walk.left == 0) {
        walk.next = first + i;
        break;
      }
      --walk.left;
      batch[count++] = i;
      if (count == batch_pages) digest_batch(std::span(batch).first(std::exchange(count, 0)));
    }
    digest_batch(std::span(batch).first(count));
  }
  void digest_batch(std::span<const std::size_t> batch) const {
    std::array<Bytes, batch_pages> scratch;
    std::array<BytesView, batch_pages> bytes;
    std::array<Digest, batch_pages> digests;
    for (std::size_t i = 0; i < batch.size(); ++i)
      bytes[i] = bytes_of(batch[i], scratch[i]);
    digest_each(std::span(bytes).first(batch.size()), std::span(digests).first(batch.size()));
    for (std::size_t i = 0; i < batch.size(); ++i)
      slots_[batch[i]].page->keep(digests[i], bytes[i].size());
  }
  /// As parts of a state: runs of pages that are equally long.
  void save_digests(CanonicalWriter& archive) const {
    CanonicalWriter::Walk all{.left = page_count};
    digest_pages(all);
    std::vector<Digest> digests;
    std::size_t bytes = 0;
    const auto end_run = [&] {
      if (bytes > 0) archive.page_digests(bytes, digests);
      digests.clear();
    };
    for (std::size_t i = 0; i < page_count; ++i) {
      const Page& page = *slots_[i].page;
      Digest digest;
      std::size_t size = 0;
      if (page.has_digest()) {
        digest = page.digest;
        size = page.bytes;
      } else {  // another thread is about to tell it
        Bytes scratch;
        const BytesView view = bytes_of(i, scratch);
        digest = digest_of(view);
        size = view.size();
      }
      if (size != bytes) end_run();
      bytes = size;
      digests.push_back(digest);
    }
    end_run();
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
    Slot& slot = slots_[index];
    if (slot.page->holders.load(std::memory_order_acquire) > 1) {
      let_go(std::exchange(slot.page, new Page(*slot.page)));
    }
    slot.hash.store(0, std::memory_order_relaxed);
    slot.page->forget();
    return *slot.page;
  }

  std::unique_ptr<Slot[]> slots_;
};

}  // namespace tutti

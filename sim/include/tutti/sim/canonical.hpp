#pragma once
// Canonical bytes are the content of a snapshot, and what a digest covers: the fields in the order
// in which they are named, integers and IEEE 754 floats little-endian at their own width, sizes of
// containers as 32 bits; no names, no padding, the same on every machine. Both archives are
// Cereal's, so that every type that Cereal can serialise can be part of a state (include
// <cereal/types/vector.hpp> and so on); but not unordered containers, whose order is not the same
// everywhere.

#include <algorithm>
#include <bit>
#include <cereal/cereal.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/common.hpp>
#include <concepts>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/fields.hpp"
#include "tutti/sim/game_module.h"

namespace tutti {

/// Appends canonical bytes to a vector that the caller owns.
class CanonicalWriter : public cereal::OutputArchive<CanonicalWriter> {
 public:
  /// How the pages of a Paged are written: as their values, in snapshots; as one hash, which is
  /// enough to tell two states apart; as their digests, in the parts of a state; or, to hash some
  /// pages in advance, not at all, like everything that is in no page.
  enum class Pages { whole, hashed, in_parts, walked };
  explicit CanonicalWriter(Bytes& bytes, Pages pages = Pages::whole)
      : OutputArchive(this), bytes_(&bytes), pages_(pages) {}

  /// Hands on what has been written, as soon as it is a good deal, so that a large state need not
  /// be in memory twice. The rest stays in the vector.
  using Drain = void (*)(const void* context, BytesView bytes);
  void drain_to(const void* context, Drain drain) {
    context_ = context;
    drain_ = drain;
  }

  /// A walk over the pages of all Paged in a state; see `hash_pages` in game_module.h.
  struct Walk {
    std::size_t from = 0;  ///< the page to go on from
    std::size_t left = 0;  ///< pages that may be hashed still
    std::size_t at = 0;    ///< pages that were passed
    std::size_t next = 0;  ///< the page to go on from; 0 for none
  };
  /// As the walk says, which must outlive it.
  CanonicalWriter(Bytes& bytes, Walk& walk) : CanonicalWriter(bytes, Pages::walked) {
    walk_ = &walk;
  }
  /// Gives the parts of a state to a sink.
  CanonicalWriter(Bytes& bytes, const tutti_part_sink& parts)
      : CanonicalWriter(bytes, Pages::in_parts) {
    drain_to(&parts, [](const void* context, BytesView view) {
      const auto* sink = static_cast<const tutti_part_sink*>(context);
      sink->bytes(sink->context, reinterpret_cast<const std::uint8_t*>(view.data()), view.size());
    });
    parts_ = &parts;
  }
  /// Hands on what is left, at the end.
  void hand_on() {
    if (drain_ == nullptr || bytes_->empty()) return;
    drain_(context_, *bytes_);
    bytes_->clear();
  }

  Pages pages() const { return pages_; }  ///< What is written of pages.
  Walk& walk() { return *walk_; }         ///< The walk. Precondition: `pages()` is `walked`.
  /// A hash that stands for the pages of a Paged.
  void page_hash(std::uint64_t hash) {
    has_pages_ = true;
    number(hash);
  }
  bool has_pages() const { return has_pages_; }  ///< Whether the state has pages.
  /// Pages as a part of a state.
  void page_digests(std::size_t page_bytes, std::span<const Digest> digests) {
    hand_on();
    parts_->pages(parts_->context, static_cast<std::uint32_t>(page_bytes), digests.size(),
                  reinterpret_cast<const std::uint8_t*>(digests.data()));
  }

  /// In place of Cereal's own, for one sentence where a type cannot be saved.
  template <class... Values>
  CanonicalWriter& operator()(Values&&... values) {
    (one(std::forward<Values>(values)), ...);
    return *this;
  }

  /// A number, little-endian.
  template <detail::CanonicalNumber T>
  void number(T value) {
    // Not an insert: in that, g++ 12 -O3 sees an overflow that is not there.
    if (pages_ == Pages::walked) return;
    const auto little = detail::to_little_endian(value);
    const std::size_t before = bytes_->size();
    bytes_->resize(before + sizeof(T));
    std::memcpy(bytes_->data() + before, little.data(), sizeof(T));
  }
  /// Many in a row: in one piece where they are little-endian already.
  template <detail::CanonicalNumber T>
  void numbers(std::span<const T> values) {
    if (pages_ == Pages::walked) return;
    if constexpr (std::endian::native == std::endian::little) {
      if (values.empty()) return;
      const std::size_t before = bytes_->size();
      bytes_->resize(before + values.size_bytes());
      std::memcpy(bytes_->data() + before, values.data(), values.size_bytes());
    } else {
      for (const T value : values)
        number(value);
    }
    if (bytes_->size() >= drained_bytes) hand_on();
  }

 private:
  static constexpr std::size_t drained_bytes = 32 * 1024;

  template <class T>
  void one(T&& value) {
    using Value = std::remove_cvref_t<T>;
    if constexpr (detail::is_savable<Value, CanonicalWriter>) {
      OutputArchive::operator()(std::forward<T>(value));
    } else {
      detail::refuse_unsavable<Value>();
    }
  }

  Bytes* bytes_;
  Pages pages_;
  bool has_pages_ = false;
  Walk* walk_ = nullptr;
  const tutti_part_sink* parts_ = nullptr;
  const void* context_ = nullptr;
  Drain drain_ = nullptr;
};

/// Reads canonical bytes. A container's size is at most the bytes that remain, so that the input
/// bounds all allocations. After a failure every value is read as zero.
class CanonicalReader : public cereal::InputArchive<CanonicalReader> {
 public:
  /// Reads these bytes, which must outlive it.
  explicit CanonicalReader(BytesView bytes) : InputArchive(this), reader_(bytes) {}

  /// In place of Cereal's own, as in CanonicalWriter.
  template <class... Values>
  CanonicalReader& operator()(Values&&... values) {
    (one(std::forward<Values>(values)), ...);
    return *this;
  }

  /// A number, little-endian; 0 if bytes are missing.
  template <detail::CanonicalNumber T>
  void number(T& value) {
    const BytesView bytes = reader_.raw(sizeof(T));
    value = T{};
    if (bytes.size() != sizeof(T)) return;
    std::array<std::byte, sizeof(T)> native;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      native[i] = bytes[std::endian::native == std::endian::big ? sizeof(T) - 1 - i : i];
    }
    if constexpr (std::same_as<T, bool>) {
      if (std::to_integer<unsigned>(native[0]) > 1) return reader_.fail();
    }
    value = std::bit_cast<T>(native);
  }
  /// Many in a row, as `number` reads each.
  template <detail::CanonicalNumber T>
  void numbers(std::span<T> values) {
    const bool is_there = values.size_bytes() <= reader_.remaining();
    if constexpr (std::endian::native == std::endian::little && !std::same_as<T, bool>) {
      if (is_there && !values.empty()) {
        std::memcpy(values.data(), reader_.raw(values.size_bytes()).data(), values.size_bytes());
        return;
      }
    }
    for (T& value : values)
      number(value);
  }
  /// The size of a container that comes next, no larger than the bytes that are left.
  std::uint32_t container_size() {
    const std::uint32_t size = reader_.u32();
    if (size > reader_.remaining()) {
      reader_.fail();
      return 0;
    }
    return size;
  }
  /// Whether all bytes were read, and made sense.
  bool is_done() const { return reader_.is_done(); }

 private:
  template <class T>
  void one(T&& value) {
    using Value = std::remove_cvref_t<T>;
    if constexpr (detail::is_savable<Value, CanonicalWriter>) {
      InputArchive::operator()(std::forward<T>(value));
    } else {
      detail::refuse_unsavable<Value>();
    }
  }

  ByteReader reader_;
};

// Cereal's customisation points, found by argument-dependent lookup.
template <class T>
void save(CanonicalWriter& archive, const cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}
template <class T>
void load(CanonicalReader& archive, cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}
template <class T>
void save(CanonicalWriter& archive, const cereal::SizeTag<T>& tag) {
  archive.number(static_cast<std::uint32_t>(tag.size));
}
template <class T>
void load(CanonicalReader& archive, cereal::SizeTag<T>& tag) {
  tag.size = archive.container_size();
}
template <detail::CanonicalNumber T>
void save(CanonicalWriter& archive, const T& value) {
  archive.number(value);
}
template <detail::CanonicalNumber T>
void load(CanonicalReader& archive, T& value) {
  archive.number(value);
}
template <class T>
void save(CanonicalWriter& archive, const cereal::BinaryData<T>& data) {
  using Element = std::remove_cv_t<
      std::remove_all_extents_t<std::remove_pointer_t<std::remove_reference_t<T>>>>;
  archive.numbers(std::span(static_cast<const Element*>(data.data),
                            static_cast<std::size_t>(data.size) / sizeof(Element)));
}
template <class T>
void load(CanonicalReader& archive, cereal::BinaryData<T>& data) {
  using Element = std::remove_all_extents_t<std::remove_pointer_t<std::remove_reference_t<T>>>;
  archive.numbers(std::span(static_cast<Element*>(data.data),
                            static_cast<std::size_t>(data.size) / sizeof(Element)));
}

/// Appends a value's canonical bytes.
template <class T>
void write_canonical(const T& value, Bytes& bytes) {
  CanonicalWriter writer(bytes);
  writer(value);
}

/// Reads a value. False unless the bytes decode exactly, with none left over.
template <class T>
[[nodiscard]] bool read_canonical(BytesView bytes, T& value) {
  CanonicalReader reader(bytes);
  // A variant's loader throws for an index that it does not have.
  try {
    reader(value);
  } catch (const cereal::Exception&) {
    return false;
  }
  return reader.is_done();
}

namespace detail {
/// Loads bytes again and again into one value on the heap: a state may be larger than a stack.
template <class T>
class LayoutTrial {
 public:
  /// Whether these bytes, once loaded, are the memory of a T and are what it saves.
  bool keeps(const Bytes& bytes) {
    if (!read_canonical(bytes, *value_)) return false;
    if (std::memcmp(value_.get(), bytes.data(), sizeof(T)) != 0) return false;  // NOLINT: floats
    saved_.clear();
    write_canonical(*value_, saved_);
    return saved_ == bytes;
  }

 private:
  std::unique_ptr<T> value_ = std::make_unique<T>();
  Bytes saved_;
};
}  // namespace detail

/// Whether this build's memory image of T equals its canonical bytes, so that a copy of the memory
/// is a snapshot. Proven by trial: states are loaded from canonical bytes whose n-th byte holds one
/// bit of n; if every bit of every position comes out at its own place, and is saved from there,
/// the two layouts are one. Only 0 and 1 are ever stored, which are legal values of bools, enums
/// and numbers.
template <class T>
bool memory_is_canonical() {
  if constexpr (!std::is_trivially_copyable_v<T> || !std::default_initializable<T>) {
    return false;
  } else {
    detail::LayoutTrial<T> trial;
    Bytes pattern(sizeof(T));
    // All zeros and all ones: else a field that ignores what it loads could pass by what it holds.
    if (!trial.keeps(pattern)) return false;
    std::fill(pattern.begin(), pattern.end(), std::byte{1});
    if (!trial.keeps(pattern)) return false;
    for (std::size_t run = 1; run < sizeof(T); run *= 2) {
      for (std::size_t i = 0; i < sizeof(T); i += run) {
        const std::size_t count = std::min(run, sizeof(T) - i);
        std::memset(pattern.data() + i, i / run % 2 == 0 ? 0 : 1, count);
      }
      if (!trial.keeps(pattern)) return false;
    }
    return true;
  }
}

}  // namespace tutti

CEREAL_REGISTER_ARCHIVE(tutti::CanonicalWriter)
CEREAL_REGISTER_ARCHIVE(tutti::CanonicalReader)
CEREAL_SETUP_ARCHIVE_TRAITS(tutti::CanonicalReader, tutti::CanonicalWriter)

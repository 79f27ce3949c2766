#pragma once
// TUTTI_FIELDS names the fields of a struct once. The one Cereal `serialize` that it writes feeds
// snapshots, digests and field-by-field diffs. A hand-written `serialize` with CEREAL_NVP is as
// good.

#include <algorithm>
#include <array>
#include <cereal/cereal.hpp>
#include <cstddef>
#include <type_traits>
#include <variant>

/// Put it in the public part of a struct, naming every field (at most 250, none twice):
///   struct Ball { Fixed x, y; TUTTI_FIELDS(x, y) };
#define TUTTI_FIELDS(...)                                              \
  template <class TuttiArchive>                                        \
  void serialize([[maybe_unused]] TuttiArchive& tutti_archive) {       \
    __VA_OPT__(TUTTI_DETAIL_EXPAND(TUTTI_DETAIL_EACH(__VA_ARGS__)))    \
  }                                                                    \
  template <class TuttiSelf>                                           \
  static constexpr bool tutti_names_all() {                            \
    ::tutti::detail::NamedBytes tutti_named;                           \
    __VA_OPT__(TUTTI_DETAIL_EXPAND(TUTTI_DETAIL_SPAN(__VA_ARGS__)))    \
    return tutti_named.are_all(sizeof(TuttiSelf), alignof(TuttiSelf)); \
  }

// C++20's __VA_OPT__ recursion: each EXPAND level rescans four times (D. Mazières, "Recursive
// macros with C++20 __VA_OPT__", 2021).
#define TUTTI_DETAIL_PARENS ()
#define TUTTI_DETAIL_EXPAND(...) \
  TUTTI_DETAIL_EXPAND3(          \
      TUTTI_DETAIL_EXPAND3(TUTTI_DETAIL_EXPAND3(TUTTI_DETAIL_EXPAND3(__VA_ARGS__))))
#define TUTTI_DETAIL_EXPAND3(...) \
  TUTTI_DETAIL_EXPAND2(           \
      TUTTI_DETAIL_EXPAND2(TUTTI_DETAIL_EXPAND2(TUTTI_DETAIL_EXPAND2(__VA_ARGS__))))
#define TUTTI_DETAIL_EXPAND2(...) \
  TUTTI_DETAIL_EXPAND1(           \
      TUTTI_DETAIL_EXPAND1(TUTTI_DETAIL_EXPAND1(TUTTI_DETAIL_EXPAND1(__VA_ARGS__))))
#define TUTTI_DETAIL_EXPAND1(...) \
  TUTTI_DETAIL_EXPAND0(           \
      TUTTI_DETAIL_EXPAND0(TUTTI_DETAIL_EXPAND0(TUTTI_DETAIL_EXPAND0(__VA_ARGS__))))
#define TUTTI_DETAIL_EXPAND0(...) __VA_ARGS__
#define TUTTI_DETAIL_EACH(field, ...)               \
  tutti_archive(::cereal::make_nvp(#field, field)); \
  __VA_OPT__(TUTTI_DETAIL_EACH_AGAIN TUTTI_DETAIL_PARENS(__VA_ARGS__))
#define TUTTI_DETAIL_EACH_AGAIN() TUTTI_DETAIL_EACH
#define TUTTI_DETAIL_SPAN(field, ...)                                             \
  tutti_named.add(__builtin_offsetof(TuttiSelf, field), sizeof(TuttiSelf::field), \
                  alignof(decltype(TuttiSelf::field)));                           \
  __VA_OPT__(TUTTI_DETAIL_SPAN_AGAIN TUTTI_DETAIL_PARENS(__VA_ARGS__))
#define TUTTI_DETAIL_SPAN_AGAIN() TUTTI_DETAIL_SPAN

namespace tutti::detail {

/// The bytes of a struct that its fields name, at compile time. A gap that alignment does not
/// account for is a member without a name; one that fits into padding is left to `tutti check`.
class NamedBytes {
 public:
  constexpr void add(std::size_t offset, std::size_t size, std::size_t align) {
    std::size_t place = count_++;
    for (; place > 0 && spans_[place - 1].begin > offset; --place)
      spans_[place] = spans_[place - 1];
    spans_[place] = {offset, offset + size, align};
  }
  constexpr bool are_all(std::size_t size, std::size_t align) const {
    std::size_t end = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (spans_[i].begin >= end + spans_[i].align) return false;
      end = std::max(end, spans_[i].end);
    }
    return size < end + align;
  }

 private:
  struct Span {
    std::size_t begin = 0, end = 0, align = 1;
  };
  std::array<Span, 256> spans_{};  // more fields than the macro takes
  std::size_t count_ = 0;
};

/// Cereal's wrappers, which its archives take themselves.
template <class T>
inline constexpr bool is_wrapper = false;
template <class T>
inline constexpr bool is_wrapper<cereal::base_class<T>> = true;
template <class T>
inline constexpr bool is_wrapper<cereal::virtual_base_class<T>> = true;
template <class T>
inline constexpr bool is_wrapper<cereal::DeferredData<T>> = true;

/// Whether a type tells an archive what to save.
template <class T, class Archive>
inline constexpr bool is_savable = is_wrapper<T> ||
                                   (!std::is_pointer_v<T> &&
                                    cereal::traits::is_output_serializable<T, Archive>::value);

template <class T>
inline constexpr bool is_variant = false;
template <class... Types>
inline constexpr bool is_variant<std::variant<Types...>> = true;

/// Pointers of all kinds, those of <memory> too.
template <class T>
inline constexpr bool is_address = std::is_pointer_v<T> || std::is_member_pointer_v<T> || requires {
  typename T::element_type;
};
/// The containers whose order is another one with each standard library.
template <class T>
inline constexpr bool is_unordered = requires {
  typename T::hasher;
};

/// Says in one sentence why a type cannot be saved, and says it once, however many archives meet
/// the type: Cereal would say it in 86 lines, for each of them.
template <class T>
constexpr void refuse_unsavable() {
  if constexpr (is_address<T> || is_unordered<T>) {
    // Said by FieldCheck.
  } else if constexpr (requires { typename T::result_type; }) {
    static_assert(!sizeof(T),
                  "nothing saves this: for a random generator take tutti::Random, for a function "
                  "keep a number");
  } else if constexpr (requires { typename T::value_type; } || is_variant<T>) {
    static_assert(!sizeof(T),
                  "Cereal does not know this container yet: include the header that it has for it, "
                  "<cereal/types/vector.hpp> or the like");
  } else {
    static_assert(!sizeof(T),
                  "this type names none of its fields: write TUTTI_FIELDS(every, field) into it");
  }
}

/// Stands in for an archive at compile time: instantiating `serialize` with it rejects any value
/// that is passed without a name, here and in every nested struct; addresses, which differ in every
/// process; and floats, whose functions differ between machines, unless the game says that it has
/// them (`with_floats`).
template <bool with_floats>
class FieldCheck {
 public:
  // The members of an archive that a hand-written `serialize` may use.
  using is_saving = std::true_type;
  using is_loading = std::false_type;

  template <class... Values>
  FieldCheck& operator()(Values&&... values) {
    (one(values), ...);
    return *this;
  }
  template <class Value>
  FieldCheck& operator&(Value&& value) {
    return (*this)(value);
  }

 private:
  template <class T>
  void one(const cereal::NameValuePair<T>&) {
    check<std::remove_cvref_t<T>>();
  }
  template <class T>
  void one(const T&) {
    static_assert(!sizeof(T), "every field needs a name: use TUTTI_FIELDS or CEREAL_NVP");
  }

 public:
  template <class T>
  static void check() {
    static_assert(!is_address<T>,
                  "an address is another one in every process: keep an index or an id");
    static_assert(!is_unordered<T>,
                  "the order of a hash table is no rule: take std::vector, or std::map by id");
    static_assert(with_floats || !std::is_floating_point_v<T>,
                  "a float: use tutti::Fixed, or read `Floats` in "  // deterministic-ok: a text
                  "sim/README.md and say so in the game by "
                  "`static constexpr bool has_floats = true;`");
    if constexpr (is_address<T> || std::is_function_v<T>) {
      // Nothing in it matters.
    } else if constexpr (std::is_array_v<T>) {
      check<std::remove_all_extents_t<T>>();
    } else if constexpr (requires(T & value, FieldCheck & fields) { value.serialize(fields); }) {
      static_cast<void>(&visit<T>);
      if constexpr (requires { T::template tutti_names_all<T>; } && std::is_standard_layout_v<T> &&
                    !std::is_empty_v<T>) {
        static_assert(T::template tutti_names_all<T>(),
                      "a member is missing in TUTTI_FIELDS: a rollback would lose it");
      }
    } else if constexpr (requires {
                           typename T::first_type;
                           typename T::second_type;
                         }) {
      check<typename T::first_type>();
      check<typename T::second_type>();
    } else if constexpr (requires { typename T::value_type; }) {
      check<typename T::value_type>();
    } else {
      check_parts(static_cast<T*>(nullptr));
    }
  }

 private:
  /// The types that a std::variant, a std::tuple or another template is made of.
  template <template <class...> class Whole, class... Parts>
  static void check_parts(const Whole<Parts...>*) {
    (check<Parts>(), ...);
  }
  static void check_parts(const void*) {}

  template <class T>
  static void visit(T& value) {
    FieldCheck fields;
    value.serialize(fields);
  }
};

}  // namespace tutti::detail

#pragma once
// TUTTI_FIELDS: names the fields of a struct once. The one Cereal `serialize` it writes feeds
// snapshot, digest and field-by-field diff. Hand-written `serialize` with CEREAL_NVP is as good.

#include <cereal/cereal.hpp>
#include <type_traits>

/// Put it in the public part of a struct, naming every field (at most 250, none twice):
///   struct Ball { Fixed x, y; TUTTI_FIELDS(x, y) };
#define TUTTI_FIELDS(...)                                           \
  template <class TuttiArchive>                                     \
  void serialize([[maybe_unused]] TuttiArchive& tutti_archive) {    \
    __VA_OPT__(TUTTI_DETAIL_EXPAND(TUTTI_DETAIL_EACH(__VA_ARGS__))) \
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

namespace tutti::detail {

/// Stands in for an archive at compile time: instantiating `serialize` with it rejects any value
/// that is passed without a name, here and in every nested struct; addresses, which differ in every
/// process; and floats, whose functions differ between machines, unless the game says that it has
/// them (`with_floats`).
template <bool with_floats>
class FieldCheck {
 public:
  // What a hand-written `serialize` may ask of its archive.
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
    static_assert(!std::is_pointer_v<T> && !std::is_member_pointer_v<T>,
                  "an address is another one in every process: keep an index or an id");
    static_assert(with_floats || !std::is_floating_point_v<T>,
                  "a float: use tutti::Fixed, or read `Floats` in "  // deterministic-ok: a text
                  "sim/README.md and say so in the game by "
                  "`static constexpr bool has_floats = true;`");
    if constexpr (std::is_array_v<T>) {
      check<std::remove_all_extents_t<T>>();
    } else if constexpr (requires(T & value, FieldCheck & fields) { value.serialize(fields); }) {
      static_cast<void>(&visit<T>);
    } else if constexpr (requires {
                           typename T::first_type;
                           typename T::second_type;
                         }) {
      check<typename T::first_type>();
      check<typename T::second_type>();
    } else if constexpr (requires { typename T::value_type; }) {
      check<typename T::value_type>();
    }
  }

 private:
  template <class T>
  static void visit(T& value) {
    FieldCheck fields;
    value.serialize(fields);
  }
};

}  // namespace tutti::detail

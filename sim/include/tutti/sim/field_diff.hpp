#pragma once
// States as flat lists of named fields, and the difference of two such lists, so that a desync
// report reads like a sentence.

#include <cereal/cereal.hpp>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "tutti/sim/export.hpp"
#include "tutti/sim/fields.hpp"

namespace tutti {

/// One field of a state, an event or an effect.
struct Field {
  std::string path;   ///< `players[1].velocity.x`; a trailing underscore of a name is left out
  std::string value;  ///< as text, the same on every machine
};

/// A field that two states have different values of.
struct FieldDifference {
  std::string path;   ///< as in Field
  std::string left;   ///< "-" where the left side has no such field
  std::string right;  ///< "-" where the right side has no such field
};

/// All differing fields in field order; the first is the place to start reading.
TUTTI_API std::vector<FieldDifference> field_diff(std::span<const Field> left,
                                                  std::span<const Field> right);

/// A Cereal archive that lists fields instead of writing bytes.
class TUTTI_API FieldLister : public cereal::OutputArchive<FieldLister> {
 public:
  /// Appends to these fields, which must outlive it.
  explicit FieldLister(std::vector<Field>& fields) : OutputArchive(this), fields_(&fields) {}

  /// In place of Cereal's own, so that what knows its text is listed by it wherever it stands: as a
  /// named value or as an element of a container.
  template <class... Values>
  FieldLister& operator()(const Values&... values) {
    (list(values), ...);
    return *this;
  }

  void name(const char* name) { pending_ = name; }  ///< the name of the value that comes next
  void enter();                                     ///< a value begins, of several fields perhaps
  void leave();                                     ///< it is complete
  void leaf(std::string value);                     ///< a value that has no parts

 private:
  struct Level {
    std::size_t path_size;       // length of the path outside this value
    std::uint32_t next_element;  // index of the next unnamed value within it
  };
  std::vector<Field>* fields_;
  std::vector<Level> levels_;
  std::string path_;
  const char* pending_ = nullptr;

  template <class T>
  void list(const T& value);
  template <class T>
  void list_alternative(const T& held);
};

namespace detail {

/// "Vote", from what a compiler calls a function template `[with T = game::Vote; ...]`.
TUTTI_API std::string type_in(std::string_view pretty_function);
template <class T>
std::string type_name() {
  return type_in(__PRETTY_FUNCTION__);
}

TUTTI_API std::string field_text(bool value);
TUTTI_API std::string field_text(std::int64_t value);
TUTTI_API std::string field_text(std::uint64_t value);
TUTTI_API std::string field_text(double value);  // deterministic-ok: only printed
/// The text in quotes, with control characters, quotes and backslashes as \xNN.
TUTTI_API std::string field_text(const std::string& value);

template <class T>
std::string number_text(T value) {
  if constexpr (std::is_same_v<T, bool>) {
    return field_text(value);
  } else if constexpr (std::is_same_v<T, char>) {  // signed on some machines, not on others
    return field_text(static_cast<std::uint64_t>(static_cast<unsigned char>(value)));
  } else if constexpr (std::is_floating_point_v<T>) {
    return field_text(static_cast<double>(value));  // deterministic-ok: only printed
  } else if constexpr (std::is_signed_v<T>) {
    return field_text(static_cast<std::int64_t>(value));
  } else {
    return field_text(static_cast<std::uint64_t>(value));
  }
}

/// Has the name, so that a type which has it too makes it ambiguous; see OptionalNames.
struct FieldText {
  int field_text;
};
template <class T>
struct ValueAndFieldText : T, FieldText {};

/// Whether a value says itself what it is as text.
template <class T>
constexpr bool has_field_text() {
  constexpr bool is_said = requires(const T& value) {
    { value.field_text() } -> std::convertible_to<std::string>;
  };
  if constexpr (!is_said && std::is_class_v<T> && !std::is_final_v<T>) {
    static_assert(
        requires { &ValueAndFieldText<T>::field_text; },
        "field_text must be `std::string field_text() const`");
  }
  return is_said;
}

// Wrappers and tags are not values of their own; nor is what saves itself as one number.
template <class T>
inline constexpr bool is_listed_value =
    !cereal::traits::has_minimal_base_class_serialization<
        T, cereal::traits::has_minimal_output_serialization, FieldLister>::value &&
    !cereal::traits::has_minimal_output_serialization<T, FieldLister>::value;
template <class T>
inline constexpr bool is_listed_value<cereal::NameValuePair<T>> = false;
template <class T>
inline constexpr bool is_listed_value<cereal::SizeTag<T>> = false;
template <class T>
inline constexpr bool is_listed_value<cereal::BinaryData<T>> = false;
}  // namespace detail

template <class T>
void FieldLister::list(const T& value) {
  const auto one = [this](std::string text) {
    enter();
    leaf(std::move(text));
    leave();
  };
  if constexpr (detail::has_field_text<T>()) {
    one(value.field_text());
  } else if constexpr (std::is_same_v<T, std::string>) {
    one(detail::field_text(value));
  } else if constexpr (detail::is_variant<T>) {
    enter();
    std::visit([this](const auto& held) { this->list_alternative(held); }, value);
    leave();
  } else if constexpr (detail::is_savable<T, FieldLister>) {
    OutputArchive::operator()(value);
  } else {
    detail::refuse_unsavable<T>();
  }
}

/// A variant is listed as its alternative, by the name of the type: `order.Vote.choice`; one
/// without fields is `{}`.
template <class T>
void FieldLister::list_alternative(const T& held) {
  const std::string type = detail::type_name<T>();
  const std::size_t before = fields_->size();
  name(type.c_str());
  (*this)(held);
  if (fields_->size() > before) return;
  name(type.c_str());
  enter();
  leaf("{}");
  leave();
}

template <class T>
void prologue(FieldLister& archive, const T&) {
  if constexpr (detail::is_listed_value<T>) archive.enter();
}
template <class T>
void epilogue(FieldLister& archive, const T&) {
  if constexpr (detail::is_listed_value<T>) archive.leave();
}
template <class T>
void save(FieldLister& archive, const cereal::NameValuePair<T>& pair) {
  archive.name(pair.name);
  archive(pair.value);
}
template <class T>
void save(FieldLister&, const cereal::SizeTag<T>&) {}
template <class T>
requires std::is_arithmetic_v<T>
void save(FieldLister& archive, const T& value) { archive.leaf(detail::number_text(value)); }
template <class T>
void save(FieldLister& archive, const cereal::BinaryData<T>& data) {
  using Element = std::remove_cv_t<
      std::remove_all_extents_t<std::remove_pointer_t<std::remove_reference_t<T>>>>;
  const Element* elements = static_cast<const Element*>(data.data);
  const std::size_t count = static_cast<std::size_t>(data.size) / sizeof(Element);
  for (std::size_t i = 0; i < count; ++i)
    archive(elements[i]);
}

/// Every field of a value, in order.
template <class T>
std::vector<Field> list_fields(const T& value) {
  std::vector<Field> fields;
  FieldLister lister(fields);
  lister(value);
  return fields;
}

}  // namespace tutti

CEREAL_REGISTER_ARCHIVE(tutti::FieldLister)

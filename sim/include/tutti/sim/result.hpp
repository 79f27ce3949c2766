#pragma once
// Result<T> is a value, or one sentence that says what went wrong and what to do. It has the member
// names of std::expected, so that moving there later is one `using`.

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "tutti/sim/assert.hpp"

namespace tutti {

/// The kind of an error, for decisions: the command line's exit codes follow from it. The sentence
/// is for people.
enum class Fault {
  usage,     ///< the caller asked for something that makes no sense
  bad_data,  ///< a file, module or peer that cannot be used
  refused,   ///< the other side said no
  system,    ///< the operating system said no: port taken, disk full, permission
};

/// What went wrong.
struct Error {
  Fault fault = Fault::system;  ///< its kind, for decisions
  /// A whole sentence without a trailing period, meant to be shown.
  std::string sentence;
};

/// Tag for building a failed Result: `return Unexpected{Error{...}}`.
struct Unexpected {
  Error error;  ///< what went wrong
};

/// The usual way to fail: `return fail(Fault::bad_data, "match.tutti is empty")`.
[[nodiscard]] inline Unexpected fail(Fault fault, std::string sentence) {
  return Unexpected{Error{fault, std::move(sentence)}};
}

/// A value, or an error; it has to be looked at.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}  ///< A value.
  /// An error.
  Result(Unexpected unexpected) : content_(std::in_place_index<1>, std::move(unexpected.error)) {}

  bool has_value() const { return content_.index() == 0; }  ///< Whether there is a value.
  explicit operator bool() const { return has_value(); }    ///< The same.

  /// Precondition: has_value().
  T& value() {
    TUTTI_ASSERT(has_value(), error().sentence);
    return *std::get_if<0>(&content_);
  }
  /// The same, to look at.
  const T& value() const {
    TUTTI_ASSERT(has_value(), error().sentence);
    return *std::get_if<0>(&content_);
  }
  T& operator*() { return value(); }              ///< The value. Precondition: has_value().
  const T& operator*() const { return value(); }  ///< The same, to look at.
  T* operator->() { return &value(); }  ///< A part of the value. Precondition: has_value().
  const T* operator->() const { return &value(); }  ///< The same, to look at.

  /// Precondition: !has_value().
  const Error& error() const {
    const Error* error = std::get_if<1>(&content_);
    TUTTI_ASSERT(error != nullptr);
    return *error;
  }

 private:
  std::variant<T, Error> content_;
};

/// Success without a value, or an error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Unexpected unexpected) : error_(std::move(unexpected.error)) {}  ///< An error.

  bool has_value() const { return !error_.has_value(); }  ///< Whether all went well.
  explicit operator bool() const { return has_value(); }  ///< The same.
  /// What went wrong. Precondition: !has_value().
  const Error& error() const {
    TUTTI_ASSERT(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace tutti

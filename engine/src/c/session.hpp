#pragma once
// A session as C sees it, and how errors leave: as a number and a sentence that the thread keeps.

#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tutti/engine/session.hpp"
#include "tutti/tutti.h"

/// The object behind the handle of C. Texts and bytes that a function returns live in it until the
/// next call.
struct tutti_session {
  explicit tutti_session(tutti::AnySession opened) : session(std::move(opened)) {}

  tutti::AnySession session;
  std::optional<std::int64_t> now{};  ///< of the last advance
  std::string text{};
  tutti::Bytes bytes{};
  std::vector<tutti_heard> heard{};
  std::vector<std::string> names{};  ///< of `newcomers`
  std::vector<tutti_newcomer> newcomers{};
};

namespace tutti::c {

/// Keeps the sentence for `tutti_error`, and returns the number of the fault.
tutti_result say(const Error& error);
/// The same for a call that makes no sense.
tutti_result misused(const char* sentence);

inline constexpr const char* no_session = "no session was given: the pointer is NULL";

/// A text of the caller's, who may leave it out.
inline std::string text_of(const char* text) { return text == nullptr ? "" : text; }
/// Bytes of the caller's.
inline BytesView view_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const std::byte*>(bytes), size};
}

/// Calls a function that returns a tutti_result. An exception of a game in another language, or a
/// lack of memory, goes no further than this.
template <class Function>
tutti_result guarded(Function function) noexcept {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return say({Fault::system, "out of memory"});
  } catch (...) {
    return say({Fault::bad_data, "an exception left a function of the game"});
  }
}

/// Calls a function that returns something else with the session, if there is one; else, and where
/// it fails, `otherwise` is what C gets.
template <class Handle, class Value, class Function>
Value with(Handle* handle, Value otherwise, Function function) noexcept {
  if (handle == nullptr) return misused(no_session), otherwise;
  Value value = otherwise;
  guarded([&] {
    value = function(*handle);
    return TUTTI_OK;
  });
  return value;
}

/// The same for a function that returns a tutti_result.
template <class Handle, class Function>
tutti_result act(Handle* handle, Function function) noexcept {
  if (handle == nullptr) return misused(no_session);
  return guarded([&] { return function(*handle); });
}

}  // namespace tutti::c

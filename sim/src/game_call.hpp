#pragma once
// How the engine calls a game.

#include <cstdint>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/float_environment.hpp"

namespace tutti::detail {

/// Calls one of a game's functions under the default floating-point environment: every call of code
/// that may compute goes through here.
template <class... Parameters, class Returned, class... Arguments>
Returned call(Returned (*function)(Parameters...), Arguments... arguments) {
  const UnderDefaultFloats guard;
  return function(arguments...);
}

inline const std::uint8_t* raw(BytesView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

}  // namespace tutti::detail

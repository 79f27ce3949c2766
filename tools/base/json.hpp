#pragma once
// JSON as this program prints it.

#include <nlohmann/json.hpp>
#include <string>

namespace tutti::tool {

/// Objects keep the order of their members.
using Json = nlohmann::ordered_json;

/// JSON in ASCII, with `indent` spaces a level, or on one line for -1. Every other character is
/// escaped, so that texts of strangers steer no terminal; bytes that are no UTF-8 are replaced.
inline std::string json_text(const Json& value, int indent) {
  return value.dump(indent, ' ', true, Json::error_handler_t::replace);
}

}  // namespace tutti::tool

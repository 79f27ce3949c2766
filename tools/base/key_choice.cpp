#include "base/key_choice.hpp"

#include <fmt/format.h>

#include "tutti/replay/storage.hpp"

namespace tutti::tool {

Result<PublicKey> read_public_key(const std::string& text) {
  if (const auto key = public_key_from_hex(text)) return *key;
  const Result<Bytes> bytes = posix_storage().read(text);
  if (!bytes) return Unexpected{bytes.error()};
  const std::string content(as_text(*bytes));
  if (const auto key = public_key_from_hex(content.substr(0, content.find_first_of(" \r\n")))) {
    return *key;
  }
  return fail(Fault::usage, fmt::format("{} holds no public key: 64 hexadecimal digits", text));
}

}  // namespace tutti::tool

#include "base/key_choice.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "tutti/replay/storage.hpp"

namespace tutti::tool {

namespace {

/// The first word of a file.
Result<std::string> word_in(const std::string& path) {
  const Result<Bytes> bytes = posix_storage().read(path);
  if (!bytes) return Unexpected{bytes.error()};
  const std::string content(as_text(*bytes));
  return content.substr(0, content.find_first_of(" \r\n"));
}

/// Both halves of a key are 64 digits. A secret one is in a file `.key`, or in one beside which its
/// public half is, `.pub`.
bool is_secret(const std::filesystem::path& path, const std::string& digits) {
  if (path.extension() == ".key") return true;
  const std::optional<SigningKey> key = SigningKey::from_hex(digits);
  const Result<std::string> beside =
      word_in(std::filesystem::path(path).replace_extension(".pub").string());
  return key && beside && public_key_from_hex(*beside) == key->public_key();
}

}  // namespace

Result<PublicKey> read_public_key(const std::string& text) {
  if (const auto key = public_key_from_hex(text)) return *key;
  const Result<std::string> digits = word_in(text);
  if (!digits) return Unexpected{digits.error()};
  const std::optional<PublicKey> key = public_key_from_hex(*digits);
  if (!key) {
    return fail(Fault::usage, fmt::format("{} holds no public key: 64 hexadecimal digits", text));
  }
  if (is_secret(text, *digits)) {
    return fail(Fault::usage,
                fmt::format("{} holds a secret key, which nobody else may have: give its public "
                            "half, the file .pub beside it",
                            text));
  }
  return *key;
}

}  // namespace tutti::tool

#include "wire/one_word.hpp"

#include <sodium.h>

namespace tutti::detail {

namespace {

constexpr int url_base64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

}  // namespace

std::string to_word(BytesView bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), url_base64), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), url_base64);
  text.pop_back();  // the zero at its end
  return text;
}

std::optional<Bytes> from_word(std::string_view word, std::size_t bytes_max) {
  Bytes bytes(bytes_max);
  std::size_t size = 0;
  const char* end = nullptr;
  const int result = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                       word.data(), word.size(), nullptr, &size, &end, url_base64);
  if (result != 0 || end != word.data() + word.size()) return std::nullopt;
  bytes.resize(size);
  // libsodium reads some bytes that are no letters as if they were.
  return to_word(bytes) == word ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace tutti::detail

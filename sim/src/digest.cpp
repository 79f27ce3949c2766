#include "tutti/sim/digest.hpp"

#include <algorithm>
#include <cstring>

#include "blake2b_rounds.hpp"
#include "tutti/sim/assert.hpp"

namespace tutti {

namespace {

std::optional<unsigned> hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

}  // namespace

Blake2b::Blake2b(std::size_t output_bytes)
    : chain_(blake2b::initial_chain), output_bytes_(output_bytes) {
  TUTTI_ASSERT(output_bytes >= 1 && output_bytes <= 64, output_bytes);
  chain_[0] ^= 0x01010000U ^ output_bytes;  // the parameter block: fan-out 1, depth 1, no key
}

Blake2b& Blake2b::update(BytesView bytes) {
  // The last block is compressed differently, so a full one waits until more is known to follow.
  while (filled_ + bytes.size() > block_.size()) {
    if (filled_ == 0) {  // where it is
      compress(bytes.first(block_.size()), false);
      bytes = bytes.subspan(block_.size());
      continue;
    }
    const BytesView rest = bytes.first(block_.size() - filled_);
    std::memcpy(block_.data() + filled_, rest.data(), rest.size());
    compress(block_, false);
    filled_ = 0;
    bytes = bytes.subspan(rest.size());
  }
  if (!bytes.empty()) std::memcpy(block_.data() + filled_, bytes.data(), bytes.size());
  filled_ += bytes.size();
  return *this;
}

void Blake2b::finish(std::span<std::byte> output) {
  TUTTI_ASSERT(output.size() == output_bytes_, output.size(), output_bytes_);
  std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled_), block_.end(), std::byte{0});
  // What fills the block up does not count.
  total_ -= block_.size() - filled_;
  compress(block_, true);
  for (std::size_t i = 0; i < output.size(); i += 8) {
    const auto word = detail::to_little_endian(chain_[i / 8]);
    std::memcpy(output.data() + i, word.data(), std::min(word.size(), output.size() - i));
  }
}

void Blake2b::compress(BytesView block, bool is_last) {
  total_ += block.size();
  std::array<std::uint64_t, 16> message;
  for (std::size_t i = 0; i < 16; ++i)
    message[i] = blake2b::load_little_endian(block.data() + 8 * i);
  blake2b::compress(chain_, message, total_, is_last);
}

Digest digest_of(BytesView bytes) {
  Digest digest;
  Blake2b(digest.bytes.size()).update(bytes).finish(digest.bytes);
  return digest;
}

std::string to_hex(BytesView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<std::size_t>(byte >> 4)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{0x0F})];
  }
  return text;
}

std::optional<Digest> digest_from_hex(std::string_view text) {
  Digest digest;
  if (text.size() != 2 * digest.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
    const auto high = hex_value(text[2 * i]);
    const auto low = hex_value(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    digest.bytes[i] = static_cast<std::byte>(*high << 4 | *low);
  }
  return digest;
}

}  // namespace tutti

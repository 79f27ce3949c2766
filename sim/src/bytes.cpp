#include "tutti/sim/bytes.hpp"

namespace tutti {

std::uint64_t ByteReader::long_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = u8();
    if (!ok_) return 0;
    const std::uint64_t low = byte & 0x7F;
    if (shift == 63 && low > 1) break;  // would overflow 64 bits
    value |= low << shift;
    if ((byte & 0x80) == 0) {
      // One value, one encoding: equal logs must be equal bytes.
      if (low == 0 && shift > 0) break;
      return value;
    }
  }
  fail();
  return 0;
}

BytesView ByteReader::run(std::size_t most) {
  const std::uint64_t size = varint();
  if (!ok_ || size > most) {
    fail();
    return {};
  }
  return raw(static_cast<std::size_t>(size));
}

}  // namespace tutti

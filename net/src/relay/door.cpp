#include "relay/door.hpp"

#include <algorithm>

#include "link/crypto.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/mutant.hpp"
#include "wire/room_codec.hpp"

namespace tutti::detail {

Door::Door(const Hello& opening, SecretDice& dice) : terms_(opening.terms) {
  if (!opening.password) return;
  Lock lock{.salt = dice.next()};
  lock.hash = hash(lock.salt, *opening.password);
  lock_ = lock;
}

Door::Door(BytesView bytes) {
  if (bytes.empty()) return;
  ByteReader in(bytes);
  terms_ = read_room_terms(in);
  Lock lock;
  const bool is_locked = in.u8() != 0;
  if (is_locked) {
    const BytesView salt = in.raw(lock.salt.size());
    const BytesView hash = in.raw(lock.hash.size());
    std::copy(salt.begin(), salt.end(), lock.salt.begin());
    std::copy(hash.begin(), hash.end(), lock.hash.begin());
  }
  if (is_locked || !in.is_done()) lock_ = lock;  // no password has a hash of zeros
}

std::array<std::byte, 32> Door::hash(const std::array<std::byte, 16>& salt,
                                     const PasswordHash& password) {
  const WideHash wide = hash_of({salt, password});
  std::array<std::byte, 32> half{};
  std::copy_n(wide.begin(), half.size(), half.begin());
  return half;
}

bool Door::opens_to(const std::optional<PasswordHash>& password) const {
  if (!lock_ || TUTTI_MUTANT(passwords_are_not_checked)) return true;
  return password && is_same_hash(hash(lock_->salt, *password), lock_->hash);
}

Bytes Door::bytes() const {
  Bytes bytes;
  if (!lock_ && terms_ == RoomTerms{}) return bytes;
  ByteWriter out(bytes);
  write(out, terms_);
  out.u8(lock_ ? 1 : 0);
  if (lock_) {
    out.raw(lock_->salt);
    out.raw(lock_->hash);
  }
  TUTTI_ASSERT(bytes.size() <= limits::door_bytes, bytes.size());
  return bytes;
}

}  // namespace tutti::detail

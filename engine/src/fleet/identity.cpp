#include "fleet/identity.hpp"

#include <algorithm>

#include "tutti/replay/storage.hpp"

namespace tutti::detail {

namespace {

constexpr std::string_view identity_head = "tutti relay in a fleet 1\n";
/// Each is of a process that ended while it came into the fleet, but the latest.
constexpr std::size_t lives_most = 16;
constexpr std::size_t id_digits = 32;

}  // namespace

Result<std::optional<std::vector<RelayId>>> read_identity(const std::string& path) {
  if (!posix_storage().exists(path)) return std::optional<std::vector<RelayId>>();
  const Result<Bytes> bytes = posix_storage().read(path);
  if (!bytes) return Unexpected{bytes.error()};
  std::string_view text = as_text(*bytes);
  const auto unreadable = [&path] {
    return fail(Fault::bad_data, path + " does not say who this relay was in its fleet");
  };
  if (!text.starts_with(identity_head)) return unreadable();
  text.remove_prefix(identity_head.size());
  std::vector<RelayId> lives;
  for (; !text.empty(); text.remove_prefix(id_digits + 1)) {
    const auto id = digest_from_hex(text.substr(0, id_digits));
    if (!id || text.size() <= id_digits || text[id_digits] != '\n') return unreadable();
    lives.push_back({id->bytes});
  }
  return std::optional(std::move(lives));
}

Result<void> write_identity(const std::string& path, std::span<const RelayId> lives) {
  std::string text(identity_head);
  for (const RelayId& life : lives.first(std::min(lives.size(), lives_most)))
    text += to_hex(BytesView(life.bytes)) + "\n";
  return posix_storage().replace(path, as_bytes(text));
}

}  // namespace tutti::detail

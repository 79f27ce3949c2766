#include "relay_key.hpp"

#include <filesystem>
#include <fstream>

#include "tutti/replay/storage.hpp"

namespace tutti {

namespace {

std::string first_word(const Bytes& bytes) {
  const std::string text(as_text(bytes));
  return text.substr(0, text.find_first_of(" \r\n"));
}

/// Only its owner can read the file at any moment.
bool write_private(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::ofstream(path, std::ios::app).flush();  // empty as yet
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
  std::ofstream file(path, std::ios::trunc);
  file << text << "\n";
  file.flush();
  return !error && file.good();
}

}  // namespace

Result<SigningKey> find_relay_key(const std::string& folder) {
  const std::string path = folder + "/relay.key";
  const Result<Bytes> bytes = posix_storage().read(path);
  if (!bytes) return Unexpected{bytes.error()};
  const std::optional<SigningKey> key = SigningKey::from_hex(first_word(*bytes));
  if (key) return *key;
  return fail(Fault::bad_data, path + " is no key: it should hold 64 hexadecimal digits");
}

Result<SigningKey> load_relay_key(const std::string& folder) {
  const std::string path = folder + "/relay.key";
  if (posix_storage().exists(path)) return find_relay_key(folder);
  const SigningKey key = SigningKey::create();
  const std::string shared = to_hex(key.public_key()) + "\n";
  if (!write_private(path, key.seed_hex())) {
    return fail(Fault::system, "cannot write the relay's key to " + path);
  }
  if (Result<void> written = posix_storage().replace(folder + "/relay.pub", as_bytes(shared));
      !written) {
    return Unexpected{written.error()};
  }
  return key;
}

}  // namespace tutti

#include "tutti/engine/key_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "source/private_folder.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/replay/storage.hpp"

namespace tutti {

namespace {

namespace fs = std::filesystem;

std::string first_word(const Bytes& bytes) {
  const std::string text(as_text(bytes));
  return text.substr(0, text.find_first_of(" \r\n"));
}

/// Only its owner can read the file at any moment.
bool write_private(const std::string& path, const std::string& text) {
  std::error_code error;
  std::ofstream(path, std::ios::app).flush();  // empty as yet
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
  std::ofstream file(path, std::ios::trunc);
  file << text << "\n";
  file.flush();
  return !error && file.good();
}

/// A power cut must not leave a key without bytes, with which no relay starts.
bool is_made_durable(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool is_durable = ::fsync(file) == 0;
  ::close(file);
  return is_durable;
}

/// Under its name the file is there at once or not at all, and never in the place of another.
bool make_key_file(const std::string& path) {
  const std::string aside = path + "." + std::to_string(::getpid());
  const bool is_made = write_private(aside, SigningKey::create().seed_hex()) &&
                       is_made_durable(aside) &&
                       (::link(aside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  ::unlink(aside.c_str());
  return is_made;
}

}  // namespace

Result<SigningKey> load_key(const std::string& path) {
  const Result<Bytes> bytes = posix_storage().read(path);
  if (!bytes) return Unexpected{bytes.error()};
  const std::optional<SigningKey> key = SigningKey::from_hex(first_word(*bytes));
  if (key) return *key;
  return fail(Fault::bad_data, path + " is no key: it should hold 64 hexadecimal digits");
}

Result<std::optional<RelayCertificate>> load_certificate(const std::string& path,
                                                         const PublicKey& relay) {
  if (!posix_storage().exists(path)) return std::optional<RelayCertificate>();
  const Result<Bytes> bytes = posix_storage().read(path);
  if (!bytes) return Unexpected{bytes.error()};
  const auto certificate = certificate_from_text(first_word(*bytes));
  if (!certificate) return fail(Fault::bad_data, path + ": " + certificate.error().sentence);
  if (certificate->relay != relay) {
    return fail(Fault::bad_data, path + " certifies another key than this relay's, " +
                                     to_hex(relay) + "; make one by `tutti fleet certify`");
  }
  if (!is_valid(*certificate, static_cast<std::int64_t>(std::time(nullptr)))) {
    return fail(Fault::bad_data, path +
                                     " has expired, or its fleet has not signed it; make another "
                                     "one by `tutti fleet certify`");
  }
  return std::optional(*certificate);
}

Result<SigningKey> load_or_make_key(const std::string& path) {
  const std::string shared = fs::path(path).replace_extension(".pub").string();
  if (shared == path) return fail(Fault::usage, path + " is the name of a public key");
  if (!posix_storage().exists(path) && !make_key_file(path)) {
    return fail(Fault::system, "cannot write the key " + path);
  }
  Result<SigningKey> key = load_key(path);
  if (!key || posix_storage().exists(shared)) return key;
  const std::string text = to_hex(key->public_key()) + "\n";
  if (Result<void> written = posix_storage().replace(shared, as_bytes(text)); !written) {
    return Unexpected{written.error()};
  }
  return key;
}

Result<SigningKey> load_player_key(const std::string& state_folder) {
  const std::string folder = state_folder.empty() ? default_state_folder() : state_folder;
  if (!make_private_folder(folder)) {
    return fail(Fault::system, "the folder " + folder + " for the player's key cannot be made");
  }
  return load_or_make_key(folder + "/player.key");
}

}  // namespace tutti

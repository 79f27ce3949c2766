#pragma once
// The tokens that were used at a relay. It remembers them in memory and in a file of its own, which
// has them before anybody is let in by one: a relay that is started again knows them, too.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "tutti/net/admission.hpp"
#include "tutti/replay/storage.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

namespace limits {
/// Used tokens that a relay remembers until they expire. With so many it refuses further ones.
inline constexpr std::size_t used_tokens = 100'000;
}  // namespace limits

/// See the top of this file.
class TUTTI_API UsedTokens {
 public:
  /// Reads the file, if it is there, and begins it anew without what has expired at `now_utc`. The
  /// storage must outlive this. Errors: the storage's; Fault::bad_data for another file, and for
  /// one that is damaged before its end: tokens that it held could be used again.
  static Result<UsedTokens> open(Storage& storage, std::string path, std::int64_t now_utc,
                                 std::size_t most = limits::used_tokens);

  /// What came of a use.
  enum class Outcome {
    first,        ///< nobody has used it before, and the file has it
    again,        ///< by whom it was used before
    of_another,   ///< somebody else has used it
    full,         ///< too many are remembered
    not_written,  ///< the disk did not take it
  };
  /// A hash that tells one user of a token from another.
  using User = std::array<std::byte, 16>;
  /// Uses a token that has not expired.
  Outcome use(const Token& token, const User& user, std::int64_t now_utc);
  /// The user did not get in after all: the token is as it was before its first use.
  void give_back(const Token& token);

  std::size_t size() const { return used_.size(); }  ///< Tokens that are remembered.

 private:
  struct Use {
    std::int64_t expires_utc = 0;
    User user{};
  };
  using Used = std::map<std::array<std::byte, 16>, Use>;

  UsedTokens(Storage& storage, std::string path, std::size_t most)
      : storage_(&storage), path_(std::move(path)), most_(most) {}
  Result<void> begin_anew();
  bool write(const Used::value_type& used);
  void forget_expired(std::int64_t now_utc);

  Storage* storage_;
  std::string path_;
  std::size_t most_;
  Used used_;
  std::unique_ptr<AppendFile> file_;
  std::size_t records_ = 0;  // in the file
};

}  // namespace tutti

#include "tutti/net/used_tokens.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "tutti/replay/format.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// Records in the file beyond those that are needed, after which it is begun anew.
constexpr std::size_t spare_records = 1000;
constexpr std::int64_t given_back = 0;

struct UseRecord {
  std::array<std::byte, 16> id{};
  std::int64_t expires_utc = 0;
  UsedTokens::User user{};
};

void append_use(Bytes& file, const UseRecord& use) {
  const std::size_t start = begin_record(file, RecordType::used_token, 0, MatchNumber{});
  ByteWriter out(file);
  out.raw(use.id);
  out.u64(static_cast<std::uint64_t>(use.expires_utc));
  out.raw(use.user);
  finish_record(file, start);
}

std::optional<UseRecord> decode_use(const Record& record) {
  if (record.type != static_cast<std::uint8_t>(RecordType::used_token)) return std::nullopt;
  ByteReader in(record.payload);
  UseRecord use;
  std::ranges::copy(in.raw(use.id.size()), use.id.begin());
  const std::uint64_t expires = in.u64();
  std::ranges::copy(in.raw(use.user.size()), use.user.begin());
  if (!in.is_done() || expires > INT64_MAX) return std::nullopt;
  use.expires_utc = static_cast<std::int64_t>(expires);
  return use;
}

}  // namespace

Result<UsedTokens> UsedTokens::open(Storage& storage, std::string path, std::int64_t now_utc,
                                    std::size_t most) {
  UsedTokens tokens(storage, std::move(path), most);
  if (storage.exists(tokens.path_)) {
    const Result<Bytes> bytes = storage.read(tokens.path_);
    if (!bytes) return Unexpected{bytes.error()};
    if (const Result<void> header = check_file_header(*bytes); !header) {
      return fail(header.error().fault, tokens.path_ + ": " + header.error().sentence);
    }
    RecordReader records(BytesView(*bytes).subspan(file_header_bytes));
    while (const auto record = records.next()) {
      const auto use = decode_use(*record);
      if (!use) continue;
      tokens.used_.erase(use->id);
      if (use->expires_utc != given_back) tokens.used_[use->id] = {use->expires_utc, use->user};
    }
    // A last record that was torn let nobody in.
    if (records.resync()) {
      return fail(Fault::bad_data,
                  tokens.path_ +
                      " is damaged: tokens that were used could be used again; move it "
                      "away, and have a new operator's key and new tokens made");
    }
  }
  tokens.forget_expired(now_utc);
  if (Result<void> begun = tokens.begin_anew(); !begun) return Unexpected{begun.error()};
  return tokens;
}

Result<void> UsedTokens::begin_anew() {
  file_.reset();
  Bytes bytes;
  append_file_header(bytes);
  for (const auto& [id, use] : used_)
    append_use(bytes, {id, use.expires_utc, use.user});
  if (Result<void> written = storage_->replace(path_, bytes); !written) return written;
  Result<std::unique_ptr<AppendFile>> file = storage_->open(path_);
  if (!file) return Unexpected{file.error()};
  file_ = std::move(*file);
  records_ = used_.size();
  return {};
}

UsedTokens::Outcome UsedTokens::use(const Token& token, const User& user, std::int64_t now_utc) {
  if (const auto found = used_.find(token.id); found != used_.end()) {
    const bool is_same = found->second.user == user || TUTTI_MUTANT(tokens_are_good_twice);
    return is_same ? Outcome::again : Outcome::of_another;
  }
  if (used_.size() >= most_) forget_expired(now_utc);
  if (used_.size() >= most_ && !TUTTI_MUTANT(used_tokens_have_no_limit)) return Outcome::full;
  const Used::value_type use{token.id, {token.expires_utc, user}};
  if (!TUTTI_MUTANT(token_uses_are_not_written) && !write(use)) return Outcome::not_written;
  used_.insert(use);
  return Outcome::first;
}

void UsedTokens::give_back(const Token& token) {
  // Should the disk not take this, the token stays used: nobody comes twice by that.
  if (!write({token.id, {given_back, {}}})) return;
  used_.erase(token.id);
}

/// Durable before anybody is let in.
bool UsedTokens::write(const Used::value_type& used) {
  const bool is_long = records_ > 2 * used_.size() + spare_records;
  if ((!file_ || is_long) && !begin_anew()) return false;
  Bytes bytes;
  append_use(bytes, {used.first, used.second.expires_utc, used.second.user});
  const Appended appended = file_->append(bytes);
  if (!appended.error && file_->sync()) {
    ++records_;
    return true;
  }
  file_.reset();  // what is in it by now, nobody knows: it is begun anew
  return false;
}

void UsedTokens::forget_expired(std::int64_t now_utc) {
  std::erase_if(used_, [&](const auto& used) { return used.second.expires_utc <= now_utc; });
}

}  // namespace tutti

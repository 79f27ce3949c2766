#pragma once
// The gate of a relay that lets in holders of an operator's token only.

#include <optional>
#include <string>

#include "tutti/net/used_tokens.hpp"

namespace tutti::detail {

class Gate {
 public:
  /// `used` must outlive this. Several shards share no used tokens, so that a token has to name its
  /// room, which is in one of them.
  Gate(const PublicKey& operator_key, UsedTokens& used, bool is_shard)
      : operator_(operator_key), used_(&used), is_shard_(is_shard) {}

  struct Answer {
    std::string refusal{};  ///< a sentence; empty for one who may come
    /// Its first use of the token: to be given back if it does not get in for another reason.
    std::optional<Token> first_use{};
  };
  /// `admission`: of that hello, if it has one; its sender has the key.
  Answer ask(const Hello& hello, const std::optional<Admission>& admission, std::int64_t now_utc);
  void give_back(const Token& token) { used_->give_back(token); }

 private:
  std::string fault_of(const Hello& hello, const Token& token, const PublicKey& client,
                       std::int64_t now_utc) const;

  PublicKey operator_;
  UsedTokens* used_;
  bool is_shard_;
};

}  // namespace tutti::detail

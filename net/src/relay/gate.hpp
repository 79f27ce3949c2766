#pragma once
// The gate of a relay that lets in holders of an operator's token only.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relay/commons.hpp"
#include "tutti/net/used_tokens.hpp"

namespace tutti::detail {

class Gate {
 public:
  /// `used` must outlive this. Several shards share no used tokens, so that a token has to name its
  /// room, which is in one of them.
  Gate(const PublicKey& operator_key, UsedTokens& used, bool is_shard)
      : operator_(operator_key), used_(&used), is_shard_(is_shard) {}

  struct Answer {
    std::string refusal{};  ///< a sentence; empty for a client that may come
    Token token{};          ///< of one that may
    bool is_first = false;  ///< this is the first use of the token
  };
  /// `admission`: of that hello, if it has one; its sender has the key.
  Answer ask(const Hello& hello, const std::optional<Admission>& admission, std::int64_t now_utc);

  /// The peer of that answer was let in, refused, or waits: its token is good again if it gets no
  /// seat after all.
  void note(PeerId peer, const Answer& answer, bool is_refused, const Commons& commons);
  /// In each pass, for those who wait.
  void pass(const Commons& commons);

 private:
  std::string fault_of(const Hello& hello, const Token& token, const PublicKey& client,
                       std::int64_t now_utc) const;

  /// The standing of a peer that came with a token: it waits for a host's word, or for the end of
  /// a relay's recovery, or it is gone.
  enum class Standing { seated, waiting, out };
  static Standing standing_of(PeerId peer, const Commons& commons);

  PublicKey operator_;
  UsedTokens* used_;
  bool is_shard_;
  std::vector<std::pair<PeerId, Token>> waiting_;
};

}  // namespace tutti::detail

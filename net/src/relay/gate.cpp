#include "relay/gate.hpp"

#include <algorithm>

#include "relay/venue.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

std::string Gate::fault_of(const Hello& hello, const Token& token, const PublicKey& client,
                           std::int64_t now_utc) const {
  if (!is_authentic(token, operator_) && !TUTTI_MUTANT(tokens_are_not_checked)) {
    return "the token is not by this relay's operator";
  }
  if (token.client != client && !TUTTI_MUTANT(tokens_fit_every_key)) {
    return "the token is for another player's key";
  }
  if (token.expires_utc <= now_utc && !TUTTI_MUTANT(tokens_never_expire)) {
    return "the token has expired";
  }
  if (!token.room.empty() && token.room != hello.room && !TUTTI_MUTANT(tokens_open_every_room)) {
    return "the token is for room " + token.room;
  }
  if (token.room.empty() && is_shard_) {
    return "the token names no room, as it has to where a relay has several shards";
  }
  if (token.role != hello.role) {
    return token.role == Role::player ? "the token is for a player, not for a spectator"
                                      : "the token is for a spectator, not for a player";
  }
  if (!token.name.empty() && token.name != hello.name) return "the token is for another name";
  if (!hello.others.empty()) return "a token lets one player in, not several at one machine";
  if (!hello.resume) return "a client that comes with a token chooses its secret itself";
  return {};
}

Gate::Answer Gate::ask(const Hello& hello, const std::optional<Admission>& admission,
                       std::int64_t now_utc) {
  if (!admission || !admission->token) {
    return {.refusal = "this relay lets nobody in without a token; ask its operator for one"};
  }
  const Token& token = *admission->token;
  if (std::string fault = fault_of(hello, token, admission->key, now_utc); !fault.empty()) {
    return {.refusal = std::move(fault)};
  }
  // A client that comes back after losing its connection has its secret still.
  switch (used_->use(token, digest_of(*hello.resume).bytes, now_utc)) {
    case UsedTokens::Outcome::first:
      return {.token = token, .is_first = true};
    case UsedTokens::Outcome::again:
      return {.token = token};
    case UsedTokens::Outcome::of_another:
      return {.refusal = "the token was used already"};
    case UsedTokens::Outcome::full:
      return {.refusal = "the relay can remember no more used tokens; come again later"};
    case UsedTokens::Outcome::not_written:
      return {.refusal = "the relay cannot write down that the token is used; come again later"};
  }
  return {};
}

Gate::Standing Gate::standing_of(PeerId peer, const Commons& commons) {
  if (!commons.peers.is_known(peer)) return Standing::out;
  const Venue* venue = commons.peers.venue_of(peer);
  return venue != nullptr && venue->has_seat(peer) ? Standing::seated : Standing::waiting;
}

void Gate::note(PeerId peer, const Answer& answer, bool is_refused, const Commons& commons) {
  const Standing standing = is_refused ? Standing::out : standing_of(peer, commons);
  const auto known = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& use) {
    return use.second.id == answer.token.id;
  });
  // Its holder has a seat already, or waits over another connection.
  const bool waits = known != waiting_.end();
  if (!answer.is_first && (!waits || standing == Standing::out)) return;
  if (waits) waiting_.erase(known);
  if (standing == Standing::out) used_->give_back(answer.token);
  if (standing == Standing::waiting) waiting_.emplace_back(peer, answer.token);
}

void Gate::pass(const Commons& commons) {
  std::erase_if(waiting_, [&](const auto& use) {
    const Standing standing = standing_of(use.first, commons);
    if (standing == Standing::out && !TUTTI_MUTANT(turned_away_is_used)) {
      used_->give_back(use.second);
    }
    return standing != Standing::waiting;
  });
}

}  // namespace tutti::detail

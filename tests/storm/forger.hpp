#pragma once
// Somebody at a relay that asks for an operator's tokens, with tokens of every kind but a good one;
// and somebody who has got hold of a signed match file and rewrites it.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/memory_network.hpp"
#include "support/games.hpp"
#include "tutti/net/admission.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/net/server.hpp"
#include "tutti/net/used_tokens.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace tutti::test {

/// A relay that asks for tokens, one player with a good one, and the forger.
class TokenForger {
 public:
  enum Kind : std::size_t {
    unauthentic,  ///< by nobody's key, or by the forger's own
    altered,      ///< a real one with one term as the forger would like it
    expired,
    of_another,  ///< for the key of somebody else, whose proof is not to be had
    copied,      ///< the same, with the proof that its owner gave on another connection
    used,        ///< the forger's own, which has let somebody in already
    kinds
  };

  explicit TokenForger(std::uint64_t seed) : random_(seed, 7) {
    journal_.emplace(std::move(*Journal::open(storage_, "tokens.journal")));
    used_.emplace(std::move(*UsedTokens::open(storage_, "tokens.used", utc)));
    server_.emplace(*link_.link, *journal_,
                    RelayOptions{.seed = {seed}, .utc = [] { return utc; }});
    server_->require_tokens(operator_.public_key(), *used_);
  }

  /// Says each kind of token some times. What went wrong, in words.
  std::vector<std::string> attack() {
    std::vector<std::string> found;
    const PeerId owner = connect(good_);
    owner_connection_ = hash(good_, owner);
    const Token good = make_token(terms(owner_), operator_);
    if (!is_let_in(good_, owner, hello(1), owners_admission(good))) {
      found.push_back("the token's owner is kept out");
    }
    const Token own = make_token(terms(forger_), operator_);
    connect(bad_);
    if (!is_let_in(bad_, to_relay_, hello(2), admission(own))) {
      found.push_back("a token's first use is refused");
    }
    connect(bad_);
    for (std::size_t i = 0; i < 5 * kinds; ++i) {
      const auto kind = static_cast<Kind>(i % kinds);
      const bool is_in = is_let_in(bad_, to_relay_, hello(3), of_kind(kind, own));
      if (is_in) found.push_back("a token lets somebody in, of kind " + std::to_string(kind));
      if (is_in) connect(bad_);
    }
    const RelayMatch* match = server_->match(room);
    if (match == nullptr || match->player_count() != 2) found.push_back("strangers play");
    return found;
  }

 private:
  static constexpr std::int64_t utc = 1'800'000'000;
  static constexpr const char* room = "KAZ22";

  Bytes of_kind(Kind kind, const Token& own) {
    switch (kind) {
      case unauthentic: {
        Token token = make_token(terms(forger_), forger_);
        if (random_.chance(2)) token.signature = {};
        return admission(token);
      }
      case altered: {
        Token token = own;
        token.id[random_.below(16)] ^= std::byte{1};  // so that it is a new one
        if (random_.chance(2)) token.expires_utc += 1000;
        if (random_.chance(2)) token.room.clear();
        return admission(token);
      }
      case expired: {
        Token token = terms(forger_);
        token.expires_utc = utc - static_cast<std::int64_t>(random_.below(1000));
        return admission(make_token(token, operator_));
      }
      case of_another:
        return admission(make_token(terms(owner_), operator_));
      case copied:
        return owners_admission(make_token(terms(owner_), operator_));
      case used:
      case kinds:
        break;
    }
    return admission(own);
  }
  Token terms(const SigningKey& client) const {
    return {.room = room, .expires_utc = utc + 600, .client = client.public_key()};
  }
  Hello hello(unsigned secret) const {
    Hello hello{.room = room, .name = "somebody", .rules = game_.rules()};
    hello.create = game_.setup(1, 8);
    hello.resume = ResumeSecret{static_cast<std::byte>(secret)};
    return hello;
  }
  ConnectionHash hash(const MemoryEnd& end, PeerId peer) const {
    return end.link->connection_hash(peer).value_or(ConnectionHash{});
  }
  Bytes admission(const Token& token) const {
    return encode(admission_of({.key = forger_, .token = token}, hash(bad_, to_relay_)));
  }
  Bytes owners_admission(const Token& token) const {
    return encode(admission_of({.key = owner_, .token = token}, owner_connection_));
  }
  PeerId connect(MemoryEnd& end) {
    const PeerId peer = end.link->connect({at(3, 4747)}, std::nullopt).value();
    if (&end == &bad_) to_relay_ = peer;
    run_until([&] { return end.link->connection_hash(peer).has_value(); });
    return peer;
  }
  bool is_let_in(MemoryEnd& end, PeerId peer, Hello hello, const Bytes& admission) {
    hello.admission = admission;
    end.link->send_control(peer, encode(ControlMessage{hello}));
    end.arrivals.clear();
    run_until([&] { return end.count(Arrival::Kind::control) > 0; });
    for (const Arrival& arrival : end.arrivals) {
      const auto message = decode_control(arrival.bytes);
      if (message && std::holds_alternative<Welcome>(*message)) return true;
    }
    return false;
  }
  template <class Done>
  void run_until(const Done& is_done) {
    for (int i = 0; i < 500 && !is_done(); ++i, network_.now += std::chrono::milliseconds(4)) {
      server_->pass(network_.now);
      good_.step(network_.now);
      bad_.step(network_.now);
    }
  }

  Random random_;
  MemoryNetwork network_;
  AnyGame game_ = any_game<Tally>();
  SigningKey operator_ = SigningKey::create();
  SigningKey owner_ = SigningKey::create();
  SigningKey forger_ = SigningKey::create();
  SimulatedStorage storage_;
  MemoryEnd link_{network_, at(3, 4747), {}, SigningKey::create()};
  MemoryEnd good_{network_, at(20), {.peers_max = 8}, std::nullopt};
  MemoryEnd bad_{network_, at(3500), {.peers_max = 8}, std::nullopt};
  PeerId to_relay_{};
  ConnectionHash owner_connection_{};
  std::optional<Journal> journal_;
  std::optional<UsedTokens> used_;
  std::optional<RelayServer> server_;
};

/// Rewrites a file that a relay signed in one way of several. What `verify` did not tell, in words.
inline std::vector<std::string> rewrite_file(MatchRecord match, const SigningKey& relay,
                                             Random& random) {
  std::vector<std::string> found;
  sign(match, relay);
  const auto proven = [&](const MatchRecord& record) {
    const Authenticity said = check_signatures(record, relay.public_key());
    return said.wrong == 0 && said.whole_through == record.log.horizon();
  };
  if (!proven(match)) found.push_back("an honest file proves nothing");
  MatchRecord other = prefix(match, match.log.horizon());
  const std::uint32_t way = random.below(5);
  if (way == 0) other.room = random_room_code(random);
  if (way == 1) other.started_utc += 1 + random.below(100'000);
  if (way == 2) other.build += "x";
  if (way == 3) {  // as if somebody had pressed something else, or nothing
    MatchRecord forged({.room = match.room,
                        .started_utc = match.started_utc,
                        .build = match.build,
                        .setup = match.log.setup()});
    const auto events = match.log.events();
    const std::size_t chosen = 1 + random.below(static_cast<std::uint32_t>(events.size()) - 1);
    for (std::size_t i = 1; i < events.size(); ++i) {
      Event event = to_owned(events[i]);
      if (i == chosen) event.payload.push_back(std::byte{1});
      if (i != chosen || random.chance(2)) forged.log.add(event.view());
    }
    forged.log.close(match.log.horizon());
    forged.signatures = match.signatures;
    other = std::move(forged);
  }
  if (way == 4) {  // by somebody else's key, in the relay's name
    sign(other, SigningKey::create());
    for (HeadSignature& signature : other.signatures)
      signature.key = relay.public_key();
  }
  const Result<ReadMatch> read = read_match(write_match(other));
  if (read && !read->damage && proven(read->record)) {
    found.push_back("a file proves its origin that was rewritten, in way " + std::to_string(way));
  }
  return found;
}

}  // namespace tutti::test

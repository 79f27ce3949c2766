#pragma once
// The relay's quotas: what may come from one place of the network, and how often. Players who come
// back by their secret are not asked here; a secret is no guess.

#include <map>
#include <optional>
#include <string>

#include "link/place_counts.hpp"
#include "link/place_rates.hpp"
#include "relay/secret_dice.hpp"
#include "tutti/net/relay_options.hpp"

namespace tutti::detail {

class Quotas {
 public:
  /// Options and statistics must outlive this.
  Quotas(const RelayOptions& options, RelayStatistics& statistics, SecretDice& dice);

  /// The reason for which a hello makes no sense to this relay, if it does not.
  static std::optional<Refused> wrong_with(const Hello& hello);

  /// A place is nothing where the link knows none: nothing is limited then.
  using Place = std::optional<NetworkPlace>;
  /// The sentence with which something is refused, if it is; it counts if it is not.
  using Answer = std::optional<std::string>;

  /// Anybody's hello.
  Answer hello(const Place& from, Instant now);
  /// A newcomer enters a room.
  Answer join(const Place& from, Instant now);
  /// Somebody in a room wants another role there.
  Answer role_change(const Place& from, Instant now);
  /// A code that led nowhere, or that its sender chose for a new room.
  void note_guess(const Place& from, Instant now);
  /// A room with this setup is to be opened.
  Answer room(const Place& from, const Setup& setup, Instant now);

  /// From now on the room counts, until it is closed.
  void note_opened(const std::string& code, const Place& from);
  void note_closed(const std::string& code);

  /// The options have changed.
  void follow_options();

 private:
  Answer terms(const Setup& setup) const;

  const RelayOptions* options_;
  RelayStatistics* statistics_;
  PlaceRates hellos_;
  PlaceRates guesses_;
  PlaceRates joins_;
  PlaceRates role_changes_;
  PlaceRates openings_;
  PlaceCounts open_;
  std::map<std::string, NetworkPlace> opened_from_;  // by code
};

}  // namespace tutti::detail

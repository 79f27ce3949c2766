#pragma once
// A relay's part in a fleet: it has the log of each of its matches off the machine too, in NATS
// JetStream, behind its own journal. All of that is done on a thread of its own: no pass of the
// relay waits for it, and a fleet that cannot be reached changes nothing for the players.
// net/FLEET.md explains the design. Only a build that found libnats has this (tutti::fleet).

#include <memory>
#include <string>

#include "tutti/engine/fleet_store.hpp"
#include "tutti/engine/journal_follower.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// How far the logs of a relay's matches are in the fleet.
struct FleetStatus {
  std::uint64_t matches = 0;    ///< whose logs are sent
  std::uint64_t entries = 0;    ///< that were stored
  std::uint64_t lag_bytes = 0;  ///< of the journal, that are not stored yet
  /// How old the oldest of them is, since it was read from the journal.
  Duration lag{};
  std::uint64_t repeated = 0;  ///< entries that were sent again, since nobody had answered
  /// Matches whose log another relay has begun to write since: no more of it is sent.
  std::uint64_t fenced = 0;
  /// Matches whose log in the fleet is not whole any more: the store lost it, or the journal had a
  /// hole.
  std::uint64_t lost = 0;
  std::string trouble{};  ///< what is wrong at present, in a sentence; empty while all is well
};

/// See the top of this file.
class TUTTI_API Fleet final : public JournalFollower {
 public:
  /// Connects, and makes the streams that are not there yet. Errors: those of `open_jetstream`.
  static Result<std::unique_ptr<Fleet>> open(const FleetStoreOptions& options);
  ~Fleet() override;
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  void begin(const JournalStart& start) override;
  void reach(JournalPosition written) override;

  /// For any thread.
  FleetStatus status() const;
  /// What the other relays are told of this one from now on, all the time; `relay` and what
  /// FleetStatus has are filled in. Until then they are told nothing.
  void announce(RelayCard card);
  /// Waits until everything is stored, at most so long, and returns whether it is. For the end of a
  /// relay, whose journal has got its last record.
  bool finish(Duration patience);

 private:
  struct Body;
  Fleet();
  void run();

  std::unique_ptr<Body> body_;
};

}  // namespace tutti

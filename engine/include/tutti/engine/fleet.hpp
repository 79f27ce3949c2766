#pragma once
// A relay's part in a fleet. It has the log of each of its matches off the machine too, in NATS
// JetStream, behind its own journal; it keeps the relay's lease, without which its matches are not
// its own; and it finds, opens and takes over rooms in the directory that all relays of the fleet
// share. All of that is done on threads of its own: no pass of the relay waits for it. net/FLEET.md
// explains the design. tutti::fleet is a library of its own, which can reach a fleet if libnats was
// there when it was built.

#include <memory>
#include <string>

#include "tutti/engine/fleet_member.hpp"
#include "tutti/engine/fleet_store.hpp"
#include "tutti/engine/journal_follower.hpp"
#include "tutti/engine/time_histogram.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// How a relay stands in its fleet, and how far the logs of its matches are there.
struct FleetStatus {
  /// How long it took until an entry was stored, from when the oldest in it was read from the
  /// journal, which is some 2 ms after that was written.
  using Lags =
      TimeHistogram<1'000, 2'000, 4'000, 6'000, 8'000, 10'000, 15'000, 20'000, 30'000, 50'000,
                    75'000, 100'000, 150'000, 200'000, 500'000, 1'000'000, 5'000'000>;
  std::uint64_t matches = 0;    ///< whose logs are sent
  std::uint64_t entries = 0;    ///< that were stored
  std::uint64_t lag_bytes = 0;  ///< of the journal, that are not stored yet
  /// How old the oldest of them is, since it was read from the journal.
  Duration lag{};
  Lags lags{};                 ///< of the entries that were stored
  std::uint64_t repeated = 0;  ///< entries that were sent again, since nobody had answered
  /// Matches whose log another relay has begun to write since: no more of it is sent.
  std::uint64_t fenced = 0;
  /// Matches whose log in the fleet is not whole any more: the store lost it, or the journal had a
  /// hole.
  std::uint64_t lost = 0;
  std::uint64_t rooms = 0;            ///< that the directory has as this relay's
  std::uint64_t taken_over = 0;       ///< matches of relays that were gone, gone on with here
  Duration lease{};                   ///< how long the lease lasts still; 0 while there is none
  std::uint64_t leases = 0;           ///< that were got: one more each time that it had ended
  std::uint64_t archived = 0;         ///< match files that were sent to the archive
  std::uint64_t archive_waiting = 0;  ///< match files that it does not have yet
  /// Match files that were gone from the relay's folder before they could be sent.
  std::uint64_t archive_lost = 0;
  std::string trouble{};  ///< what is wrong at present, in a sentence; empty while all is well
};

/// Where a relay's fleet is, and where the relay is.
struct FleetOptions {
  FleetStoreOptions store{};  ///< see there
  /// Where players reach the relay: a numeric address. Port 0 is the one at which it listens.
  Address address{};
};

/// See the top of this file.
class TUTTI_API Fleet final : public JournalFollower, public FleetMember {
 public:
  /// Connects, and makes the streams that are not there yet. Errors: those of `open_jetstream`.
  static Result<std::unique_ptr<Fleet>> open(const FleetOptions& options);
  ~Fleet() override;
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  void begin(const JournalStart& start) override;
  void reach(JournalPosition written) override;

  Result<std::vector<std::optional<std::uint32_t>>> enter(const FleetEntrance& entrance) override;
  bool ask(const RoomQuestion& question) override;
  std::optional<RoomAnswer> next_answer() override;
  void close(const std::string& room) override;
  bool is_prepared(const std::string& room) override;
  void hand_over(const std::string& room) override;
  std::optional<RoomMoved> next_moved() override;
  std::size_t on_the_way() const override;
  Tick replicated(const std::string& room) const override;
  bool has_lease(Instant now) const override;

  void follow(const std::string& room) override;
  void let_go(const std::string& room) override;
  std::optional<FollowedNews> next_news() override;
  std::optional<Address> another_relay() override;

  /// For any thread.
  FleetStatus status() const;
  /// What the other relays are told of this one from now on, all the time; `relay`, `address`, the
  /// lease and what FleetStatus has are filled in.
  void announce(RelayCard card);
  /// Whether somebody wants this relay to hand its matches to others: `tutti fleet drain`.
  bool is_asked_to_drain() const;
  /// Waits until everything is stored and said and the archive has all match files, at most so
  /// long, and returns whether that is so. For the end of a relay, whose journal has got its last
  /// record.
  bool finish(Duration patience);

 private:
  struct Body;
  Fleet();
  void run();
  void forget(const std::string& room);

  std::unique_ptr<Body> body_;
};

}  // namespace tutti

#pragma once
// The relay of a storm: its process, its disk, and how both fail.

#include <memory>
#include <optional>
#include <string>

#include "keeping.hpp"
#include "mortal.hpp"
#include "storm_witness.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace tutti::detail {

class StormRelay {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::string room{};
    /// See StormOptions.
    Duration sync_interval{};
    std::uint32_t sync_delay_passes = 0;
    /// A relay that is killed may die at one of its next outputs, not only at once.
    bool dies_anywhere = false;
    /// The trouble that comes when the match becomes a file.
    Keeping::Trouble trouble = Keeping::Trouble::none;
    /// The match's, which name its file.
    Setup setup{};
  };
  /// The parts of the world around it that it uses, which outlive it.
  struct Around {
    StormNetwork* network;
    StormWitness* witness;
    StormTally* tally;
    Random* chance;  // of faults
  };
  /// Starts it.
  StormRelay(Options options, const Around& around, Instant now);

  /// One pass of its process, when it is due. False if it died.
  bool pass(Instant now);
  Instant due() const { return due_; }
  bool is_down() const { return server_ == nullptr; }
  /// When its last fault is forgotten; never while it has one.
  Instant well_since() const { return well_since_; }

  /// Begins or ends a fault, of a kind that is the relay's.
  void begin_fault(const StormFault& fault, Instant ends_at);
  void end_fault(const StormFault& fault, Instant now);

  /// Precondition: it is not down.
  RelayServer& server() { return *server_; }
  /// Null if it is down, or has no such match any more.
  const RelayMatch* match() const;
  Link& link() { return link_->inner(); }
  /// Its disk.
  SimulatedStorage& storage() { return storage_; }
  /// Whether the match is over, and what goes wrong with its file too.
  bool has_finished(Instant now) const { return keeping_.is_over(now); }
  /// Ends its process, if the match is over, and adds what that has counted. Complains of a file
  /// that is wrong, missing or should not be there. Returns the match as its file holds it.
  std::optional<MatchRecord> end();

 private:
  void start(Instant now);
  void kill();
  void keep(Instant now);
  MatchKeeper::Options keeper_options() const;
  void look_recovered();

  Options options_;
  Around around_;
  Mortality mortality_;
  SimulatedStorage storage_;
  MortalStorage seen_storage_;  // as its process sees it
  std::unique_ptr<MortalLink> link_;
  std::optional<MatchKeeper> keeper_;
  std::unique_ptr<RelayServer> server_;
  Instant due_;
  Instant well_since_;
  std::uint64_t lives_ = 0;
  FaultKind death_ = FaultKind::relay_kill;  // the fault that it dies of
  bool is_disk_failing_ = false;
  bool may_lose_ = false;       // the disk has lost, or never taken, what was told
  bool is_recovering_ = false;  // and its players may bring that back
  Keeping keeping_;
};

}  // namespace tutti::detail

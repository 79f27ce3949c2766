#pragma once
// One player's machine in a storm: its clock, its link, and the process that plays on it.

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sayings.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/net/messages.hpp"

namespace tutti::detail {

/// A machine's own clock: it may run fast or slow, and jump ahead.
class LocalClock {
 public:
  void set_skew(std::int32_t ppm) { skew_ppm_ = ppm; }
  void jump(Duration ahead) { jumped_ += ahead; }
  Instant at(Instant truth) const {
    const Duration since = truth.time_since_epoch();
    return truth + jumped_ + since / 1'000'000 * skew_ppm_;
  }

 private:
  std::int32_t skew_ppm_ = 0;
  Duration jumped_{};
};

/// A machine's end of the network. Its user counts time by the machine's clock, the network by the
/// true one.
class MachineLink final : public Link {
 public:
  MachineLink(std::unique_ptr<Link> link, PeerId path, const Instant& truth)
      : link_(std::move(link)), path_(path), truth_(&truth) {}

  void service(Instant) override { link_->service(*truth_); }
  std::optional<Arrival> receive() override { return link_->receive(); }
  void send_control(PeerId peer, BytesView bytes) override { link_->send_control(peer, bytes); }
  void send_play(PeerId peer, BytesView bytes) override { link_->send_play(peer, bytes); }
  void disconnect(PeerId peer) override { link_->disconnect(peer); }
  std::optional<PeerId> reconnect(PeerId peer) override {
    const std::optional<PeerId> again = link_->reconnect(peer);
    if (again) path_ = *again;
    return again;
  }
  LinkStatistics statistics() const override { return link_->statistics(); }

  PeerId path() const { return path_; }

 private:
  std::unique_ptr<Link> link_;
  PeerId path_;
  const Instant* truth_;
};

/// An event on its way to everybody's confirmed state.
struct Offered {
  Tick stamp;
  Instant at;
};

/// The frames that a screen showed.
struct Shown {
  Tick present;
  Digest state;
  bool operator==(const Shown&) const = default;
};

/// Events of the session's own players that the relay has not decided on, as far as it knows.
inline std::vector<Event> own_guesses(const AnySession& session) {
  const std::vector<PlayerId> own = session.players();
  std::vector<Event> guesses;
  for (const Event& guess : session.timeline()->guesses()) {
    const bool is_own = std::find(own.begin(), own.end(), guess.author.player()) != own.end();
    if (is_own) guesses.push_back(guess);
  }
  return guesses;
}

struct Machine {
  std::optional<AnySession> session{};
  MachineLink* link = nullptr;  // the session's
  PeerId path{};                // of its first process: where the relay is
  Random random;                // the bot's
  Random bursts;                // and of when it says much at once
  Duration period;              // of its frames: no two machines' clocks run alike
  Instant due;
  LocalClock clock{};
  // The cost of its session's work: counted, so that a storm goes the same way every time. The
  // session keeps its address.
  std::unique_ptr<CountingClock> cost = std::make_unique<CountingClock>();
  StormSurroundings around{};
  StormDice dice{};                          // of its paths' weather
  ResumeSecret secret{};                     // by which its processes come back
  bool would_watch = false;                  // rather than play
  bool is_watching = false;                  // at its last frame
  Instant asks_again{};                      // when it may ask the relay for that
  std::optional<Instant> leaves_until{};     // it has said goodbye; its words are on their way
  int faults = 0;                            // that it has now
  Instant well_since{};                      // its own last fault is forgotten by then
  std::optional<std::uint32_t> undecided{};  // when calm came: the latest own event that was
  Tick acted{};
  Sayings sayings{};
  Instant rests_from = Instant::max();  // it holds what it holds, and says no more
  std::deque<Offered> offered{};
  double lag_total = 0;
  std::uint64_t lag_count = 0;
  StormPlayer report{};
  std::vector<Shown> shown{};  // with StormOptions::keeps_telemetry: every change of it

  /// Adds the counts of a session that ends.
  void count_events() {
    const SessionStatistics found = session->statistics();
    report.offered += found.offered_events;
    report.refused_events += found.refused_events;
  }
};

/// Somebody who watches, beside a player whose path's weather it shares.
struct Onlooker {
  std::unique_ptr<CountingClock> cost = std::make_unique<CountingClock>();
  std::optional<AnySession> session{};
  MachineLink* link = nullptr;  // the session's
  Duration period;
  Instant due;                      // its next frame; while it is away: when it comes
  std::optional<Instant> leaves{};  // when it goes, to come again
};

}  // namespace tutti::detail

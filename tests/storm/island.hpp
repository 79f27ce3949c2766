#pragma once
// A relay on a disk of its own that can be killed, lose power and be started again, and its
// clients.

#include <memory>
#include <optional>
#include <vector>

#include "support/catch.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/net/server.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/replay/journal_recovery.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace tutti::test {

class Island {
 public:
  /// A relay for matches of this game, reached over `path`, that syncs its journal that often.
  explicit Island(AnyGame game, WeatherOptions path = {}, Journal::Options options = {})
      : game_(std::move(game)), path_(path), options_(options) {
    start();
  }

  /// Another client, which comes back into its slot by its name's first letter.
  AnySession join(const char* name) {
    std::unique_ptr<Link> link = network_.endpoint();
    const bool is_first = relay_ == PeerId{};
    const PeerId peer = is_first ? network_.connect(*link, *link_, path_, path_).value()
                                 : network_.connect(*link, relay_, path_, path_);
    if (is_first) relay_ = peer;
    Hello hello{.room = "KAZ22", .name = name, .rules = game_.rules(), .create = game_.setup(1, 2)};
    hello.resume.emplace().fill(std::byte{static_cast<std::uint8_t>(name[0])});
    return AnySession::over(game_, std::move(link), peer, std::move(hello),
                            {.tuning = {.cost_clock = &cost_}});
  }
  /// Lets time pass; the outcomes that the first session tells meanwhile.
  std::vector<CommandOutcome> run(const std::vector<AnySession*>& sessions, Duration length) {
    std::vector<CommandOutcome> heard;
    for (const Instant end = now_ + length; now_ < end; now_ += std::chrono::milliseconds(4)) {
      if (server_) server_->pass(now_);
      if (++passes_ % 4 != 0) continue;
      for (AnySession* session : sessions)
        session->advance(now_);
      const auto outcomes = sessions.front()->outcomes();
      heard.insert(heard.end(), outcomes.begin(), outcomes.end());
    }
    return heard;
  }
  /// Ends the relay's process; what it has written stays.
  void kill() {
    server_.reset();
    journal_.reset();
    link_.reset();
  }
  /// The same, and what was not synced may be lost.
  void lose_power() {
    kill();
    Random random(9);
    storage_.lose_power(random);
  }
  /// Starts the relay again, with what its disk has.
  void start() {
    link_ = network_.listen();
    Result<RecoveredJournal> recovered = recover_journal(storage_, "journal", options_);
    REQUIRE(recovered);
    journal_.emplace(std::move(recovered->journal));
    server_ = std::make_unique<RelayServer>(*link_, *journal_,
                                            RelayServer::Options{.seed = {++lives_, 0, 0, 0}});
    for (const RecoveredJournal::Running& match : recovered->running)
      server_->restore(match.number, match.record, now_);
  }

 private:
  AnyGame game_;
  WeatherOptions path_;
  Journal::Options options_;
  CountingClock cost_;
  SimulatedStorage storage_;
  StormNetwork network_{5};
  std::unique_ptr<Link> link_;
  std::optional<Journal> journal_;
  std::unique_ptr<RelayServer> server_;
  PeerId relay_{};
  Instant now_{std::chrono::seconds(1000)};
  std::size_t passes_ = 0;
  std::uint64_t lives_ = 0;
};

}  // namespace tutti::test

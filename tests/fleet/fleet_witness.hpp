#pragma once
// The witness of a fleet's storm: sees what every session is told, and says what may not be.

#include <map>
#include <string>
#include <vector>

#include "tutti/engine/session.hpp"
#include "tutti/sim/roster.hpp"

namespace tutti::test {

/// What every session is told, and what of it may not be.
class FleetWitness {
 public:
  void look(const std::string& who, const AnySession& session) {
    const Timeline* timeline = session.timeline();
    if (timeline == nullptr) return;
    const Log& log = timeline->log();
    Heard& heard = heard_[who];
    if (session.epoch() < heard.epoch) {
      complain(who + " went back to epoch " + std::to_string(session.epoch()) + " from " +
               std::to_string(heard.epoch));
    }
    const bool is_news = session.epoch() != heard.epoch || log.horizon() != heard.horizon;
    const std::uint64_t folds_back = session.statistics().folds_back;
    if (log.horizon() < heard.horizon && folds_back == heard.folds_back) {
      complain(who + "'s horizon went back without a word");
    }
    heard = {session.epoch(), log.horizon(), folds_back};
    if (!is_news) return;
    // Else it is being told what the lives before have told.
    if (Roster::of(log).epoch() == session.epoch()) look_at_epoch(who, session.epoch(), log);
    look_at_replicated(who, session.statistics().replicated, log);
  }
  void forget(const std::string& who) { heard_.erase(who); }
  /// The servers have lost something that they had acknowledged.
  void forgive() { is_forgiving_ = true; }
  /// The match as it was in the end.
  void look_final(const Log& log) {
    if (is_forgiving_) return;
    for (const auto& [tick, head] : replicated_) {
      if (log.head(tick) != head)
        complain("what was replicated through tick " + std::to_string(tick.value) +
                 " is not in the match");
    }
  }
  void complain(std::string problem) {
    if (problems_.size() < 8) problems_.push_back(std::move(problem));
  }
  const std::vector<std::string>& problems() const { return problems_; }
  std::size_t epochs() const { return epochs_.size(); }
  std::size_t ticks_replicated() const { return replicated_.size(); }

 private:
  struct Heard {
    std::uint32_t epoch = 0;
    Tick horizon{};
    std::uint64_t folds_back = 0;
  };
  /// All who follow one life of a log follow the same log.
  void look_at_epoch(const std::string& who, std::uint32_t epoch, const Log& log) {
    std::map<Tick, Head>& heads = epochs_[{log.setup().seed, epoch}];
    const auto known = heads.try_emplace(log.horizon(), log.head()).first;
    for (auto each = known; each != heads.end() && each->first <= log.horizon(); ++each)
      compare(who, "another log in epoch " + std::to_string(epoch), *each, log);
    if (known != heads.begin()) compare(who, "another log before it", *std::prev(known), log);
  }
  void look_at_replicated(const std::string& who, Tick through, const Log& log) {
    if (through > Tick{} && through <= log.horizon())
      replicated_.try_emplace(through, *log.head(through));
    const auto known = replicated_.upper_bound(log.horizon());
    if (known == replicated_.begin() || is_forgiving_) return;
    compare(who, "a log without what was replicated", *std::prev(known), log);
  }
  void compare(const std::string& who, const std::string& what,
               const std::pair<const Tick, Head>& known, const Log& log) {
    if (log.head(known.first) == known.second) return;
    complain(who + " was told " + what + ", at tick " + std::to_string(known.first.value));
  }

  std::map<std::string, Heard> heard_;
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::map<Tick, Head>> epochs_;  // by seed
  std::map<Tick, Head> replicated_;
  bool is_forgiving_ = false;
  std::vector<std::string> problems_;
};

}  // namespace tutti::test

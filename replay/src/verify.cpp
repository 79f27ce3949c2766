#include "tutti/replay/verify.hpp"

#include <string>

namespace tutti {

Result<void> check_plays(const AnyGame& game, const Setup& setup) {
  if (setup.rules != game.rules()) {
    return fail(Fault::bad_data,
                "the match was played with the rules " +
                    (setup.rules.empty() ? std::string("of no name") : setup.rules) +
                    ", this game has the rules " + game.rules());
  }
  if (setup.players < game.players_min() || setup.players > game.players_max()) {
    return fail(Fault::bad_data, "the match has " + std::to_string(setup.players) + " players, " +
                                     game.name() + " is for " + std::to_string(game.players_min()) +
                                     " to " + std::to_string(game.players_max()));
  }
  return {};
}

Result<Verifier> Verifier::begin(const AnyGame& game, const MatchRecord& record, Options options) {
  if (const Result<void> checked = check_plays(game, record.log.setup()); !checked) {
    return Unexpected{checked.error()};
  }
  return Verifier(game, record, options);
}

Verifier::Verifier(const AnyGame& game, const MatchRecord& record, Options options)
    : game_(game), record_(&record), state_(start(game, record.log.setup())) {
  if (options.folds_all_ticks) found_.all_ticks.emplace();
  compare();
}

bool Verifier::advance(std::int64_t ticks) {
  for (; ticks > 0 && !is_done(); --ticks)
    step();
  return is_done();
}

void Verifier::step() {
  ++present_;
  const std::span<const EventView> events = record_->log.events();
  std::size_t end = next_event_;
  while (end < events.size() && events[end].tick == present_)
    ++end;
  const auto of_tick = events.subspan(next_event_, end - next_event_);
  found_.events += of_tick.size();
  found_.events_refused += step_state(game_, state_.get(), of_tick, nullptr).refused;
  next_event_ = end;
  if (found_.all_ticks) found_.all_ticks->add(present_, digest_state(game_, state_.get()));
  compare();
}

void Verifier::compare() {
  const std::vector<RecordedDigest>& digests = record_->digests;
  for (; next_digest_ < digests.size() && digests[next_digest_].tick <= present_; ++next_digest_) {
    const RecordedDigest& recorded = digests[next_digest_];
    if (recorded.tick != present_ || recorded.head != record_->log.head(present_)) {
      ++found_.digests_foreign;
      continue;
    }
    ++found_.digests_compared;
    if (recorded.agrees_with(digest_state(game_, state_.get()))) continue;
    ++found_.digests_different;
    if (!found_.first_different) found_.first_different = present_;
  }
}

Verification Verifier::result() const {
  Verification result = found_;
  result.tick = present_;
  result.digest = digest_state(game_, state_.get());
  return result;
}

Result<Verification> verify(const AnyGame& game, const MatchRecord& record,
                            Verifier::Options options) {
  Result<Verifier> verifier = Verifier::begin(game, record, options);
  if (!verifier) return Unexpected{verifier.error()};
  verifier->advance(verifier->last().value);
  return verifier->result();
}

}  // namespace tutti

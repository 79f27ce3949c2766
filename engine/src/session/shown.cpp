#include "session/shown.hpp"

#include <algorithm>

namespace tutti {

Shown::Shown(const AnyGame& game, const Setup& setup, const SessionOptions& options,
             const Terms& terms)
    : game_(game),
      folds_digest_(options.fold_digest),
      timeline_(
          std::make_unique<Timeline>(game, setup,
                                     Timeline::Options{.ring_ticks = options.tuning.ring_ticks,
                                                       .keeps_hashes = terms.keeps_hashes})),
      heard_through_(terms.heard_through),
      facts_(game.table().effect_kinds) {
  if (options.rehearse_depth > 0) rehearsal_.emplace(game, setup, options.rehearse_depth);
}

bool Shown::step_towards(Tick target, std::vector<EffectNotice>& notices) {
  const Tick present = timeline_->present();
  const Tick confirmed = timeline_->confirmed();
  timeline_->advance(target);
  const std::size_t heard = notices.size();
  ledger_.update(*timeline_, notices);
  notices.erase(
      std::remove_if(notices.begin() + static_cast<std::ptrdiff_t>(heard), notices.end(),
                     [&](const EffectNotice& notice) { return notice.tick <= heard_through_; }),
      notices.end());
  return timeline_->present() != present || timeline_->confirmed() != confirmed;
}

std::optional<Tick> Shown::next_to_confirm() const {
  if (consumed_ >= timeline_->confirmed()) return std::nullopt;
  return consumed_ + 1;
}

std::optional<Error> Shown::confirm(Tick tick, const std::optional<Digest>& digest) {
  if (folds_digest_) fold_.add(tick, *digest);
  for (const EffectRecord& effect : timeline_->effects_at(tick)) {
    if (effect.kind >= facts_.size()) facts_.resize(effect.kind + std::size_t{1});
    ++facts_[effect.kind];
  }
  const auto events = timeline_->log().events_at(tick);
  events_ += events.size();
  consumed_ = tick;
  if (!rehearsal_) return std::nullopt;
  const auto found = rehearsal_->step(events);
  if (!found) return std::nullopt;
  rehearsal_.reset();
  const std::string field = found->fields.empty() ? "" : ", field " + found->fields[0].path;
  return Error{Fault::bad_data, "the rehearsal differs at tick " +
                                    std::to_string(found->tick.value) + field + ": " +
                                    found->cause};
}

void Shown::replace(std::unique_ptr<Timeline> timeline) {
  timeline_ = std::move(timeline);
  jumped();
  consumed_ = timeline_->confirmed();
}

void Shown::add_to(SessionStatistics& statistics) const {
  statistics.present = timeline_->present();
  statistics.confirmed = timeline_->confirmed();
  statistics.predicted_ticks = timeline_->present() - timeline_->confirmed();
  statistics.timeline = timeline_->statistics();
  statistics.events = events_;
  const auto causes = timeline_->causes().subspan(1);  // not the relay's
  statistics.rollbacks_by.assign(causes.begin(), causes.end());
  if (folds_digest_) statistics.fold = fold_.value();
  for (std::size_t kind = 0; kind < facts_.size(); ++kind)
    statistics.facts[game_.effect_kind(static_cast<std::uint16_t>(kind))] = facts_[kind];
}

}  // namespace tutti

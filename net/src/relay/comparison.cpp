#include "relay/comparison.hpp"

#include <algorithm>
#include <vector>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// How long the players' answers are waited for; a player who has not answered then is judged by
/// what it said first.
constexpr std::chrono::milliseconds answer_patience{1500};
/// The same for those whose connection is lost: a player who comes back still has the question.
constexpr std::chrono::seconds patience_with_lost{10};
/// A machine that has to be mended so many times, each within so many ticks of the last, is not
/// struck by chance: it computes otherwise.
constexpr int mends_most = 5;
constexpr std::int64_t mends_apart_ticks = 180;

template <class Queue>
auto take_from(Queue& queue) -> std::optional<typename Queue::value_type> {
  if (queue.empty()) return std::nullopt;
  auto first = std::move(queue.front());
  queue.pop_front();
  return first;
}

}  // namespace

std::optional<std::pair<PlayerId, ControlMessage>> Comparison::next_message() {
  return take_from(messages_);
}
std::optional<DesyncFinding> Comparison::next_finding() { return take_from(findings_); }
std::optional<DesyncBundle> Comparison::next_bundle() { return take_from(bundles_); }

void Comparison::answer(PlayerId player, const Refolded& refolded) {
  if (dispute_) dispute_->answer(player, refolded);
}

void Comparison::answer(PlayerId player, const Evidence& evidence) {
  if (evidence_) evidence_->take(player, evidence);
}

void Comparison::pass(Instant now, std::span<const Member> members, const Played& played) {
  const bool are_same = std::ranges::equal(members, members_, {}, &Member::player, &Member::player);
  if (!are_same || std::exchange(may_name_absent_, false)) {
    members_.assign(members.begin(), members.end());
    forget_absent(members);
  }
  if (!dispute_) {
    if (const auto difference = agreement_.compare(members.size())) {
      dispute_.emplace(*difference, now + answer_patience);
      is_opened_ = true;
    }
  }
  if (dispute_) {
    ask();
    if (is_answered(now, members)) judge(now, played);
  }
  if (evidence_ && evidence_->is_complete(now)) close_evidence();
}

void Comparison::finish(const Played& played) {
  while (dispute_)
    judge(Instant{}, played);
  if (evidence_) close_evidence();
}

void Comparison::forget_absent(std::span<const Member> members) {
  const auto is_absent = [&](PlayerId player) {
    return std::none_of(members.begin(), members.end(),
                        [&](const Member& member) { return member.player == player; });
  };
  agreement_.forget(is_absent);
  std::erase_if(mends_, [&](const auto& entry) { return is_absent(entry.first); });
}

void Comparison::ask() {
  // Players that have not come as far yet are asked when they report.
  for (const auto& [player, report] : agreement_.reported(dispute_->tick())) {
    if (dispute_->add(player, report)) messages_.emplace_back(player, dispute_->question());
  }
}

bool Comparison::is_answered(Instant now, std::span<const Member> members) const {
  const bool is_late = now >= dispute_->until();
  return std::all_of(members.begin(), members.end(), [&](const Member& member) {
    const auto side = dispute_->sides().find(member.player);
    if (side == dispute_->sides().end()) {
      return is_late || !member.is_connected || !agreement_.is_compared(member.player);
    }
    return side->second.has_answered || (is_late && member.is_connected) ||
           now >= dispute_->until() + patience_with_lost;
  });
}

void Comparison::judge(Instant now, const Played& played) {
  const DesyncSide* referee = nullptr;
  if (referee_game_ && !dispute_->is_unanimous()) {
    if (!referee_) {
      referee_.emplace(*referee_game_, played.setup, dispute_->first_hash(), dispute_->tick());
    }
    const Referee::Fold fold = referee_->advance(played.events);
    if (fold == Referee::Fold::goes_on) return;  // in the next pass
    // Where the disk does not give the log back, it is as if there were no referee.
    if (fold == Referee::Fold::through) referee = &referee_->side();
  }
  DesyncFinding finding = dispute_->judge(referee);
  escalate(finding);
  settle(finding, referee, now);
}

void Comparison::escalate(DesyncFinding& finding) {
  if (finding.verdict != DesyncVerdict::mended) return;
  for (const auto& entry : dispute_->sides()) {
    if (!finding.is_wrong(entry.first)) continue;
    Mends& mends = mends_[entry.first];
    const bool is_again = finding.tick - mends.last <= mends_apart_ticks;
    mends = {finding.tick, is_again ? mends.in_a_row + 1 : 1};
    if (mends.in_a_row < mends_most || TUTTI_MUTANT(mends_have_no_end)) continue;
    // Mending does not help: a machine that folds alike twice and otherwise a third time is no
    // witness.
    const bool is_outvoted = dispute_->sides().size() >= 3;
    finding.verdict = is_outvoted ? DesyncVerdict::outvoted : DesyncVerdict::disputed;
    if (!is_outvoted) finding.wrong = 0;
  }
}

void Comparison::settle(const DesyncFinding& finding, const DesyncSide* referee, Instant now) {
  const bool is_disputed = finding.verdict == DesyncVerdict::disputed;
  may_name_absent_ = true;
  std::vector<Agreement::Outcome> outcomes;
  for (const auto& [player, side] : dispute_->sides()) {
    messages_.emplace_back(player, Settled{finding});
    const bool is_otherwise = finding.verdict != DesyncVerdict::mended && finding.is_wrong(player);
    const bool is_right = !is_disputed && !is_otherwise && side.side.refolded == dispute_->right();
    outcomes.push_back({player, is_right, side.through});
  }
  agreement_.settle(finding, dispute_->head(), dispute_->right(), outcomes);
  findings_.push_back(finding);
  if (evidence_) close_evidence();
  evidence_.emplace(*dispute_, finding, referee, now + answer_patience);
  referee_.reset();
  dispute_.reset();
}

void Comparison::close_evidence() {
  bundles_.push_back(std::move(*evidence_).bundle());
  evidence_.reset();
}

}  // namespace tutti::detail

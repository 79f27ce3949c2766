#include "relay/agreement.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

constexpr std::size_t pending_most = 16;
constexpr std::size_t agreed_most = 8;
/// About a minute of compared ticks, at 60 ticks a second.
constexpr int agreements_most = 64;

}  // namespace

void Agreement::recall(std::span<const RecordedDigest> agreed,
                       std::span<const DesyncFinding> findings, Tick horizon) {
  for (const RecordedDigest& digest : agreed) {
    if (digest.tick <= horizon) agreed_.push_back({digest.tick, digest.state});
    if (agreed_.size() > agreed_most) agreed_.pop_front();
  }
  for (const DesyncFinding& finding : findings) {
    if (finding.verdict == DesyncVerdict::disputed) doubt();
    const bool is_apart =
        finding.verdict == DesyncVerdict::outvoted || finding.verdict == DesyncVerdict::refereed;
    for (std::uint8_t slot = 0; is_apart && slot < limits::players; ++slot) {
      if (finding.is_wrong(PlayerId{slot})) apart_.insert(PlayerId{slot});
    }
  }
}

void Agreement::forget(const std::function<bool(PlayerId)>& is_absent) {
  const auto is_entry_absent = [&](const auto& entry) { return is_absent(entry.first); };
  std::erase_if(apart_, is_absent);
  std::erase_if(agreed_with_, is_entry_absent);
  std::erase_if(void_through_, is_entry_absent);
}

bool Agreement::is_void(PlayerId player, Tick tick) const {
  const auto found = void_through_.find(player);
  return !is_compared(player) || (found != void_through_.end() && tick <= found->second);
}

void Agreement::report(PlayerId player, const DigestReport& report, const Head& head) {
  if (is_void(player, report.tick)) return;
  const auto is_after = [&](const Pending& pending) { return pending.tick >= report.tick; };
  auto at = std::find_if(pending_.begin(), pending_.end(), is_after);
  if (at == pending_.end() || at->tick != report.tick) {
    if (pending_.size() == pending_most) {
      if (at == pending_.begin()) return;
      pending_.erase(pending_.begin());
      at = std::find_if(pending_.begin(), pending_.end(), is_after);
    }
    at = pending_.insert(at, {report.tick, head});
  }
  at->reports[player] = {report.digest, report.between};
  has_news_ = true;
}

bool Agreement::Pending::is_same() const {
  const Digest& first = reports.begin()->second.digest;
  std::uint32_t between = 0;
  for (const auto& [player, report] : reports) {
    if (report.digest != first) return false;
    if (report.between == 0) continue;
    if (between != 0 && report.between != between) return false;
    between = report.between;
  }
  return true;
}

bool Agreement::Pending::has_majority() const {
  const auto count_like = [&](const Reported& one) {
    return static_cast<std::size_t>(
        std::count_if(reports.begin(), reports.end(), [&](const auto& entry) {
          const Reported& other = entry.second;
          const bool is_like =
              one.between == other.between || one.between == 0 || other.between == 0;
          return one.digest == other.digest && is_like;
        }));
  };
  return std::any_of(reports.begin(), reports.end(), [&](const auto& entry) {
    return 2 * count_like(entry.second) > reports.size();
  });
}

std::optional<Agreement::Difference> Agreement::compare(std::size_t players) {
  if (!std::exchange(has_news_, false)) return std::nullopt;
  for (const Pending& pending : pending_) {
    if (pending.reports.empty()) continue;
    if (!pending.is_same()) {
      const bool is_known = agreements_wanted_ > 0 && !pending.has_majority();
      if (is_known || pending.tick <= doubted_through_) continue;
      Difference difference{.tick = pending.tick, .head = pending.head};
      for (const Agreed& agreed : agreed_) {
        if (agreed.tick < pending.tick) difference.base = agreed;
      }
      return difference;
    }
    // Two who agree, or the only one there is: a single witness of many might be the one who is
    // wrong.
    const bool is_alone = players <= apart_.size() + 1;
    if (pending.reports.size() < 2 && !is_alone) continue;
    for (const auto& entry : pending.reports)
      agree_with(entry.first, pending.tick);
    agree(pending.tick, pending.reports.begin()->second.digest, pending.head);
  }
  return std::nullopt;
}

const std::map<PlayerId, Agreement::Reported>& Agreement::reported(Tick tick) const {
  static const std::map<PlayerId, Reported> nothing;
  const auto found = std::find_if(pending_.begin(), pending_.end(),
                                  [&](const Pending& pending) { return pending.tick == tick; });
  return found == pending_.end() ? nothing : found->reports;
}

void Agreement::settle(const DesyncFinding& finding, const Head& head,
                       const std::optional<Digest>& right, std::span<const Outcome> outcomes) {
  const bool is_disputed = finding.verdict == DesyncVerdict::disputed;
  if (is_disputed) doubt();
  for (const Outcome& outcome : outcomes) {
    if (outcome.is_right) agree_with(outcome.player, finding.tick);
    if (!finding.is_wrong(outcome.player)) continue;
    if (finding.verdict != DesyncVerdict::mended) apart_.insert(outcome.player);
    void_through_[outcome.player] = std::max(outcome.through, finding.tick);
  }
  if (!is_disputed) agree(finding.tick, *right, head);
  drop_void_reports(finding.tick);
  has_news_ = true;
}

void Agreement::drop_void_reports(Tick through) {
  for (Pending& pending : pending_) {
    std::erase_if(pending.reports,
                  [&](const auto& entry) { return is_void(entry.first, pending.tick); });
  }
  std::erase_if(pending_, [&](const Pending& pending) { return pending.tick <= through; });
}

void Agreement::doubt() {
  disputes_ = std::min(disputes_ + 1, 30);
  agreements_wanted_ = std::min(1 << (disputes_ - 1), agreements_most);
  if (TUTTI_MUTANT(one_lie_ends_comparing)) agreements_wanted_ = 1'000'000;
  if (TUTTI_MUTANT(lies_are_asked_about_each_time)) agreements_wanted_ = 0;
}

void Agreement::agree(Tick tick, const Digest& digest, const Head& head) {
  if (!agreed_.empty() && tick <= agreed_.back().tick) return;
  if (agreements_wanted_ > 0) {
    --agreements_wanted_;
    doubted_through_ = tick;
  }
  agreed_.push_back({tick, digest});
  if (agreed_.size() > agreed_most) agreed_.pop_front();
  agreements_.push_back({tick, head, digest});
}

void Agreement::agree_with(PlayerId player, Tick tick) {
  agreed_with_[player] = std::max(agreed_with(player), tick);
}

Tick Agreement::agreed_with(PlayerId player) const {
  const auto found = agreed_with_.find(player);
  return found == agreed_with_.end() ? Tick{} : found->second;
}

std::optional<RecordedDigest> Agreement::next_agreed() {
  if (agreements_.empty()) return std::nullopt;
  const RecordedDigest first = agreements_.front();
  agreements_.pop_front();
  return first;
}

}  // namespace tutti::detail

#include "relay/dispute.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {
std::uint64_t bit_of(PlayerId player) { return std::uint64_t{1} << (player.value & 63U); }
}  // namespace

bool Dispute::add(PlayerId player, const Digest& reported) {
  const auto [side, is_new] = sides_.try_emplace(player);
  if (is_new) side->second.side = {.player = player, .reported = reported, .refolded = reported};
  return is_new;
}

void Dispute::answer(PlayerId player, const Refolded& refolded) {
  const auto found = sides_.find(player);
  if (refolded.tick != tick() || found == sides_.end() || found->second.has_answered) return;
  Side& side = found->second;
  side.has_answered = true;
  side.through = refolded.through;
  side.side.build = refolded.build;
  side.side.refolded = refolded.digest;
  side.side.fault = refolded.fault;
  side.side.first_hash = refolded.first_hash;
  side.side.hashes = refolded.hashes;
}

bool Dispute::is_unanimous() const {
  const Digest& some = sides_.begin()->second.side.refolded;
  return std::all_of(sides_.begin(), sides_.end(),
                     [&](const auto& entry) { return entry.second.side.refolded == some; });
}

Tick Dispute::first_hash() const {
  const auto most = static_cast<std::int64_t>(limits::evidence_hashes);
  return std::max(difference_.base.tick + 1, tick() - most + 1);
}

DesyncFinding Dispute::judge(const DesyncSide* referee) {
  DesyncFinding finding{
      .tick = tick(), .agreed = difference_.base.tick, .first = first_difference(referee)};
  std::map<Digest, std::size_t> votes;
  for (const auto& entry : sides_)
    ++votes[entry.second.side.refolded];
  const auto most = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (referee != nullptr) {
    finding.verdict = DesyncVerdict::refereed;
  } else if (votes.size() == 1) {
    finding.verdict = DesyncVerdict::mended;
  } else if (most->second * 2 > sides_.size()) {
    finding.verdict = DesyncVerdict::outvoted;
  } else {
    return finding;
  }
  right_ = referee != nullptr ? referee->refolded : most->first;
  for (const auto& [player, side] : sides_) {
    const bool is_wrong = side.side.refolded != right_;
    const bool was_wrong = side.side.fault || side.side.reported != right_;
    if (finding.verdict == DesyncVerdict::mended ? was_wrong : is_wrong) {
      finding.wrong |= bit_of(player);
    }
  }
  return finding;
}

std::optional<Tick> Dispute::first_difference(const DesyncSide* referee) const {
  std::optional<Tick> first;
  const auto consider = [&](Tick tick) { first = first ? std::min(*first, tick) : tick; };
  std::map<Tick, std::uint64_t> seen;
  const auto look = [&](const DesyncSide& side) {
    if (side.fault) consider(*side.fault);
    Tick tick = side.first_hash;
    for (const std::uint64_t hash : side.hashes) {
      const auto [known, is_new] = seen.emplace(tick, hash);
      if (!is_new && known->second != hash) consider(tick);
      ++tick;
    }
  };
  for (const auto& entry : sides_)
    look(entry.second.side);
  if (referee != nullptr) look(*referee);
  return first;
}

}  // namespace tutti::detail

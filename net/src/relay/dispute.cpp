#include "relay/dispute.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {
std::uint64_t bit_of(PlayerId player) { return std::uint64_t{1} << (player.value & 63U); }

/// Whether two folds gave the same states: that of the compared tick, and those before it whose
/// hashes both have. A difference in between may heal, and is one all the same.
bool fold_alike(const DesyncSide& left, const DesyncSide& right) {
  if (left.refolded != right.refolded) return false;
  const auto end_of = [](const DesyncSide& side) {
    return side.first_hash + static_cast<std::int64_t>(side.hashes.size());
  };
  const Tick first = std::max(left.first_hash, right.first_hash);
  const Tick end = std::min(end_of(left), end_of(right));
  for (Tick tick = first; tick < end; ++tick) {
    if (left.hashes[static_cast<std::size_t>(tick - left.first_hash)] !=
        right.hashes[static_cast<std::size_t>(tick - right.first_hash)]) {
      return false;
    }
  }
  return true;
}
}  // namespace

std::size_t memory_bytes(const DesyncSide& side) {
  return side.machine.capacity() + side.hashes.capacity() * sizeof(std::uint64_t) +
         side.before.capacity() + side.held.capacity() + side.refolded_state.capacity();
}

std::size_t Dispute::memory_bytes() const {
  std::size_t bytes = sides_.size() * sizeof(Side);
  for (const auto& [player, side] : sides_)
    bytes += detail::memory_bytes(side.side);
  return bytes;
}

bool Dispute::are_alike(const Side& left, const Side& right) {
  if (!fold_alike(left.side, right.side)) return false;
  if (left.has_answered && right.has_answered) return true;
  return left.between == 0 || right.between == 0 || left.between == right.between;
}

bool Dispute::add(PlayerId player, const Agreement::Reported& reported) {
  const auto [side, is_new] = sides_.try_emplace(player);
  if (!is_new) return false;
  side->second.side = {.player = player, .reported = reported.digest, .refolded = reported.digest};
  side->second.between = reported.between;
  return true;
}

void Dispute::answer(PlayerId player, const Refolded& refolded) {
  const auto found = sides_.find(player);
  if (refolded.tick != tick() || found == sides_.end() || found->second.has_answered) return;
  Side& side = found->second;
  side.has_answered = true;
  side.through = refolded.through;
  side.side.machine = refolded.machine;
  side.side.refolded = refolded.digest;
  side.side.fault = refolded.fault;
  side.side.first_hash = refolded.first_hash;
  side.side.hashes = refolded.hashes;
  const bool was_wrong = refolded.fault || refolded.digest != side.side.reported;
  if (was_wrong) side.between = 0;
}

std::vector<Dispute::Camp> Dispute::camps() const {
  std::vector<const Side*> sides;
  for (const auto& entry : sides_)
    sides.push_back(&entry.second);
  // Those with the most hashes first: a camp is known by its first member.
  std::stable_sort(sides.begin(), sides.end(), [](const Side* a, const Side* b) {
    return a->side.hashes.size() > b->side.hashes.size();
  });
  std::vector<Camp> camps;
  for (const Side* side : sides) {
    const auto camp = std::find_if(camps.begin(), camps.end(), [&](const Camp& each) {
      return are_alike(*each.front(), *side);
    });
    if (camp == camps.end())
      camps.push_back({side});
    else
      camp->push_back(side);
  }
  return camps;
}

Tick Dispute::first_hash() const {
  const auto most = static_cast<std::int64_t>(limits::evidence_hashes);
  return std::max(difference_.base.tick + 1, tick() - most + 1);
}

DesyncFinding Dispute::judge(const DesyncSide* referee) {
  DesyncFinding finding{
      .tick = tick(), .agreed = difference_.base.tick, .first = first_difference(referee)};
  const std::vector<Camp> all = camps();
  const auto largest = std::max_element(
      all.begin(), all.end(), [](const Camp& a, const Camp& b) { return a.size() < b.size(); });
  if (referee != nullptr) {
    finding.verdict = DesyncVerdict::refereed;
  } else if (all.size() == 1) {
    finding.verdict = DesyncVerdict::mended;
  } else if (largest->size() * 2 > sides_.size()) {
    finding.verdict = DesyncVerdict::outvoted;
  } else {
    return finding;
  }
  const Side judges{.side = referee != nullptr ? *referee : DesyncSide{}, .has_answered = true};
  const Side& truth = referee != nullptr ? judges : *largest->front();
  right_ = truth.side.refolded;
  for (const auto& [player, side] : sides_) {
    const bool is_wrong = !are_alike(side, truth);
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

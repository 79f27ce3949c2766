#include "relay/evidence_desk.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {
constexpr std::size_t kinds_of_evidence = 3;
}  // namespace

EvidenceDesk::EvidenceDesk(const Dispute& dispute, const DesyncFinding& finding,
                           const DesyncSide* referee, Instant until)
    : finding_(finding), until_(until) {
  for (const auto& [player, side] : dispute.sides())
    sides_[player] = {side.side, side.has_answered, {}};
  if (referee != nullptr) referee_ = *referee;
}

void EvidenceDesk::take(PlayerId player, const Evidence& evidence) {
  const auto found = sides_.find(player);
  if (evidence.tick != finding_.tick || found == sides_.end()) return;
  Side& side = found->second;
  if (side.kinds.contains(evidence.kind)) return;
  Bytes& state = evidence.kind == Evidence::Kind::before ? side.side.before
                 : evidence.kind == Evidence::Kind::held ? side.side.held
                                                         : side.side.refolded_state;
  if (evidence.offset != state.size()) return;
  if (evidence.kind == Evidence::Kind::held) side.side.held_tick = evidence.at;
  state.insert(state.end(), evidence.piece.begin(), evidence.piece.end());
  if (state.size() >= evidence.size) side.kinds.insert(evidence.kind);
}

bool EvidenceDesk::is_complete(Instant now) const {
  const bool is_all = std::all_of(sides_.begin(), sides_.end(), [](const auto& entry) {
    return !entry.second.is_expected || entry.second.kinds.size() == kinds_of_evidence;
  });
  return !finding_.first || is_all || now >= until_;
}

std::size_t EvidenceDesk::memory_bytes() const {
  std::size_t bytes = sides_.size() * sizeof(Side);
  for (const auto& [player, side] : sides_)
    bytes += detail::memory_bytes(side.side);
  return referee_ ? bytes + detail::memory_bytes(*referee_) : bytes;
}

DesyncBundle EvidenceDesk::bundle() && {
  DesyncBundle bundle{finding_, {}};
  for (auto& entry : sides_)
    bundle.sides.push_back(std::move(entry.second.side));
  if (referee_) bundle.sides.push_back(std::move(*referee_));
  return bundle;
}

}  // namespace tutti::detail

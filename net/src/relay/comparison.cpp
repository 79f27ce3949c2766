#include "relay/comparison.hpp"

#include <algorithm>

#include "tutti/sim/fast_hash.hpp"

namespace tutti {

namespace {

/// How long the players' answers are waited for; who has not answered then is judged by what it
/// said first.
constexpr std::chrono::milliseconds patience{1500};
/// The same for those whose connection is lost: who comes back still has the question.
constexpr std::chrono::seconds patience_with_lost{10};
constexpr std::size_t kinds_of_evidence = 3;
constexpr std::size_t pending_most = 16;
constexpr std::size_t agreed_most = 8;
/// What a referee folds in one pass of the relay.
constexpr std::int64_t referee_ticks = 2000;
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

std::uint64_t bit_of(PlayerId player) { return std::uint64_t{1} << (player.value & 63U); }

}  // namespace

std::optional<std::pair<PlayerId, ControlMessage>> Comparison::next_message() {
  return take_from(messages_);
}
std::optional<RecordedDigest> Comparison::next_agreed() { return take_from(agreements_); }
std::optional<DesyncFinding> Comparison::next_finding() { return take_from(findings_); }
std::optional<DesyncBundle> Comparison::next_bundle() { return take_from(bundles_); }

Tick Comparison::agreed_with(PlayerId player) const {
  const auto found = agreed_with_.find(player);
  return found == agreed_with_.end() ? Tick{} : found->second;
}

void Comparison::recall(std::span<const RecordedDigest> agreed,
                        std::span<const DesyncFinding> findings, Tick horizon) {
  for (const RecordedDigest& digest : agreed) {
    if (digest.tick <= horizon) agreed_.push_back({digest.tick, digest.state});
    if (agreed_.size() > agreed_most) agreed_.pop_front();
  }
  for (const DesyncFinding& finding : findings) {
    is_disputed_ = is_disputed_ || finding.verdict == DesyncVerdict::disputed;
    const bool is_apart =
        finding.verdict == DesyncVerdict::outvoted || finding.verdict == DesyncVerdict::refereed;
    for (std::uint8_t slot = 0; is_apart && slot < limits::players; ++slot) {
      if (finding.is_wrong(PlayerId{slot})) apart_.insert(PlayerId{slot});
    }
  }
}

void Comparison::forget_absent(std::span<const Member> members) {
  // Whoever gets the slot next is somebody else.
  const auto is_absent = [&](PlayerId player) {
    return std::none_of(members.begin(), members.end(),
                        [&](const Member& member) { return member.player == player; });
  };
  const auto is_entry_absent = [&](const auto& entry) { return is_absent(entry.first); };
  std::erase_if(apart_, is_absent);
  std::erase_if(agreed_with_, is_entry_absent);
  std::erase_if(mended_through_, is_entry_absent);
  std::erase_if(mends_, is_entry_absent);
}

void Comparison::report(PlayerId player, const DigestReport& report) {
  if (!is_compared(player)) return;
  const auto mended = mended_through_.find(player);
  if (mended != mended_through_.end() && report.tick <= mended->second) return;
  const auto is_after = [&](const Pending& pending) { return pending.tick >= report.tick; };
  auto at = std::find_if(pending_.begin(), pending_.end(), is_after);
  if (at == pending_.end() || at->tick != report.tick) {
    if (pending_.size() == pending_most) {
      if (at == pending_.begin()) return;
      pending_.erase(pending_.begin());
      at = std::find_if(pending_.begin(), pending_.end(), is_after);
    }
    at = pending_.insert(at, {report.tick});
  }
  at->digests[player] = report.digest;
  has_news_ = true;
}

void Comparison::answer(PlayerId player, const Refolded& refolded) {
  if (!dispute_ || refolded.tick != dispute_->tick) return;
  const auto found = dispute_->sides.find(player);
  if (found == dispute_->sides.end() || found->second.has_answered) return;
  Side& side = found->second;
  side.has_answered = true;
  side.through = refolded.through;
  side.side.build = refolded.build;
  side.side.refolded = refolded.digest;
  side.side.fault = refolded.fault;
  side.side.first_hash = refolded.first_hash;
  side.side.hashes = refolded.hashes;
}

void Comparison::answer(PlayerId player, const Evidence& evidence) {
  if (!gathering_ || evidence.tick != gathering_->dispute.tick) return;
  const auto found = gathering_->dispute.sides.find(player);
  if (found == gathering_->dispute.sides.end()) return;
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

void Comparison::pass(Instant now, std::span<const Member> members, const Log& log) {
  forget_absent(members);
  if (!dispute_ && has_news_) {
    has_news_ = false;
    compare(members.size(), log);
  }
  if (dispute_) {
    if (dispute_->until == Instant{}) dispute_->until = now + patience;
    ask();
    if (is_answered(now, members)) judge(now, log);
  }
  if (gathering_) gather(now);
}

void Comparison::finish(const Log& log) {
  if (dispute_) {
    while (dispute_)
      judge(Instant{}, log);
  }
  if (gathering_) gather(Instant::max());
}

void Comparison::compare(std::size_t members, const Log& log) {
  for (const Pending& pending : pending_) {
    if (pending.digests.empty()) continue;
    const Digest& first = pending.digests.begin()->second;
    const bool is_same = std::all_of(pending.digests.begin(), pending.digests.end(),
                                     [&](const auto& entry) { return entry.second == first; });
    if (!is_same) return open(pending);
    // Two who agree, or the only one there is: a single witness of many might be the one who is
    // wrong.
    const bool is_alone = members <= apart_.size() + 1;
    if (pending.digests.size() < 2 && !is_alone) continue;
    for (const auto& entry : pending.digests)
      agreed_with_[entry.first] = std::max(agreed_with(entry.first), pending.tick);
    agree(pending.tick, first, log);
  }
}

void Comparison::agree(Tick tick, const Digest& digest, const Log& log) {
  if (!agreed_.empty() && tick <= agreed_.back().tick) return;
  agreed_.push_back({tick, digest});
  if (agreed_.size() > agreed_most) agreed_.pop_front();
  agreements_.push_back({tick, *log.head(tick), digest});
}

void Comparison::open(const Pending& pending) {
  dispute_ = Dispute{.tick = pending.tick};
  is_opened_ = true;
  for (const Agreed& agreed : agreed_) {
    if (agreed.tick < pending.tick) dispute_->base = agreed;
  }
}

void Comparison::ask() {
  // Those who have not come as far yet are asked when they report.
  const auto pending = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& other) {
    return other.tick == dispute_->tick;
  });
  if (pending == pending_.end()) return;
  for (const auto& [player, digest] : pending->digests) {
    if (dispute_->sides.contains(player)) continue;
    dispute_->sides[player].side = {.player = player, .reported = digest, .refolded = digest};
    messages_.emplace_back(player,
                           Diverged{dispute_->tick, dispute_->base.tick, dispute_->base.digest});
  }
}

bool Comparison::is_answered(Instant now, std::span<const Member> members) const {
  const bool is_late = now >= dispute_->until;
  return std::all_of(members.begin(), members.end(), [&](const Member& member) {
    const auto side = dispute_->sides.find(member.player);
    if (side == dispute_->sides.end()) {
      return is_late || !member.is_connected || !is_compared(member.player);
    }
    return side->second.has_answered || (is_late && member.is_connected) ||
           now >= dispute_->until + patience_with_lost;
  });
}

void Comparison::judge(Instant now, const Log& log) {
  const auto& sides = dispute_->sides;
  const Digest& some = sides.begin()->second.side.refolded;
  const bool is_same = std::all_of(sides.begin(), sides.end(), [&](const auto& entry) {
    return entry.second.side.refolded == some;
  });
  if (!is_same && referee_game_ && !referee(log)) return;  // it goes on in the next pass
  DesyncFinding finding = find();
  escalate(finding);
  settle(finding, now, log);
}

DesyncFinding Comparison::find() {
  const auto& sides = dispute_->sides;
  DesyncFinding finding{
      .tick = dispute_->tick, .agreed = dispute_->base.tick, .first = first_difference()};
  std::map<Digest, std::size_t> votes;
  for (const auto& entry : sides)
    ++votes[entry.second.side.refolded];
  const auto most = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (referee_) {
    finding.verdict = DesyncVerdict::refereed;
  } else if (votes.size() == 1) {
    finding.verdict = DesyncVerdict::mended;
  } else if (most->second * 2 > sides.size()) {
    finding.verdict = DesyncVerdict::outvoted;
  } else {
    return finding;
  }
  const Digest right = referee_ ? referee_->side.refolded : most->first;
  dispute_->right = right;
  for (const auto& [player, side] : sides) {
    const bool is_wrong = side.side.refolded != right;
    const bool was_wrong = side.side.fault || side.side.reported != right;
    if (finding.verdict == DesyncVerdict::mended ? was_wrong : is_wrong) {
      finding.wrong |= bit_of(player);
    }
  }
  return finding;
}

std::optional<Tick> Comparison::first_difference() const {
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
  for (const auto& entry : dispute_->sides)
    look(entry.second.side);
  if (referee_) look(referee_->side);
  return first;
}

void Comparison::escalate(DesyncFinding& finding) {
  if (finding.verdict != DesyncVerdict::mended) return;
  for (const auto& entry : dispute_->sides) {
    if (!finding.is_wrong(entry.first)) continue;
    Mends& mends = mends_[entry.first];
    const bool is_again = finding.tick - mends.last <= mends_apart_ticks;
    mends = {finding.tick, is_again ? mends.in_a_row + 1 : 1};
    if (mends.in_a_row < mends_most) continue;
    // Mending does not help: whoever folds alike twice and otherwise a third time is no witness.
    const bool is_outvoted = dispute_->sides.size() >= 3;
    finding.verdict = is_outvoted ? DesyncVerdict::outvoted : DesyncVerdict::disputed;
    if (!is_outvoted) finding.wrong = 0;
  }
}

void Comparison::settle(const DesyncFinding& finding, Instant now, const Log& log) {
  is_disputed_ = finding.verdict == DesyncVerdict::disputed;
  for (const auto& [player, side] : dispute_->sides) {
    messages_.emplace_back(player, Settled{finding});
    const bool is_right = !is_disputed_ && side.side.refolded == dispute_->right;
    if (is_right) agreed_with_[player] = std::max(agreed_with(player), finding.tick);
    if (!finding.is_wrong(player)) continue;
    if (finding.verdict != DesyncVerdict::mended) apart_.insert(player);
    mended_through_[player] = std::max(side.through, finding.tick);
  }
  if (!is_disputed_) agree(finding.tick, *dispute_->right, log);
  void_reports(finding);
  findings_.push_back(finding);
  if (gathering_) gather(Instant::max());
  gathering_ = Gathering{std::move(*dispute_), finding, {}, now + patience};
  if (referee_) gathering_->referee = std::move(referee_->side);
  referee_.reset();
  dispute_.reset();
  has_news_ = true;
}

void Comparison::void_reports(const DesyncFinding& finding) {
  for (Pending& pending : pending_) {
    std::erase_if(pending.digests, [&](const auto& entry) {
      const auto mended = mended_through_.find(entry.first);
      const bool is_void = mended != mended_through_.end() && pending.tick <= mended->second;
      return is_void || !is_compared(entry.first);
    });
  }
  std::erase_if(pending_, [&](const Pending& pending) { return pending.tick <= finding.tick; });
}

void Comparison::gather(Instant now) {
  auto& sides = gathering_->dispute.sides;
  const bool is_complete = std::all_of(sides.begin(), sides.end(), [](const auto& entry) {
    return !entry.second.has_answered || entry.second.kinds.size() == kinds_of_evidence;
  });
  if (gathering_->finding.first && !is_complete && now < gathering_->until) return;
  DesyncBundle bundle{gathering_->finding, {}};
  for (auto& entry : sides)
    bundle.sides.push_back(std::move(entry.second.side));
  if (gathering_->referee) bundle.sides.push_back(std::move(*gathering_->referee));
  bundles_.push_back(std::move(bundle));
  gathering_.reset();
}

bool Comparison::referee(const Log& log) {
  const AnyGame& game = *referee_game_;
  const Tick target = dispute_->tick;
  if (!referee_) {
    referee_.emplace(Referee{start(game, log.setup()), Tick{}, {}});
    referee_->side = {.player = DesyncSide::referee, .build = "the relay's referee"};
    referee_->side.first_hash = std::max(
        dispute_->base.tick + 1, target - static_cast<std::int64_t>(limits::evidence_hashes) + 1);
  }
  Referee& fold = *referee_;
  Bytes scratch;
  for (std::int64_t i = 0; i < referee_ticks && fold.present < target; ++i) {
    ++fold.present;
    step_state(game, fold.state.get(), log.events_at(fold.present), nullptr);
    if (fold.present >= fold.side.first_hash) {
      fold.side.hashes.push_back(fast_hash(game, fold.state.get(), scratch));
    }
  }
  if (fold.present < target) return false;
  fold.side.reported = fold.side.refolded = digest_state(game, fold.state.get());
  return true;
}

}  // namespace tutti

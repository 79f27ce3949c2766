#include "session/self_check.hpp"

#include <algorithm>

#include "machine.hpp"
#include "tutti/net/compared_ticks.hpp"
#include "tutti/sim/fast_hash.hpp"

namespace tutti {

namespace {

/// Hashes kept: more than four minutes at 60 ticks a second, in 128 KiB.
constexpr std::size_t hashes_most = 16 * 1024;
/// Compared states kept. Agreement comes with the next report, so that three or four are usual;
/// more when the relay is out of reach, as far as memory allows.
constexpr std::size_t kept_most = 8;
constexpr std::size_t kept_least = 3;
constexpr std::size_t kept_bytes = 32 * 1024 * 1024;
/// How far back held states reach: an interval, the window, and a second for the relay's word.
constexpr std::int64_t held_ticks = 144;
/// They may take this much memory; of larger states only some are held, and of the largest none but
/// the compared ones.
constexpr std::size_t held_bytes = 128 * 1024;
constexpr std::int64_t fold_ticks_at_once = 300;

void add_pieces(std::vector<Evidence>& pieces, const Evidence& kind, BytesView state) {
  if (state.size() > limits::evidence_state_bytes) state = {};
  Evidence piece = kind;
  piece.size = static_cast<std::uint32_t>(state.size());
  do {
    const BytesView part = state.first(std::min(state.size(), evidence_piece_bytes));
    piece.piece.assign(part.begin(), part.end());
    pieces.push_back(piece);
    piece.offset += static_cast<std::uint32_t>(part.size());
    state = state.subspan(part.size());
  } while (!state.empty());
}

}  // namespace

SelfCheck::SelfCheck(const AnyGame& game, const Setup& setup) : game_(game), setup_(setup) {
  const StateBox first = start(game, setup);
  const std::size_t bytes = state_bytes(game, first.get());
  const std::size_t room = std::min<std::size_t>(held_bytes / bytes, held_ticks + 1);
  held_every_ = room == 0 ? 0 : 1 + held_ticks / static_cast<std::int64_t>(room);
  kept_most_ = std::clamp(kept_bytes / bytes, kept_least, kept_most);
}

void SelfCheck::see(Tick tick, Timeline& timeline) {
  if (tick != first_hash_ + static_cast<std::int64_t>(hashes_.size())) hashes_.clear();
  if (hashes_.empty()) first_hash_ = tick;
  hashes_.push_back(timeline.hash_at(tick));
  if (hashes_.size() > hashes_most) {
    hashes_.pop_front();
    ++first_hash_;
  }
  if (held_every_ > 0 && tick.value % held_every_ == 0) keep_held(tick, timeline.settle(tick));
}

void SelfCheck::keep(Tick tick, SharedState state) {
  kept_.push_back({tick, std::move(state)});
  // The last state that all agreed on stays: a fold can begin there.
  if (kept_.size() <= kept_most_) return;
  const auto oldest =
      std::find_if(kept_.begin(), kept_.end(), [](const Kept& kept) { return !kept.is_agreed; });
  if (oldest != kept_.end()) kept_.erase(oldest);
}

void SelfCheck::know(const SharedState& state, const Digest& digest) {
  for (Kept& kept : kept_) {
    if (kept.state == state) kept.digest = digest;
  }
}

std::uint32_t SelfCheck::between(Tick tick) const {
  const Tick first = compared_before(tick) + 1;
  if (hashes_.empty() || first < first_hash_) return 0;
  Bytes bytes;
  ByteWriter out(bytes);
  for (auto at = static_cast<std::size_t>(first - first_hash_); at < hashes_.size(); ++at)
    out.u64(hashes_[at]);
  // 0 says that nothing is known.
  return std::max(std::uint32_t{1}, static_cast<std::uint32_t>(fast_hash(bytes)));
}

void SelfCheck::begin_at(const PackedSnapshot& snapshot, const void* state) {
  hashes_.clear();
  held_.clear();
  kept_.clear();
  kept_.push_back({snapshot.tick, shared(state), snapshot.digest, snapshot.is_agreed});
}

SharedState SelfCheck::shared(const void* state) const {
  return std::make_shared<const StateBox>(game_, state);
}

void SelfCheck::keep_held(Tick tick, const void* state) {
  const auto most = static_cast<std::size_t>(held_ticks / held_every_ + 1);
  const auto index = static_cast<std::size_t>(tick.value / held_every_) % most;
  while (held_.size() <= index)
    held_.push_back({Tick{}, StateBox(game_)});
  held_[index].tick = tick;
  copy_state(game_, held_[index].state.get(), state);
}

/// The state that is kept of this tick, or of the next one after it.
std::optional<SelfCheck::Held> SelfCheck::held_from(Tick tick) const {
  std::optional<Tick> nearest;
  const void* state = nullptr;
  const auto consider = [&](Tick at, const StateBox& box) {
    if (at < tick || at <= Tick{} || (nearest && at >= *nearest)) return;
    nearest = at;
    state = box.get();
  };
  for (const Held& held : held_)
    consider(held.tick, held.state);
  for (const Kept& kept : kept_)
    consider(kept.tick, *kept.state);
  if (!nearest) return std::nullopt;
  return Held{*nearest, StateBox(game_, state)};
}

void SelfCheck::agree(Tick tick) {
  const auto agreed =
      std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.tick == tick; });
  if (agreed == kept_.end() || agreed->is_agreed) return;
  agreed->is_agreed = true;
  // The one before it stays too, should this one be damaged in memory; if there is room.
  const auto is_older = [&](const Kept& kept) {
    return kept.is_agreed && kept.tick < tick && kept_most_ > kept_least;
  };
  auto last = std::find_if(kept_.rbegin(), kept_.rend(), is_older);
  const Tick oldest = last == kept_.rend() ? tick : last->tick;
  kept_.erase(std::remove_if(kept_.begin(), kept_.end(),
                             [&](const Kept& kept) { return kept.tick < oldest; }),
              kept_.end());
  while (!hashes_.empty() && first_hash_ <= oldest) {
    hashes_.pop_front();
    ++first_hash_;
  }
}

SelfCheck::Held SelfCheck::base_for(Tick tick) const {
  // A state that all agreed on is the same everywhere; a copy may have been damaged since.
  for (auto kept = kept_.rbegin(); kept != kept_.rend(); ++kept) {
    const bool is_sound = kept->is_agreed && kept->tick <= tick &&
                          digest_state(game_, kept->state->get()) == kept->digest;
    if (is_sound) return {kept->tick, *kept->state};
  }
  return {Tick{}, start(game_, setup_)};
}

void SelfCheck::suspect(const Diverged& diverged) {
  for (Kept& kept : kept_) {
    if (kept.tick == diverged.agreed && kept.digest == diverged.agreed_state) kept.is_agreed = true;
  }
  Held base = base_for(std::min(diverged.agreed, diverged.tick - 1));
  const Tick from = base.tick;
  fold_.emplace(Fold{diverged, std::move(base.state), from, {}});
  Refolded& answer = fold_->answer;
  answer.tick = diverged.tick;
  answer.machine = to_text(this_machine());
  answer.first_hash =
      std::max(from + 1, diverged.tick - static_cast<std::int64_t>(limits::evidence_hashes) + 1);
}

std::optional<Refolded> SelfCheck::fold(Timeline& timeline, Budget& budget) {
  const Tick confirmed = timeline.confirmed();
  if (!fold_ || confirmed < fold_->why.tick) return std::nullopt;
  budget.start();
  for (std::int64_t i = 0; i < fold_ticks_at_once && fold_->tick < confirmed; ++i) {
    step(*fold_, timeline.log());
    if (budget.is_spent()) break;
  }
  if (fold_->tick < confirmed) return std::nullopt;
  put_right(timeline);
  Refolded answer = std::move(fold_->answer);
  answer.through = confirmed;
  fold_.reset();
  return answer;
}

void SelfCheck::step(Fold& fold, const Log& log) {
  ++fold.tick;
  step_state(game_, fold.state.get(), log.events_at(fold.tick), nullptr);
  const std::uint64_t hash = fast_hash(game_, fold.state.get(), scratch_);
  if (fold.tick >= fold.answer.first_hash && fold.tick <= fold.why.tick) {
    fold.answer.hashes.push_back(hash);
  }
  if (fold.tick == fold.why.tick) fold.answer.digest = digest_state(game_, fold.state.get());
  const std::int64_t index = fold.tick - first_hash_;
  if (index >= 0 && index < static_cast<std::int64_t>(hashes_.size())) {
    std::uint64_t& held = hashes_[static_cast<std::size_t>(index)];
    if (held != hash && !fold.answer.fault) {
      fold.answer.fault = fold.tick;
      if (auto state = held_from(fold.tick)) evidence_ = std::move(state);
      evidence_of_ = fold.why.tick;
    }
    held = hash;
  }
  for (Kept& kept : kept_) {
    if (kept.tick != fold.tick) continue;
    kept.state = shared(fold.state.get());
    kept.digest = digest_state(game_, fold.state.get());
  }
}

void SelfCheck::put_right(Timeline& timeline) {
  const void* held = timeline.confirmed_state();
  const std::uint64_t right = fast_hash(game_, fold_->state.get(), scratch_);
  if (fast_hash(game_, held, scratch_) != right) timeline.mend(fold_->state.get());
}

SelfCheck::Proof SelfCheck::prove(const DesyncFinding& finding, const Log& log) const {
  Proof proof;
  if (!finding.first) return proof;
  Held base = base_for(*finding.first - 1);
  StateBox state = std::move(base.state);
  Bytes bytes;
  Evidence piece{.tick = finding.tick};
  const auto fold_to = [&](Tick from, Tick to) {
    for (Tick tick = from + 1; tick <= to; ++tick)
      step_state(game_, state.get(), log.events_at(tick), nullptr);
  };
  fold_to(base.tick, *finding.first - 1);
  save_state(game_, state.get(), bytes);
  piece.at = *finding.first - 1;
  add_pieces(proof.pieces, piece, bytes);

  const std::optional<Held> held =
      evidence_ && evidence_of_ == finding.tick ? evidence_ : held_from(*finding.first);
  piece.kind = Evidence::Kind::held;
  piece.at = held ? held->tick : Tick{};
  bytes.clear();
  if (held) save_state(game_, held->state.get(), bytes);
  add_pieces(proof.pieces, piece, bytes);

  fold_to(*finding.first - 1, *finding.first);
  piece.kind = Evidence::Kind::refolded;
  piece.at = *finding.first;
  save_state(game_, state.get(), bytes);
  add_pieces(proof.pieces, piece, bytes);
  if (held) {
    fold_to(*finding.first, held->tick);
    proof.fields =
        field_diff(list_fields(game_, held->state.get()), list_fields(game_, state.get()));
  }
  return proof;
}

}  // namespace tutti

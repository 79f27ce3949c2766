#include "session/catch_up.hpp"

#include <algorithm>

namespace tutti {

namespace {

constexpr std::int64_t allowance_at_first = 4096;
/// An advance that took longer is felt.
constexpr std::chrono::milliseconds frame_most{50};
/// Less play than this is folded sooner than a snapshot arrives.
constexpr std::int64_t worth_seconds = 30;
/// Most games fold an hour of play in this time; who has not got there then needs help.
constexpr std::chrono::milliseconds patience{500};

}  // namespace

CatchUp::CatchUp(std::int64_t most) : most_(most), allowance_(std::min(most, allowance_at_first)) {}

std::int64_t CatchUp::allowance(Instant now) {
  if (was_all_ && last_) {
    const bool was_slow = now - *last_ > frame_most;
    allowance_ = std::clamp<std::int64_t>(was_slow ? allowance_ / 2 : allowance_ * 2, 1, most_);
  }
  last_ = now;
  return allowance_;
}

bool CatchUp::is_worth_asking(std::int64_t behind, const Setup& setup, Instant now) {
  if (behind <= worth_seconds * setup.tick_rate) {
    behind_since_.reset();
    has_asked_ = false;
    return false;
  }
  if (!behind_since_) behind_since_ = now;
  if (has_asked_ || now - *behind_since_ < patience) return false;
  return has_asked_ = true;
}

bool CatchUp::begin_at(const PackedSnapshot& snapshot, Timeline& timeline) {
  TUTTI_ASSERT(snapshot.tick <= timeline.log().horizon(), snapshot.tick);
  if (snapshot.tick <= timeline.confirmed()) return false;
  const AnyGame& game = timeline.game();
  const std::optional<Bytes> bytes = unpack(snapshot);
  StateBox state(game);
  if (!bytes || !load_state(game, state.get(), *bytes) ||
      digest_state(game, state.get()) != snapshot.digest) {
    return false;
  }
  timeline.restart(snapshot.tick, state.get());
  if (!snapshot.is_agreed) {
    proof_.emplace(
        Proof{start(game, timeline.log().setup()), Tick{}, snapshot.tick, snapshot.digest});
  }
  return true;
}

bool CatchUp::verify(Timeline& timeline, std::int64_t ticks) {
  if (!proof_) return false;
  Proof& proof = *proof_;
  const AnyGame& game = timeline.game();
  for (; ticks > 0; --ticks) {
    if (proof.tick == proof.until && !proof.is_wrong) {
      proof.is_wrong = digest_state(game, proof.state.get()) != proof.digest;
      if (!proof.is_wrong) {
        proof_.reset();
        return false;
      }
    }
    if (proof.is_wrong && proof.tick == timeline.confirmed()) {
      timeline.restart(proof.tick, proof.state.get());
      proof_.reset();
      return true;
    }
    ++proof.tick;
    step_state(game, proof.state.get(), timeline.log().events_at(proof.tick), nullptr);
  }
  return false;
}

}  // namespace tutti

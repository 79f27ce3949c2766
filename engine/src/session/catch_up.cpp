#include "session/catch_up.hpp"

#include <algorithm>

namespace tutti {

namespace {

/// Less play than this is folded sooner than a snapshot arrives, by most games.
constexpr std::int64_t worth_seconds = 30;
/// And this much by all.
constexpr std::int64_t little_seconds = 2;
/// Most games fold an hour of play in this time; one that has not got there then needs help.
constexpr std::chrono::milliseconds patience{500};
/// Folding that would take longer than this needs help, too.
constexpr double long_seconds = 5;
/// Checking a snapshot may take this part of the time that catching up may take.
constexpr int verify_parts = 8;

class SteadyClock final : public CostClock {
 public:
  Instant now() override { return std::chrono::steady_clock::now(); }
};

CostClock* steady_clock() {
  static SteadyClock clock;
  return &clock;
}

}  // namespace

Budget::Budget(const SessionOptions& options)
    : clock_(options.tuning.cost_clock == nullptr ? steady_clock() : options.tuning.cost_clock),
      most_(options.catch_up_cost) {}

bool CatchUp::is_worth_asking(std::int64_t behind, std::int64_t unfolded, const Setup& setup,
                              Instant now) {
  const bool is_far = behind > worth_seconds * setup.tick_rate;
  if (!is_far && unfolded <= little_seconds * setup.tick_rate) {
    behind_since_.reset();
    has_asked_ = false;
    return false;
  }
  if (!behind_since_) {
    behind_since_ = now;
    unfolded_first_ = unfolded;
  }
  const double elapsed = std::chrono::duration<double>(now - *behind_since_).count();
  if (has_asked_ || now - *behind_since_ < patience) return false;
  // The match goes on meanwhile, so the distance to its present is compared.
  const auto gained = static_cast<double>(unfolded_first_ - unfolded);
  const bool is_slow = static_cast<double>(unfolded) * elapsed > gained * long_seconds;
  return has_asked_ = is_far || is_slow;
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
  timeline.restart(snapshot.tick, state);
  if (!snapshot.is_agreed) {
    proof_.emplace(
        Proof{start(game, timeline.log().setup()), Tick{}, snapshot.tick, snapshot.digest});
  }
  return true;
}

bool CatchUp::verify(Timeline& timeline, std::int64_t ticks, Budget& budget) {
  if (!proof_) return false;
  budget.start();
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
      timeline.restart(proof.tick, proof.state);
      proof_.reset();
      return true;
    }
    ++proof.tick;
    step_state(game, proof.state.get(), timeline.log().events_at(proof.tick), nullptr);
    if (budget.is_spent(verify_parts)) break;
  }
  return false;
}

}  // namespace tutti

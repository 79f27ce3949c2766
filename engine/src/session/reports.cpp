#include "session/reports.hpp"

#include <algorithm>

namespace tutti {

namespace {

/// So many bytes are hashed at once: some 0.1 ms.
constexpr std::size_t piece_bytes = 128 * 1024;
/// A state is hashed in so many pieces at most, or the next compared tick would come before.
constexpr std::size_t pieces_most = 32;
/// The same of a state in pages, at first: some 0.1 ms.
constexpr std::size_t pages_at_once_first = 64;
/// To touch the memory of a larger state for the first time takes a part of a frame.
constexpr std::size_t felt_bytes = 1024 * 1024;
/// Copies that are in use at once: see SelfCheck.
constexpr std::size_t copies_usual = 3;

}  // namespace

Reports::Reports(AnyGame game, bool is_used)
    : game_(std::move(game)), pages_at_once_(pages_at_once_first) {
  if (!is_used || game_.state_size() <= felt_bytes) return;
  for (std::size_t i = 0; i < copies_usual; ++i)
    copies_.push_back(std::make_shared<StateBox>(game_));
}

DigestReport Reports::Report::words() const {
  DigestReport words{.tick = tick, .digest = digest, .between = between};
  std::copy_n(head.bytes.begin(), words.head.size(), words.head.begin());
  return words;
}

SharedState Reports::copy_of(const void* state) {
  auto free = std::find_if(copies_.begin(), copies_.end(),
                           [](const auto& copy) { return copy.use_count() == 1; });
  if (free == copies_.end()) return copies_.emplace_back(std::make_shared<StateBox>(game_, state));
  copy_state(game_, (*free)->get(), state);
  return *free;
}

void Reports::begin(Report report, const Log& log, const std::optional<Digest>& known) {
  Work& work = works_.emplace_back(Work{.report = std::move(report)});
  work.report.head = *log.head(work.report.tick);
  const bool is_pressing = log.ended() == work.report.tick;
  if (known) work.report.digest = *known;
  if (known) return;
  const void* state = work.report.state->get();
  if (game_.has_parts()) {
    // One that is not done when the next one comes has too many pages for that.
    if (works_.size() > 1) pages_at_once_ *= 2;
    work.pages_piece = pages_at_once_;
  } else if (game_.is_canonical()) {
    work.left = {static_cast<const std::byte*>(state), game_.state_size()};
  } else {
    work.saved = std::move(saved_);
    save_state(game_, state, work.saved);
    work.left = work.saved;
  }
  if (work.pages_piece == 0) work.piece = std::max(piece_bytes, work.left.size() / pieces_most);
  for (Work& each : works_) {
    if (!is_pressing && &each == &work) continue;
    each.piece = each.left.size();
    if (each.pages_piece > 0) each.pages_piece = SIZE_MAX;
  }
}

std::optional<Reports::Report> Reports::next() {
  if (works_.empty()) return std::nullopt;
  Work& work = works_.front();
  if (!go_on(work)) return std::nullopt;
  Report report = std::move(work.report);
  saved_ = std::move(work.saved);
  works_.pop_front();
  return report;
}

/// Whether the digest is there now.
bool Reports::go_on(Work& work) {
  if (work.pages_piece > 0) {
    const void* state = work.report.state->get();
    work.page = hash_pages(game_, state, work.page, work.pages_piece);
    if (work.page != 0) return false;
    work.report.digest = digest_state(game_, state);
  } else if (work.piece > 0) {
    const BytesView piece = work.left.first(std::min(work.left.size(), work.piece));
    work.hash.update(piece);
    work.left = work.left.subspan(piece.size());
    if (!work.left.empty()) return false;
    work.hash.finish(work.report.digest.bytes);
  }
  return true;
}

std::optional<NanFound> nan_in(const AnyGame& game, const void* state, Tick tick) {
  // Listing a large state would be felt.
  constexpr std::size_t state_bytes_most = 64 * 1024;
  if (game.state_size() > state_bytes_most) return std::nullopt;
  const auto nan = find_nan(game, state);
  return nan ? std::optional(NanFound{tick, nan->path}) : std::nullopt;
}

}  // namespace tutti

#include "link/stream_window.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t window_least = 8 * 508;
/// A path that loses much by itself still gets this.
constexpr std::size_t lossy_least = 24 * 508;
constexpr std::size_t window_most = 512 * 508;
constexpr Duration queue_wanted = 25ms;
constexpr Duration span = 15s;
constexpr Duration answer_first = 300ms;
constexpr Duration answer_least = 30ms;
constexpr Duration answer_most = 1s;

}  // namespace

void StreamWindow::note_sent(std::size_t under_way) {
  was_full_ = was_full_ || under_way + 508 >= window_;
}

void StreamWindow::note_round_trip(Duration round_trip, Instant now) {
  if (!smoothed_) {  // as RFC 6298
    smoothed_ = round_trip;
    deviation_ = round_trip / 2;
  } else {
    deviation_ = (3 * deviation_ + std::chrono::abs(*smoothed_ - round_trip)) / 4;
    smoothed_ = (7 * *smoothed_ + round_trip) / 8;
  }
  if (now - span_began_ >= span) {
    shortest_before_ = shortest_now_;
    shortest_now_ = Duration::max();
    span_began_ = now;
  }
  shortest_now_ = std::min(shortest_now_, round_trip);
  round_shortest_ = std::min(round_shortest_, round_trip);
}

void StreamWindow::note_arrived(std::size_t bytes) {
  arrived_ += bytes;
  timeouts_ = 0;
}

void StreamWindow::note_lost(std::size_t bytes) { lost_ += bytes; }

void StreamWindow::note_timeout() {
  window_ = window_least;
  is_starting_ = true;
  timeouts_ = std::min(timeouts_ + 1, 5);
}

Duration StreamWindow::shortest() const { return std::min(shortest_now_, shortest_before_); }

void StreamWindow::end_round() {
  const Duration round = round_shortest_;
  const std::size_t decided = arrived_ + lost_;
  if (round != Duration::max() && round > shortest() + queue_wanted) {
    // What would leave the wanted queue at the same rate.
    const double share = std::chrono::duration<double>(shortest() + queue_wanted) /
                         std::chrono::duration<double>(round);
    window_ = static_cast<std::size_t>(static_cast<double>(window_) * std::max(share, 0.5));
    is_starting_ = false;
  } else if (lost_ * 8 > decided) {  // a short queue that overflows, or a path that loses much
    if (window_ > lossy_least) window_ = std::max(window_ - window_ / 4, lossy_least);
    is_starting_ = false;
  } else if (was_full_ && lost_ * 16 <= decided) {
    window_ += is_starting_ ? window_ / 2 : window_ / 16 + 508;
  }
  window_ = std::clamp(window_, window_least, window_most);
  round_shortest_ = Duration::max();
  arrived_ = lost_ = 0;
  was_full_ = false;
}

Duration StreamWindow::patience() const {
  const Duration first = smoothed_ ? *smoothed_ + 4 * deviation_ + 10ms : answer_first;
  return std::min(std::max(first, answer_least) * (1 << timeouts_), answer_most);
}

}  // namespace tutti::detail

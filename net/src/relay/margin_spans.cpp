#include "tutti/net/margin_spans.hpp"

#include <algorithm>

namespace tutti {

void MarginSpans::note(const Arrival& arrival) {
  if (running_.size() <= arrival.player.value) running_.resize(arrival.player.value + 1);
  ArrivalMargins& margins = running_[arrival.player.value];
  const std::int64_t margin = arrival.margin;
  margins.least = margins.count == 0 ? margin : std::min(margins.least, margin);
  margins.most = margins.count == 0 ? margin : std::max(margins.most, margin);
  margins.total += margin;
  ++margins.count;
  margins.late += arrival.is_late;
}

void MarginSpans::end_span(Tick next) {
  for (std::size_t i = 0; i < running_.size(); ++i) {
    ArrivalMargins& margins = running_[i];
    if (margins.count == 0) continue;
    margins.from = from_;
    margins.player = PlayerId{static_cast<std::uint8_t>(i)};
    ended_.push_back(margins);
    margins = {};
  }
  from_ = next;
}

}  // namespace tutti

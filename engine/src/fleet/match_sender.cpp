#include "fleet/match_sender.hpp"

namespace tutti::detail {

MatchSender::Pass MatchSender::pass() {
  const std::optional<std::string> file = outbox_->next(tried_);
  if (!file) {
    trouble_.clear();
    return Pass::idle;
  }
  tried_ = *file;
  const auto sent = archive_file(*archive_, *storage_, *file);
  if (!sent && storage_->exists(*file)) {
    trouble_ = sent.error().sentence;
    return Pass::failed;
  }
  ++(sent ? sent_ : lost_);
  trouble_.clear();
  outbox_->remove(*file);
  return Pass::sent;
}

}  // namespace tutti::detail

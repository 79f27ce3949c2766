#include "fleet/with_nats/nats_publisher.hpp"

#include <poll.h>

#include <algorithm>

#include "fleet/with_nats/nats_client.hpp"

namespace tutti::detail {

namespace {

/// Of 32 KiB each: what comes beyond that waits for the next exchange.
constexpr int reads_most = 64;
/// Messages that are freed together.
constexpr std::size_t used_most = 512;
constexpr std::size_t used_bytes_most = 1024 * 1024;

}  // namespace

Result<void> NatsPublisher::open(const FleetStoreOptions& options) {
  auto connection = connect(options, this);
  if (!connection) return Unexpected{connection.error()};
  natsInbox* inbox = nullptr;
  natsSubscription* answers = nullptr;
  natsStatus status = natsInbox_Create(&inbox);
  const NatsOwned<natsInbox, natsInbox_Destroy> owned(inbox);
  if (status == NATS_OK) {
    inbox_ = inbox;
    status = natsConnection_SubscribeSync(&answers, connection->get(), (inbox_ + ".>").c_str());
  }
  if (status != NATS_OK) {
    return fail(Fault::system, "the NATS server at " + shown(options.servers) +
                                   " gives no answers: " + reason(status));
  }
  connection_ = std::move(*connection);
  answers_.reset(answers);
  return {};
}

void NatsPublisher::exchange() {
  for (int i = 0; i < reads_most; ++i) {
    const auto events = static_cast<short>(wants_to_write_ ? POLLIN | POLLOUT : POLLIN);
    pollfd waiting{.fd = socket_, .events = events, .revents = 0};
    if (waiting.fd < 0 || ::poll(&waiting, 1, 0) <= 0) return;
    if ((waiting.revents & POLLOUT) != 0) natsConnection_ProcessWriteEvent(connection_.get());
    if ((waiting.revents & ~POLLOUT) != 0) natsConnection_ProcessReadEvent(connection_.get());
  }
}

NatsMessage NatsPublisher::next_answer(std::string& name) {
  natsMsg* raw = nullptr;
  if (natsSubscription_NextMsg(&raw, answers_.get(), 0) != NATS_OK) return nullptr;
  NatsMessage answer(raw);
  name = natsMsg_GetSubject(raw);
  name.erase(0, std::min(name.size(), inbox_.size() + 1));
  return answer;
}

void NatsPublisher::done_with(NatsMessage message) {
  used_bytes_ += data_of(message.get()).size();
  used_.push_back(std::move(message));
  if (used_.size() < used_most && used_bytes_ < used_bytes_most) return;
  used_.clear();
  used_bytes_ = 0;
}

natsStatus NatsPublisher::attach(void** user, void* loop, natsConnection*, natsSock socket) {
  *user = loop;
  static_cast<NatsPublisher*>(loop)->socket_ = socket;
  return NATS_OK;
}

natsStatus NatsPublisher::read(void* user, bool wants) {
  if (!wants) static_cast<NatsPublisher*>(user)->socket_ = -1;
  return NATS_OK;
}

natsStatus NatsPublisher::write(void* user, bool wants) {
  static_cast<NatsPublisher*>(user)->wants_to_write_ = wants;
  return NATS_OK;
}

natsStatus NatsPublisher::detach(void* user) { return read(user, false); }

}  // namespace tutti::detail

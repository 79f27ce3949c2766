#pragma once
// Sends messages to a stream without waiting for what becomes of them, over a connection for which
// libnats has no threads: its socket is read and written when `exchange` is called, for all
// messages together. With a thread that reads, each of the answers wakes it and another one.

#include <atomic>
#include <string>
#include <vector>

#include "fleet/with_nats/nats.hpp"

namespace tutti::detail {

class NatsPublisher {
 public:
  /// Errors: see `open_jetstream`.
  Result<void> open(const FleetStoreOptions& options);
  bool is_open() const { return connection_ != nullptr; }
  bool is_connected() const {
    return natsConnection_Status(connection_.get()) == NATS_CONN_STATUS_CONNECTED;
  }
  /// The subject to which the stream answers; `name` comes back with the answer.
  std::string reply_subject(const std::string& name) const { return inbox_ + "." + name; }
  /// Takes a message for the next exchange.
  natsStatus publish(NatsMessage message) {
    const natsStatus status = natsConnection_PublishMsg(connection_.get(), message.get());
    done_with(std::move(message));
    return status;
  }
  /// Writes what was published, and reads what has come, as far as that goes without waiting.
  void exchange();
  /// An answer that has come, and its name; null if there is none.
  NatsMessage next_answer(std::string& name);
  /// Keeps a message that was used until it is freed with others: libnats has a thread for that,
  /// which each single one would wake.
  void done_with(NatsMessage message);

 private:
  friend Result<NatsConnection> connect(const FleetStoreOptions& options, NatsPublisher* polled);
  static natsStatus attach(void** user, void* loop, natsConnection* connection, natsSock socket);
  static natsStatus read(void* user, bool wants);
  static natsStatus write(void* user, bool wants);
  static natsStatus detach(void* user);

  // libnats reconnects on a thread of its own.
  std::atomic<int> socket_ = -1;
  std::atomic<bool> wants_to_write_ = false;
  std::string inbox_;
  std::vector<NatsMessage> used_;
  std::size_t used_bytes_ = 0;
  NatsConnection connection_;
  NatsSubscription answers_;  // goes before its connection
};

}  // namespace tutti::detail

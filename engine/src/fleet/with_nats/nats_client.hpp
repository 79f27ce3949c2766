#pragma once
// A connection to a fleet's servers, and what is done alike with each of its streams.

#include <initializer_list>
#include <mutex>
#include <string>
#include <vector>

#include "fleet/with_nats/nats.hpp"

namespace tutti::detail {

class NatsClient {
 protected:
  explicit NatsClient(FleetStoreOptions options) : options_(std::move(options)) {}

  /// Connects; nothing is waited for longer than `answer_ms`, and `answered` is called on a thread
  /// of libnats with what becomes of messages that nobody waits for. Errors: see `open_jetstream`.
  Result<void> open_client(std::int64_t answer_ms, jsPubAckHandler answered = nullptr,
                           void* closure = nullptr);
  /// Errors: see `open_stream`.
  Result<void> open_streams(std::initializer_list<const StreamPlan*> plans);

  bool is_connected() const {
    return natsConnection_Status(connection_.get()) == NATS_CONN_STATUS_CONNECTED;
  }
  Unexpected out_of_reach() const;
  Unexpected trouble(const std::string& what, natsStatus status) const;
  Unexpected of_something_else(const char* stream) const;

  /// The last message of a subject; null if there is none.
  Result<NatsMessage> last_message(const char* stream, const std::string& subject) const;
  Result<std::vector<std::string>> subjects_in(const char* stream, const char* filter) const;
  /// What is known of a stream, without its subjects.
  Result<NatsStreamInfo> info_of(const char* stream) const;
  /// Takes one message away. (A purge of a subject would leave a server that is killed and started
  /// again without all that other subjects had before.)
  Result<void> remove_message(const char* stream, std::uint64_t sequence) const;

  FleetStoreOptions options_;
  std::int64_t answer_ms_ = nats_answer_ms;
  NatsConnection connection_;
  NatsContext context_;  // goes before its connection
};

/// Subscriptions that are not wanted any more, and to which messages may still come. libnats before
/// 3.6 frees one while the thread that reads from the connection has a message for it in its hands;
/// so each is freed some seconds after the last message can have come. Several threads may use it.
class RetiredSubscriptions {
 public:
  void take(NatsSubscription subscription);

 private:
  struct Retired {
    NatsSubscription subscription;
    Instant since;
  };

  std::mutex mutex_;
  std::vector<Retired> all_;
};

/// The bytes of a message.
BytesView data_of(const natsMsg* message);
/// A message with these bytes, and where it is answered; null if there is no memory.
NatsMessage message_of(const std::string& subject, BytesView bytes, const std::string& reply = {});
/// What a message asks of its stream: the last one of its subject has the sequence `after`.
jsPubOptions expecting(const char* stream, const std::string& id, std::uint64_t after);
/// Publishes a message that must follow the one with the sequence `after`, and waits.
AppendOutcome publish_after(jsCtx* context, natsMsg* message, const char* stream,
                            const std::string& id, std::uint64_t after);

}  // namespace tutti::detail

#pragma once
// A fleet's store in NATS JetStream: its logs are in jetstream.cpp, what relays say of themselves
// and of rooms in jetstream_rooms.cpp.

#include <deque>
#include <functional>
#include <mutex>

#include "fleet/with_nats/nats.hpp"

namespace tutti::detail {

/// What libnats hands over on threads of its own. It may do so when it has said that the connection
/// is gone, so none of these ever goes.
struct Mailbox {
  std::mutex mutex{};
  // Under the mutex.
  std::function<void()> wake{};
  std::deque<AppendOutcome> outcomes{};
  std::deque<std::uint32_t> announced{};

  static Mailbox& make(std::function<void()> wake);
  void close();
  void put(const AppendOutcome& outcome);
  void put_announced(std::uint32_t renewal);
};

class JetStream final : public FleetStore {
 public:
  JetStream(const FleetStoreOptions& options, std::function<void()> wake)
      : options_(options), mailbox_(&Mailbox::make(std::move(wake))) {}
  ~JetStream() override { mailbox_->close(); }
  Result<void> open();

  Result<void> append(const LogEntry& entry, std::uint64_t after) override;
  std::optional<AppendOutcome> next_outcome() override;
  Result<void> announce(const RelayCard& card) override;
  std::optional<std::uint32_t> next_announced() override;

  void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) override;

  AppendOutcome append_now(const LogEntry& entry, std::uint64_t after) override;
  Result<std::optional<StoredEntry>> last(const MatchId& match) override;
  Result<std::vector<StoredEntry>> read(const MatchId& match) override;
  Result<std::vector<MatchId>> matches() override;

  Result<void> leave(const RelayId& relay) override;
  Result<void> request_drain(const RelayId& relay) override;
  bool take_drain_request(const RelayId& own) override;
  Result<std::vector<RelayCard>> relays() override;
  Result<std::optional<RelayCard>> relay(const RelayId& relay) override;

  AppendOutcome write_room(const RoomName& room, const RoomRecord& record,
                           std::uint64_t after) override;
  Result<std::optional<StoredRoom>> room(const RoomName& room) override;
  Result<void> remove_room(const RoomName& room, std::uint64_t sequence) override;
  Result<std::vector<RoomName>> rooms() override;

 private:
  bool is_connected() const {
    return natsConnection_Status(connection_.get()) == NATS_CONN_STATUS_CONNECTED;
  }
  Unexpected out_of_reach() const;
  Unexpected trouble(const std::string& what, natsStatus status) const;
  Unexpected of_something_else(const char* stream) const;

  /// The last message of a subject; null if there is none.
  Result<NatsMessage> last_message(const char* stream, const std::string& subject) const;
  Result<std::vector<std::string>> subjects_in(const char* stream, const char* filter) const;
  /// Takes one message away. (A purge of a subject would leave a server that is killed and started
  /// again without all that other subjects had before.)
  Result<void> remove_message(const char* stream, std::uint64_t sequence) const;
  Result<std::optional<StoredEntry>> stored(const natsMsg* message, std::uint64_t sequence) const;

  FleetStoreOptions options_;
  Mailbox* mailbox_;
  NatsConnection connection_;
  NatsContext context_;  // goes before its connection
  NatsSubscription drain_requests_;
};

/// The bytes of a message.
BytesView data_of(const natsMsg* message);
/// A message with these bytes; null if there is no memory.
NatsMessage message_of(const std::string& subject, BytesView bytes);
/// Publishes a message that must follow the one with the sequence `after`, and waits.
AppendOutcome publish_after(jsCtx* context, natsMsg* message, const char* stream,
                            const std::string& id, std::uint64_t after);

extern const StreamPlan relay_plan;
extern const StreamPlan room_plan;
/// Of the subject of a relay's card: RelayCard::renewal; nothing for another subject.
std::optional<std::uint32_t> renewal_in(const natsMsg* message);

}  // namespace tutti::detail

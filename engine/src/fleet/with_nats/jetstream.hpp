#pragma once
// A fleet's store in NATS JetStream: its logs are in jetstream.cpp, what relays say of themselves
// and of rooms in jetstream_rooms.cpp.

#include <deque>
#include <functional>
#include <mutex>

#include "fleet/with_nats/nats_client.hpp"
#include "fleet/with_nats/nats_publisher.hpp"

namespace tutti::detail {

/// What libnats hands over on threads of its own. It may do so when it has said that the connection
/// is gone, so none of these ever goes.
struct Mailbox {
  std::mutex mutex{};
  // Under the mutex.
  std::function<void()> wake{};
  std::deque<std::uint32_t> announced{};
  std::deque<RelayWord> words{};

  static Mailbox& make(std::function<void()> wake);
  void close();
  void put_announced(std::uint32_t renewal);
  void put_word(const RelayWord& word);
};

class JetStream final : public FleetStore, private NatsClient {
 public:
  JetStream(const FleetStoreOptions& options, std::function<void()> wake)
      : NatsClient(options), mailbox_(&Mailbox::make(std::move(wake))) {}
  ~JetStream() override;
  Result<void> open();

  Result<void> append(const LogEntry& entry, std::uint64_t after) override;
  Result<void> append_page(const LogPage& page) override;
  void exchange() override { publisher_.exchange(); }
  std::optional<AppendOutcome> next_outcome() override;
  Result<void> announce(const RelayCard& card) override;
  std::optional<std::uint32_t> next_announced() override;
  std::optional<RelayWord> next_word() override;

  void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) override;

  AppendOutcome append_now(const LogEntry& entry, std::uint64_t after) override;
  Result<std::optional<StoredEntry>> last(const MatchId& match) override;
  Result<std::vector<StoredEntry>> read(const MatchId& match, std::uint64_t through,
                                        std::uint64_t after) override;
  Result<std::vector<LogPage>> pages(const MatchId& match) override;
  Result<std::unique_ptr<LogReading>> follow(const MatchId& match, std::uint64_t after) override;
  Result<std::vector<MatchId>> matches() override;

  Result<void> leave(const RelayId& relay) override;
  Result<void> be_found(const RelayId& own) override;
  Result<bool> has_connection(const RelayId& relay) override;
  void tell(const RelayId& relay, const RelayWord& word) override;
  Result<void> request_drain(const RelayId& relay) override;
  bool take_drain_request(const RelayId& own) override;
  Result<std::vector<RelayCard>> relays() override;
  Result<std::optional<RelayCard>> relay(const RelayId& relay) override;

  AppendOutcome write_room(const RoomName& room, const RoomRecord& record,
                           std::uint64_t after) override;
  Result<std::optional<StoredRoom>> room(const RoomName& room) override;
  Result<void> remove_room(const RoomName& room, std::uint64_t sequence) override;
  Result<std::vector<RoomName>> rooms() override;

  void retire(NatsSubscription subscription) { retired_.take(std::move(subscription)); }
  using NatsClient::trouble;
  /// The entry in a message that a subscription has brought.
  Result<std::optional<StoredEntry>> read_entry(natsMsg* message) const;

 private:
  /// Sends a message, whose answer comes with that name.
  Result<void> publish(const std::string& subject, BytesView bytes, const std::string& name,
                       std::initializer_list<std::pair<const char*, std::string>> headers);
  /// Takes a message, which has that sequence.
  using Take = std::function<Result<void>(const natsMsg*, std::uint64_t sequence)>;
  /// Messages of a subject, in order.
  struct Stretch {
    const char* stream;
    std::string subject;
    std::uint64_t after;    // the sequence behind which they come
    std::uint64_t through;  // that of the last of them, which is there
  };
  Result<void> read_through(Stretch stretch, const Take& take);
  /// As far as a consumer brings them in time; `after` says how far.
  Result<void> read_by_consumer(Stretch& stretch, const Take& take);
  Result<void> read_one_by_one(Stretch& stretch, const Take& take, std::size_t most);
  Result<std::optional<StoredEntry>> stored(const natsMsg* message, std::uint64_t sequence) const;

  NatsPublisher publisher_;
  Mailbox* mailbox_;
  NatsSubscription drain_requests_;
  NatsSubscription calls_;  // see `be_found`
  RetiredSubscriptions retired_;
};

inline constexpr const char* log_stream = "TUTTI_LOG";
inline constexpr const char* page_stream = "TUTTI_PAGES";
/// What an entry has before its records.
inline constexpr std::size_t entry_head_bytes = 30;
/// The subjects of a match's log, and of its pages.
std::string subject_of(const MatchId& match);
std::string page_subject_of(const MatchId& match);

extern const StreamPlan relay_plan;
extern const StreamPlan room_plan;
/// Of the subject of a relay's card: RelayCard::renewal; nothing for another subject.
std::optional<std::uint32_t> renewal_in(const natsMsg* message);

}  // namespace tutti::detail

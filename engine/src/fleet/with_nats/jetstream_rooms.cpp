// What relays say of themselves, and of whose a room is, in NATS JetStream.

#include "fleet/with_nats/jetstream.hpp"

namespace tutti::detail {

namespace {

/// A relay that does not answer so soon is there, as far as the servers know.
constexpr std::int64_t call_answer_ms = 100;
constexpr const char* relay_stream = "TUTTI_RELAYS";
constexpr const char* relay_subjects = "tutti.relay.*";
constexpr const char* relay_subject = "tutti.relay.";
constexpr const char* room_stream = "TUTTI_ROOMS";
constexpr const char* room_subjects = "tutti.room.*";
constexpr const char* room_subject = "tutti.room.";

std::string subject_of(const RelayId& relay) {
  return relay_subject + to_hex(BytesView(relay.bytes));
}
/// Nothing is kept in these two: who listens, answers.
std::string drain_subject_of(const RelayId& relay) {
  return "tutti.drain." + to_hex(BytesView(relay.bytes));
}
std::string call_subject_of(const RelayId& relay) {
  return "tutti.call." + to_hex(BytesView(relay.bytes));
}
std::string subject_of(const RoomName& room) { return room_subject + to_hex(room.digest); }

}  // namespace

const StreamPlan relay_plan{.name = relay_stream,
                            .subjects = relay_subjects,
                            .description = "tutti fleet relays, records 3",
                            .description_any = "tutti fleet relays, records ",
                            .kept_ns = limits::fleet_silence / std::chrono::nanoseconds(1),
                            .duplicates_ns = 1'000'000'000,
                            .messages_per_subject = 1};
/// A room may be open for as long as it likes: its record goes when somebody takes it away.
const StreamPlan room_plan{.name = room_stream,
                           .subjects = room_subjects,
                           .description = "tutti fleet rooms, records 1",
                           .description_any = "tutti fleet rooms, records ",
                           .duplicates_ns = 1'000'000'000,
                           .messages_per_subject = 1};

std::optional<std::uint32_t> renewal_in(const natsMsg* message) {
  if (!std::string_view(natsMsg_GetSubject(message)).starts_with(relay_subject)) {
    return std::nullopt;
  }
  const auto card = decode_relay_card(data_of(message));
  return card ? std::optional(card->renewal) : std::nullopt;
}

// ---- Relays -------------------------------------------------------------------------------------

Result<void> JetStream::announce(const RelayCard& card) {
  if (!is_connected()) return out_of_reach();
  NatsMessage message = message_of(subject_of(card.relay), encode(card));
  jsPubOptions publish;
  jsPubOptions_Init(&publish);
  publish.ExpectStream = relay_stream;
  natsMsg* raw = message.release();
  const natsStatus status = js_PublishMsgAsync(context_.get(), &raw, &publish);
  natsMsg_Destroy(raw);
  return status == NATS_OK ? Result<void>() : trouble("the relay cannot be announced", status);
}

std::optional<std::uint32_t> JetStream::next_announced() {
  const std::lock_guard lock(mailbox_->mutex);
  if (mailbox_->announced.empty()) return std::nullopt;
  const std::uint32_t renewal = mailbox_->announced.front();
  mailbox_->announced.pop_front();
  return renewal;
}

Result<void> JetStream::leave(const RelayId& relay) {
  const auto card = last_message(relay_stream, subject_of(relay));
  if (!card) return Unexpected{card.error()};
  if (*card == nullptr) return {};
  return remove_message(relay_stream, natsMsg_GetSequence(card->get()));
}

Result<void> JetStream::be_found(const RelayId& own) {
  const auto answer = [](natsConnection* connection, natsSubscription*, natsMsg* raw, void* box) {
    const NatsMessage call(raw);
    if (const auto word = decode_relay_word(data_of(raw))) {
      static_cast<Mailbox*>(box)->put_word(*word);
    }
    if (natsMsg_GetReply(raw) == nullptr) return;
    natsConnection_PublishString(connection, natsMsg_GetReply(raw), "");
  };
  natsSubscription* raw = nullptr;
  const natsStatus status = natsConnection_Subscribe(
      &raw, connection_.get(), call_subject_of(own).c_str(), answer, mailbox_);
  calls_.reset(raw);
  return status == NATS_OK ? Result<void>() : trouble("the relay cannot be found", status);
}

Result<bool> JetStream::has_connection(const RelayId& relay) {
  natsMsg* raw = nullptr;
  const natsStatus status = natsConnection_RequestString(
      &raw, connection_.get(), call_subject_of(relay).c_str(), "", call_answer_ms);
  const NatsMessage answer(raw);
  if (status == NATS_NO_RESPONDERS) return false;
  const bool is_there = status == NATS_OK || status == NATS_TIMEOUT;
  return is_there ? Result<bool>(true) : trouble("the relay cannot be called", status);
}

void JetStream::tell(const RelayId& relay, const RelayWord& word) {
  const Bytes bytes = encode(word);
  natsConnection_Publish(connection_.get(), call_subject_of(relay).c_str(), bytes.data(),
                         static_cast<int>(bytes.size()));
}

std::optional<RelayWord> JetStream::next_word() {
  const std::lock_guard lock(mailbox_->mutex);
  if (mailbox_->words.empty()) return std::nullopt;
  const RelayWord word = mailbox_->words.front();
  mailbox_->words.pop_front();
  return word;
}

Result<void> JetStream::request_drain(const RelayId& relay) {
  natsMsg* raw = nullptr;
  const natsStatus status = natsConnection_RequestString(
      &raw, connection_.get(), drain_subject_of(relay).c_str(), "", nats_answer_ms);
  const NatsMessage answer(raw);
  if (status == NATS_OK) return {};
  const bool is_silent = status == NATS_NO_RESPONDERS || status == NATS_TIMEOUT;
  return is_silent ? fail(Fault::refused, "the relay does not answer")
                   : trouble("the relay cannot be asked", status);
}

bool JetStream::take_drain_request(const RelayId& own) {
  if (!drain_requests_) {
    natsSubscription* raw = nullptr;
    natsConnection_SubscribeSync(&raw, connection_.get(), drain_subject_of(own).c_str());
    drain_requests_.reset(raw);
  }
  natsMsg* raw = nullptr;
  const bool is_asked =
      drain_requests_ && natsSubscription_NextMsg(&raw, drain_requests_.get(), 0) == NATS_OK;
  const NatsMessage request(raw);
  if (is_asked && natsMsg_GetReply(raw) != nullptr) {
    natsConnection_PublishString(connection_.get(), natsMsg_GetReply(raw), "");
  }
  return is_asked;
}

Result<std::vector<RelayCard>> JetStream::relays() {
  const auto subjects = subjects_in(relay_stream, relay_subjects);
  if (!subjects) return Unexpected{subjects.error()};
  std::vector<RelayCard> found;
  for (const std::string& subject : *subjects) {
    const auto message = last_message(relay_stream, subject);
    if (!message) return Unexpected{message.error()};
    if (*message == nullptr) continue;  // silent since
    if (auto card = decode_relay_card(data_of(message->get()))) found.push_back(std::move(*card));
  }
  return found;
}

Result<std::optional<RelayCard>> JetStream::relay(const RelayId& relay) {
  const auto message = last_message(relay_stream, subject_of(relay));
  if (!message) return Unexpected{message.error()};
  if (*message == nullptr) return std::optional<RelayCard>();
  auto card = decode_relay_card(data_of(message->get()));
  if (!card) return of_something_else(relay_stream);
  return card;
}

// ---- Rooms --------------------------------------------------------------------------------------

AppendOutcome JetStream::write_room(const RoomName& room, const RoomRecord& record,
                                    std::uint64_t after) {
  const NatsMessage message = message_of(subject_of(room), encode(record));
  return publish_after(context_.get(), message.get(), room_stream, "", after);
}

Result<std::optional<StoredRoom>> JetStream::room(const RoomName& room) {
  const auto message = last_message(room_stream, subject_of(room));
  if (!message) return Unexpected{message.error()};
  if (*message == nullptr) return std::optional<StoredRoom>();
  auto record = decode_room_record(data_of(message->get()));
  if (!record) return of_something_else(room_stream);
  return std::optional(StoredRoom{natsMsg_GetSequence(message->get()), std::move(*record)});
}

/// The very message that was seen: where another one is there by now, that stays.
Result<void> JetStream::remove_room(const RoomName& name, std::uint64_t sequence) {
  const Result<void> removed = remove_message(room_stream, sequence);
  if (removed) return removed;
  const auto now = room(name);
  const bool is_gone = now && (!*now || (*now)->sequence != sequence);
  return is_gone ? Result<void>() : removed;
}

Result<std::vector<RoomName>> JetStream::rooms() {
  const auto subjects = subjects_in(room_stream, room_subjects);
  if (!subjects) return Unexpected{subjects.error()};
  const std::size_t prefix = std::string_view(room_subject).size();
  std::vector<RoomName> found;
  for (const std::string& subject : *subjects) {
    if (const auto digest = digest_from_hex(subject.substr(prefix))) found.push_back({*digest});
  }
  return found;
}

}  // namespace tutti::detail

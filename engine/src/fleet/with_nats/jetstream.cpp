// A fleet's store in NATS JetStream.

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

#include "fleet/with_nats/nats.hpp"

namespace tutti {

namespace {

constexpr const char* log_stream = "TUTTI_LOG";
constexpr const char* log_subjects = "tutti.log.*";
constexpr const char* log_subject = "tutti.log.";
constexpr const char* relay_stream = "TUTTI_RELAYS";
constexpr const char* relay_subjects = "tutti.relay.*";
constexpr const char* relay_subject = "tutti.relay.";

constexpr std::int64_t ns = 1'000'000'000;
/// Matches are kept for a day; ids for longer than the servers need to find another leader.
constexpr detail::StreamPlan log_plan{.name = log_stream,
                                      .subjects = log_subjects,
                                      .description = "tutti fleet log, records 1",
                                      .description_any = "tutti fleet log, records ",
                                      .kept_ns = 24 * 3600 * ns,
                                      .duplicates_ns = 120 * ns};
constexpr detail::StreamPlan relay_plan{
    .name = relay_stream,
    .subjects = relay_subjects,
    .description = "tutti fleet relays, records 1",
    .description_any = "tutti fleet relays, records ",
    .kept_ns = limits::fleet_silence / std::chrono::nanoseconds(1),
    .duplicates_ns = ns,
    .messages_per_subject = 1};
constexpr std::size_t entry_head_bytes = 30;

std::string subject_of(const MatchId& match) { return log_subject + to_hex(match.digest); }

std::string subject_of(const RelayId& relay) {
  return relay_subject + to_hex(BytesView(relay.bytes));
}

BytesView data_of(const natsMsg* message) {
  const auto* data = reinterpret_cast<const std::byte*>(natsMsg_GetData(message));
  return {data, static_cast<std::size_t>(natsMsg_GetDataLength(message))};
}

std::optional<MatchId> match_of(std::string_view subject) {
  const std::string_view prefix = log_subject;
  if (!subject.starts_with(prefix)) return std::nullopt;
  const auto digest = digest_from_hex(subject.substr(prefix.size()));
  return digest ? std::optional(MatchId{*digest}) : std::nullopt;
}

std::optional<LogEntry> entry_of(const natsMsg* message, std::size_t most) {
  const auto match = match_of(natsMsg_GetSubject(message));
  const BytesView data = data_of(message);
  if (!match) return std::nullopt;
  return decode_log_entry(*match, data.first(std::min(data.size(), most)));
}

/// The sequence of a message that a subscription has brought; 0 if it has none.
std::uint64_t sequence_of(natsMsg* message) {
  jsMsgMetaData* data = nullptr;
  if (natsMsg_GetMetaData(&data, message) != NATS_OK) return 0;
  const std::uint64_t sequence = data->Sequence.Stream;
  jsMsgMetaData_Destroy(data);
  return sequence;
}

/// The outcomes that libnats hands over on threads of its own. It may do so when it has said that
/// the connection is gone, so none of these ever goes.
struct Mailbox {
  std::mutex mutex{};
  // Under the mutex.
  std::function<void()> wake{};
  std::deque<AppendOutcome> outcomes{};

  static Mailbox& make(std::function<void()> wake) {
    static std::mutex all_mutex;
    static auto& all = *new std::deque<Mailbox>;
    const std::lock_guard lock(all_mutex);
    Mailbox& box = all.emplace_back();
    box.wake = std::move(wake);
    return box;
  }
  void close() {
    const std::lock_guard lock(mutex);
    wake = nullptr;
    outcomes.clear();
  }
  void put(const AppendOutcome& outcome) {
    const std::lock_guard lock(mutex);
    outcomes.push_back(outcome);
    if (wake) wake();
  }
};

void take_answer(jsCtx*, natsMsg* raw, jsPubAck* answer, jsPubAckErr* error, void* closure) {
  const detail::NatsMessage message(raw);
  const auto entry = entry_of(raw, entry_head_bytes);
  if (!entry) return;
  AppendOutcome outcome{.match = entry->match, .epoch = entry->epoch, .number = entry->number};
  // A duplicate is one of the very bytes: an entry's id names its match, its writer and its place.
  if (answer != nullptr) {
    outcome.kind = AppendOutcome::Kind::stored;
    outcome.sequence = answer->Sequence;
  } else if (error != nullptr && error->ErrCode == JSStreamWrongLastSequenceErr) {
    outcome.kind = AppendOutcome::Kind::refused;
  }
  static_cast<Mailbox*>(closure)->put(outcome);
}

class JetStream final : public FleetStore {
 public:
  JetStream(const FleetStoreOptions& options, std::function<void()> wake)
      : options_(options), mailbox_(&Mailbox::make(std::move(wake))) {}
  ~JetStream() override { mailbox_->close(); }

  Result<void> open() {
    auto connection = detail::connect(options_);
    if (!connection) return Unexpected{connection.error()};
    connection_ = std::move(*connection);
    jsOptions how;
    jsOptions_Init(&how);
    how.Wait = detail::nats_answer_ms;
    how.PublishAsync.AckHandler = take_answer;
    how.PublishAsync.AckHandlerClosure = mailbox_;
    jsCtx* context = nullptr;
    const natsStatus status = natsConnection_JetStream(&context, connection_.get(), &how);
    context_.reset(context);
    if (status != NATS_OK) return trouble("JetStream cannot be used", status);
    const Result<void> log = detail::open_stream(context, log_plan, options_);
    return log ? detail::open_stream(context, relay_plan, options_) : log;
  }

  Result<void> append(const LogEntry& entry, std::uint64_t after) override {
    if (!is_connected()) return out_of_reach();
    const Bytes bytes = encode(entry);
    const std::string subject = subject_of(entry.match);
    const std::string id = to_hex(entry.match.digest) + ":" + to_hex(BytesView(entry.owner.bytes)) +
                           ":" + std::to_string(entry.epoch) + ":" + std::to_string(entry.number);
    natsMsg* raw = nullptr;
    natsStatus status =
        natsMsg_Create(&raw, subject.c_str(), nullptr, reinterpret_cast<const char*>(bytes.data()),
                       static_cast<int>(bytes.size()));
    jsPubOptions publish;
    jsPubOptions_Init(&publish);
    publish.MaxWait = detail::nats_answer_ms;
    publish.MsgId = id.c_str();
    publish.ExpectStream = log_stream;
    publish.ExpectLastSubjectSeq = after;
    publish.ExpectNoMessage = after == 0;
    if (status == NATS_OK) status = js_PublishMsgAsync(context_.get(), &raw, &publish);
    natsMsg_Destroy(raw);
    return status == NATS_OK ? Result<void>() : trouble("an entry cannot be sent", status);
  }

  std::optional<AppendOutcome> next_outcome() override {
    const std::lock_guard lock(mailbox_->mutex);
    if (mailbox_->outcomes.empty()) return std::nullopt;
    const AppendOutcome outcome = mailbox_->outcomes.front();
    mailbox_->outcomes.pop_front();
    return outcome;
  }

  Result<std::optional<StoredEntry>> last(const MatchId& match) override {
    natsMsg* raw = nullptr;
    jsErrCode code{};
    const natsStatus status =
        js_GetLastMsg(&raw, context_.get(), log_stream, subject_of(match).c_str(), nullptr, &code);
    const detail::NatsMessage message(raw);
    if (code == JSNoMessageFoundErr) return std::optional<StoredEntry>();
    if (status != NATS_OK) return trouble("the last entry of a match cannot be read", status);
    return stored(raw, natsMsg_GetSequence(raw));
  }

  Result<std::vector<StoredEntry>> read(const MatchId& match) override {
    std::vector<StoredEntry> entries;
    const auto end = last(match);
    if (!end) return Unexpected{end.error()};
    if (!*end) return entries;
    jsSubOptions how;
    jsSubOptions_Init(&how);
    how.Stream = log_stream;
    how.Ordered = true;
    natsSubscription* raw = nullptr;
    natsStatus status =
        js_SubscribeSync(&raw, context_.get(), subject_of(match).c_str(), nullptr, &how, nullptr);
    const detail::NatsSubscription subscription(raw);
    while (status == NATS_OK) {
      natsMsg* next = nullptr;
      status = natsSubscription_NextMsg(&next, raw, detail::nats_answer_ms);
      const detail::NatsMessage message(next);
      if (status != NATS_OK) break;
      auto entry = stored(next, sequence_of(next));
      if (!entry) return Unexpected{entry.error()};
      entries.push_back(std::move(**entry));
      if (entries.back().sequence >= (*end)->sequence) break;
    }
    if (raw != nullptr) natsSubscription_Unsubscribe(raw);
    if (status != NATS_OK) return trouble("a match's entries cannot be read", status);
    return entries;
  }

  Result<std::vector<MatchId>> matches() override {
    const auto subjects = subjects_in(log_stream, log_subjects);
    if (!subjects) return Unexpected{subjects.error()};
    std::vector<MatchId> found;
    for (const std::string& subject : *subjects) {
      if (const auto match = match_of(subject)) found.push_back(*match);
    }
    return found;
  }

  Result<void> drop_before(const MatchId& match, std::uint64_t sequence) override {
    return purge(log_stream, subject_of(match), sequence);
  }

  Result<void> announce(const RelayCard& card) override {
    if (!is_connected()) return out_of_reach();
    const Bytes bytes = encode(card);
    // Nobody waits for an answer: while none comes, the logs' lag has to be seen.
    const natsStatus status =
        natsConnection_Publish(connection_.get(), subject_of(card.relay).c_str(), bytes.data(),
                               static_cast<int>(bytes.size()));
    return status == NATS_OK ? Result<void>() : trouble("the relay cannot be announced", status);
  }

  Result<void> leave(const RelayId& relay) override {
    return purge(relay_stream, subject_of(relay), 0);
  }

  Result<std::vector<RelayCard>> relays() override {
    const auto subjects = subjects_in(relay_stream, relay_subjects);
    if (!subjects) return Unexpected{subjects.error()};
    std::vector<RelayCard> found;
    for (const std::string& subject : *subjects) {
      natsMsg* raw = nullptr;
      jsErrCode code{};
      const natsStatus status =
          js_GetLastMsg(&raw, context_.get(), relay_stream, subject.c_str(), nullptr, &code);
      const detail::NatsMessage message(raw);
      if (code == JSNoMessageFoundErr) continue;  // silent since
      if (status != NATS_OK) return trouble("a relay cannot be looked up", status);
      if (const auto card = decode_relay_card(data_of(raw))) found.push_back(*card);
    }
    return found;
  }

 private:
  bool is_connected() const {
    return natsConnection_Status(connection_.get()) == NATS_CONN_STATUS_CONNECTED;
  }
  Unexpected out_of_reach() const {
    return fail(Fault::system,
                "no NATS server can be reached at " + detail::shown(options_.servers));
  }

  Result<std::vector<std::string>> subjects_in(const char* stream, const char* filter) const {
    jsOptions how;
    jsOptions_Init(&how);
    how.Wait = detail::nats_answer_ms;
    how.Stream.Info.SubjectsFilter = filter;
    jsStreamInfo* raw = nullptr;
    const natsStatus status = js_GetStreamInfo(&raw, context_.get(), stream, &how, nullptr);
    const detail::NatsStreamInfo info(raw);
    if (status != NATS_OK) return trouble("what is there cannot be listed", status);
    std::vector<std::string> found;
    const jsStreamStateSubjects* subjects = info->State.Subjects;
    for (int i = 0; subjects != nullptr && i < subjects->Count; ++i)
      found.emplace_back(subjects->List[i].Subject);
    return found;
  }

  /// The messages of a subject before this sequence, or all for 0.
  Result<void> purge(const char* stream, const std::string& subject, std::uint64_t sequence) const {
    jsOptions how;
    jsOptions_Init(&how);
    how.Wait = detail::nats_answer_ms;
    how.Stream.Purge.Subject = subject.c_str();
    how.Stream.Purge.Sequence = sequence;
    const natsStatus status = js_PurgeStream(context_.get(), stream, &how, nullptr);
    return status == NATS_OK ? Result<void>() : trouble("old entries cannot be dropped", status);
  }

  Result<std::optional<StoredEntry>> stored(const natsMsg* message, std::uint64_t sequence) const {
    auto entry = entry_of(message, limits::fleet_entry_bytes + entry_head_bytes + 1);
    if (!entry) {
      return fail(Fault::bad_data, "something else than a relay has written into TUTTI_LOG at " +
                                       detail::shown(options_.servers));
    }
    return std::optional(StoredEntry{sequence, std::move(*entry)});
  }

  Unexpected trouble(const std::string& what, natsStatus status) const {
    return fail(Fault::system, what + " (NATS at " + detail::shown(options_.servers) +
                                   "): " + detail::reason(status));
  }

  FleetStoreOptions options_;
  Mailbox* mailbox_;
  detail::NatsConnection connection_;
  detail::NatsContext context_;  // goes before its connection
};

}  // namespace

Result<std::unique_ptr<FleetStore>> open_jetstream(const FleetStoreOptions& options,
                                                   std::function<void()> wake) {
  TUTTI_ASSERT(!options.servers.empty());
  auto store = std::make_unique<JetStream>(options, std::move(wake));
  if (const Result<void> opened = store->open(); !opened) return Unexpected{opened.error()};
  return std::unique_ptr<FleetStore>(std::move(store));
}

}  // namespace tutti

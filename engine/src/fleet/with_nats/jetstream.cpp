// A fleet's store in NATS JetStream. libnats is included here and nowhere else.

#include <nats/nats.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

#include "tutti/engine/fleet_store.hpp"

namespace tutti {

namespace {

constexpr const char* log_stream = "TUTTI_LOG";
constexpr const char* log_description = "tutti fleet log, records 1";
constexpr const char* log_description_any = "tutti fleet log, records ";
constexpr const char* log_subjects = "tutti.log.*";
constexpr const char* log_subject = "tutti.log.";

constexpr std::int64_t connect_ms = 2000;
constexpr std::int64_t answer_ms = 2000;
constexpr std::int64_t reconnect_ms = 250;
constexpr std::int64_t ping_ms = 2000;
constexpr std::int64_t ns = 1'000'000'000;
/// What is known of a match that is over, and how long a match may be to be whole.
constexpr std::int64_t kept_ns = 24 * 3600 * ns;
/// Longer than the servers need to find another leader.
constexpr std::int64_t duplicates_ns = 120 * ns;
constexpr std::size_t entry_head_bytes = 30;
/// With the headers, which NATS counts too.
constexpr std::int64_t message_bytes_max = limits::fleet_entry_bytes + 1024;

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* object) const {
    destroy(object);
  }
};
template <class T, auto destroy>
using Owned = std::unique_ptr<T, Destroy<destroy>>;
using Options = Owned<natsOptions, natsOptions_Destroy>;
using Connection = Owned<natsConnection, natsConnection_Destroy>;
using Context = Owned<jsCtx, jsCtx_Destroy>;
using Message = Owned<natsMsg, natsMsg_Destroy>;
using Info = Owned<jsStreamInfo, jsStreamInfo_Destroy>;
using Subscription = Owned<natsSubscription, natsSubscription_Destroy>;

std::string subject_of(const MatchId& match) { return log_subject + to_hex(match.digest); }

std::optional<MatchId> match_of(std::string_view subject) {
  const std::string_view prefix = log_subject;
  if (!subject.starts_with(prefix)) return std::nullopt;
  const auto digest = digest_from_hex(subject.substr(prefix.size()));
  return digest ? std::optional(MatchId{*digest}) : std::nullopt;
}

std::optional<LogEntry> entry_of(const natsMsg* message, std::size_t most) {
  const auto match = match_of(natsMsg_GetSubject(message));
  const auto* data = reinterpret_cast<const std::byte*>(natsMsg_GetData(message));
  const auto size = static_cast<std::size_t>(natsMsg_GetDataLength(message));
  if (!match) return std::nullopt;
  return decode_log_entry(*match, BytesView(data, std::min(size, most)));
}

std::string join(const std::vector<std::string>& servers) {
  std::string text;
  for (const std::string& server : servers) {
    // A password is nobody's to read.
    const std::size_t at = server.rfind('@'), scheme = server.find("://");
    const std::string shown =
        at == server.npos
            ? server
            : server.substr(0, scheme == server.npos ? 0 : scheme + 3) + server.substr(at + 1);
    text += (text.empty() ? "" : ", ") + shown;
  }
  return text;
}

/// What libnats says of its last error on this thread.
std::string reason(natsStatus status) {
  natsStatus last = NATS_OK;
  const char* text = nats_GetLastError(&last);
  const std::string name = natsStatus_GetText(status);
  return text == nullptr || last != status || *text == '\0' ? name : name + ": " + text;
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
/// the connection is gone, so this stays as long as the process.
struct Mailbox {
  std::mutex mutex{};
  // Under the mutex.
  std::function<void()> wake{};
  std::deque<AppendOutcome> outcomes{};

  static Mailbox& make(std::function<void()> wake) {
    static std::mutex all_mutex;
    static std::deque<Mailbox> all;
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
  const Message message(raw);
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

void ignore_trouble(natsConnection*, natsSubscription*, natsStatus, void*) {}

class JetStream final : public FleetStore {
 public:
  JetStream(const FleetStoreOptions& options, std::function<void()> wake)
      : options_(options), mailbox_(&Mailbox::make(std::move(wake))) {}
  ~JetStream() override { mailbox_->close(); }

  Result<void> open() {
    if (Result<void> connected = connect(); !connected) return connected;
    return open_stream();
  }

  Result<void> append(const LogEntry& entry, std::uint64_t after) override {
    if (natsConnection_Status(connection_.get()) != NATS_CONN_STATUS_CONNECTED) {
      return fail(Fault::system, "no NATS server can be reached at " + join(options_.servers));
    }
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
    publish.MaxWait = answer_ms;
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
    const Message message(raw);
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
    const Subscription subscription(raw);
    while (status == NATS_OK) {
      natsMsg* next = nullptr;
      status = natsSubscription_NextMsg(&next, raw, answer_ms);
      const Message message(next);
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
    jsOptions how;
    jsOptions_Init(&how);
    how.Wait = answer_ms;
    how.Stream.Info.SubjectsFilter = log_subjects;
    jsStreamInfo* raw = nullptr;
    const natsStatus status = js_GetStreamInfo(&raw, context_.get(), log_stream, &how, nullptr);
    const Info info(raw);
    if (status != NATS_OK) return trouble("the matches cannot be listed", status);
    std::vector<MatchId> found;
    const jsStreamStateSubjects* subjects = info->State.Subjects;
    for (int i = 0; subjects != nullptr && i < subjects->Count; ++i) {
      if (const auto match = match_of(subjects->List[i].Subject)) found.push_back(*match);
    }
    return found;
  }

  Result<void> drop_before(const MatchId& match, std::uint64_t sequence) override {
    const std::string subject = subject_of(match);
    jsOptions how;
    jsOptions_Init(&how);
    how.Wait = answer_ms;
    how.Stream.Purge.Subject = subject.c_str();
    how.Stream.Purge.Sequence = sequence;
    const natsStatus status = js_PurgeStream(context_.get(), log_stream, &how, nullptr);
    return status == NATS_OK ? Result<void>() : trouble("old entries cannot be dropped", status);
  }

 private:
  Result<void> connect() {
    natsOptions* raw = nullptr;
    natsStatus status = natsOptions_Create(&raw);
    const Options options(raw);
    std::vector<const char*> servers;
    for (const std::string& server : options_.servers)
      servers.push_back(server.c_str());
    const auto also = [&](natsStatus next) {
      if (status == NATS_OK) status = next;
    };
    also(natsOptions_SetServers(raw, servers.data(), static_cast<int>(servers.size())));
    also(natsOptions_SetName(raw, "tutti relay"));
    also(natsOptions_SetTimeout(raw, connect_ms));
    also(natsOptions_SetMaxReconnect(raw, -1));
    also(natsOptions_SetReconnectWait(raw, reconnect_ms));
    also(natsOptions_SetPingInterval(raw, ping_ms));
    also(natsOptions_SetFailRequestsOnDisconnect(raw, true));
    also(natsOptions_SetErrorHandler(raw, ignore_trouble, nullptr));  // the usual one prints
    if (!options_.credentials.empty()) {
      also(natsOptions_SetUserCredentialsFromFiles(raw, options_.credentials.c_str(), nullptr));
    }
    natsConnection* connection = nullptr;
    if (status == NATS_OK) status = natsConnection_Connect(&connection, raw);
    connection_.reset(connection);
    const std::string where = join(options_.servers);
    if (status == NATS_CONNECTION_AUTH_FAILED || status == NATS_NOT_PERMITTED) {
      return fail(Fault::system,
                  "the NATS server at " + where + " does not take these credentials");
    }
    if (status != NATS_OK) {
      return fail(Fault::system, "no NATS server answers at " + where + ": " + reason(status));
    }
    const std::int64_t most = natsConnection_GetMaxPayload(connection);
    if (most < message_bytes_max) {
      return fail(Fault::system, "the NATS server at " + where + " takes messages of " +
                                     std::to_string(most) + " bytes, and a relay sends " +
                                     std::to_string(message_bytes_max));
    }
    jsOptions how;
    jsOptions_Init(&how);
    how.Wait = answer_ms;
    how.PublishAsync.AckHandler = take_answer;
    how.PublishAsync.AckHandlerClosure = mailbox_;
    jsCtx* context = nullptr;
    status = natsConnection_JetStream(&context, connection, &how);
    context_.reset(context);
    return status == NATS_OK ? Result<void>() : trouble("JetStream cannot be used", status);
  }

  /// The stream as it has to be, made if it is not there.
  Result<void> open_stream() {
    jsStreamInfo* raw = nullptr;
    jsErrCode code{};
    natsStatus status = js_GetStreamInfo(&raw, context_.get(), log_stream, nullptr, &code);
    Info info(raw);
    if (code == JSStreamNotFoundErr && options_.is_for_reading) {
      return fail(Fault::system, "no relay has kept anything at " + join(options_.servers));
    }
    if (code == JSStreamNotFoundErr) {
      const char* subjects[] = {log_subjects};
      jsStreamConfig config;
      jsStreamConfig_Init(&config);
      config.Name = log_stream;
      config.Description = log_description;
      config.Subjects = subjects;
      config.SubjectsLen = 1;
      config.Storage = js_FileStorage;
      config.MaxAge = kept_ns;
      config.Duplicates = duplicates_ns;
      config.Replicas = options_.copies;
      code = {};
      status = js_AddStream(&raw, context_.get(), &config, nullptr, &code);
      info.reset(raw);
    }
    const std::string where = join(options_.servers);
    if (code == JSNotEnabledErr || code == JSNotEnabledForAccountErr ||
        (code == 0 && status == NATS_NO_RESPONDERS)) {
      return fail(Fault::system, "the NATS server at " + where + " has no JetStream");
    }
    if (code == JSStreamReplicasNotSupportedErr || code == JSClusterNoPeersErr) {
      return fail(Fault::system, "the NATS servers at " + where + " cannot keep " +
                                     std::to_string(options_.copies) + " copies; of a single " +
                                     "server, ask for 1");
    }
    if (status != NATS_OK) return trouble("the stream TUTTI_LOG cannot be had", status);
    return check(*info->Config);
  }

  Result<void> check(const jsStreamConfig& found) const {
    const std::string description = found.Description == nullptr ? "" : found.Description;
    const std::string where = "the stream TUTTI_LOG at " + join(options_.servers);
    if (!description.starts_with(log_description_any)) {
      return fail(Fault::bad_data, where + " was made by something else than a relay of Tutti");
    }
    if (description != log_description) {
      return fail(Fault::bad_data, where + " has records of another version: it is a \"" +
                                       description + "\", and this relay writes a \"" +
                                       log_description + "\"");
    }
    const bool is_whole =
        found.SubjectsLen == 1 && std::string_view(found.Subjects[0]) == log_subjects;
    if (!is_whole) {
      return fail(Fault::bad_data, where + " has other subjects than " + std::string(log_subjects));
    }
    if (!options_.is_for_reading && found.Replicas != options_.copies) {
      return fail(Fault::bad_data, where + " keeps " + std::to_string(found.Replicas) +
                                       " copies, and not " + std::to_string(options_.copies));
    }
    return {};
  }

  Result<std::optional<StoredEntry>> stored(const natsMsg* message, std::uint64_t sequence) const {
    auto entry = entry_of(message, limits::fleet_entry_bytes + entry_head_bytes + 1);
    if (!entry) {
      return fail(Fault::bad_data, "something else than a relay has written into TUTTI_LOG at " +
                                       join(options_.servers));
    }
    return std::optional(StoredEntry{sequence, std::move(*entry)});
  }

  Unexpected trouble(const std::string& what, natsStatus status) const {
    return fail(Fault::system,
                what + " (NATS at " + join(options_.servers) + "): " + reason(status));
  }

  FleetStoreOptions options_;
  Mailbox* mailbox_;
  Connection connection_;
  Context context_;  // goes before its connection
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

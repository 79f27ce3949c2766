// The archive of a fleet in NATS JetStream: one stream has what is said of each file, and whole
// files that are small; another one has the pieces of those that are not.

#include <algorithm>
#include <map>

#include "fleet/with_nats/nats_client.hpp"
#include "tutti/engine/fleet_archive.hpp"

namespace tutti {

namespace detail {

namespace {

constexpr const char* archive_stream = "TUTTI_ARCHIVE";
constexpr const char* archive_subjects = "tutti.archive.*";
constexpr const char* archive_subject = "tutti.archive.";
constexpr const char* piece_stream = "TUTTI_PIECES";
constexpr const char* piece_subjects = "tutti.piece.*.*";
constexpr const char* piece_subject = "tutti.piece.";

/// Both are kept until somebody removes them. No message has an id, since its subject is one.
constexpr std::int64_t archive_second = 1'000'000'000;
constexpr StreamPlan archive_plan{.name = archive_stream,
                                  .subjects = archive_subjects,
                                  .description = "tutti fleet archive, records 1",
                                  .description_any = "tutti fleet archive, records ",
                                  .duplicates_ns = archive_second};
constexpr StreamPlan piece_plan{.name = piece_stream,
                                .subjects = piece_subjects,
                                .description = "tutti fleet pieces, records 1",
                                .description_any = "tutti fleet pieces, records ",
                                .duplicates_ns = archive_second};

std::string subject_of(const ArchivedFileId& id) { return archive_subject + to_hex(id.digest); }
std::string subject_of(const ArchivedFileId& id, std::uint32_t number) {
  return piece_subject + to_hex(id.digest) + "." + std::to_string(number);
}

std::optional<ArchivedFile> file_of(const natsMsg* message) {
  const std::string_view subject = natsMsg_GetSubject(message);
  const std::string_view prefix = archive_subject;
  if (!subject.starts_with(prefix)) return std::nullopt;
  const auto digest = digest_from_hex(subject.substr(prefix.size()));
  return digest ? decode_archived_file({*digest}, data_of(message)) : std::nullopt;
}

class JetStreamArchive;

class JetStreamQueue final : public ArchiveQueue {
 public:
  JetStreamQueue(JetStreamArchive& archive, std::string name)
      : archive_(&archive), name_(std::move(name)) {}
  Result<void> open();

  Result<std::vector<ArchiveTask>> take(std::size_t most, Duration wait) override;
  Result<void> keep(std::uint64_t ticket) override;
  Result<void> finish(std::uint64_t ticket) override;
  Result<ArchiveLeft> left() override;

 private:
  Unexpected trouble(const std::string& what, natsStatus status, jsErrCode code) const;

  JetStreamArchive* archive_;
  std::string name_;
  NatsSubscription subscription_;
  std::map<std::uint64_t, NatsMessage> taken_;  // by ticket
  std::uint64_t tickets_ = 0;
};

class JetStreamArchive final : public ArchiveStore, private NatsClient {
 public:
  explicit JetStreamArchive(const FleetStoreOptions& options) : NatsClient(options) {}
  Result<void> open() {
    if (auto opened = open_client(nats_answer_ms); !opened) return opened;
    return open_streams({&archive_plan, &piece_plan});
  }

  Result<void> put_piece(const ArchivedFileId& id, std::uint32_t number, BytesView bytes) override {
    return put_once(piece_stream, subject_of(id, number), bytes);
  }
  Result<void> put(const ArchivedFile& file) override {
    return put_once(archive_stream, subject_of(file.id), encode(file));
  }
  Result<std::optional<ArchivedFile>> file(const ArchivedFileId& id) override;
  Result<std::optional<Bytes>> piece(const ArchivedFileId& id, std::uint32_t number) override;
  Result<ArchiveContents> contents() override;
  Result<std::unique_ptr<ArchiveQueue>> open_queue(const std::string& name) override;
  Result<void> remove_queue(const std::string& name) override;

 private:
  friend class JetStreamQueue;
  Result<void> put_once(const char* stream, const std::string& subject, BytesView bytes);
};

}  // namespace

// ---- Files --------------------------------------------------------------------------------------

/// The subject names the bytes: who is refused, since there is something, has no more to do.
Result<void> JetStreamArchive::put_once(const char* stream, const std::string& subject,
                                        BytesView bytes) {
  const NatsMessage message = message_of(subject, bytes);
  const AppendOutcome outcome = publish_after(context_.get(), message.get(), stream, "", 0);
  if (outcome.kind == AppendOutcome::Kind::stored) return {};
  if (outcome.kind == AppendOutcome::Kind::unknown) {
    return fail(Fault::system,
                "the archive at " + shown(options_.servers) + " does not confirm a match");
  }
  const auto found = last_message(stream, subject);
  if (!found) return Unexpected{found.error()};
  const BytesView there = *found == nullptr ? BytesView() : data_of(found->get());
  return std::ranges::equal(there, bytes) ? Result<void>() : of_something_else(stream);
}

Result<std::optional<ArchivedFile>> JetStreamArchive::file(const ArchivedFileId& id) {
  const auto message = last_message(archive_stream, subject_of(id));
  if (!message) return Unexpected{message.error()};
  if (*message == nullptr) return std::optional<ArchivedFile>();
  auto found = decode_archived_file(id, data_of(message->get()));
  if (!found) return of_something_else(archive_stream);
  return found;
}

Result<std::optional<Bytes>> JetStreamArchive::piece(const ArchivedFileId& id,
                                                     std::uint32_t number) {
  const auto message = last_message(piece_stream, subject_of(id, number));
  if (!message) return Unexpected{message.error()};
  if (*message == nullptr) return std::optional<Bytes>();
  const BytesView data = data_of(message->get());
  return std::optional(Bytes(data.begin(), data.end()));
}

Result<ArchiveContents> JetStreamArchive::contents() {
  const auto files = info_of(archive_stream);
  if (!files) return Unexpected{files.error()};
  const auto pieces = info_of(piece_stream);
  if (!pieces) return Unexpected{pieces.error()};
  return ArchiveContents{.files = (*files)->State.Msgs,
                         .bytes = (*files)->State.Bytes + (*pieces)->State.Bytes};
}

// ---- Queues: durable consumers that are asked ---------------------------------------------------

Result<std::unique_ptr<ArchiveQueue>> JetStreamArchive::open_queue(const std::string& name) {
  auto queue = std::make_unique<JetStreamQueue>(*this, name);
  if (const Result<void> opened = queue->open(); !opened) return Unexpected{opened.error()};
  return std::unique_ptr<ArchiveQueue>(std::move(queue));
}

Result<void> JetStreamArchive::remove_queue(const std::string& name) {
  jsErrCode code{};
  const natsStatus status =
      js_DeleteConsumer(context_.get(), archive_stream, name.c_str(), nullptr, &code);
  if (status == NATS_OK || code == JSConsumerNotFoundErr) return {};
  return trouble("a queue cannot be removed", status);
}

Result<void> JetStreamQueue::open() {
  jsSubOptions how;
  jsSubOptions_Init(&how);
  how.Stream = archive_stream;
  how.Config.AckPolicy = js_AckExplicit;
  how.Config.AckWait = limits::archive_work / std::chrono::nanoseconds(1);
  natsSubscription* raw = nullptr;
  jsErrCode code{};
  const natsStatus status = js_PullSubscribe(&raw, archive_->context_.get(), archive_subjects,
                                             name_.c_str(), nullptr, &how, &code);
  subscription_.reset(raw);
  return status == NATS_OK ? Result<void>()
                           : trouble("the archive's queue cannot be had", status, code);
}

Result<std::vector<ArchiveTask>> JetStreamQueue::take(std::size_t most, Duration wait) {
  natsMsgList list{};
  jsErrCode code{};
  const natsStatus status =
      natsSubscription_Fetch(&list, subscription_.get(), static_cast<int>(most),
                             std::max<std::int64_t>(1, wait / std::chrono::milliseconds(1)), &code);
  std::vector<ArchiveTask> tasks;
  if (status == NATS_TIMEOUT) return tasks;
  if (status != NATS_OK) {
    // libnats has no status for a queue that goes while it waits.
    const auto looked = left();
    if (!looked) return Unexpected{looked.error()};
    return trouble("the archive cannot be read", status, code);
  }
  bool is_other = false;
  for (int i = 0; i < list.Count; ++i) {
    NatsMessage message(std::exchange(list.Msgs[i], nullptr));
    auto file = file_of(message.get());
    is_other = is_other || !file;
    if (!file) continue;
    tasks.push_back({.ticket = ++tickets_, .file = std::move(*file)});
    taken_.emplace(tickets_, std::move(message));
  }
  natsMsgList_Destroy(&list);
  if (is_other) return archive_->of_something_else(archive_stream);
  return tasks;
}

Result<void> JetStreamQueue::keep(std::uint64_t ticket) {
  const auto found = taken_.find(ticket);
  const natsStatus status =
      found == taken_.end() ? NATS_OK : natsMsg_InProgress(found->second.get(), nullptr);
  return status == NATS_OK ? Result<void>() : trouble("a match cannot be kept", status, {});
}

Result<void> JetStreamQueue::finish(std::uint64_t ticket) {
  const auto found = taken_.find(ticket);
  if (found == taken_.end()) return {};
  const natsStatus status = natsMsg_Ack(found->second.get(), nullptr);
  taken_.erase(found);
  return status == NATS_OK ? Result<void>() : trouble("a match cannot be finished", status, {});
}

Result<ArchiveLeft> JetStreamQueue::left() {
  jsConsumerInfo* raw = nullptr;
  jsErrCode code{};
  const natsStatus status = js_GetConsumerInfo(&raw, archive_->context_.get(), archive_stream,
                                               name_.c_str(), nullptr, &code);
  const NatsOwned<jsConsumerInfo, jsConsumerInfo_Destroy> info(raw);
  if (status != NATS_OK) return trouble("what is left cannot be counted", status, code);
  return ArchiveLeft{.waiting = info->NumPending,
                     .taken = static_cast<std::uint64_t>(info->NumAckPending)};
}

Unexpected JetStreamQueue::trouble(const std::string& what, natsStatus status,
                                   jsErrCode code) const {
  if (code == JSConsumerNotFoundErr || status == NATS_NOT_FOUND) {
    return fail(Fault::refused, "the archive's queue was removed");
  }
  return archive_->trouble(what, status);
}

}  // namespace detail

Result<std::unique_ptr<ArchiveStore>> open_archive(const FleetStoreOptions& options) {
  TUTTI_ASSERT(!options.servers.empty());
  auto archive = std::make_unique<detail::JetStreamArchive>(options);
  if (const Result<void> opened = archive->open(); !opened) return Unexpected{opened.error()};
  return std::unique_ptr<ArchiveStore>(std::move(archive));
}

}  // namespace tutti

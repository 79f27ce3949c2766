// Logs are read, and followed, in NATS JetStream.

#include <algorithm>
#include <thread>

#include "fleet/with_nats/jetstream.hpp"

namespace tutti::detail {

namespace {

constexpr std::int64_t heartbeat_ns = 500'000'000;
/// A consumer that is well brings something within some ms.
constexpr std::int64_t consumer_ms = 250;
constexpr std::size_t page_head_bytes = 17;
/// It takes several requests until a consumer is there: so many messages are read sooner without.
constexpr std::size_t without_consumer = 16;

/// The sequence of a message that a subscription has brought; 0 if it has none.
std::uint64_t sequence_of(natsMsg* message) {
  jsMsgMetaData* data = nullptr;
  if (natsMsg_GetMetaData(&data, message) != NATS_OK) return 0;
  const std::uint64_t sequence = data->Sequence.Stream;
  jsMsgMetaData_Destroy(data);
  return sequence;
}

/// An ordered consumer, which one server has in its memory.
class OrderedReading final : public LogReading {
 public:
  OrderedReading(JetStream& store, NatsSubscription subscription)
      : store_(&store), subscription_(std::move(subscription)) {}
  ~OrderedReading() override { store_->retire(std::move(subscription_)); }

  Result<std::optional<StoredEntry>> next() override {
    natsMsg* raw = nullptr;
    const natsStatus status = natsSubscription_NextMsg(&raw, subscription_.get(), 0);
    const NatsMessage message(raw);
    if (status == NATS_TIMEOUT) return std::optional<StoredEntry>();
    if (status != NATS_OK) return store_->trouble("a match cannot be followed", status);
    return store_->read_entry(raw);
  }

 private:
  JetStream* store_;
  NatsSubscription subscription_;
};

}  // namespace

// ---- What is there ------------------------------------------------------------------------------

/// A consumer brings thousands of messages in the time of some requests. But a cluster that has
/// just lost a server may give a consumer to that one, and makes none while it has no leader;
/// single messages are read from any server that keeps the stream.
Result<void> JetStream::read_through(Stretch stretch, const Take& take) {
  const bool may_be_short = stretch.after > 0;
  if (may_be_short) {
    if (auto read = read_one_by_one(stretch, take, without_consumer); !read) return read;
  }
  if (stretch.after >= stretch.through) return {};
  if (auto read = read_by_consumer(stretch, take); !read) return read;
  return read_one_by_one(stretch, take, SIZE_MAX);
}

Result<void> JetStream::read_by_consumer(Stretch& stretch, const Take& take) {
  jsSubOptions how;
  jsSubOptions_Init(&how);
  how.Stream = stretch.stream;
  how.Ordered = true;
  how.Config.MemoryStorage = true;
  if (stretch.after > 0) {
    how.Config.DeliverPolicy = js_DeliverByStartSequence;
    how.Config.OptStartSeq = stretch.after + 1;
  }
  jsOptions patience;
  jsOptions_Init(&patience);
  patience.Wait = consumer_ms;
  natsSubscription* raw = nullptr;
  natsStatus status =
      js_SubscribeSync(&raw, context_.get(), stretch.subject.c_str(), &patience, &how, nullptr);
  if (raw == nullptr) return {};
  NatsSubscription subscription(raw);
  Result<void> taken;
  while (taken && status == NATS_OK && stretch.after < stretch.through) {
    natsMsg* next = nullptr;
    status = natsSubscription_NextMsg(&next, raw, consumer_ms);
    const NatsMessage message(next);
    if (status != NATS_OK) break;
    const std::uint64_t sequence = sequence_of(next);
    taken = take(next, sequence);
    stretch.after = sequence;
  }
  // Its consumer goes by itself, when nobody listens any more.
  retire(std::move(subscription));
  return taken;
}

Result<void> JetStream::read_one_by_one(Stretch& stretch, const Take& take, std::size_t most) {
  using std::chrono::milliseconds;
  constexpr milliseconds pause(5);
  int tries = static_cast<int>(milliseconds(answer_ms_) / pause);
  for (std::size_t read = 0; read < most && stretch.after < stretch.through;) {
    jsDirectGetMsgOptions wanted;
    jsDirectGetMsgOptions_Init(&wanted);
    wanted.Sequence = stretch.after + 1;
    wanted.NextBySubject = stretch.subject.c_str();
    natsMsg* next = nullptr;
    const natsStatus status =
        js_DirectGetMsg(&next, context_.get(), stretch.stream, nullptr, &wanted);
    const NatsMessage message(next);
    // A server that does not lead may not have so much yet.
    const bool may_come = status == NATS_NOT_FOUND && --tries > 0;
    if (status != NATS_OK && !may_come) return trouble("a match's entries cannot be read", status);
    if (may_come) {
      std::this_thread::sleep_for(pause);
      continue;
    }
    ++read;
    stretch.after = natsMsg_GetSequence(next);
    if (auto taken = take(next, stretch.after); !taken) return taken;
  }
  return {};
}

Result<std::vector<StoredEntry>> JetStream::read(const MatchId& match, std::uint64_t through,
                                                 std::uint64_t after) {
  std::vector<StoredEntry> entries;
  if (through == 0) {
    const auto end = last(match);
    if (!end) return Unexpected{end.error()};
    if (!*end || (*end)->sequence <= after) return entries;
    through = (*end)->sequence;
  }
  const auto read = read_through({log_stream, subject_of(match), after, through},
                                 [&](const natsMsg* message, std::uint64_t sequence) {
                                   auto entry = stored(message, sequence);
                                   if (!entry) return Result<void>(Unexpected{entry.error()});
                                   entries.push_back(std::move(**entry));
                                   return Result<void>();
                                 });
  if (!read) return Unexpected{read.error()};
  return entries;
}

Result<std::vector<LogPage>> JetStream::pages(const MatchId& match) {
  std::vector<LogPage> pages;
  const std::string subject = page_subject_of(match);
  const auto last = last_message(page_stream, subject);
  if (!last) return Unexpected{last.error()};
  if (*last == nullptr) return pages;
  constexpr std::size_t most = limits::fleet_entry_bytes + page_head_bytes + entry_head_bytes;
  const auto read = read_through({page_stream, subject, 0, natsMsg_GetSequence(last->get())},
                                 [&](const natsMsg* message, std::uint64_t) -> Result<void> {
                                   const BytesView data = data_of(message);
                                   auto page = decode_log_page(
                                       match, data.first(std::min(data.size(), most + 1)));
                                   if (!page) return of_something_else(page_stream);
                                   pages.push_back(std::move(*page));
                                   return {};
                                 });
  if (!read) return Unexpected{read.error()};
  return pages;
}

Result<std::optional<StoredEntry>> JetStream::read_entry(natsMsg* message) const {
  return stored(message, sequence_of(message));
}

// ---- What comes ---------------------------------------------------------------------------------

Result<std::unique_ptr<LogReading>> JetStream::follow(const MatchId& match, std::uint64_t after) {
  jsSubOptions how;
  jsSubOptions_Init(&how);
  how.Stream = log_stream;
  how.Ordered = true;
  how.Config.MemoryStorage = true;
  how.Config.DeliverPolicy = js_DeliverByStartSequence;
  how.Config.OptStartSeq = after + 1;
  how.Config.Heartbeat = heartbeat_ns;
  natsSubscription* raw = nullptr;
  const natsStatus status =
      js_SubscribeSync(&raw, context_.get(), subject_of(match).c_str(), nullptr, &how, nullptr);
  if (status != NATS_OK) return trouble("a match cannot be followed", status);
  return std::unique_ptr<LogReading>(
      std::make_unique<OrderedReading>(*this, NatsSubscription(raw)));
}

}  // namespace tutti::detail

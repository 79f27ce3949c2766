// Entries as they are stored, in NATS JetStream.

#include "fleet/with_nats/jetstream.hpp"

namespace tutti::detail {

namespace {

constexpr std::int64_t heartbeat_ns = 500'000'000;

/// An ordered consumer, which one server has in its memory.
class OrderedReading final : public LogReading {
 public:
  OrderedReading(const JetStream& store, NatsSubscription subscription)
      : store_(&store), subscription_(std::move(subscription)) {}
  ~OrderedReading() override { natsSubscription_Unsubscribe(subscription_.get()); }

  Result<std::optional<StoredEntry>> next() override {
    natsMsg* raw = nullptr;
    const natsStatus status = natsSubscription_NextMsg(&raw, subscription_.get(), 0);
    const NatsMessage message(raw);
    if (status == NATS_TIMEOUT) return std::optional<StoredEntry>();
    if (status != NATS_OK) return store_->trouble("a match cannot be followed", status);
    return store_->read_entry(raw);
  }

 private:
  const JetStream* store_;
  NatsSubscription subscription_;
};

}  // namespace

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

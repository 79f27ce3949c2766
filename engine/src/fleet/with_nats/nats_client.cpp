#include "fleet/with_nats/nats_client.hpp"

namespace tutti::detail {

namespace {

/// A message that came before the end is in nobody's hands any more.
constexpr Duration free_after = std::chrono::seconds(5);
/// Nothing has come, so that its consumer was on a server that has died.
constexpr Duration free_unused_after = std::chrono::minutes(1);

}  // namespace

void RetiredSubscriptions::take(NatsSubscription subscription) {
  const Instant now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  all_.push_back({std::move(subscription), now});
  for (Retired& each : all_) {
    natsSubscription* const one = each.subscription.get();
    if (!natsSubscription_IsValid(one)) continue;
    // It ends with the first message that was taken, and leaves its consumer alone: to have that
    // removed would wait for a server that may have died.
    natsMsg* raw = nullptr;
    natsSubscription_NextMsg(&raw, one, 0);
    natsMsg_Destroy(raw);
    natsSubscription_AutoUnsubscribe(one, 1);
    if (!natsSubscription_IsValid(one)) each.since = now;
  }
  std::erase_if(all_, [now](const Retired& each) {
    const bool is_open = natsSubscription_IsValid(each.subscription.get());
    return now - each.since >= (is_open ? free_unused_after : free_after);
  });
}

Result<void> NatsClient::open_client(std::int64_t answer_ms, jsPubAckHandler answered,
                                     void* closure) {
  answer_ms_ = answer_ms;
  auto connection = connect(options_);
  if (!connection) return Unexpected{connection.error()};
  connection_ = std::move(*connection);
  jsOptions how;
  jsOptions_Init(&how);
  how.Wait = answer_ms_;
  how.PublishAsync.AckHandler = answered;
  how.PublishAsync.AckHandlerClosure = closure;
  jsCtx* context = nullptr;
  const natsStatus status = natsConnection_JetStream(&context, connection_.get(), &how);
  context_.reset(context);
  return status == NATS_OK ? Result<void>() : trouble("JetStream cannot be used", status);
}

Result<void> NatsClient::open_streams(std::initializer_list<const StreamPlan*> plans) {
  for (const StreamPlan* plan : plans) {
    if (auto opened = open_stream(context_.get(), *plan, options_); !opened) return opened;
  }
  return {};
}

Unexpected NatsClient::out_of_reach() const {
  return fail(Fault::system, "no NATS server can be reached at " + shown(options_.servers));
}

Unexpected NatsClient::trouble(const std::string& what, natsStatus status) const {
  return fail(Fault::system,
              what + " (NATS at " + shown(options_.servers) + "): " + reason(status));
}

Unexpected NatsClient::of_something_else(const char* stream) const {
  return fail(Fault::bad_data, std::string("something else than a relay has written into ") +
                                   stream + " at " + shown(options_.servers));
}

Result<NatsMessage> NatsClient::last_message(const char* stream, const std::string& subject) const {
  natsMsg* raw = nullptr;
  jsErrCode code{};
  const natsStatus status =
      js_GetLastMsg(&raw, context_.get(), stream, subject.c_str(), nullptr, &code);
  NatsMessage message(raw);
  if (code == JSNoMessageFoundErr) return NatsMessage();
  if (status != NATS_OK) return trouble(std::string(stream) + " cannot be read", status);
  return message;
}

Result<NatsStreamInfo> NatsClient::info_of(const char* stream) const {
  jsStreamInfo* raw = nullptr;
  const natsStatus status = js_GetStreamInfo(&raw, context_.get(), stream, nullptr, nullptr);
  NatsStreamInfo info(raw);
  if (status != NATS_OK) return trouble("what is there cannot be counted", status);
  return info;
}

Result<std::vector<std::string>> NatsClient::subjects_in(const char* stream,
                                                         const char* filter) const {
  jsOptions how;
  jsOptions_Init(&how);
  how.Wait = answer_ms_;
  how.Stream.Info.SubjectsFilter = filter;
  jsStreamInfo* raw = nullptr;
  const natsStatus status = js_GetStreamInfo(&raw, context_.get(), stream, &how, nullptr);
  const NatsStreamInfo info(raw);
  if (status != NATS_OK) return trouble("what is there cannot be listed", status);
  std::vector<std::string> found;
  const jsStreamStateSubjects* subjects = info->State.Subjects;
  for (int i = 0; subjects != nullptr && i < subjects->Count; ++i)
    found.emplace_back(subjects->List[i].Subject);
  return found;
}

Result<void> NatsClient::remove_message(const char* stream, std::uint64_t sequence) const {
  jsOptions how;
  jsOptions_Init(&how);
  how.Wait = answer_ms_;
  const natsStatus status = js_DeleteMsg(context_.get(), stream, sequence, &how, nullptr);
  return status == NATS_OK ? Result<void>() : trouble("what is over cannot be removed", status);
}

// ---- Messages ---------------------------------------------------------------------------------

BytesView data_of(const natsMsg* message) {
  const auto* data = reinterpret_cast<const std::byte*>(natsMsg_GetData(message));
  return {data, static_cast<std::size_t>(natsMsg_GetDataLength(message))};
}

NatsMessage message_of(const std::string& subject, BytesView bytes, const std::string& reply) {
  natsMsg* raw = nullptr;
  const char* answered_at = reply.empty() ? nullptr : reply.c_str();
  natsMsg_Create(&raw, subject.c_str(), answered_at, reinterpret_cast<const char*>(bytes.data()),
                 static_cast<int>(bytes.size()));
  return NatsMessage(raw);
}

jsPubOptions expecting(const char* stream, const std::string& id, std::uint64_t after) {
  jsPubOptions publish;
  jsPubOptions_Init(&publish);
  publish.MsgId = id.empty() ? nullptr : id.c_str();
  publish.ExpectStream = stream;
  publish.ExpectLastSubjectSeq = after;
  publish.ExpectNoMessage = after == 0;
  return publish;
}

AppendOutcome publish_after(jsCtx* context, natsMsg* message, const char* stream,
                            const std::string& id, std::uint64_t after) {
  AppendOutcome outcome;
  jsPubOptions publish = expecting(stream, id, after);
  jsPubAck* answer = nullptr;
  jsErrCode code{};
  const natsStatus status = js_PublishMsg(&answer, context, message, &publish, &code);
  if (status == NATS_OK && answer != nullptr) {
    outcome.kind = AppendOutcome::Kind::stored;
    outcome.sequence = answer->Sequence;
  } else if (code == JSStreamWrongLastSequenceErr) {
    outcome.kind = AppendOutcome::Kind::refused;
  }
  jsPubAck_Destroy(answer);
  return outcome;
}

}  // namespace tutti::detail

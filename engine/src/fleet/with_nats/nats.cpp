#include "fleet/with_nats/nats.hpp"

#include <sched.h>

#include <algorithm>
#include <thread>

#include "fleet/with_nats/nats_publisher.hpp"

namespace tutti::detail {

namespace {

constexpr std::int64_t connect_ms = 2000;
constexpr std::int64_t reconnect_ms = 250;
constexpr std::int64_t ping_ms = 2000;
/// With the headers, which NATS counts too.
constexpr std::int64_t message_bytes_max = limits::fleet_entry_bytes + 1024;

void ignore_trouble(natsConnection*, natsSubscription*, natsStatus, void*) {}

/// A stream that is there, which somebody else may have made.
Result<void> check(const jsStreamConfig& found, const StreamPlan& plan,
                   const FleetStoreOptions& options) {
  const std::string description = found.Description == nullptr ? "" : found.Description;
  const std::string where =
      std::string("the stream ") + plan.name + " at " + shown(options.servers);
  if (!description.starts_with(plan.description_any)) {
    return fail(Fault::bad_data, where + " was made by something else than a relay of Tutti");
  }
  if (description != plan.description) {
    return fail(Fault::bad_data, where + " has records of another version: it is a \"" +
                                     description + "\", and this relay writes a \"" +
                                     plan.description + "\"");
  }
  const bool is_whole =
      found.SubjectsLen == 1 && std::string_view(found.Subjects[0]) == plan.subjects;
  if (!is_whole) {
    return fail(Fault::bad_data, where + " has other subjects than " + plan.subjects);
  }
  if (!options.is_for_reading && found.Replicas != options.copies) {
    return fail(Fault::bad_data, where + " keeps " + std::to_string(found.Replicas) +
                                     " copies, and not " + std::to_string(options.copies));
  }
  return {};
}

/// Starts libnats with threads that wait for those that are running. Its own that frees messages is
/// woken by nearly each of them, and would take the processor from whoever goes on with the next.
natsStatus open_library() {
  natsStatus status = NATS_OK;
  std::thread([&] {
#ifdef SCHED_BATCH
    const sched_param usual{};
    static_cast<void>(::sched_setscheduler(0, SCHED_BATCH, &usual));  // threads inherit it
#endif
    status = nats_Open(-1);
  }).join();
  return status;
}

/// After a server was lost, it takes some seconds until others lead what that one led.
constexpr Duration leader_patience = std::chrono::seconds(10);

bool has_no_leader(natsStatus status, jsErrCode code) {
  return (status == NATS_TIMEOUT && code == 0) || code == JSClusterNotAvailErr ||
         code == JSClusterNotLeaderErr;
}

}  // namespace

std::string shown(const std::vector<std::string>& servers) {
  std::string text;
  for (const std::string& server : servers) {
    // A password is nobody's to read.
    const std::size_t at = server.rfind('@'), scheme = server.find("://");
    const std::string visible =
        at == server.npos
            ? server
            : server.substr(0, scheme == server.npos ? 0 : scheme + 3) + server.substr(at + 1);
    text += (text.empty() ? "" : ", ") + visible;
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

Result<NatsConnection> connect(const FleetStoreOptions& options, NatsPublisher* polled) {
  static const natsStatus opened = open_library();
  natsOptions* raw = nullptr;
  natsStatus status = opened == NATS_OK ? natsOptions_Create(&raw) : opened;
  const NatsOwned<natsOptions, natsOptions_Destroy> owned(raw);
  std::vector<const char*> servers;
  for (const std::string& server : options.servers)
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
  if (!options.credentials.empty()) {
    also(natsOptions_SetUserCredentialsFromFiles(raw, options.credentials.c_str(), nullptr));
  }
  if (polled != nullptr) {
    also(natsOptions_SetSendAsap(raw, true));  // else it has a thread that flushes
    also(natsOptions_SetEventLoop(raw, polled, NatsPublisher::attach, NatsPublisher::read,
                                  NatsPublisher::write, NatsPublisher::detach));
  }
  natsConnection* made = nullptr;
  if (status == NATS_OK) status = natsConnection_Connect(&made, raw);
  NatsConnection connection(made);
  const std::string where = shown(options.servers);
  if (status == NATS_CONNECTION_AUTH_FAILED || status == NATS_NOT_PERMITTED) {
    return fail(Fault::system, "the NATS server at " + where + " does not take these credentials");
  }
  if (status != NATS_OK) {
    return fail(Fault::system, "no NATS server answers at " + where + ": " + reason(status));
  }
  const std::int64_t most = natsConnection_GetMaxPayload(made);
  if (most < message_bytes_max) {
    return fail(Fault::system, "the NATS server at " + where + " takes messages of " +
                                   std::to_string(most) + " bytes, and a relay sends " +
                                   std::to_string(message_bytes_max));
  }
  return connection;
}

Result<void> open_stream(jsCtx* context, const StreamPlan& plan, const FleetStoreOptions& options) {
  jsStreamInfo* raw = nullptr;
  jsErrCode code{};
  jsOptions how;
  jsOptions_Init(&how);
  how.Wait = nats_answer_ms;
  natsStatus status{};
  const Instant deadline = std::chrono::steady_clock::now() + leader_patience;
  do {
    code = {};
    status = js_GetStreamInfo(&raw, context, plan.name, &how, &code);
  } while (has_no_leader(status, code) && std::chrono::steady_clock::now() < deadline);
  NatsStreamInfo info(raw);
  if (code == JSStreamNotFoundErr && options.is_for_reading) {
    return fail(Fault::system, "no relay has kept anything at " + shown(options.servers));
  }
  if (code == JSStreamNotFoundErr) {
    const char* subjects[] = {plan.subjects};
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    config.Name = plan.name;
    config.Description = plan.description;
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    config.Storage = js_FileStorage;  // one in memory is gone after a restart
    config.MaxAge = plan.kept_ns;
    config.Duplicates = plan.duplicates_ns;
    config.MaxMsgsPerSubject = plan.messages_per_subject;
    config.Replicas = options.copies;
    config.AllowDirect = true;
    code = {};
    status = js_AddStream(&raw, context, &config, &how, &code);
    info.reset(raw);
  }
  const std::string where = shown(options.servers);
  if (code == JSNotEnabledErr || code == JSNotEnabledForAccountErr ||
      (code == 0 && status == NATS_NO_RESPONDERS)) {
    return fail(Fault::system, "the NATS server at " + where + " has no JetStream");
  }
  if (code == JSStreamReplicasNotSupportedErr || code == JSClusterNoPeersErr) {
    return fail(Fault::system, "the NATS servers at " + where + " cannot keep " +
                                   std::to_string(options.copies) + " copies; of a single " +
                                   "server, ask for 1");
  }
  if (status != NATS_OK) {
    return fail(Fault::system, std::string("the stream ") + plan.name + " at " + where +
                                   " cannot be had: " + reason(status));
  }
  if (auto checked = check(*info->Config, plan, options); !checked) return checked;
  if (info->Config->AllowDirect || options.is_for_reading) return {};
  // It was made before anybody read from servers that do not lead it.
  info->Config->AllowDirect = true;
  status = js_UpdateStream(nullptr, context, info->Config, &how, nullptr);
  return status == NATS_OK
             ? Result<void>()
             : fail(Fault::system, std::string("the stream ") + plan.name + " at " + where +
                                       " cannot be brought up to date: " + reason(status));
}

}  // namespace tutti::detail

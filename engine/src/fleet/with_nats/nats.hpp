#pragma once
// libnats, which nothing else includes: its objects with owners, a connection, and the streams that
// a fleet has.

#include <nats/nats.h>

#include <memory>
#include <string>
#include <vector>

#include "tutti/engine/fleet_store.hpp"

namespace tutti::detail {

/// For what may take its time: streams that are made, files, a match's entries.
inline constexpr std::int64_t nats_answer_ms = 2000;
/// For what a server that is well answers in some ms. While a stream has no leader nobody answers,
/// and who waits longer asks the new one later.
inline constexpr std::int64_t nats_short_answer_ms = 700;

template <auto destroy>
struct NatsDestroy {
  template <class T>
  void operator()(T* object) const {
    destroy(object);
  }
};
template <class T, auto destroy>
using NatsOwned = std::unique_ptr<T, NatsDestroy<destroy>>;
using NatsConnection = NatsOwned<natsConnection, natsConnection_Destroy>;
using NatsContext = NatsOwned<jsCtx, jsCtx_Destroy>;
using NatsMessage = NatsOwned<natsMsg, natsMsg_Destroy>;
using NatsStreamInfo = NatsOwned<jsStreamInfo, jsStreamInfo_Destroy>;
using NatsSubscription = NatsOwned<natsSubscription, natsSubscription_Destroy>;

/// The servers for a sentence: without passwords.
std::string shown(const std::vector<std::string>& servers);
/// What libnats says of its last error on this thread.
std::string reason(natsStatus status);

class NatsPublisher;

/// A connection; if `polled` is given, which must outlive it, that one reads and writes for it.
/// Errors: see `open_jetstream`.
Result<NatsConnection> connect(const FleetStoreOptions& options, NatsPublisher* polled = nullptr);

/// A stream that a fleet has.
struct StreamPlan {
  const char* name;
  const char* subjects;
  const char* description;      ///< ends with the version of its records
  const char* description_any;  ///< the same without the version
  std::int64_t kept_ns = 0;
  std::int64_t duplicates_ns = 0;
  std::int64_t messages_per_subject = -1;
};
/// Makes the stream if it is not there; of one that is there, looks whether it is as planned.
/// Errors: see `open_jetstream`.
Result<void> open_stream(jsCtx* context, const StreamPlan& plan, const FleetStoreOptions& options);

}  // namespace tutti::detail

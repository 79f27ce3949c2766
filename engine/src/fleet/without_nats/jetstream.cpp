// What stands in the place of the store in NATS JetStream where libnats was not there.

#include "tutti/engine/fleet_archive.hpp"

namespace tutti {

namespace {

Unexpected no_fleet() {
  return fail(Fault::system,
              "this build has no fleet, since libnats was not there when it was configured");
}

}  // namespace

Result<std::unique_ptr<FleetStore>> open_jetstream(const FleetStoreOptions&,
                                                   std::function<void()>) {
  return no_fleet();
}

Result<std::unique_ptr<ArchiveStore>> open_archive(const FleetStoreOptions&) { return no_fleet(); }

}  // namespace tutti

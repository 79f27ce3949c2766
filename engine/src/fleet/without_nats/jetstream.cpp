// What stands in the place of the store in NATS JetStream where libnats was not there.

#include "tutti/engine/fleet_store.hpp"

namespace tutti {

Result<std::unique_ptr<FleetStore>> open_jetstream(const FleetStoreOptions&,
                                                   std::function<void()>) {
  return fail(Fault::system,
              "this build has no fleet, since libnats was not there when it was configured");
}

}  // namespace tutti

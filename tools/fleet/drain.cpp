// tutti fleet drain: all matches of a relay go on at others.

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/print.hpp"
#include "base/report.hpp"
#include "fleet/fleet_choice.hpp"
#include "tutti/sim/text.hpp"

namespace tutti::tool {

namespace {

constexpr std::chrono::milliseconds drain_interval{100};

struct DrainOptions {
  FleetChoice fleet;
  std::string relay;
  std::uint32_t patience = 60;
  bool json = false;
};

bool is_called(const RelayCard& card, const std::string& name) {
  return card.address.text() == name || to_hex(BytesView(card.relay.bytes)).starts_with(name);
}

/// The one relay of that name.
Result<RelayCard> find_relay(FleetStore& store, const std::string& name) {
  const auto relays = store.relays();
  if (!relays) return Unexpected{relays.error()};
  std::vector<RelayCard> found;
  std::string all;
  for (const RelayCard& card : *relays) {
    if (is_called(card, name)) found.push_back(card);
    all += (all.empty() ? "" : ", ") + presentable(card.address.text());
  }
  if (found.size() == 1) return found.front();
  return fail(Fault::usage, (found.empty() ? "no relay here is called " : "several are called ") +
                                name + "; there are: " + (all.empty() ? "none" : all));
}

Exit drain(const DrainOptions& options) {
  const auto store = open_store(options.fleet);
  if (!store) return complain(store.error());
  const auto relay = find_relay(**store, options.relay);
  if (!relay) return complain(relay.error());
  if (const auto asked = (*store)->request_drain(relay->relay); !asked) {
    return complain(asked.error());
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto deadline = begun + std::chrono::seconds(options.patience);
  std::uint32_t left = relay->rooms;
  bool has_begun = false;
  {
    Progress progress("handing over");
    while (!(has_begun && left == 0) && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(drain_interval);
      const auto card = (*store)->relay(relay->relay);
      if (!card) return complain(card.error());
      left = *card ? (*card)->rooms : 0;  // it has left, or was stopped
      has_begun = !*card || (*card)->is_draining;
      progress.show(relay->rooms - std::min(left, relay->rooms), relay->rooms);
    }
  }
  Report report;
  report.add("relay", relay->address.text());
  report.add("rooms_before", relay->rooms);
  report.add("rooms_left", left);
  report.add("seconds",
             std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  report.print(options.json);
  if (left == 0) return Exit::done;
  warn("some rooms are there still: is there another relay that can take them?");
  return Exit::check_failed;
}

}  // namespace

void add_fleet_drain(Command& fleet) {
  Command& command = fleet.subcommand("drain", "Hand all matches of a relay to the others");
  auto options = std::make_shared<DrainOptions>();
  options->fleet.add_to(command);
  command.argument("RELAY", options->relay,
                   "its address as tutti fleet status shows it, or the beginning of its id");
  command.option("--seconds", options->patience, 1, 86'400, "how long to wait until it is done");
  command.json(options->json);
  command.examples(R"(
Before an upgrade: each match stands still for a moment, and goes on at the relay that has the least
to do; players and spectators follow by themselves. The relay opens no rooms any more, and stays
there, empty, until it is stopped. Stopping a relay of a fleet (SIGTERM) does the same first.
Exit status 1 if some are left when the time is over.
Examples:
  tutti fleet drain 203.0.113.7:4747 --fleet nats://10.0.0.1:4222
  tutti fleet drain 203.0.113.7:4747 --fleet nats://10.0.0.1:4222 --seconds 300)");
  command.action([options] { return drain(*options); });
}

}  // namespace tutti::tool

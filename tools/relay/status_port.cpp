#include "relay/status_port.hpp"

namespace tutti::tool {

namespace {

/// A loop that takes longer for one turn hangs.
constexpr Duration loop_patience = std::chrono::seconds(2);

}  // namespace

HttpAnswer answer_of_status_port(const std::string& path, LookDesk& desk) {
  const bool is_known =
      path == "/metrics" || path == "/health" || path == "/ready" || path == "/status";
  if (!is_known) {
    return {.status = 404, .body = "there are /metrics, /health, /ready and /status\n"};
  }
  const auto look = desk.ask(loop_patience);
  if (!look) return {.status = 503, .body = "the relay's loop does not turn\n"};
  if (path == "/metrics") {
    return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_of(*look)};
  }
  if (path == "/status") {
    return {.type = "application/json", .body = json_text(json_of(*look), 2) + "\n"};
  }
  if (path == "/ready" && !look->no_newcomers.empty()) {
    return {.status = 503, .body = look->no_newcomers + "\n"};
  }
  return {.body = look->trouble.empty() ? "ok\n" : "ok, but: " + look->trouble + "\n"};
}

Result<std::optional<Address>> status_address(const std::string& option, std::uint16_t udp_port) {
  if (option == "off") return std::optional<Address>();
  if (option.empty()) return std::optional(Address{.host = "127.0.0.1", .port = udp_port});
  const Result<Address> address = Address::parse(option);
  if (!address) return Unexpected{address.error()};
  return std::optional(*address);
}

}  // namespace tutti::tool

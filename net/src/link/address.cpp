// Reading addresses.

#include "tutti/net/address.hpp"

#include <algorithm>
#include <charconv>

namespace tutti {

namespace {

constexpr std::size_t host_chars = 253;  // the longest name in the DNS (RFC 1035)

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

std::string quoted(std::string_view text) {
  std::string quoted(1, '"');
  quoted.append(text);
  quoted += '"';
  return quoted;
}

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stopped != end) {
    return fail(Fault::usage, quoted(text) + " is not a port; give a number from 0 to 65535");
  }
  return port;
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  if (text.empty()) {
    return fail(Fault::usage, "the address is empty; give a host, or host:port");
  }
  if (std::ranges::count(text, ':') > 1) {
    return fail(Fault::usage, quoted(text) +
                                  " has more than one colon; give host:port with a name or an IPv4 "
                                  "address (IPv6 addresses cannot be used)");
  }
  Address address;
  const std::size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  if (host.size() > host_chars || !std::ranges::all_of(host, is_host_char)) {
    return fail(Fault::usage, quoted(host.substr(0, host_chars)) +
                                  " is not a host; give a name such as relay.example.org or an "
                                  "IPv4 address such as 192.0.2.1");
  }
  address.host = host;
  if (colon == std::string_view::npos) return address;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return Unexpected{port.error()};
  address.port = *port;
  return address;
}

}  // namespace tutti

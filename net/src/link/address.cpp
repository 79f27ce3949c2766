// Reading addresses.

#include "tutti/net/address.hpp"

#include <algorithm>
#include <charconv>

#include "link/endpoint.hpp"

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

Result<Address> parse_bracketed(std::string_view text) {
  const std::size_t end = text.find(']');
  const std::string host(text.substr(1, std::min(end, host_chars) - 1));
  const bool has_port = end != std::string_view::npos && end + 1 < text.size();
  if (end == std::string_view::npos || host.find(':') == std::string::npos ||
      !detail::numeric_endpoint(host, 0) || (has_port && text[end + 1] != ':')) {
    return fail(Fault::usage, quoted(text.substr(0, host_chars)) +
                                  " is not an IPv6 address; give one such as [2001:db8::1] or "
                                  "[2001:db8::1]:4747");
  }
  Address address{.host = host};
  if (!has_port) return address;
  const auto port = parse_port(text.substr(end + 2));
  if (!port) return Unexpected{port.error()};
  address.port = *port;
  return address;
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  if (text.empty()) {
    return fail(Fault::usage, "the address is empty; give a host, or host:port");
  }
  if (text.front() == '[') return parse_bracketed(text);
  if (std::ranges::count(text, ':') > 1) {
    return fail(Fault::usage, quoted(text) +
                                  " has more than one colon; give host:port, with an IPv6 address "
                                  "in brackets: [2001:db8::1]:4747");
  }
  Address address;
  const std::size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  if (host.size() > host_chars || !std::ranges::all_of(host, is_host_char)) {
    return fail(Fault::usage, quoted(host.substr(0, host_chars)) +
                                  " is not a host; give a name such as relay.example.org or an "
                                  "address such as 192.0.2.1 or [2001:db8::1]");
  }
  address.host = host;
  if (colon == std::string_view::npos) return address;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return Unexpected{port.error()};
  address.port = *port;
  return address;
}

std::string Address::text() const {
  const bool is_six = host.find(':') != std::string::npos;
  return (is_six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace tutti

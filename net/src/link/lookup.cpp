#include "tutti/net/lookup.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <thread>

#include "link/endpoint.hpp"

namespace tutti {

namespace {

/// The addresses of a host that are known without asking anybody.
std::optional<HostAddresses> known_addresses(const std::string& host) {
  if (detail::numeric_endpoint(host, 0)) return HostAddresses{host};
  std::string name = host;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.ends_with('.')) name.pop_back();
  if (name == "localhost" || name.ends_with(".localhost")) return HostAddresses{"127.0.0.1", "::1"};
  return std::nullopt;
}

std::string numeric_text(const addrinfo& found) {
  std::array<char, NI_MAXHOST> text{};
  const int error = ::getnameinfo(found.ai_addr, found.ai_addrlen, text.data(), text.size(),
                                  nullptr, 0, NI_NUMERICHOST);
  return error == 0 ? text.data() : "";
}

/// Puts the first address of the other family in the second place.
void alternate(HostAddresses& addresses) {
  const auto is_six = [](const std::string& text) { return text.find(':') != std::string::npos; };
  const auto other = std::ranges::find_if(addresses, [&](const std::string& text) {
    return is_six(text) != is_six(addresses.front());
  });
  if (other != addresses.end()) std::rotate(addresses.begin() + 1, other, other + 1);
}

}  // namespace

Result<HostAddresses> ask_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  HostAddresses addresses;
  for (const addrinfo* one = error == 0 ? found : nullptr; one != nullptr; one = one->ai_next) {
    if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
    std::string text = numeric_text(*one);
    if (!text.empty()) addresses.push_back(std::move(text));
  }
  if (addresses.empty()) {
    return fail(Fault::system, "the host " + host +
                                   " is not known to this machine; check the name and the network");
  }
  alternate(addresses);
  return addresses;
}

Result<HostAddresses> look_up(const std::string& host, Resolver resolver) {
  if (host.empty()) return fail(Fault::usage, "the address names no host");
  if (auto known = known_addresses(host)) return std::move(*known);
  return resolver(host);
}

struct Lookup::Shared {
  std::mutex mutex;
  std::optional<Result<HostAddresses>> answer;
};

Lookup::Lookup(const std::string& host, Resolver resolver) : shared_(std::make_shared<Shared>()) {
  if (auto known = known_addresses(host)) {
    shared_->answer = std::move(*known);
    return;
  }
  // Nobody can interrupt the system's resolver: the thread outlives whoever no longer waits for it.
  std::thread([shared = shared_, host, resolver] {
    Result<HostAddresses> answer = look_up(host, resolver);
    const std::lock_guard lock(shared->mutex);
    shared->answer = std::move(answer);
  }).detach();
}

std::optional<Result<HostAddresses>> Lookup::answer() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->answer;
}

}  // namespace tutti

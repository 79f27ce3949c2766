#include "tutti/net/lookup.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <thread>

namespace tutti {

namespace {

std::string dotted(const in_addr& address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET, &address, text.data(), text.size()) == nullptr ? "" : text.data();
}

/// The addresses of a host that are known without asking anybody.
std::optional<std::string> known_address(const std::string& host) {
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) == 1) return dotted(address);
  std::string name = host;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.ends_with('.')) name.pop_back();
  if (name == "localhost" || name.ends_with(".localhost")) return "127.0.0.1";
  return std::nullopt;
}

}  // namespace

Result<std::string> ask_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  if (error == 0) {
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
      if (one->ai_family != AF_INET) continue;
      return dotted(reinterpret_cast<const sockaddr_in*>(one->ai_addr)->sin_addr);
    }
    return fail(Fault::system,
                "the host " + host + " has IPv6 addresses only, and relays are reached by IPv4");
  }
  return fail(Fault::system,
              "the host " + host + " is not known to this machine; check the name and the network");
}

Result<std::string> look_up(const std::string& host, Resolver resolver) {
  if (host.empty()) return fail(Fault::usage, "the address names no host");
  if (auto known = known_address(host)) return std::move(*known);
  return resolver(host);
}

struct Lookup::Shared {
  std::mutex mutex;
  std::optional<Result<std::string>> answer;
};

Lookup::Lookup(const std::string& host, Resolver resolver) : shared_(std::make_shared<Shared>()) {
  if (auto known = known_address(host)) {
    shared_->answer = std::move(*known);
    return;
  }
  // Nobody can interrupt the system's resolver: the thread outlives whoever no longer waits for it.
  std::thread([shared = shared_, host, resolver] {
    Result<std::string> answer = look_up(host, resolver);
    const std::lock_guard lock(shared->mutex);
    shared->answer = std::move(answer);
  }).detach();
}

std::optional<Result<std::string>> Lookup::answer() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->answer;
}

}  // namespace tutti

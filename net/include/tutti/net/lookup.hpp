#pragma once
// Looks a host's address up aside: the system's resolver may take many seconds, and a program that
// draws cannot wait for it.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// The numeric addresses of a host, IPv4 as `a.b.c.d` and IPv6 as `2001:db8::1`, the one to try
/// first at the beginning; at least one.
using HostAddresses = std::vector<std::string>;

/// Finds the addresses of a host. May take seconds; may be called on any thread.
using Resolver = Result<HostAddresses> (*)(const std::string& host);

/// Asks the system's resolver, which puts the addresses in order (RFC 6724). The second is of
/// the other family than the first, if there is one (RFC 8305). Errors: Fault::system, with a
/// sentence that says that the name is unknown.
TUTTI_API Result<HostAddresses> ask_system(const std::string& host);

/// The addresses of a host. An address is itself, and `localhost` and the names below it are
/// 127.0.0.1 and ::1 (RFC 6761); only for other names is the resolver asked. Errors: Fault::usage
/// for an empty host, else the resolver's.
TUTTI_API Result<HostAddresses> look_up(const std::string& host, Resolver resolver = ask_system);

/// A look-up on a thread of its own, unless `look_up` knows the answer without the resolver.
/// Destroying it does not wait for the thread.
class TUTTI_API Lookup {
 public:
  /// Begins to look a host's name up, on a thread of its own.
  explicit Lookup(const std::string& host, Resolver resolver = ask_system);

  /// The answer, once it is there; nothing before.
  std::optional<Result<HostAddresses>> answer() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace tutti

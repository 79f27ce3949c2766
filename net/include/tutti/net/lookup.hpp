#pragma once
// Looks a host's address up aside: the system's resolver may take many seconds, and a program that
// draws cannot wait for it.

#include <memory>
#include <optional>
#include <string>

#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// Finds the IPv4 address of a host, as `a.b.c.d`. May take seconds; may be called on any thread.
using Resolver = Result<std::string> (*)(const std::string& host);

/// Asks the system's resolver. Errors: Fault::system, with a sentence that says whether the name is
/// unknown or leads to IPv6 addresses only.
TUTTI_API Result<std::string> ask_system(const std::string& host);

/// The IPv4 address of a host, as `a.b.c.d`. An address is itself, and `localhost` and the names
/// below it are 127.0.0.1 (RFC 6761); only for other names is the resolver asked. Errors:
/// Fault::usage for an empty host, else the resolver's.
TUTTI_API Result<std::string> look_up(const std::string& host, Resolver resolver = ask_system);

/// A look-up on a thread of its own, unless `look_up` knows the answer without the resolver.
/// Destroying it does not wait for the thread.
class TUTTI_API Lookup {
 public:
  /// Begins to look a host's name up, on a thread of its own.
  explicit Lookup(const std::string& host, Resolver resolver = ask_system);

  /// The answer, once it is there; nothing before.
  std::optional<Result<std::string>> answer() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace tutti

// Sentences for ports.

#include "link/listen_failure.hpp"

#include <cerrno>
#include <cstring>

namespace tutti::detail {

Unexpected listen_failure(const Address& address, int error) {
  const std::string port = std::to_string(address.port);
  if (error == EADDRINUSE) {
    return fail(Fault::system, "UDP port " + port +
                                   " is in use by another program; stop that one, or listen on "
                                   "another port");
  }
  if (error == EACCES) {
    return fail(Fault::system,
                "this user may not listen on UDP port " + port + "; take one from 1024 up");
  }
  if (error == EADDRNOTAVAIL) {
    return fail(Fault::system, address.host +
                                   " is not an address of this machine; to listen on UDP "
                                   "port " +
                                   port + " of every interface, give no host");
  }
  return fail(Fault::system, "cannot open UDP port " + port + ": " + std::strerror(error));
}

}  // namespace tutti::detail

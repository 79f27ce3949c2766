#pragma once
// HTTP on the loopback interface, for operators and their programs. It wraps CivetWeb, which
// nothing else includes. Both sides are here: a server, and a single question to one.

#include <functional>
#include <memory>
#include <string>

#include "tutti/net/address.hpp"

namespace tutti::tool {

struct HttpAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body{};
};

class HttpServer {
 public:
  /// Gives the answer to a path; called on threads of the server.
  using Handler = std::function<HttpAnswer(const std::string& path)>;

  /// Listens at once; port 0 takes a free one. Errors: Fault::system with a sentence if the port is
  /// taken or not allowed.
  static Result<std::unique_ptr<HttpServer>> open(const Address& address, Handler handler);
  /// Ends after the answers that are under way.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  struct Civet;
  HttpServer() = default;

  std::unique_ptr<Civet> civet_;
  std::uint16_t port_ = 0;
};

/// GET of a path. Errors: Fault::system if nobody answers within a few seconds.
Result<HttpAnswer> http_get(const Address& address, const std::string& path);

}  // namespace tutti::tool

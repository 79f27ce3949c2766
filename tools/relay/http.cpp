#include "relay/http.hpp"

#include <civetweb.h>
#include <fmt/format.h>

#include <array>
#include <cstring>

namespace tutti::tool {

namespace {

/// For a question to be asked, and for an answer to be taken.
constexpr int patience_ms = 5000;

/// What CivetWeb complains about while it starts: of this its errors have no text.
thread_local std::string* complaint = nullptr;

int note_complaint(const mg_connection*, const char* message) {
  // The one with the system's reason in brackets is followed by another one without.
  const bool has_reason = std::strchr(message, '(') != nullptr;
  if (complaint != nullptr && (has_reason || complaint->empty())) *complaint = message;
  return 1;  // it writes nothing itself
}

/// "98 (Address already in use)" in a complaint says why.
std::string reason_in(const std::string& said) {
  const std::size_t begin = said.rfind('('), end = said.rfind(')');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return said;
  return said.substr(begin + 1, end - begin - 1);
}

int answer_request(mg_connection* connection, void* data) {
  const auto& handler = *static_cast<const HttpServer::Handler*>(data);
  const mg_request_info& request = *mg_get_request_info(connection);
  const std::string method = request.request_method;
  HttpAnswer answer{.status = 405, .body = "only GET\n"};
  if (method == "GET" || method == "HEAD") {
    answer = handler(request.local_uri == nullptr ? "" : request.local_uri);
  }
  const std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
      "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
      answer.status, mg_get_response_code_text(connection, answer.status), answer.type,
      answer.body.size());
  mg_write(connection, head.data(), head.size());
  if (method != "HEAD") mg_write(connection, answer.body.data(), answer.body.size());
  return answer.status;
}

std::string endpoint_text(const Address& address) {
  const std::string host = address.host.empty() ? "127.0.0.1" : address.host;
  return fmt::format("{}:{}", host.find(':') == std::string::npos ? host : "[" + host + "]",
                     address.port);
}

/// CivetWeb's own tables, for as long as the program runs.
void begin_civetweb() {
  static const unsigned features = mg_init_library(0);
  static_cast<void>(features);
}

}  // namespace

struct HttpServer::Civet {
  ~Civet() {
    if (context != nullptr) mg_stop(context);
  }
  Handler handler;
  mg_context* context = nullptr;
};

HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::open(const Address& address, Handler handler) {
  begin_civetweb();
  std::unique_ptr<HttpServer> server(new HttpServer());
  server->civet_ = std::make_unique<Civet>();
  server->civet_->handler = std::move(handler);
  const std::string place = endpoint_text(address);
  const std::string patience = fmt::format("{}", patience_ms);
  // A short queue: CivetWeb accepts as many connections as fit into it, and turns without a pause
  // while it can accept none for want of descriptors.
  const char* options[] = {
      "listening_ports", place.c_str(),      "num_threads", "3",    "request_timeout_ms",
      patience.c_str(),  "connection_queue", "4",           nullptr};
  mg_callbacks callbacks{};
  // None for accesses: for it CivetWeb would ask for the local time, on several threads at once.
  callbacks.log_message = note_complaint;
  std::string said;
  complaint = &said;
  server->civet_->context = mg_start(&callbacks, nullptr, options);
  complaint = nullptr;
  if (server->civet_->context == nullptr) {
    return fail(Fault::system, fmt::format("cannot answer at TCP port {} (option status): {}",
                                           place, reason_in(said)));
  }
  mg_server_port port{};
  if (mg_get_server_ports(server->civet_->context, 1, &port) == 1) {
    server->port_ = static_cast<std::uint16_t>(port.port);
  }
  mg_set_request_handler(server->civet_->context, "/", answer_request, &server->civet_->handler);
  return server;
}

Result<HttpAnswer> http_get(const Address& address, const std::string& path) {
  begin_civetweb();
  const std::string place = endpoint_text(address);
  std::array<char, 256> trouble{};
  const std::string host = address.host.empty() ? "127.0.0.1" : address.host;
  const std::unique_ptr<mg_connection, decltype(&mg_close_connection)> connection(
      mg_connect_client(host.c_str(), address.port, 0, trouble.data(), trouble.size()),
      &mg_close_connection);
  const auto nobody = [&] {
    return fail(Fault::system, fmt::format("no relay answers at {}; is one running here, and is "
                                           "this its status port?",
                                           place));
  };
  if (!connection) return nobody();
  mg_printf(connection.get(), "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
            path.c_str(), place.c_str());
  if (mg_get_response(connection.get(), trouble.data(), trouble.size(), patience_ms) < 0) {
    return nobody();
  }
  HttpAnswer answer{.status = mg_get_response_info(connection.get())->status_code};
  std::array<char, 16384> piece{};
  for (int size = 0; (size = mg_read(connection.get(), piece.data(), piece.size())) > 0;)
    answer.body.append(piece.data(), static_cast<std::size_t>(size));
  return answer;
}

}  // namespace tutti::tool

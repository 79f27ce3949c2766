// What somebody reads who copies every datagram between the players and their relay.

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <map>
#include <thread>

#include "chat_and_turns/chat_and_turns.hpp"
#include "engine/sockets.hpp"
#include "tutti/net/messages.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

int loopback_socket() {
  const int made = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(made, reinterpret_cast<sockaddr*>(&any), sizeof(any)) == 0);
  return made;
}

/// Passes datagrams on between players and a relay, each player by a socket of its own, and keeps a
/// copy of all.
class Tap {
 public:
  explicit Tap(std::uint16_t relay_port) : front_(loopback_socket()) {
    relay_.sin_family = AF_INET;
    relay_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    relay_.sin_port = htons(relay_port);
    thread_ = std::thread([this] { pass_on(); });
  }
  ~Tap() {
    stop();
    ::close(front_);
    for (const auto& [port, way] : ways_)
      ::close(way.socket);
  }

  std::string address() const {
    sockaddr_in bound{};
    socklen_t size = sizeof(bound);
    ::getsockname(front_, reinterpret_cast<sockaddr*>(&bound), &size);
    return "127.0.0.1:" + std::to_string(ntohs(bound.sin_port));
  }
  /// Everything that went through, one datagram behind the other. Nothing passes any more.
  const std::vector<std::string>& stop() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
    return copies_;
  }

 private:
  struct Way {
    sockaddr_in player{};
    int socket = -1;
  };

  void pass_on() {
    while (!is_over_) {
      std::vector<pollfd> waited{{front_, POLLIN, 0}};
      for (const auto& [port, way] : ways_)
        waited.push_back({way.socket, POLLIN, 0});
      ::poll(waited.data(), waited.size(), 20);
      sockaddr_in from{};
      while (const auto text = next(front_, from)) {
        Way& way = ways_[from.sin_port];
        if (way.socket < 0) way = {from, loopback_socket()};
        send(way.socket, *text, relay_);
      }
      for (const auto& [port, way] : ways_)
        while (const auto text = next(way.socket, from))
          send(front_, *text, way.player);
    }
  }
  std::optional<std::string> next(int socket, sockaddr_in& from) {
    std::string text(65'536, '\0');
    socklen_t size = sizeof(from);
    const ssize_t got = ::recvfrom(socket, text.data(), text.size(), MSG_DONTWAIT,
                                   reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 0) return std::nullopt;
    text.resize(static_cast<std::size_t>(got));
    copies_.push_back(text);
    return text;
  }
  static void send(int socket, const std::string& text, const sockaddr_in& to) {
    ::sendto(socket, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to),
             sizeof(to));
  }

  int front_;
  sockaddr_in relay_{};
  std::map<in_port_t, Way> ways_;  // by the player's port
  std::vector<std::string> copies_;
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

bool is_in(const std::vector<std::string>& texts, const std::string& word) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return text.find(word) != std::string::npos; });
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a captured session shows no name, code, secret or input") {
  Folder folder;
  Result<std::unique_ptr<RelayService>> service =
      RelayService::open({.listen = "127.0.0.1:0", .logs = folder.path()});
  REQUIRE(service);
  const auto relay = std::make_unique<HostedRelay>(std::move(*service));
  Tap tap(relay->port());

  const auto enter = [&](JoinOptions options) {
    options.relay = tap.address();
    options.state_folder = folder.path() + "/state";
    Result<Session<ChatAndTurns>> session = tutti::join<ChatAndTurns>(std::move(options));
    REQUIRE(session);
    return std::move(*session);
  };
  std::vector<Session<ChatAndTurns>*> all;
  const auto run_until = [&](const auto& is_done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!is_done() && std::chrono::steady_clock::now() < deadline) {
      for (Session<ChatAndTurns>* session : all)
        session->advance(std::chrono::steady_clock::now());
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
    }
    return is_done();
  };
  Session<ChatAndTurns> ada = enter({.name = "Adalbertine", .create = SoloOptions{.players = 2}});
  all.push_back(&ada);
  REQUIRE(run_until([&] { return !ada.room().empty(); }));
  const std::string code = ada.room();
  Session<ChatAndTurns> ben = enter({.room = code, .name = "Benedikta"});
  all.push_back(&ben);
  REQUIRE(run_until(
      [&] { return ada.status() == Status::playing && ben.status() == Status::playing; }));
  const std::string said = "the treasure is under the old oak";
  ada.send(ChatAndTurns::Line{said});
  REQUIRE(run_until([&] { return ben.state().said == 1; }));

  std::vector<std::string> secrets;  // a ticket holds nothing else
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() + "/state")) {
    if (entry.path().extension() == ".ticket") secrets.push_back(file_text(entry.path()));
  }
  REQUIRE(secrets.size() == 2);
  const std::vector<std::string>& captured = tap.stop();
  REQUIRE(captured.size() > 20);
  // An initiation is open: its kind, and the version of the protocol.
  CHECK(is_in(captured, {'\x48', static_cast<char>(protocol_version), '\0'}));
  std::vector<std::string> words{"Adalbertine", "Benedikta", code, said.substr(4, 12),
                                 ChatAndTurns::name};
  for (const std::string& secret : secrets) {
    REQUIRE(secret.size() >= 16);
    words.push_back(secret.substr(0, 8));
    words.push_back(secret.substr(8, 8));
  }
  for (const std::string& word : words) {
    CAPTURE(word);
    CHECK(!is_in(captured, word));
  }
  // The relay has read them all.
  const std::string journal =
      file_text(folder.path() + "/relay-" + std::to_string(relay->port()) + ".journal");
  CHECK(journal.find("Adalbertine") != std::string::npos);
  CHECK(journal.find(said) != std::string::npos);
}

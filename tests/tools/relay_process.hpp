#pragma once
// A relay's process with its log in a file, and an operator who asks its status port.

#include <arpa/inet.h>
#include <sys/socket.h>

#include <utility>

#include "support/holds_within.hpp"
#include "tools/process.hpp"

namespace tutti::test {

/// `tutti relay` with these options, at a port of its own, or at one that another had.
class RelayProcess {
 public:
  struct Options {
    std::string logs{};  ///< else a folder of its own, emptied
    std::string port = "0";
    std::vector<std::string> more{};    ///< further options
    std::string shell = "";             ///< run before it by the shell that starts it
    std::vector<std::string> before{};  ///< a program that runs that shell
  };
  RelayProcess(const std::string& name, Options options)
      : logs_(options.logs.empty() ? fresh(scratch(name + "-logs")) : options.logs),
        log_(scratch(name + "-log")),
        process_(scratch(name), words(options), starter(options)) {
    port_ = process_.word_after("relay on 127.0.0.1:");
  }

  const std::string& port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + port_; }
  const std::string& logs() const { return logs_; }
  Process& process() { return process_; }
  std::string log() const {
    std::ostringstream text;
    text << std::ifstream(log_).rdbuf();
    return text.str();
  }
  /// How many lines of the log have this event.
  std::size_t logged(const std::string& event) const {
    std::istringstream lines(log());
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line);) {
      count += line.find(" " + event + " ") != std::string::npos ||
               line.find("\"event\":\"" + event + "\"") != std::string::npos;
    }
    return count;
  }
  bool logs_within(std::chrono::milliseconds most, const std::string& event) const {
    return holds_within(most, [&] { return logged(event) > 0; });
  }
  void signal(int number) const { ::kill(process_.id(), number); }

  /// Status code and body of its status port's answer; 0 if there is none.
  std::pair<int, std::string> get(const std::string& path) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<std::uint16_t>(std::stoi(status_port())));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 3, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    std::string text;
    if (::connect(socket, reinterpret_cast<sockaddr*>(&place), sizeof(place)) == 0) {
      const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      static_cast<void>(::send(socket, request.data(), request.size(), MSG_NOSIGNAL));
      std::array<char, 4096> piece{};
      for (ssize_t size = 0; (size = ::recv(socket, piece.data(), piece.size(), 0)) > 0;)
        text.append(piece.data(), static_cast<std::size_t>(size));
    }
    ::close(socket);
    if (text.size() < 12) return {0, ""};
    return {std::stoi(text.substr(9, 3)), text.substr(text.find("\r\n\r\n") + 4)};
  }
  /// The value of a metric without labels.
  double metric(const std::string& name) const {
    const std::string text = "\n" + get("/metrics").second;
    const std::size_t at = text.find("\n" + name + " ");
    CAPTURE(name, text);
    REQUIRE(at != std::string::npos);
    return std::stod(text.substr(at + name.size() + 2));
  }
  std::string status_port() const {
    const std::string text = log();
    const std::string label = "status=127.0.0.1:", json_label = "\"status\":\"127.0.0.1:";
    std::size_t at = text.find(label);
    if (at != std::string::npos) return text.substr(at + label.size(), 5);
    at = text.find(json_label);
    return at == std::string::npos ? port_ : text.substr(at + json_label.size(), 5);
  }

 private:
  static std::string fresh(const std::string& folder) {
    std::filesystem::remove_all(folder);
    return folder;
  }
  std::vector<std::string> words(const Options& options) const {
    std::vector<std::string> all{"relay", "--listen", "127.0.0.1:" + options.port, "--logs", logs_};
    all.insert(all.end(), options.more.begin(), options.more.end());
    return all;
  }
  std::vector<std::string> starter(const Options& options) const {
    std::vector<std::string> all = options.before;
    for (const std::string& word : {std::string("sh"), std::string("-c"),
                                    options.shell + "exec \"$0\" \"$@\" 2>>'" + log_ + "'"})
      all.push_back(word);
    std::filesystem::remove(log_);
    return all;
  }

  std::string logs_;
  std::string log_;
  Process process_;
  std::string port_;
};

/// A bot of the test's game at that relay, with further options.
inline std::vector<std::string> bot_at(const std::string& address, std::vector<std::string> more) {
  std::vector<std::string> all{
      "bot", "--game", "tally", "--games-dir", TUTTI_TEST_GAMES "/good", "--connect", address};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace tutti::test

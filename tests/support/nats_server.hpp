#pragma once
// Real nats-servers on the loopback interface, each in a folder of its own; they end with the test,
// however that ends.

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace tutti::test {

class NatsServer {
 public:
  struct Options {
    bool has_jetstream = true;
    std::vector<std::string> more{};  ///< further options
    std::string config{};             ///< the text of a file of options
  };
  explicit NatsServer(const std::string& name) : NatsServer(name, Options{}) {}
  NatsServer(const std::string& name, Options options)
      : folder_((std::filesystem::temp_directory_path() /
                 ("tutti-nats-" + std::to_string(::getpid()) + "-" + name))
                    .string()),
        options_(std::move(options)) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    start();
  }
  ~NatsServer() {
    kill();
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  const std::string& port() const { return port_; }
  std::string url() const { return "nats://127.0.0.1:" + port_; }
  /// Publishes this with a subject for answers; gives the text with the answer.
  std::string ask(const std::string& subject, const std::string& body) const {
    const std::string words = "CONNECT {\"verbose\":false}\r\nSUB answer 1\r\nPUB " + subject +
                              " answer " + std::to_string(body.size()) + "\r\n" + body + "\r\n";
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port_)));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket, reinterpret_cast<sockaddr*>(&place), sizeof(place)) == 0);
    static_cast<void>(::send(socket, words.data(), words.size(), MSG_NOSIGNAL));
    std::string text;
    std::array<char, 4096> piece{};
    while (text.find("MSG answer") == text.npos ||
           text.find("}\r\n", text.find("MSG answer")) == text.npos) {
      const ssize_t size = ::recv(socket, piece.data(), piece.size(), 0);
      if (size <= 0) break;
      text.append(piece.data(), static_cast<std::size_t>(size));
    }
    ::close(socket);
    return text;
  }
  void stop() const { ::kill(pid_, SIGSTOP); }
  void go_on() const { ::kill(pid_, SIGCONT); }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  /// With what it had, at the port that it had.
  void start() {
    std::vector<std::string> words{
        "nats-server",      "--addr", "127.0.0.1", "--port", port_.empty() ? "-1" : port_,
        "--ports_file_dir", folder_};
    if (options_.has_jetstream) {
      words.insert(words.end(), {"--jetstream", "--store_dir", folder_ + "/store"});
    }
    if (!options_.config.empty()) {
      std::ofstream(folder_ + "/config") << options_.config << "\n";
      words.insert(words.end(), {"--config", folder_ + "/config"});
    }
    words.insert(words.end(), options_.more.begin(), options_.more.end());
    std::vector<char*> arguments;
    for (std::string& word : words)
      arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const std::string log = folder_ + "/log";
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(file, STDOUT_FILENO);
      ::dup2(file, STDERR_FILENO);
      ::execvp(arguments[0], arguments.data());
      ::_exit(127);
    }
    wait_until_ready();
  }

 private:
  void wait_until_ready() {
    const std::string file = folder_ + "/nats-server_" + std::to_string(pid_) + ".ports";
    const std::string label = "nats://127.0.0.1:";
    for (int tries = 0; tries < 1000; ++tries) {
      std::ostringstream text;
      text << std::ifstream(file).rdbuf();
      const std::size_t at = text.str().find(label);
      if (at != std::string::npos && text.str().find('}') != std::string::npos) {
        const std::string rest = text.str().substr(at + label.size());
        port_ = rest.substr(0, rest.find('"'));
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::ostringstream log;
    log << std::ifstream(folder_ + "/log").rdbuf();
    FAIL("nats-server does not start: " << log.str());
  }

  std::string folder_;
  Options options_;
  std::string port_;
  ::pid_t pid_ = 0;
};

/// Three servers that keep everything three times.
class NatsCluster {
 public:
  explicit NatsCluster(const std::string& name) {
    constexpr std::size_t count = 3;
    std::string routes;
    std::vector<std::string> places;
    for (std::size_t i = 0; i < count; ++i) {
      places.push_back("nats://127.0.0.1:" + free_port());
      routes += (i == 0 ? "" : ",") + places[i];
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::string own = name + "-" + std::to_string(i);
      servers_.push_back(std::make_unique<NatsServer>(
          own, NatsServer::Options{.more = {"--name", own, "--cluster_name", name, "--cluster",
                                            places[i], "--routes", routes, "--no_advertise"}}));
    }
  }
  std::vector<std::unique_ptr<NatsServer>>& servers() { return servers_; }
  std::string url() const {
    return servers_[0]->url() + ",127.0.0.1:" + servers_[1]->port() +
           ",127.0.0.1:" + servers_[2]->port();
  }

 private:
  static std::string free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(place);
    REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&place), size) == 0);
    REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&place), &size) == 0);
    ::close(socket);
    return std::to_string(ntohs(place.sin_port));
  }

  std::vector<std::unique_ptr<NatsServer>> servers_;
};

}  // namespace tutti::test

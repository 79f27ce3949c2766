#pragma once
// Relays of one fleet as processes, with a real server of NATS.

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "support/nats_server.hpp"
#include "tools/program.hpp"
#include "tools/relay_process.hpp"
#include "tutti/engine/key_files.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/storage.hpp"

namespace tutti::test {

/// Three relays of one fleet, each with a key of its own, and bots who play there.
class Relays {
 public:
  Relays(const NatsServer& server, const std::string& name)
      : name_(name), fleet_key_(scratch(name + "-fleet.key")) {
    std::filesystem::remove(fleet_key_);
    const Ran made = run_tutti("fleet key " + fleet_key_);
    REQUIRE(made.status == 0);
    known_by_ = made.out.substr(0, made.out.find('\n'));
    for (int i = 0; i < 3; ++i) {
      const std::string own = name + "-" + std::to_string(i);
      std::string logs = scratch(own + "-logs");
      std::filesystem::remove_all(logs);
      std::filesystem::create_directories(logs);
      give_certificate(logs);
      relays_.push_back(std::make_unique<RelayProcess>(
          own, RelayProcess::Options{.logs = logs,
                                     .more = {"--fleet", server.url(), "--fleet-copies", "1"}}));
    }
    for (const auto& relay : relays_) {
      CHECK(holds_within(std::chrono::seconds(10), [&] {
        return relay->metric("tutti_relay_fleet_lease_milliseconds") > 500;
      }));
    }
  }
  RelayProcess& operator[](std::size_t i) { return *relays_[i]; }
  std::size_t count() const { return relays_.size(); }
  /// What clients know them by.
  const std::string& key() const { return known_by_; }
  /// Their addresses, this one's first.
  std::string addresses(std::size_t first) const {
    std::string all;
    for (std::size_t i = 0; i < relays_.size(); ++i)
      all += (i == 0 ? "" : ",") + relays_[(first + i) % relays_.size()]->address();
    return all;
  }
  /// A match of two, each of whom asks another relay.
  void play(std::size_t opened_at, const std::string& seconds) {
    const std::string own = name_ + "-bot-" + std::to_string(bots_.size());
    bots_.push_back(std::make_unique<Process>(
        scratch(own), bot_at(addresses(opened_at), {"--create", "--players", "2", "--seconds",
                                                    seconds, "--relay-key", known_by_})));
    rooms_.push_back(bots_.back()->word_after("room "));
    bots_.push_back(std::make_unique<Process>(
        scratch(own + "-guest"),
        bot_at(addresses(opened_at + 1), {"--room", rooms_.back(), "--relay-key", known_by_})));
  }
  bool are_all_in() const {
    std::size_t joined = 0;
    for (const auto& relay : relays_)
      joined += relay->logged("joined");
    return joined >= bots_.size();
  }
  void expect_all_end_well() {
    for (const auto& bot : bots_)
      CHECK(bot->wait() == 0);
  }
  /// The files of the matches at a relay, once there are so many.
  std::vector<MatchRecord> matches_of(std::size_t relay, std::size_t count) const {
    const auto files = [&] {
      std::vector<std::string> found;
      for (const auto& entry : std::filesystem::directory_iterator(relays_[relay]->logs())) {
        if (entry.path().extension() == ".tutti") found.push_back(entry.path().string());
      }
      return found;
    };
    CHECK(holds_within(std::chrono::seconds(15), [&] { return files().size() == count; }));
    std::vector<MatchRecord> matches;
    for (const std::string& file : files()) {
      const Result<Bytes> bytes = posix_storage().read(file);
      REQUIRE(bytes);
      auto match = read_match(*bytes);
      REQUIRE(match);
      CHECK_FALSE(match->damage);
      matches.push_back(std::move(match->record));
    }
    return matches;
  }

 private:
  /// As an operator does it, whom the relay's public key was brought.
  void give_certificate(const std::string& logs) const {
    REQUIRE(load_or_make_key(logs + "/relay.key"));
    const Ran made = run_tutti("fleet certify " + logs + "/relay.pub --days 2 --key " + fleet_key_);
    REQUIRE(made.status == 0);
    std::ofstream(logs + "/relay.cert") << made.out;
  }

  std::string name_;
  std::string fleet_key_;
  std::string known_by_;
  std::vector<std::unique_ptr<RelayProcess>> relays_;
  std::vector<std::unique_ptr<Process>> bots_;
  std::vector<std::string> rooms_;
};

}  // namespace tutti::test

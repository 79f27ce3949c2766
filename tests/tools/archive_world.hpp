#pragma once
// A fleet whose archive has matches, and workers who fold them.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/nats_server.hpp"
#include "tools/query.hpp"
#include "tools/relay_process.hpp"

namespace tutti::test {

class ArchiveWorld {
 public:
  explicit ArchiveWorld(const std::string& name)
      : name_("archive-" + name), server_(name_), relay_(name_, {.more = in_fleet()}) {
    std::filesystem::remove_all(matches());
    std::filesystem::create_directories(matches());
  }
  NatsServer& server() { return server_; }
  RelayProcess& relay() { return relay_; }
  std::string matches() const { return scratch(name_ + "-matches"); }

  /// So many matches more, which were played elsewhere.
  void send(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string seed = std::to_string(++seeds_);
      REQUIRE(run_tutti("match --game tally@1.9 --seconds 5 --seed " + seed + good_games +
                        "--log " + matches() + "/" + seed + ".tutti")
                  .status == 0);
    }
    const Ran sent = run_tutti("archive send " + matches() + " --json " + fleet());
    REQUIRE(sent.status == 0);
    CHECK(nlohmann::json::parse(sent.out)["matches_in_archive"] == seeds_);
  }
  std::string fleet() const { return " --fleet " + server_.url() + " "; }
  /// A new file for a database.
  std::string sqlite(const std::string& own) const {
    std::string path = scratch(name_ + "-" + own + ".db");
    for (const char* ending : {"", "-wal", "-shm"})
      std::filesystem::remove(path + ending);
    return path;
  }
  std::string project(const std::string& database, const std::string& more = good_games) const {
    return "archive project --json --db '" + database + "'" + fleet() + more;
  }
  /// The same in the background.
  std::unique_ptr<Process> worker(const std::string& own, const std::string& database,
                                  std::vector<std::string> more = {},
                                  const std::string& games = "good") const {
    std::vector<std::string> words{"archive",     "project",     "--json",
                                   "--db",        database,      "--fleet",
                                   server_.url(), "--games-dir", TUTTI_TEST_GAMES "/" + games};
    words.insert(words.end(), more.begin(), more.end());
    return std::make_unique<Process>(scratch(name_ + "-" + own), words);
  }

 private:
  std::vector<std::string> in_fleet() const {
    return {"--fleet", server_.url(), "--fleet-copies", "1"};
  }

  std::string name_;
  NatsServer server_;
  RelayProcess relay_;
  int seeds_ = 0;
};

/// A number of a report.
inline std::int64_t counted(const std::string& report, const std::string& name) {
  CAPTURE(report);
  const auto json = nlohmann::json::parse(report, nullptr, false);
  REQUIRE(json.is_object());
  return json.value(name, std::int64_t{-1});
}

}  // namespace tutti::test

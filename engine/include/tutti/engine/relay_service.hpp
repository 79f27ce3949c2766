#pragma once
// A relay that runs: the server on real sockets, its journal and match files in a folder. `tutti
// relay` is this in a process, `host` on a thread.

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "tutti/engine/catalog.hpp"
#include "tutti/net/enet_link.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/signature.hpp"

namespace tutti {

class RelayService {
 public:
  struct Options {
    /// `address:port`; port 0 takes a free one.
    std::string listen = "0.0.0.0:4747";
    /// The folder for the journal, the match files and the key that signs them (`relay.key`, its
    /// public half in `relay.pub`); made if it is not there. Empty for
    /// `default_matches_folder()`.
    std::string logs{};
    RelayServer::Options server{};
    /// The journal is begun anew, with the running matches alone, when it has grown so far.
    std::uint64_t journal_bytes_max = 16 * 1024 * 1024;
    /// The games that the relay may judge by where players' states differ and they cannot agree who
    /// is right; nothing for a relay that knows none. It runs the code of modules in these folders.
    std::optional<GameCatalog> referee{};
  };
  /// Binds the port and opens the journal `relay-<port>.journal`. If a relay that died left one,
  /// its matches go on: their players come back by themselves.
  static Result<std::unique_ptr<RelayService>> open(Options options);
  ~RelayService();

  /// One pass at the present moment, after waiting at most `wait` for a datagram. Returns what went
  /// wrong since the last pass (a file that could not be written), if anything: the matches go on.
  std::optional<Error> pass(Duration wait);

  /// Ends every match, tells the players and writes the files; takes at most about 6 s.
  std::optional<Error> close();

  /// Opens a room in which a branch is played on by whoever joins it, and returns its code; see
  /// RelayServer::open_branch.
  std::string open_branch(MatchRecord record);

  std::uint16_t port() const { return link_->local_port(); }
  const RelayServer& server() const { return *server_; }
  const std::string& logs() const { return logs_; }
  /// The match files written so far, newest last: those recovered at the start among them.
  const std::vector<std::string>& files() const { return files_; }
  /// The evidence written so far about players' states that differed, beside the match files:
  /// `<match>-tick<tick>.desync`, the first eight of a match.
  const std::vector<std::string>& evidence() const { return evidence_; }

 private:
  RelayService() = default;
  Result<void> sign_and_keep(MatchRecord& record);
  Result<void> renew();
  Result<void> keep(const RelayServer::FoundDesync& found);

  std::string logs_;
  std::string journal_path_;
  std::uint64_t journal_bytes_max_ = 0;
  Instant next_renewal_{};
  std::optional<SigningKey> key_;
  std::unique_ptr<EnetLink> link_;
  std::optional<Journal> journal_;
  std::unique_ptr<RelayServer> server_;
  std::vector<std::string> files_;
  std::vector<std::string> evidence_;
  bool is_journal_failing_ = false;
  bool has_unkept_ = false;  // a match that is over could not be written as a file
};

/// A relay service on a thread of its own, from construction to destruction.
class HostedRelay {
 public:
  explicit HostedRelay(std::unique_ptr<RelayService> service);
  ~HostedRelay();
  std::uint16_t port() const { return port_; }

 private:
  std::unique_ptr<RelayService> service_;
  std::uint16_t port_;
  std::atomic<bool> is_stopping_ = false;
  std::thread thread_;
};

}  // namespace tutti

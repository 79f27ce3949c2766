#pragma once
// A running relay: the server on real sockets, with its journal and match files in a folder. `tutti
// relay` is this in a process of its own, `host` on a thread.

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

/// See the top of this file. It is used by one thread at a time.
class RelayService {
 public:
  struct Options {
    /// `address:port`; port 0 takes a free one.
    std::string listen = "0.0.0.0:4747";
    /// The folder for the journal, the match files and the key that signs them (`relay.key`, with
    /// its public half in `relay.pub`). It is made if it is not there. Empty for
    /// `default_matches_folder()`.
    std::string logs{};
    RelayServer::Options server{};
    /// A journal that has grown so far is begun anew, with the running matches alone.
    std::uint64_t journal_bytes_max = 16 * 1024 * 1024;
    /// The games by which the relay may judge where players' states differ and the players cannot
    /// agree; nothing for a relay that knows no game. It runs the code of modules in these folders.
    std::optional<GameCatalog> referee{};
  };
  /// Binds the port and opens the journal `relay-<port>.journal`. If a relay that died left one,
  /// its matches go on, and their players come back by themselves. Errors: Fault::system if the
  /// port is taken or the folder cannot be used, Fault::refused if another relay has the journal
  /// open.
  static Result<std::unique_ptr<RelayService>> open(Options options);
  ~RelayService();

  /// One pass at the present moment, after waiting at most `wait` for a datagram. Returns an error
  /// if something has gone wrong since the last pass (a file that could not be written); the
  /// matches go on.
  std::optional<Error> pass(Duration wait);

  /// Ends every match, tells the players and writes the files, which takes at most about 6 s.
  std::optional<Error> close();

  /// Opens a room in which a branch is played on by the players who join it, and returns its code;
  /// see RelayServer::open_branch.
  std::string open_branch(MatchRecord record);

  std::uint16_t port() const { return link_->local_port(); }
  const RelayServer& server() const { return *server_; }
  const std::string& logs() const { return logs_; }
  /// The match files written so far, newest last; those recovered at the start are among them.
  const std::vector<std::string>& files() const { return files_; }
  /// The evidence about players' states that differed, written so far beside the match files:
  /// `<match>-tick<tick>.desync`, the first eight of each match.
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

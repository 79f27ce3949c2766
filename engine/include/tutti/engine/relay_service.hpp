#pragma once
// A running relay: the server on real sockets, with its journal and match files in a folder. `tutti
// relay` is this in a process of its own, `host` on a thread.

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tutti/engine/background_storage.hpp"
#include "tutti/engine/catalog.hpp"
#include "tutti/engine/fleet_member.hpp"
#include "tutti/engine/match_keeper.hpp"
#include "tutti/net/sealed_link.hpp"
#include "tutti/net/server.hpp"
#include "tutti/net/used_tokens.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// Eight hexadecimal digits that follow from a room's code and a relay's key, by which logs may
/// name the room.
TUTTI_API std::string room_tag(const SigningKey& key, std::string_view room);
/// The same by the key in a relay's folder. Errors: Fault::system if there is none or it cannot be
/// read, Fault::bad_data if it is none.
TUTTI_API Result<std::string> room_tag(const std::string& logs, std::string_view room);

namespace detail {
class MatchFolder;
}

/// The limits on a relay's folder of match files; 0 is no limit. Beyond them a match file is
/// deleted if an archive has a copy of it, the oldest first. Matches that run, or of which there is
/// no such copy, are never deleted: where they are too many, the relay opens no more rooms.
struct FolderLimits {
  std::size_t files_max = 100'000;                       ///< match files
  std::uint64_t bytes_max = 16ULL * 1024 * 1024 * 1024;  ///< of all of them together
  /// Match files are deleted after this time, if the archive has them.
  Duration age_max{0};
  /// A folder to which somebody else copies the match files, under their names. Empty for none:
  /// then nothing is ever deleted.
  std::string archive{};
};

/// See the top of this file. It is used by one thread at a time.
class TUTTI_API RelayService {
 public:
  /// Where a relay listens, what it keeps, and how much it takes.
  struct Options {
    /// `address:port`; port 0 takes a free one. `[::]` is every interface, by IPv6 and IPv4.
    std::string listen = "[::]:4747";
    /// The folder for the journal, the match files and the key that signs them and by which players
    /// know the relay (`relay.key`, with its public half in `relay.pub`). It is made if it is not
    /// there. Empty for
    /// `default_matches_folder()`.
    std::string logs{};
    RelayServer::Options server{};  ///< What the relay takes, and how long it waits.
    /// An operator's public key: then nobody comes without a token that has its signature (`tutti
    /// token` makes them). Used ones are kept in the folder, in `relay-<port>.tokens`.
    std::optional<PublicKey> admission_key{};
    SealedLinkOptions link{};  ///< How many connections it takes; the key is the folder's.
    /// A journal that has grown so far is begun anew, with the running matches alone.
    std::uint64_t journal_bytes_max = 16 * 1024 * 1024;
    FolderLimits folder{};  ///< What may lie in the folder of match files.
    /// The games by which the relay may judge where players' states differ and the players cannot
    /// agree; nothing for a relay that knows no game. It runs the code of modules in these folders.
    std::optional<GameCatalog> referee{};
    /// Somebody who reads the journal behind the relay, such as a `Fleet`, or null; must outlive
    /// the service.
    JournalFollower* follower = nullptr;
    /// The relay's part in a fleet, or null for a relay by itself; must outlive the service. What
    /// it has to know of this relay is in the folder, in `relay-<port>.fleet`, and the match files
    /// that its archive does not have yet are in `relay-<port>.outbox`.
    FleetMember* fleet = nullptr;
  };
  /// Binds the port and opens the journal `relay-<port>.journal`. If a relay that died left one,
  /// its matches go on, but those that another relay of the fleet has gone on with, and their
  /// players come back by themselves. Errors: Fault::usage for an address that makes no sense,
  /// Fault::system if the port is taken or the folder, the key or the journal cannot be used,
  /// Fault::refused if another relay has the journal open, and those of FleetMember::enter. No
  /// match in the journal keeps a relay from starting.
  static Result<std::unique_ptr<RelayService>> open(Options options);
  /// As `close`, but lets no match come to its end: those that run stay in the journal.
  ~RelayService();

  /// One pass at the present moment, after waiting at most `wait` for a datagram; but not within
  /// half a millisecond of the pass before. Returns what went wrong since the last pass (a file
  /// that could not be written), if anything: the matches go on, and what is not written is tried
  /// again.
  std::optional<Error> pass(Duration wait);

  /// Ends every match, tells the players and writes the files; takes at most about 6 s. The journal
  /// goes when each of its matches is a file; otherwise it stays, and the error says so. No pass
  /// may follow.
  std::optional<Error> close();

  /// Opens no new rooms from now on, and tells the players that the relay is about to be stopped,
  /// within this time. Passes go on; when to stop is the caller's affair, by `hand_over` or
  /// `close`.
  void drain(Duration within);
  /// Hands the matches that run to other relays of the fleet, some at a time; see
  /// RelayServer::hand_over_all. Precondition: there is a fleet.
  void hand_over_matches() { server_->hand_over_all(); }
  /// Ends, and lets no match come to its end: those that run stay in the journal, for the next
  /// relay with this folder and port, and their players come back to that by themselves. Errors:
  /// see `close`. No pass may follow.
  std::optional<Error> hand_over();
  /// See RelayServer::change_options.
  void change_options(const RelayServer::Options& options);

  /// Opens a room in which a branch is played on by its joiners, and returns its code; see
  /// RelayServer::open_branch.
  std::string open_branch(MatchRecord record);

  std::uint16_t port() const { return link_->local_port(); }  ///< The UDP port at which it listens.
  /// The relay's key. A player who has it cannot be led to another relay.
  PublicKey key() const { return link_->known_by(); }
  /// A short name of a room, for logs: a hash of its code with the relay's key, from which nobody
  /// without that key finds the code. The next relay with this key gives the same one.
  std::string room_tag(std::string_view room) const { return tutti::room_tag(*key_, room); }
  /// Takes the oldest of the news about rooms; see RelayServer::next_news.
  std::optional<RelayNews> next_news() { return server_->next_news(); }
  /// See MatchKeeper::next_written.
  std::optional<WrittenFile> next_written() { return keeper_->next_written(); }
  /// The journal's health; null once the relay has ended.
  const JournalStatus* journal_status() const { return keeper_->journal_status(); }
  /// The number of times that the journal was begun anew.
  std::uint64_t renewals() const { return keeper_->renewals(); }
  /// How long the last pass took, without its waiting.
  Duration last_pass() const { return last_pass_; }
  /// The relay itself: its matches and its counters.
  const RelayServer& server() const { return *server_; }
  /// What has gone through its socket.
  LinkStatistics link_statistics() const { return link_->statistics(); }
  const std::string& logs() const { return logs_; }  ///< The folder of its match files.
  /// The file of its journal.
  const std::string& journal_path() const { return keeper_->journal_path(); }
  /// See MatchKeeper.
  const std::vector<std::string>& files() const { return keeper_->files(); }
  const std::vector<std::string>& evidence() const { return keeper_->evidence(); }
  /// The number of matches that are over and only in the journal, since no file could be written.
  std::size_t unkept() const { return keeper_->unkept(); }
  /// The number of matches that are over and became no file, since nobody did anything in them.
  std::uint64_t unplayed() const { return keeper_->unplayed(); }
  /// Why the folder takes no more matches, so that no room is opened; none while it does.
  std::optional<std::string> why_folder_is_full() const;
  /// The number of match files that were deleted, since an archive has them.
  std::uint64_t deleted() const;
  /// The codes of the rooms that the journal had at the start, and that another relay of the fleet
  /// has gone on with since.
  const std::vector<std::string>& left_elsewhere() const { return left_elsewhere_; }

 private:
  RelayService();
  void look_after_folder(Instant now);
  Result<void> go_on(FleetMember* fleet, std::shared_ptr<MatchOutbox> outbox);
  RelayServer::Options chosen(RelayServer::Options options) const;

  std::string logs_;
  bool is_public_ = false;
  std::optional<SigningKey> key_;
  Duration last_pass_{};
  std::unique_ptr<SealedLink> link_;
  BackgroundStorage storage_{posix_storage()};
  std::optional<MatchKeeper> keeper_;
  std::optional<UsedTokens> used_tokens_;
  std::unique_ptr<RelayServer> server_;
  Instant passed_{};  // when the last pass began
  std::unique_ptr<detail::MatchFolder> folder_;
  std::uint64_t files_noted_ = 0;  // that were written
  Instant looked_at_{};            // into the folder
  std::vector<std::string> left_elsewhere_;
};

/// A relay service on a thread of its own, from construction to destruction.
class TUTTI_API HostedRelay {
 public:
  /// Takes the service over and runs it until this object is destroyed.
  explicit HostedRelay(std::unique_ptr<RelayService> service);
  ~HostedRelay();

  std::uint16_t port() const { return port_; }  ///< The UDP port at which the relay listens.
  /// The trouble since the last call, if there was any: a file that could not be written, a
  /// journal on a full disk. The match goes on.
  std::optional<Error> take_trouble();
  /// Ends every match and the thread, as RelayService::close does, and returns what is wrong in the
  /// end. Takes at most about 6 s; calling it again does nothing.
  std::optional<Error> close();

 private:
  void run();

  std::unique_ptr<RelayService> service_;
  std::uint16_t port_;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::optional<Error> trouble_;  // under the mutex
  std::thread thread_;
};

}  // namespace tutti

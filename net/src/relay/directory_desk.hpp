#pragma once
// A relay's questions to the directory of its fleet: whose hello waits for which answer.

#include <map>
#include <optional>

#include "tutti/net/link.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/net/room_directory.hpp"

namespace tutti::detail {

/// A hello that waits for an answer, and what it asked.
struct WaitingHello {
  PeerId peer{};
  Hello hello{};
  RoomQuestion question{};
};

class DirectoryDesk {
 public:
  /// The directory must outlive this.
  explicit DirectoryDesk(RoomDirectory& directory) : directory_(&directory) {}

  /// An answer, and whose it is.
  struct Answered {
    RoomAnswer answer{};
    WaitingHello waiting{};
  };

  bool is_waiting(PeerId peer) const { return numbers_.contains(peer); }
  /// Asks about the room of a hello, or whether one with this code is to be opened. False if the
  /// directory takes no further questions.
  bool ask(PeerId peer, const Hello& hello, const std::string& code);
  std::optional<Answered> next();

  /// Whether the matches are surely this relay's own.
  bool has_lease(Instant now);
  /// How long they have not been.
  Duration without_lease(Instant now) const { return now - leased_at_; }

  RoomDirectory& directory() { return *directory_; }

 private:
  RoomDirectory* directory_;
  std::map<PeerId, std::uint64_t> numbers_{};
  std::map<std::uint64_t, WaitingHello> waiting_{};
  std::uint64_t last_number_ = 0;
  Instant leased_at_{};  // when they were last
};

}  // namespace tutti::detail

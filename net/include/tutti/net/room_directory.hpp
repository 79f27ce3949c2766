#pragma once
// Where the rooms of a fleet are: relays of several machines, each with rooms of its own, agree by
// a directory outside of all of them on who has which. A relay asks it about a room that it does
// not have, before it opens one, and goes on with its matches only as long as the directory says
// that they are its own. Nothing here waits: answers come later. Without a directory a relay is by
// itself. net/FLEET.md explains it.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "tutti/net/address.hpp"
#include "tutti/net/time.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

/// A relay's question about a room.
struct RoomQuestion {
  std::uint64_t number = 0;  ///< of the question, for the answer
  std::string room{};        ///< the code
  bool opens = false;        ///< open it here, if there is no such room
  /// The room may as well be opened by another relay that has less to do.
  bool may_be_opened_elsewhere = false;
};

/// The answers.
namespace room_answer {
/// There is no such room.
struct Nowhere {};
/// Another relay has it, or is to open it.
struct Elsewhere {
  Address relay{};  ///< a numeric address
};
/// The code was free, and stands for a room of this relay from now on; or it does already.
struct Opened {};
/// The relay that had it is gone, and this one is to go on with it.
struct TakenOver {
  MatchRecord record;       ///< all that is known of the match, which is not over
  std::uint32_t epoch = 0;  ///< that nobody has used, and above all that anybody has
};
/// Nobody knows, for this reason.
struct Unknown {
  std::string sentence{};  ///< for the client
};
}  // namespace room_answer

/// What came of a question.
struct RoomAnswer {
  std::uint64_t number = 0;  ///< of the question
  std::variant<room_answer::Nowhere, room_answer::Elsewhere, room_answer::Opened,
               room_answer::TakenOver, room_answer::Unknown>
      is{};  ///< the answer
};

/// A room that is not this relay's any more, or that was to be handed over and stays.
struct RoomMoved {
  std::string room{};              ///< the code
  std::optional<Address> relay{};  ///< who has it now, if that is known
  bool is_kept = false;            ///< it stays: no other relay could take it
};

/// See the top of this file. Its functions are called on the relay's thread, and must not wait.
class TUTTI_API RoomDirectory {
 public:
  virtual ~RoomDirectory() = default;

  /// Asks. False if too many questions are under way.
  virtual bool ask(const RoomQuestion& question) = 0;
  /// An answer that nobody has taken.
  virtual std::optional<RoomAnswer> next_answer() = 0;

  /// A room of this relay is closed, or was not opened after all: its code is free again.
  virtual void close(const std::string& room) = 0;
  /// Whether a room of this relay may be handed over: whoever is to have it has been asked, with
  /// the first call, and knows what there is of its match. Nobody is waited for very long.
  virtual bool is_prepared(const std::string& room) = 0;
  /// A room of this relay is to become another one's, which goes on with its match. All that was
  /// ordered is written, and nothing more is until `next_moved` says what came of it.
  virtual void hand_over(const std::string& room) = 0;
  /// A room of this relay that has become another one's.
  virtual std::optional<RoomMoved> next_moved() = 0;
  /// Rooms that were handed over, and with which the other relay has not gone on yet. One that
  /// keeps a room waiting is not counted for long.
  virtual std::size_t on_the_way() const = 0;

  /// How far the log of one of this relay's rooms is kept off its machine: the last tick of which
  /// nothing is missing there.
  virtual Tick replicated(const std::string& room) const = 0;

  /// Whether the matches of this relay are surely its own at this time; while they are not, their
  /// clocks stand still and nothing is ordered.
  virtual bool has_lease(Instant now) const = 0;
};

}  // namespace tutti

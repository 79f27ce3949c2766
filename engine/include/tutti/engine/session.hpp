#pragma once
// A session: one participant's running match. The same class plays alone, plays online, hosts,
// watches a file and rehearses; only where its events come from differs.
//
//   auto session = tutti::join<Pong>({.relay = "play.example.org", .room = "K7Q2M"});
//   while (running) {
//     session->set_input({.move = 1});                    // what the player holds now
//     session->advance(std::chrono::steady_clock::now());
//     draw(session->state());
//     for (const auto& effect : session->effects()) play_sound(effect);
//   }
//
// session_options.hpp has the options of a session, session_status.hpp its status and statistics.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/engine/commands.hpp"
#include "tutti/engine/effects.hpp"
#include "tutti/engine/playback.hpp"
#include "tutti/engine/session_options.hpp"
#include "tutti/engine/session_status.hpp"
#include "tutti/net/link.hpp"
#include "tutti/net/time.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

struct Hello;
struct Opening;

/// A session of any game. `Session<G>` is this class with the game's own types; engines that load
/// games at run time use this class itself. It is for one thread at a time. A session that was
/// moved from can only be assigned to or destroyed. A session that is destroyed leaves its match
/// first.
class TUTTI_API AnySession {
 public:
  AnySession(AnySession&&) noexcept;
  AnySession& operator=(AnySession&&) noexcept;
  ~AnySession();

  /// Plays without a network; every slot is a local player's. Errors: Fault::usage for options that
  /// the game or the limits do not allow; here and in all others but `over`, Fault::bad_data for a
  /// game whose states cannot be saved: `load` refuses what `save` wrote, or makes something else
  /// of it.
  static Result<AnySession> solo(AnyGame game, SoloOptions options);
  /// Plays through a relay. Returns at once; `status` tells how it goes. Errors: Fault::usage for
  /// an address, a room code or options that make no sense, Fault::system without a socket.
  static Result<AnySession> join(AnyGame game, JoinOptions options);
  /// Runs a relay on a thread of its own and joins it. The room's code is `room()`, once playing.
  /// Errors: as for `join`; and Fault::system if the port is taken or the folder cannot be used.
  static Result<AnySession> host(AnyGame game, HostOptions options);
  /// Watches a match that others play. Nobody waits for a spectator; it is shown final ticks, from
  /// the match's beginning if it likes (`playback`). Errors: as for `join`.
  static Result<AnySession> spectate(AnyGame game, SpectateOptions options);
  /// Watches a match file, or a record; a clip or a bug report from its mark on. Errors: a file
  /// that cannot be read; Fault::refused if other rules recorded it, naming both; Fault::bad_data
  /// if it holds nothing of the participant in `options`.
  static Result<AnySession> watch(AnyGame game, const std::string& path, WatchOptions options);
  static Result<AnySession> watch(AnyGame game, MatchRecord record, WatchOptions options);
  /// Plays on from a tick of a recorded match, without a network: every slot is a local player's,
  /// and the result is a branch of that match. Errors: Fault::refused for other
  /// rules, Fault::usage for a tick at which the match is over.
  static Result<AnySession> take_over(AnyGame game, const MatchRecord& record, Tick at,
                                      SessionOptions options);
  /// Plays solo and re-simulates the last ticks at every tick; a difference fails the session.
  /// `session.rehearse_depth` 0 stands for 8 ticks. Errors: as for `solo`.
  static Result<AnySession> rehearse(AnyGame game, SoloOptions options);
  /// Plays through a link of the caller's own, which the session owns from now on: for programs
  /// that have a transport already. `relay` is connected or connecting on it. Of the options,
  /// `relay` and `state_folder` mean nothing here: a player whose process died gets no slot back.
  /// Errors: Fault::usage, as for `join`.
  static Result<AnySession> join_over(AnyGame game, std::unique_ptr<Link> link, PeerId relay,
                                      JoinOptions options);
  /// The same with a hello of the caller's own, as it is.
  static AnySession over(AnyGame game, std::unique_ptr<Link> link, PeerId relay, Hello hello,
                         SessionOptions options);

  /// Brings the session to `now`: takes in the log, corrects its prediction, steps to the present,
  /// sends. Call it once per drawn frame, or oftener. Precondition: `now` is not before the last
  /// one.
  void advance(Instant now);
  /// The number of calls of `advance`.
  std::uint64_t advances() const;

  /// The local player's controls are this from now on: canonical bytes of the game's `Input`, or of
  /// its `Event`. The step after the present plus the match's input delay sees it. The same as
  /// before costs nothing, so it may be set in every frame; the current one is offered again
  /// whenever the relay could not take it. False for one of more than limits::event_bytes with its
  /// tag, and if the match takes no events (any more).
  bool set_input(BytesView input);
  /// For sessions with several local players. Also false for a slot that is not a local one.
  bool set_input(PlayerId player, BytesView input);
  /// The local player says this once: a vote, an order, a line of chat. Canonical bytes of the
  /// game's `Command`; of a game with one `Event`, of that, which then does not change what is
  /// held. Commands are ordered as they were said, at most 7 at a tick, the rest at the ticks that
  /// follow; they outlive lost connections, and a relay that lost power. `outcomes` tells what
  /// became of each, also of one that is refused at once.
  CommandId send(BytesView command);
  CommandId send(PlayerId player, BytesView command);
  /// Does what an event says that the game's bot or `sample` gave (`AnyGame::play`): sets the
  /// input, or sends the command, whose id it returns.
  std::optional<CommandId> act(PlayerId player, BytesView event);
  /// The news of commands from the last `advance`. Valid until the next one.
  std::span<const CommandOutcome> outcomes() const;
  /// The tick that will see what was last offered, unless that comes late to the relay.
  Tick offered_for(PlayerId player) const;

  /// The predicted state at the present, and the one a tick before it for drawing in between.
  /// Before the match begins, a state as its default constructor makes it. Valid until `advance`.
  const void* state() const;
  const void* previous_state() const;
  /// The part of the tick after `previous_state` that has passed, 0 to 1.
  double fraction() const;
  /// The effects that the last `advance` told, retimed or cancelled. Valid until the next one.
  std::span<const EffectNotice> effects() const;

  Status status() const;  ///< What it is doing now.
  /// Why the status is `failed`. Precondition: it is.
  const Error& failure() const;
  SessionStatistics statistics() const;
  /// Every difference between players' states that was found, mended or not; the latest 64.
  const std::vector<Desync>& desyncs() const;
  /// The players' states differ since this tick and nobody could mend it: a bug in the game, two
  /// builds that compute otherwise, or a tampered machine.
  std::optional<Tick> diverged() const;

  const AnyGame& game() const;  ///< The game that is played.
  /// The local player's slot; the first of several. Nothing for a spectator, and while the relay
  /// has not given a slot yet; for a recording the participant as whom it is shown, if any.
  std::optional<PlayerId> player() const;
  /// The slots of all local players, the first one's first; none while the relay has not given
  /// them, and for a session that watches.
  std::vector<PlayerId> players() const;
  /// Whether it watches, a recording or as a spectator, and so takes no input.
  bool is_watching() const;
  /// The room's code, once known; empty without a relay.
  std::string room() const;
  /// The UDP port of the relay that a host runs; 0 for everybody else.
  std::uint16_t port() const;
  /// The trouble with the relay since the last call, if there was any. The match goes on. For a
  /// host: a disk that takes no match file, or no journal. For everybody else: that the relay,
  /// whose key was not given, has another one than the last time; or that its operator is about to
  /// stop it.
  std::optional<Error> relay_trouble();
  /// Leaves the match and ends the relay that a host runs, with all of its matches; says what is
  /// wrong in the end, like a match that is only in the journal. Takes at most about 6 s. A session
  /// that is destroyed does the same without a word. Nothing for everybody else.
  std::optional<Error> close_relay();
  /// The players' names by slot, as they can be shown, empty for empty slots; no slots before the
  /// match begins.
  std::vector<std::string> names() const;
  /// The players for whom the match waits: players who are lost and have not left; after the relay
  /// was started again, all others until it says who is back.
  std::vector<PlayerId> awaited() const;
  /// The referee's words that the log has, in order.
  const std::vector<RelayEvent>& corrections() const;
  /// The relay's life that told the log which this session follows: 0 until it is started again.
  std::uint32_t epoch() const;
  /// The states and the log. Null before the match begins; valid until `advance`.
  const Timeline* timeline() const;
  /// Null unless watching. Valid for as long as the session watches.
  Playback* playback();

  /// How the room is kept, once it is known; nothing without a relay.
  std::optional<RoomTerms> room_terms() const;
  /// The whole invitation for a friend, `host:port/CODE#key`: relay, room and the relay's key. A
  /// host says by which address of its machine its relay is found, `host` or `host:port`; for
  /// everybody else that is the address by which this session found it. Empty without a room.
  std::string invitation(std::string_view address = {}) const;

  /// The room's host has been asked about this session, and has not answered: whether it comes in
  /// (its status is `connecting` meanwhile), or gets the role that it wants.
  bool is_host_asked() const;
  /// Those who ask to come in, for the room's host to decide on: the player who opened the room, or
  /// once that has gone the one in the lowest slot. Empty for everybody else, and in rooms that ask
  /// nobody (`RoomTerms`).
  std::vector<Newcomer> newcomers() const;
  /// The host's answers. A newcomer on whom it has not decided after some time is turned away.
  void let_in(NewcomerId newcomer);
  void turn_away(NewcomerId newcomer);

  /// Removes a player from the match, or ends the match, by an event. The relay does so for the
  /// player who opened the room, and for nobody else.
  void kick(PlayerId player);
  void end_match();
  /// A referee's word, by an event like those two: that a match does not count, or from which tick
  /// on it is to be played again. Every reader of the log takes it into account, now or later;
  /// nothing is undone. `text` says why, at most limits::correction_bytes. The relay takes one in a
  /// second; for a match that is over use `tutti::correct` on its record.
  void correct(Correction correction, Tick about, std::string text);

  /// A spectator asks for a free slot; a player leaves its slot, by an event, and watches from so
  /// many seconds behind (0 to limits::spectator_delay_seconds). All goes on until the relay has
  /// answered. Then the session is in the other role (`is_watching`), and comes to the present from
  /// the log as one that joins late; or `role_refusal` says why not.
  void become_player(std::string name);
  void become_spectator(std::int64_t delay_seconds = 0);
  /// In words; empty if the last wish was granted or is not decided yet.
  std::string role_refusal() const;

  /// The match so far as this session knows it, with what it showed frame by frame: this machine's
  /// own recording. Fault::usage before the match begins.
  Result<MatchRecord> recording() const;
  /// Saves all of that in one file, with the state that is final here, what this program is built
  /// with, and a mark at the present tick, where readers of the file begin. Returns its path; the
  /// default is a name of its own in `bugs` below `default_state_folder()`. Errors: as for
  /// `recording`, and Fault::system if the file cannot be written.
  Result<std::string> report_bug(std::string_view note, std::string path = {}) const;

  /// Leaves the match: the others see it as an event. Also done by the destructor.
  void leave();

  /// The session itself, for what a typed session hides behind the game's types.
  AnySession& any() { return *this; }
  const AnySession& any() const { return *this; }

 private:
  class Running;
  friend struct Opening;
  explicit AnySession(std::unique_ptr<Running> running);
  static Result<AnySession> begin(AnyGame game, Result<Opening> opening);

  std::unique_ptr<Running> running_;
};

}  // namespace tutti

#include "tutti/engine/typed_session.hpp"

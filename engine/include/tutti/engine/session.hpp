#pragma once
// A session: one participant's running match. The same class plays alone, plays online, hosts,
// watches a file and rehearses; only where its events come from differs.
//
//   auto session = tutti::join<Pong>({.relay = "play.example.org", .room = "K7Q2M"});
//   while (running) {
//     session->offer({.move = 1});                        // when the player does something
//     session->advance(std::chrono::steady_clock::now());
//     draw(session->state());
//     for (const auto& effect : session->effects()) play_sound(effect);
//   }

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tutti/engine/effects.hpp"
#include "tutti/net/client.hpp"
#include "tutti/replay/cursor.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/replay/telemetry.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/fold_digest.hpp"
#include "tutti/sim/rehearsal.hpp"
#include "tutti/sim/setup.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti {

/// What a session is doing; never a silent wait (promise C6).
enum class Status : std::uint8_t {
  connecting,   ///< to the relay
  catching_up,  ///< folding the log up to the present
  playing,
  reconnecting,  ///< the relay is silent; the session looks for it and goes on by itself
  waiting,       ///< predicting no further: the log's horizon is too far behind
  held,          ///< the match clock stands still until lost players are back; see `awaited`
  resyncing,     ///< this machine's state was wrong and has been put right; the relay has the word
  paused,        ///< a replay that stands still
  ended,         ///< the match is over and its last tick is shown
  failed,        ///< see AnySession::failure
};
/// "playing", in words for a screen.
const char* to_text(Status status);

/// What every session may be told.
struct SessionOptions {
  /// Re-simulate the last so many confirmed ticks at every tick and compare; 0 for no rehearsal.
  std::size_t rehearse_depth = 0;
  /// Keep a running digest over every confirmed tick's state (`SessionStatistics::fold`).
  bool fold_digest = false;
  /// See Timeline::Options.
  std::size_t ring_ticks = Timeline::Options{}.ring_ticks;
  /// Ticks that one `advance` folds at most to catch up; it folds fewer by itself where the game's
  /// steps take long. With `fold_digest` or `rehearse_depth` every tick is folded, and nothing is
  /// begun at a snapshot.
  std::int64_t catch_up_ticks = 20'000;
  /// For who watches: ticks that each `advance` folds ahead, so that going anywhere is quick soon;
  /// fewer for a game whose steps take long.
  std::int64_t fill_ticks = 256;
  /// For who plays: remember what was shown frame by frame (some KB a minute), for `recording`.
  bool keeps_telemetry = true;
};

struct SoloOptions {
  std::uint64_t seed = 1;
  /// 0 for as many as the game needs at least.
  std::uint8_t players = 0;
  Bytes game_options{};
  /// When it ends by itself, what becomes of lost players, how input is delayed.
  MatchTerms terms{};
  SessionOptions session{};
};

struct JoinOptions {
  /// `host`, `host:port` or `a.b.c.d:port`; the default port is 4747.
  std::string relay = "127.0.0.1";
  /// The room's code; empty with `create` to be given a new one.
  std::string room{};
  /// What the others see, at most limits::name_bytes.
  std::string name{};
  /// Open the room if there is none: what the match begins with.
  std::optional<SoloOptions> create{};
  /// The folder for what lets a player come back after its process died: joining the same room of
  /// the same relay again gives it its slot back, for as long as the match keeps it. Empty for the
  /// platform's (`default_state_folder`).
  std::string state_folder{};
  /// What is held when nothing is held: offered first when a player has come back like that, since
  /// nobody knows what its hands do now. The typed `join` fills it in.
  std::optional<Bytes> neutral{};
  SessionOptions session{};
};

struct HostOptions {
  /// Where the relay listens, `address:port`; port 0 takes a free one.
  std::string listen = "0.0.0.0:4747";
  /// The folder for match logs; empty for the platform's (`default_matches_folder`).
  std::string logs{};
  std::string name{};
  SoloOptions match{};
  SessionOptions session{};
};

struct SpectateOptions {
  /// As in JoinOptions.
  std::string relay = "127.0.0.1";
  std::string room{};
  /// How far behind the match to stay, 0 to limits::spectator_delay_seconds: what spectators see
  /// late, they cannot tell the players in time.
  std::int64_t delay_seconds = 0;
  /// As in JoinOptions, should the spectator become a player.
  std::string state_folder{};
  SessionOptions session{};
};

struct WatchOptions {
  /// Show what this participant saw, mispredictions and rollbacks included; the file must hold its
  /// telemetry. A tick of `Playback` then is the time of one, counted so that the last frame's is
  /// the tick that it showed.
  std::optional<PlayerId> as{};
  SessionOptions session{};
};

/// Moves through a session that watches a recording, or a match that is still being played: that
/// one goes on at its end, which moves, until it is paused or goes back, and again from where
/// `length()` is reached.
class Playback {
 public:
  virtual ~Playback() = default;
  virtual Tick length() const = 0;
  virtual Tick position() const = 0;
  virtual bool is_paused() const = 0;
  virtual void set_paused(bool is_paused) = 0;
  /// Speed in 1/16: 16 is as it was played, -16 backwards; 1 to 1024 either way.
  virtual int speed() const = 0;
  virtual void set_speed(int sixteenths) = 0;
  /// Goes to a tick, 0 to length(); takes effect in the next `advance`.
  virtual void seek(Tick tick) = 0;
};

struct SessionStatistics {
  Tick present;    ///< what is shown
  Tick confirmed;  ///< what is final
  std::int64_t predicted_ticks = 0;
  /// Ticks between an action and the first step that sees it, as the match has it now.
  std::int64_t input_delay_ticks = 0;
  TimelineStatistics timeline{};
  ClientStatistics network{};
  double clock_error_ticks = 0;      ///< match clock minus what is shown
  std::uint64_t events = 0;          ///< confirmed events, the relay's own among them
  std::uint64_t late_events = 0;     ///< own events that the relay moved
  std::uint64_t refused_events = 0;  ///< own events that the relay did not take
  /// Times that a relay came back from a power loss without what it had told: the match then goes
  /// on from where its log is whole.
  std::uint64_t folds_back = 0;
  std::map<std::string, std::uint64_t> facts{};  ///< effects of confirmed ticks, by kind
  double catch_up = 0;                           ///< how far it has come to the present, 0 to 1
  std::uint64_t snapshots = 0;   ///< times that it went on from a state that others sent
  bool is_unverified = false;    ///< that state is one player's word; the log is being folded to it
  std::optional<Digest> fold{};  ///< with SessionOptions::fold_digest
};

/// The players' states differed at a compared tick; what came of it, as this session knows it.
struct Desync {
  DesyncFinding finding{};
  /// This machine was wrong. With the verdict `mended` it was put right; else it computes otherwise
  /// than the log says, and goes on doing so: its player should know.
  bool is_ours = false;
  /// How what this machine held at the first tick that differs (`left`), or soon after, differs
  /// from what its own fold gives (`right`). Empty if nothing was wrong here.
  std::vector<FieldDifference> fields{};
};

class CatchUp;
class Source;
class Witness;

/// A session of any game. `Session<G>` is its typed skin; engines that load games at run time use
/// this class itself.
class AnySession {
 public:
  AnySession(AnyGame game, std::unique_ptr<Source> source, SessionOptions options);
  AnySession(AnySession&&) noexcept;
  AnySession& operator=(AnySession&&) noexcept;
  ~AnySession();

  /// Plays without a network: every slot's events may be offered here.
  static Result<AnySession> solo(AnyGame game, SoloOptions options);
  /// Plays through a relay. Returns at once; `status` tells how it goes.
  static Result<AnySession> join(AnyGame game, JoinOptions options);
  /// Runs a relay on a thread of its own and joins it. The room's code is `room()`, once playing.
  static Result<AnySession> host(AnyGame game, HostOptions options);
  /// Watches a match that others play. Nobody waits for a spectator; it is shown what is final,
  /// from the match's beginning if it likes (`playback`).
  static Result<AnySession> spectate(AnyGame game, SpectateOptions options);
  /// Watches a match file; a clip or a bug report from its mark on. Refuses one that other rules
  /// recorded, naming both.
  static Result<AnySession> watch(AnyGame game, const std::string& path, WatchOptions options);
  static Result<AnySession> watch(AnyGame game, MatchRecord record, WatchOptions options);
  /// Plays on from a tick of a recorded match, without a network: every slot's events may be
  /// offered here, and what comes of it is a branch of that match. Refuses other rules, and a tick
  /// at which the match is over.
  static Result<AnySession> take_over(AnyGame game, const MatchRecord& record, Tick at,
                                      SessionOptions options);
  /// Plays solo and re-simulates the last ticks at every tick; a difference fails the session.
  static Result<AnySession> rehearse(AnyGame game, SoloOptions options);
  /// Plays through a link that the caller made; `relay` is connected or connecting on it.
  static AnySession over(AnyGame game, std::unique_ptr<Link> link, PeerId relay, Hello hello,
                         SessionOptions options);

  /// The local player changed something. It is seen by the step after the present plus the match's
  /// input delay; the last thing offered is what the player holds, and is offered again by the
  /// session if the relay could not take it. False if the match does not take events (any more).
  bool offer(BytesView payload) { return offer(player(), payload); }
  /// For sessions with several local players.
  bool offer(PlayerId player, BytesView payload);

  /// The tick at which what was last offered will be seen, unless it comes late to the relay.
  Tick offered_for(PlayerId player) const;

  /// Removes a player from the match, or ends it, by an event. The relay does so for the session
  /// that opened the room; from others it hears nothing.
  void kick(PlayerId player);
  void end_match();
  /// A referee's word, by an event like those two: that a match does not count, or from which tick
  /// on it is to be played again. Whoever reads the log, now or later, takes it into account;
  /// nothing is undone. `text` says why, at most limits::correction_bytes. One in a second is
  /// taken; of a match that is over use `tutti::correct` on its record.
  void correct(Correction correction, Tick about, std::string text);
  /// Those that the log has, in order.
  const std::vector<RelayEvent>& corrections() const { return corrections_; }

  /// A spectator asks for a free slot; a player leaves its slot, by an event, and watches from so
  /// many seconds behind (0 to limits::spectator_delay_seconds). All goes on until the relay has
  /// answered: then the session is in the other role (`is_watching`), and comes to the present from
  /// the log as one that joins late; or `role_refusal` says why not.
  void become_player(std::string name);
  void become_spectator(std::int64_t delay_seconds = 0);
  /// In words; empty if the last wish was granted or is not decided yet.
  std::string role_refusal() const;

  /// Brings the session to `now`: takes in the log, corrects what was predicted, steps to the
  /// present, sends. Call it once per drawn frame, or oftener.
  void advance(Instant now);

  Status status() const { return status_; }
  /// Why the status is `failed`; precondition.
  const Error& failure() const { return failure_; }
  /// The players' states differ since this tick and nobody could mend it: a bug in the game, two
  /// builds that compute otherwise, or a tampered machine.
  std::optional<Tick> diverged() const;
  /// Every difference that was found, mended or not; the latest 64 of them.
  const std::vector<Desync>& desyncs() const { return desyncs_; }

  /// The predicted state at the present, and the one a tick before it for drawing in between.
  /// Before the match begins, a state as its default constructor makes it. Valid until `advance`.
  const void* state() const;
  const void* previous_state() const;
  /// How much of the tick after `previous_state` has passed, 0 to 1.
  double fraction() const { return fraction_; }
  /// What `advance` changed about what is heard and seen.
  std::span<const EffectNotice> effects() const { return notices_; }

  const AnyGame& game() const { return game_; }
  /// The local player's slot; the first of several; nobody's for who watches.
  PlayerId player() const;
  /// It offers nothing: it watches a recording, or as a spectator.
  bool is_watching() const;
  /// The room's code, once known.
  std::string room() const;
  /// The UDP port of the relay that a host runs; 0 for everybody else.
  std::uint16_t port() const;
  /// What the players are called, by slot; empty for empty slots.
  const std::vector<std::string>& names() const { return names_; }
  /// The players who are lost and have not left, for whom a held match waits.
  std::vector<PlayerId> awaited() const;
  SessionStatistics statistics() const;
  /// Which life of the relay told the log that this session follows.
  std::uint32_t epoch() const { return followed_epoch_; }
  /// Null before the match begins.
  const Timeline* timeline() const { return timeline_.get(); }
  /// Null unless watching.
  Playback* playback();

  /// The match so far as this session knows it, with what it showed frame by frame: this machine's
  /// own recording. Fault::usage before the match begins.
  Result<MatchRecord> recording() const;
  /// Saves all of that in one file, with the state that is final here, what this program is built
  /// with, and a mark at the present tick, where whoever opens the file begins. Returns its path;
  /// the default is a name of its own in `bugs` below `default_state_folder`.
  Result<std::string> report_bug(std::string_view note, std::string path = {}) const;

  /// Leaves the match: the others see it as an event. Also done by the destructor.
  void leave();

 private:
  struct Local {
    Bytes held;  // the last payload offered
    bool has_held = false;
    bool must_offer = false;  // the relay does not have `held`
    Tick last_stamp;
    Tick offered_at;                       // what was the present when something was last offered
    std::map<std::uint32_t, Tick> stamps;  // of own events not yet in the log
  };

  void begin(const Setup& setup);
  bool go_towards(Tick wanted, std::int64_t ticks_most);
  void show_through(Tick target);
  void show_as_seen(Instant now);
  void keep_digest(const RecordedDigest& digest);
  bool may_skip() const;
  void come_late(Tick wanted, std::int64_t ticks_most, Instant now);
  void take_events();
  void take(const EventView& event);
  void take_role();
  void take_recovered(Tick restarted);
  void fold_back(Tick restarted);
  void begin_anew(Tick heard);
  void take_own(const EventView& event);
  void take_relay_event(const RelayEvent& event, Tick tick);
  std::int64_t input_delay(PlayerId player) const { return input_delays_[player.value]; }
  void offer_held(PlayerId player);
  bool is_lockstep() const;
  void confirm_ticks();
  void look_into_differences(Instant now);
  void take_finding(const DesyncFinding& finding);
  void update_status(Tick wanted, Tick reached);
  void fail_with(Error error);

  AnyGame game_;
  std::unique_ptr<Source> source_;
  SessionOptions options_;
  StateBox before_match_;
  std::unique_ptr<Timeline> timeline_;
  std::unique_ptr<CatchUp> catch_up_;
  std::optional<PackedSnapshot> snapshot_;  // its tick is not due here yet
  std::optional<Cursor> cursor_;            // over the timeline's log, for who watches
  std::unique_ptr<SeenMatch> seen_;         // for who watches as a participant
  std::optional<std::size_t> seen_frame_;   // the one that is shown
  std::optional<TelemetryWriter> telemetry_;
  std::vector<RecordedDigest> digests_;  // for `recording`
  EffectLedger ledger_;
  std::vector<EffectNotice> notices_;
  std::optional<Rehearsal> rehearsal_;
  std::unique_ptr<Witness> witness_;
  std::vector<Desync> desyncs_;
  std::optional<Instant> resyncing_until_;
  FoldDigest fold_;
  std::map<std::uint8_t, Local> locals_;
  std::vector<std::string> names_;
  std::vector<RelayEvent> corrections_;
  std::vector<bool> is_in_;                  // by slot: between Joined and Left
  std::vector<bool> is_lost_;                // by slot: silent, and not back yet
  std::vector<std::uint32_t> input_delays_;  // by slot, in ticks
  std::optional<Tick> held_at_;              // the present does not pass this tick
  std::vector<std::uint64_t> facts_;         // by effect kind
  SessionStatistics statistics_;
  Status status_ = Status::connecting;
  Error failure_{};
  std::optional<Bytes> neutral_;  // see JoinOptions
  Tick wanted_;                   // where the present is, as far as is known
  Tick present_;                  // where players act: what is shown, in lockstep the match clock
  Tick announced_;                // no event of ours at or before this tick will follow
  Tick consumed_;                 // confirmed ticks through here have been digested and counted
  std::uint32_t epoch_ = 0;
  std::uint32_t followed_epoch_ = 0;
  // What a relay that came back has told so far of the log that it found; until that is complete,
  // what is known holds.
  std::optional<std::vector<Event>> recovered_;
  Tick heard_through_;  // effects through this tick were heard before the match was folded back
  double fraction_ = 0;
  std::uint32_t roles_taken_ = 0;
  bool has_left_ = false;
};

}  // namespace tutti

#include "tutti/engine/typed_session.hpp"

#pragma once
// The loop: hands to events, session to the present, state to picture and sound.

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "program/company.hpp"
#include "program/desk.hpp"
#include "program/meters.hpp"
#include "program/pause.hpp"
#include "program/recording.hpp"
#include "program/stopwatch.hpp"
#include "program/training.hpp"
#include "program/viewing.hpp"
#include "program/wording.hpp"

namespace counterpoint {

/// How playing ended.
struct Ending {
  int status = 0;                 ///< of the program, if it ends with it
  bool is_back = false;           ///< the player went back to where it was begun
  std::string failure{};          ///< why the session failed, or its match was not kept; else empty
  std::optional<Options> next{};  ///< what the player wants to play now
};

/// Whether the operating system has asked the program to end; installs what listens to that.
bool is_asked_to_end();
/// How many players at this machine have hands.
std::size_t hands_of(const Options& options);

class Play {
 public:
  /// Without a desk nothing is drawn or heard. The desk must outlive it.
  Play(GameSession session, const Options& options, Desk* desk);

  /// Until somebody ends it.
  Ending run();

 private:
  void take_inputs();
  void take(const SDL_Event& event);
  void take_key(const SDL_KeyboardEvent& event);
  void take_pause(const SDL_Event& event);
  void choose(Pause::Chosen chosen);
  bool change(Pause::Chosen chosen);
  void show_choices();
  void keep_moment();
  void go_to_moment();
  void go_back(const tutti::MatchRecord& record, tutti::Tick at);
  void mind_round();
  void pause(const std::string& remark);
  void take_over(tutti::Tick at);
  void keep_clip();
  void report_bug();
  void say(const std::string& news);
  void offer_hands(const SDL_Event* event);
  void change_role();
  void note_role();
  void note_others();
  void note_rulings();
  void offer_again();
  void let_bots_play();
  bool has_bot(std::size_t slot) const;
  bool is_local(std::size_t slot) const;
  void hear_effects();
  void hear_music();
  void take_notes(tutti::Tick present);
  void note_controllers();
  void keep_match(Ending& ending) const;
  Captions captions(float seconds);
  Captions::Keys keys_of(std::size_t slot) const;
  void draw(float seconds);
  void say_room();
  void entertain(tutti::Instant now);
  Ending ending() const;
  std::chrono::nanoseconds passing(std::chrono::nanoseconds real);

  Options options_;
  std::vector<std::string> addresses_;  // of the room, if it is here
  GameSession session_;
  Desk* desk_;
  Wording wording_;
  Meters meters_;
  std::optional<Viewing> viewing_;
  std::optional<Company> company_;
  std::optional<Pause> pause_;
  RollbackMarks rollback_marks_;
  std::int64_t started_utc_ = 0;
  Training training_;
  std::optional<tutti::MatchRecord> moment_;  // of training, to come back to: its last tick
  tutti::Tick round_begun_;                   // of training: the first tick of the round's fight
  Stopwatch stopwatch_;
  FrameMeter frame_meter_;
  InputHistory inputs_;
  tutti::Random random_;
  tutti::Instant now_{};  // of the session: time passes otherwise for it in pauses and training
  std::array<Controls, fighters_max> offered_{};
  std::array<tutti::Tick, fighters_max> agreed_{};  // when the state last held what was offered
  tutti::Tick decided_;                             // the bots have seen this tick
  tutti::Tick shown_;                               // the last picture was of this tick
  bool has_figures_ = false;
  bool has_boxes_ = false;
  bool has_inputs_ = false;
  std::size_t controllers_ = 0;
  std::array<bool, fighters_max> is_here_{};  // by slot, as it was last seen
  std::size_t rulings_seen_ = 0;
  std::string news_;
  std::string refusal_;               // of a wish to play or to watch
  float news_seconds_ = 0;            // for which they are still shown
  std::chrono::nanoseconds still_{};  // time stands still before what is taken over goes on
  std::optional<Options> next_;
  bool has_said_room_ = false;
  bool is_over_ = false;
  bool is_back_ = false;
};

}  // namespace counterpoint

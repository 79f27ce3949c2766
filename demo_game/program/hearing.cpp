#include "program/hearing.hpp"

namespace counterpoint {

namespace {

/// An effect that is learnt of later is seen but not heard.
constexpr std::int64_t heard_within_ticks = 12;
constexpr std::int64_t seen_within_ticks = 30;

}  // namespace

void present_effects(const Round& round, tutti::Tick shown, Desk& desk) {
  const tutti::Tick present = round.present();
  const bool is_elsewhere = present < shown || present - shown > seen_within_ticks;
  if (is_elsewhere) desk.painter.sparks().clear();
  for (const auto& heard : round.session().effects()) {
    if (heard.change == tutti::EffectChange::cancelled) {
      desk.painter.sparks().cancel(heard.effect);
      if (desk.speaker) desk.speaker->cancel(heard.effect);
    } else if (heard.change == tutti::EffectChange::happened) {
      if (heard.age_ticks <= seen_within_ticks) {
        desk.painter.sparks().add(heard.effect, static_cast<float>(heard.age_ticks));
      }
      if (desk.speaker && heard.age_ticks <= heard_within_ticks) {
        desk.speaker->play(heard.effect, to_float(heard.effect.position.x / blast_side));
      }
    }
  }
}

void play_music(const State& state, Desk& desk) {
  if (!desk.speaker) return;
  const Phase phase = state.phase;
  const bool is_fight = is_open_play(phase) || phase == Phase::intro || phase == Phase::round_over;
  desk.speaker->set_tune(is_fight ? Tune::fight : Tune::menu);
}

}  // namespace counterpoint

#include "program/match_sheet.hpp"

#include <algorithm>

#include "program/wording.hpp"
#include "render/contact_sheet.hpp"

namespace counterpoint {

namespace {

constexpr std::size_t shots = 12;
constexpr float remembered_ticks = 25;
constexpr std::int64_t apart_ticks = 60;

/// How much one would like to see what has just happened.
int interest_of(const Effect& effect) {
  switch (effect.kind) {
    case Effect::knockout:
      return 100;
    case Effect::match_won:
      return 80;
    case Effect::shield_break:
      return 60;
    case Effect::hit:
      return 20 + effect.strength;
    case Effect::block:
      return 15;
    case Effect::fight:
      return 12;
    case Effect::knockdown:
      return 10;
    case Effect::swing:
      return 5;
    default:
      return 1;
  }
}

/// Sparks are at their best a moment after the blow.
bool is_in_bloom(const Shot::Seen& seen) {
  const float bloom = seen.effect.kind == Effect::knockout ? 13 : 4;
  return seen.ticks_ago >= bloom && seen.ticks_ago <= bloom + 1;
}

std::string caption_of(tutti::Tick tick, const Effect& effect) {
  std::string kind = Effect::names[effect.kind];
  std::replace(kind.begin(), kind.end(), '_', ' ');
  return clock_text(tick.value) + "  " + kind;
}

struct Best {
  Shot shot;
  tutti::Tick tick{-apart_ticks};
  int interest = 0;
};

}  // namespace

tutti::Result<void> draw_match_sheet(const std::string& file, const std::string& picture) {
  auto session = tutti::watch<Counterpoint>(file);
  if (!session) return tutti::Unexpected{session.error()};
  const std::int64_t length = std::max<std::int64_t>(session->playback()->length().value, 1);
  std::vector<Best> best(shots);
  std::vector<Shot::Seen> seen;
  tutti::Instant now{};
  tutti::Tick before{-1};
  while (session->status() < tutti::Status::ended) {
    // Time is an argument: a match is folded as fast as the machine can.
    now += std::chrono::microseconds(1'000'000 / Counterpoint::tick_rate + 1);
    session->advance(now);
    const tutti::Tick tick = session->statistics().present;
    if (tick == before && tick.value >= length) break;
    const auto passed = static_cast<float>(tick - before);
    before = tick;
    for (Shot::Seen& one : seen)
      one.ticks_ago += passed;
    std::erase_if(seen, [](const Shot::Seen& one) { return one.ticks_ago > remembered_ticks; });
    for (const auto& heard : session->effects()) {
      if (heard.change == tutti::EffectChange::happened) seen.push_back({heard.effect, 0});
    }
    int interest = 0;
    std::string caption;
    for (const Shot::Seen& one : seen) {
      if (!is_in_bloom(one) || interest_of(one.effect) <= interest) continue;
      interest = interest_of(one.effect);
      caption = caption_of(tick, one.effect);
    }
    const auto part =
        static_cast<std::size_t>(tick.value * static_cast<std::int64_t>(shots) / (length + 1));
    const std::size_t place = std::min(part, shots - 1);
    const bool is_seen = place > 0 && tick - best[place - 1].tick < apart_ticks;
    if (interest > best[place].interest && !is_seen) {
      best[place] = {{session->state(), caption, seen}, tick, interest};
    }
  }
  if (session->status() == tutti::Status::failed) return tutti::Unexpected{session->failure()};
  std::vector<Shot> chosen;
  for (Best& one : best) {
    if (one.interest > 0) chosen.push_back(std::move(one.shot));
  }
  const tutti::Log& log = session->any().timeline()->log();
  return save_contact_sheet(chosen, picture, {.names = names_in(log, log.horizon())});
}

}  // namespace counterpoint

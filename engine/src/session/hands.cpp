#include "session/hands.hpp"

#include <algorithm>
#include <set>

#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// Commands of one player on their way to the relay: as many as it finds room for in 8 ticks, all
/// at once after an outage.
constexpr std::size_t commands_underway = 64;

}  // namespace

const char* to_text(CommandRefusal refusal) {
  switch (refusal) {
    case CommandRefusal::too_large:
      return "the command is too large";
    case CommandRefusal::too_many:
      return "too many commands wait already";
    case CommandRefusal::not_playing:
      return "the player is not in the match";
    case CommandRefusal::match_over:
      return "the match is over";
    case CommandRefusal::by_relay:
      return "the relay could not take it";
    case CommandRefusal::unknown:
      return "the session ended first";
  }
  return "";
}

// ---- What players do ----------------------------------------------------------------------------

bool Hands::hold(PlayerId player, Bytes payload) {
  const auto [held, is_first] = held_.try_emplace(player.value);
  const bool is_same = !is_first && held->second.payload == payload;
  if (is_same && !TUTTI_MUTANT(same_input_is_sent)) return false;
  held->second.payload = std::move(payload);
  return std::exchange(held->second.must_offer, true);
}

void Hands::hold_at_first(PlayerId player, Bytes payload) {
  if (!held_.contains(player.value)) hold(player, std::move(payload));
}

void Hands::hold_again(PlayerId player) {
  const auto held = held_.find(player.value);
  if (held != held_.end()) held->second.must_offer = true;
}

CommandId Hands::say(PlayerId player, Bytes payload) {
  const std::size_t waiting = count(player, Where::waiting) + count(player, Where::offered);
  if (waiting >= limits::commands_waiting) return refuse(player, CommandRefusal::too_many);
  Said said{.id = {++last_id_.value}, .player = player, .payload = std::move(payload)};
  TUTTI_MUTANT(commands_overtake) ? said_.push_front(std::move(said))
                                  : said_.push_back(std::move(said));
  return last_id_;
}

CommandId Hands::refuse(PlayerId player, CommandRefusal why) {
  since_.push_back(refusal_of({.id = {++last_id_.value}, .player = player}, why));
  return last_id_;
}

void Hands::offer(const Give& give) {
  for (auto& [slot, held] : held_) {
    if (!held.must_offer) continue;
    const auto given = give(PlayerId{slot}, held.payload, PlayerEvent::input);
    if (!given) continue;
    held.must_offer = false;
    held.counter = given->counter;
  }
  if (said_.empty()) return;
  std::set<PlayerId> blocked;  // what follows may not overtake
  for (Said& said : said_) {
    if (said.where != Where::waiting || blocked.contains(said.player)) continue;
    const bool has_room = count(said.player, Where::offered) < commands_underway;
    const auto given =
        has_room ? give(said.player, said.payload, PlayerEvent::command) : std::nullopt;
    if (given) {
      said.where = TUTTI_MUTANT(command_is_sent_again) ? Where::waiting : Where::offered;
      said.counter = given->counter;
      said.joined_at = joined_[said.player.value];
      if (!said.meant_for) said.meant_for = given->stamp;
    } else {
      blocked.insert(said.player);
    }
  }
}

// ---- What the log says --------------------------------------------------------------------------

std::size_t Hands::count(PlayerId player, Where where) const {
  return static_cast<std::size_t>(std::count_if(said_.begin(), said_.end(), [&](const Said& said) {
    return said.player == player && said.where == where;
  }));
}

Hands::Said* Hands::find(PlayerId player, std::uint32_t counter) {
  const auto found = std::find_if(said_.begin(), said_.end(), [&](const Said& said) {
    return said.player == player && said.counter == counter;
  });
  return found == said_.end() ? nullptr : &*found;
}

void Hands::take(const EventView& event) {
  if (event.author.is_relay() || said_.empty()) return;
  Said* said = find(event.author.player(), event.counter);
  // Another process that had the slot may have counted as far.
  const bool is_same = said != nullptr && std::equal(said->payload.begin(), said->payload.end(),
                                                     event.payload.begin(), event.payload.end());
  if (!is_same) return;
  said->where = Where::in_log;
  said->tick = event.tick;
}

void Hands::take_refusal(PlayerId player, std::uint32_t counter, CommandRefusal why) {
  const auto held = held_.find(player.value);
  if (held != held_.end() && held->second.counter == counter) {
    held->second.must_offer = !TUTTI_MUTANT(refused_input_is_forgotten);
  }
  const Said* said = find(player, counter);
  if (said == nullptr || said->where != Where::offered) return;
  outcomes_.push_back(refusal_of(*said, why));
  said_.erase(said_.begin() + (said - &said_.front()));
}

void Hands::take_leave(PlayerId player, Tick at) {
  for (Said& said : said_) {
    // A log that comes anew has others who left the slot before.
    const bool was_in = at > said.joined_at;
    if (said.player == player && said.where == Where::offered && was_in) said.left_at = at;
  }
}

CommandOutcome Hands::outcome_of(const Said& said) {
  CommandOutcome outcome{.id = said.id, .player = said.player, .tick = said.tick};
  if (said.meant_for && *said.meant_for != said.tick) outcome.moved_from = said.meant_for;
  return outcome;
}

CommandOutcome Hands::refusal_of(const Said& said, CommandRefusal why) {
  return {.id = said.id, .player = said.player, .refusal = why, .is_final = true};
}

/// Whether its outcome is final.
bool Hands::settle(Said& said, const Reach& reach) {
  if (said.where == Where::in_log) {
    const bool is_final = said.tick <= reach.durable || TUTTI_MUTANT(outcome_is_final_at_once);
    if (!is_final && said.told == said.tick) return false;
    said.told = said.tick;
    if (is_final && TUTTI_MUTANT(outcome_is_lost)) return true;
    outcomes_.push_back(outcome_of(said));
    outcomes_.back().is_final = is_final;
    return is_final && !TUTTI_MUTANT(outcome_is_told_again);
  }
  const bool has_left = said.left_at && *said.left_at <= reach.horizon;
  if (!has_left && !reach.is_over) return false;
  outcomes_.push_back(
      refusal_of(said, reach.is_over ? CommandRefusal::match_over : CommandRefusal::not_playing));
  return true;
}

void Hands::settle(const Reach& reach) {
  if (said_.empty()) return;
  std::erase_if(said_, [&](Said& said) { return settle(said, reach); });
}

void Hands::give_up() {
  for (const Said& said : said_) {
    const bool was_never_offered = !said.counter;
    outcomes_.push_back(refusal_of(
        said, was_never_offered ? CommandRefusal::not_playing : CommandRefusal::unknown));
  }
  said_.clear();
}

// ---- Beginning again ----------------------------------------------------------------------------

void Hands::begin_again() {
  // The undone events may include a key that is still held.
  for (auto& [slot, held] : held_)
    held.must_offer = true;
  for (Said& said : said_)
    said.where = TUTTI_MUTANT(lost_command_is_forgotten) ? said.where : Where::waiting;
}

void Hands::change_role() {
  held_.clear();
  std::erase_if(said_, [&](Said& said) {
    if (said.where != Where::waiting) {
      said.where = Where::offered;
      return false;
    }
    outcomes_.push_back(refusal_of(said, CommandRefusal::not_playing));
    return true;
  });
}

void Hands::name(PlayerId meant, PlayerId player) {
  if (meant == player) return;
  if (auto early = held_.extract(meant.value)) {
    early.key() = player.value;
    held_.insert(std::move(early));
  }
  for (Said& said : said_) {
    if (said.player == meant && said.where == Where::waiting) said.player = player;
  }
}

void Hands::begin_advance() { outcomes_ = std::exchange(since_, {}); }

}  // namespace tutti

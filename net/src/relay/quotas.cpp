#include "relay/quotas.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"
#include "tutti/sim/text.hpp"

namespace tutti::detail {

namespace {

std::string rate_sentence(const char* what) {
  return std::string("too many ") + what + " come from this network; try again in a minute";
}

}  // namespace

Quotas::Quotas(const RelayOptions& options, RelayStatistics& statistics, SecretDice& dice)
    : options_(&options),
      statistics_(&statistics),
      hellos_(options.hellos, dice.next_u64()),
      guesses_(options.wrong_codes, dice.next_u64()),
      joins_(options.joins, dice.next_u64()),
      role_changes_(options.role_changes, dice.next_u64()),
      openings_(options.rooms_opened, dice.next_u64()),
      open_(options.rooms_from_one_place) {}

void Quotas::follow_options() {
  hellos_.change(options_->hellos);
  guesses_.change(options_->wrong_codes);
  joins_.change(options_->joins);
  role_changes_.change(options_->role_changes);
  openings_.change(options_->rooms_opened);
  open_.change(options_->rooms_from_one_place);
}

std::optional<Refused> Quotas::wrong_with(const Hello& hello) {
  if (hello.version != protocol_version) {
    return Refused{Refusal::other_version,
                   "this relay speaks protocol " + std::to_string(protocol_version) +
                       ", the client speaks " + std::to_string(hello.version)};
  }
  const bool are_presentable = std::all_of(hello.others.begin(), hello.others.end(),
                                           [](const auto& name) { return is_presentable(name); });
  if ((is_presentable(hello.name) && is_presentable(hello.rules) && are_presentable) ||
      TUTTI_MUTANT(names_are_taken_raw)) {
    return std::nullopt;
  }
  return Refused{Refusal::bad_request,
                 "a name has to be text that can be shown: UTF-8 without control characters and "
                 "without changes of direction"};
}

Quotas::Answer Quotas::hello(const Place& from, Instant now) {
  if (!from) return std::nullopt;
  if (!guesses_.has(*from, now) && !TUTTI_MUTANT(codes_are_guessed_on)) {
    ++statistics_->refused_guesses;
    return rate_sentence("wrong room codes");
  }
  if (hellos_.take(*from, now) || TUTTI_MUTANT(hellos_have_no_pace)) return std::nullopt;
  ++statistics_->refused_hello_rate;
  return rate_sentence("requests");
}

Quotas::Answer Quotas::join(const Place& from, Instant now) {
  if (!from || joins_.take(*from, now) || TUTTI_MUTANT(joins_have_no_pace)) return std::nullopt;
  ++statistics_->refused_joins;
  return rate_sentence("players and spectators");
}

Quotas::Answer Quotas::role_change(const Place& from, Instant now) {
  const bool has_none = TUTTI_MUTANT(roles_change_without_end);
  if (!from || has_none || role_changes_.take(*from, now)) return std::nullopt;
  ++statistics_->refused_role_changes;
  return rate_sentence("changes between playing and watching");
}

void Quotas::note_guess(const Place& from, Instant now) {
  if (from) guesses_.take(*from, now);
}

Quotas::Answer Quotas::room(const Place& from, const Setup& setup, Instant now) {
  if (Answer refusal = terms(setup)) {
    ++statistics_->refused_terms;
    return refusal;
  }
  if (!from) return std::nullopt;
  if (!open_.has_room(*from) && !TUTTI_MUTANT(rooms_have_no_limit)) {
    ++statistics_->refused_rooms;
    return "this network has as many rooms on the relay as it may have";
  }
  if (openings_.take(*from, now) || TUTTI_MUTANT(rooms_open_without_pace)) return std::nullopt;
  ++statistics_->refused_rooms;
  return rate_sentence("new rooms");
}

Quotas::Answer Quotas::terms(const Setup& setup) const {
  if (setup.tick_rate > options_->tick_rate_max && !TUTTI_MUTANT(ticks_have_no_limit)) {
    return "this relay runs at most " + std::to_string(options_->tick_rate_max) +
           " ticks a second, the match wants " + std::to_string(setup.tick_rate);
  }
  const bool waits =
      setup.terms.on_loss != LossPolicy::go_on && !TUTTI_MUTANT(patience_has_no_limit);
  if (waits && setup.terms.patience_seconds > options_->hold_seconds_max) {
    return "this relay lets a match wait at most " + std::to_string(options_->hold_seconds_max) +
           " s for a lost player, the match wants " + std::to_string(setup.terms.patience_seconds) +
           " s";
  }
  return std::nullopt;
}

void Quotas::note_opened(const std::string& code, const Place& from) {
  if (!from || !opened_from_.try_emplace(code, *from).second) return;
  open_.add(*from);
}

void Quotas::note_closed(const std::string& code) {
  const auto found = opened_from_.find(code);
  if (found == opened_from_.end() || TUTTI_MUTANT(closed_rooms_count_on)) return;
  open_.remove(found->second);
  opened_from_.erase(found);
}

}  // namespace tutti::detail

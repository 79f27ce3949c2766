#include "relay/commons.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {
constexpr std::size_t desyncs_most = 16;
}  // namespace

RelayMatch::Options Commons::match_options(const Setup& setup) const {
  return {.setup = setup,
          .bytes_per_second = options.client_bytes_per_second,
          .events_kept_max = options.puts_away ? options.events_kept_max : 0,
          .events_per_second = options.events_per_second,
          .hold_seconds_max = options.hold_seconds_max};
}

std::uint32_t Commons::budget_for(const Hello& hello) const {
  const std::uint32_t most = options.client_bytes_per_second;
  const std::uint32_t wanted = hello.bytes_per_second == 0 ? most : hello.bytes_per_second;
  return std::max(std::min(wanted, most), limits::bytes_per_second_least);
}

void Commons::refuse(PeerId peer, Refusal reason, std::string sentence) {
  ++statistics.refused_hellos;
  report(news::Refused{reason, peer});
  peers.send(peer, Refused{reason, std::move(sentence)});
}

void Commons::turn_away(PeerId peer, const std::string& room, Instant now) {
  if (room.empty()) return refuse(peer, Refusal::unknown_room, "no room code was given");
  ++statistics.wrong_codes;
  if (!TUTTI_MUTANT(passwords_are_guessed_on)) quotas.note_guess(peers.place_of(peer), now);
  refuse(peer, Refusal::unknown_room,
         "there is no room " + room + " on this relay, or it has another password");
}

void Commons::keep(FoundDesync found) {
  if (desyncs.size() == desyncs_most) desyncs.pop_front();  // nobody takes them
  desyncs.push_back(std::move(found));
}

void Commons::report(RelayNews what) {
  if (news.size() == limits::relay_news) news.pop_front();
  news.push_back(std::move(what));
}

}  // namespace tutti::detail

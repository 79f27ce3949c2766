#include "tutti/replay/match_record.hpp"

#include <algorithm>

#include "payloads.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

MatchRecord::MatchRecord(MatchOpening opening)
    : room(std::move(opening.room)),
      started_utc(opening.started_utc),
      build(std::move(opening.build)),
      door(std::move(opening.door)),
      log(std::move(opening.setup)) {}

bool RecordedDigest::agrees_with(const Digest& digest) const {
  const auto kept = static_cast<std::ptrdiff_t>(is_short ? short_digest_bytes : sizeof(Digest));
  return std::equal(state.bytes.begin(), state.bytes.begin() + kept, digest.bytes.begin());
}

std::vector<Participant> participants(const Log& log) { return Roster::of(log).participants(); }

MatchSummary summarize(const MatchRecord& record) {
  const Log& log = record.log;
  return summary_of({record.room, record.started_utc, record.build, log.setup()}, Roster::of(log),
                    log.events().size(), log.horizon(), log.head(), record.end);
}

MatchSummary summary_of(MatchOpening opening, const Roster& roster, std::uint64_t events, Tick last,
                        const Head& head, std::optional<EndReason> end) {
  MatchSummary summary{
      .opening = std::move(opening),
      .events = events,
      .last = last,
      .head = head,
      .end = end,
      .participants = roster.participants(),
  };
  if (summary.participants.size() > limits::summary_participants) {
    summary.participants.resize(limits::summary_participants);
  }
  for (const RelayEvent& correction : roster.corrections())
    summary.corrections |=
        static_cast<std::uint8_t>(1U << static_cast<unsigned>(correction.correction));
  return summary;
}

void close_lost(MatchRecord& record) {
  if (record.end) return;
  record.log.close(record.log.last_event());
  record.end = EndReason::relay_lost;
}

MatchRecord prefix(const MatchRecord& record, Tick to) {
  const Log& log = record.log;
  to = std::min(to, log.horizon());
  MatchRecord copy({record.room, record.started_utc, record.build, log.setup()});
  for (const EventView& event : log.events_between(Tick{1}, to))
    copy.log.add(event);
  copy.log.close(to);
  for (const RecordedDigest& digest : record.digests) {
    if (digest.tick <= to) copy.digests.push_back(digest);
  }
  for (const HeadSignature& signature : record.signatures) {
    if (signature.tick <= to) copy.signatures.push_back(signature);
  }
  copy.client_keys = record.client_keys;
  for (const PlayerSignature& signature : record.player_signatures) {
    if (signature.tick <= to) copy.player_signatures.push_back(signature);
  }
  return copy;
}

MatchRecord slice(const MatchRecord& record, Tick from, Tick to) {
  MatchRecord clip = prefix(record, to);
  clip.end = clip.log.horizon() == record.log.horizon() ? record.end : EndReason::sliced;
  const Tick end = clip.log.horizon();
  clip.marks.push_back({std::clamp(from, Tick{0}, end), end});
  return clip;
}

namespace {

/// The counter of the relay's next event.
std::uint32_t next_counter(const Log& log) {
  std::uint32_t counter = 1;  // 0 is MatchStarted
  for (const EventView& event : log.events()) {
    if (event.author.is_relay()) counter = std::max(counter, event.counter + 1);
  }
  return counter;
}

}  // namespace

void correct(MatchRecord& record, Correction correction, Tick about, std::string_view by,
             std::string_view text) {
  record.log.close(record.log.last_event());
  const Tick next = record.log.horizon() + 1;
  const RelayEvent event{.kind = EventKind::corrected,
                         .name = cut_text(by, limits::name_bytes),
                         .number = static_cast<std::uint32_t>(about.value),
                         .correction = correction,
                         .text = cut_text(text, limits::correction_bytes)};
  record.log.add({next, relay_author, next_counter(record.log), encode(event)});
  record.log.close(next);
}

std::vector<RelayEvent> corrections(const Log& log) { return Roster::of(log).corrections(); }

Head head_as_played(const Log& log) {
  Tick last = log.horizon();
  const auto events = log.events();
  for (std::size_t i = events.size(); i > 1 && is_correction(events[i - 1]); --i)
    last = std::min(last, events[i - 1].tick - 1);
  return *log.head(last);
}

MatchRecord branch(const MatchRecord& record, Tick at, std::uint64_t slots) {
  // A match that has ended cannot go on: a branch leaves its parent before the end.
  if (const std::optional<Tick> end = record.log.ended()) at = std::min(at, *end - 1);
  MatchRecord branched = prefix(record, at);
  const Tick last = branched.log.horizon();
  const std::uint32_t counter = next_counter(branched.log);
  const RelayEvent event{.kind = EventKind::branched,
                         .number = static_cast<std::uint32_t>(last.value),
                         .slots = slots};
  branched.log.add({last + 1, relay_author, counter, encode(event)});
  return branched;
}

std::string to_text(EndReason reason) {
  switch (reason) {
    case EndReason::everyone_left:
      return "everyone left";
    case EndReason::operator_ended:
      return "the operator ended it";
    case EndReason::time_over:
      return "its time was over";
    case EndReason::recording_stopped:
      return "the recording was stopped";
    case EndReason::relay_lost:
      return "the relay was lost";
    case EndReason::sliced:
      return "it was sliced here";
  }
  return "reason " + std::to_string(static_cast<int>(reason));
}

}  // namespace tutti

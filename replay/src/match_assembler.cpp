#include "match_assembler.hpp"

#include <algorithm>

#include "packing.hpp"
#include "payloads.hpp"
#include "proofs.hpp"

namespace tutti {

namespace {

bool precedes(const EventView& left, const EventView& right) {
  return canonical_order(left, right) < 0;
}

/// A payload as it was before it was packed, if it was; nothing if it does not unpack.
std::optional<Bytes> unpacked(const Record& record) {
  if ((record.flags & record_flags::compressed) != 0) return unpack(record.payload);
  return Bytes(record.payload.begin(), record.payload.end());
}

}  // namespace

void MatchAssembler::take(const Record& record, std::uint64_t offset) {
  const std::uint64_t size = record_header_bytes + record.payload.size();
  if (refusal_) return;
  const Handling handling = handling_of(record);
  if (handling == Handling::skip) return;
  if (handling == Handling::refuse) {
    refusal_ =
        Error{Fault::bad_data,
              "the record " + record_name(record.type) + " at byte " + std::to_string(offset) +
                  " changes what the match means and this version does not know it"};
    return;
  }
  if (damage_) {
    keep_beyond(record);
    return lose(offset, size, {});
  }
  std::optional<std::string> sentence;
  switch (static_cast<RecordType>(record.type)) {
    case RecordType::setup:
      sentence = take_setup(record.payload);
      break;
    case RecordType::events:
      sentence = take_events(record);
      break;
    case RecordType::digests:
      sentence = take_digests(record.payload);
      break;
    case RecordType::margins:
      sentence = take_margins(record.payload);
      break;
    case RecordType::end:
      sentence = take_end(record.payload);
      break;
    case RecordType::desync:
      sentence = take_desync(record.payload);
      break;
    case RecordType::evidence:
      break;  // read_desync reads it
    case RecordType::signature:
      sentence = take_signature(record.payload);
      break;
    case RecordType::client_key:
      sentence = take_client_key(record.payload);
      break;
    case RecordType::player_signature:
      sentence = take_player_signature(record.payload);
      break;
    case RecordType::mark:
      sentence = take_mark(record.payload);
      break;
    case RecordType::snapshot:
      sentence = take_snapshot(record);
      break;
    case RecordType::telemetry:
      sentence = take_telemetry(record);
      break;
    case RecordType::used_token:
      break;  // in no file of matches
    case RecordType::index:
    case RecordType::footer:
    case RecordType::page:
      break;  // they repeat what the other records say
  }
  if (sentence) {
    lose(offset, size, std::move(*sentence));
    keep_beyond(record);
  }
}

void MatchAssembler::take_opening_of(const Record& index) {
  if (std::optional<MatchSummary> summary = decode_index(index.payload)) {
    opening_ = std::move(summary->opening);
  }
}

std::optional<DecodedEvents> MatchAssembler::decode(const Record& record) {
  if ((record.flags & record_flags::compressed) == 0) return decode_events(record.payload);
  std::optional<Bytes> raw = unpack(record.payload);
  if (!raw) return std::nullopt;
  return decode_events(unpacked_.emplace_back(std::move(*raw)));
}

void MatchAssembler::keep_beyond(const Record& record) {
  if (!opening_ || static_cast<RecordType>(record.type) != RecordType::events) return;
  const std::optional<DecodedEvents> batch = decode(record);
  if (!batch || batch->first_sequence <= next_sequence_) return;
  for (const EventView& event : batch->events) {
    if (!find_fault(event)) beyond_.push_back(event);
  }
}

void MatchAssembler::lose(std::uint64_t offset, std::uint64_t bytes, std::string sentence) {
  if (!damage_) damage_ = Damage{offset, 0, std::move(sentence)};
  damage_->bytes_lost += bytes;
}

std::optional<std::string> MatchAssembler::take_setup(BytesView payload) {
  if (opening_) return "the match is opened a second time";
  opening_ = decode_setup(payload);
  if (!opening_) return "the match's opening makes no sense";
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_events(const Record& record) {
  if (!opening_) return "the match has events before its opening";
  if (end_) return "the match goes on after its end";
  std::optional<DecodedEvents> batch = decode(record);
  if (!batch) return "a batch of events makes no sense";
  if (batch->first_sequence != next_sequence_) {
    return "events are missing: number " + std::to_string(next_sequence_) + " was expected and " +
           std::to_string(batch->first_sequence) + " came";
  }
  if (batch->horizon < horizon_) return "the horizon goes back";
  for (const EventView& event : batch->events) {
    if (std::optional<std::string> fault = find_fault(event)) return fault;
  }
  next_sequence_ += batch->events.size();
  if (events_.empty()) {
    events_ = std::move(batch->events);
  } else {
    events_.insert(events_.end(), batch->events.begin(), batch->events.end());
  }
  horizon_ = batch->horizon;
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::find_fault(const EventView& event) const {
  const std::string where = " at tick " + std::to_string(event.tick.value);
  if (event.tick <= horizon_) return "an event" + where + " comes after its tick was closed";
  const std::uint8_t players = opening_->setup.players;
  if (!event.author.is_relay()) {
    if (event.author.value <= players) return std::nullopt;
    return "an event" + where + " is by player " + std::to_string(event.author.player().value) +
           " of " + std::to_string(players);
  }
  // A game relies on the slots and kinds that it is given.
  const std::optional<RelayEvent> decoded = relay_event_of(event);
  if (!decoded || decoded->kind == EventKind::match_started || decoded->player.value >= players) {
    return "the relay's event" + where + " is none that this version knows";
  }
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_digests(BytesView payload) {
  if (!opening_) return "the match has digests before its opening";
  const std::optional<std::vector<DecodedDigest>> digests = decode_digests(payload);
  if (!digests) return "a batch of digests makes no sense";
  digests_.insert(digests_.end(), digests->begin(), digests->end());
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_margins(BytesView payload) {
  if (!opening_) return "the match has arrival margins before its opening";
  const auto margins = decode_margins(payload);
  if (!margins) return "a batch of arrival margins makes no sense";
  margins_.insert(margins_.end(), margins->begin(), margins->end());
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_end(BytesView payload) {
  if (!opening_) return "the match ends before its opening";
  if (end_) return "the match ends a second time";
  end_ = decode_end(payload);
  if (!end_) return "the match's end makes no sense";
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_desync(BytesView payload) {
  if (!opening_) return "the match has findings before its opening";
  const std::optional<DesyncFinding> finding = decode_desync(payload);
  if (!finding) return "a finding about differing states makes no sense";
  desyncs_.push_back(*finding);
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_signature(BytesView payload) {
  const std::optional<HeadSignature> signature = decode_signature(payload);
  if (!signature) return "a signature makes no sense";
  signatures_.push_back(*signature);
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_client_key(BytesView payload) {
  const std::optional<ClientKey> key = decode_client_key(payload);
  if (!key) return "a client's key makes no sense";
  client_keys_.push_back(*key);
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_player_signature(BytesView payload) {
  const std::optional<PlayerSignature> signature = decode_player_signature(payload);
  if (!signature) return "a player's signature makes no sense";
  player_signatures_.push_back(*signature);
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_mark(BytesView payload) {
  if (!opening_) return "the match has a mark before its opening";
  std::optional<Mark> mark = decode_mark(payload);
  if (!mark) return "a mark makes no sense";
  marks_.push_back(std::move(*mark));
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_snapshot(const Record& record) {
  const std::optional<Bytes> payload = unpacked(record);
  std::optional<SavedState> state = payload ? decode_state(*payload) : std::nullopt;
  if (!state) return "a saved state makes no sense";
  states_.push_back(std::move(*state));
  return std::nullopt;
}

std::optional<std::string> MatchAssembler::take_telemetry(const Record& record) {
  const std::optional<Bytes> payload = unpacked(record);
  if (!payload) return "a piece of telemetry makes no sense";
  if (std::optional<Telemetry> piece = decode_telemetry(*payload)) {
    telemetry_.push_back(std::move(*piece));
  }
  return std::nullopt;
}

Result<ReadMatch> MatchAssembler::finish() && {
  if (refusal_) return Unexpected{std::move(*refusal_)};
  if (!opening_) {
    return fail(Fault::bad_data, damage_ ? damage_->sentence : "the match has no opening");
  }
  MatchRecord record(std::move(*opening_));
  build_log(record);
  build_digests(record);
  build_end(record);
  record.desyncs = std::move(desyncs_);
  record.signatures = std::move(signatures_);
  put_in_order(client_keys_);
  put_in_order(player_signatures_);
  record.client_keys = std::move(client_keys_);
  record.player_signatures = std::move(player_signatures_);
  record.marks = std::move(marks_);
  std::stable_sort(margins_.begin(), margins_.end(),
                   [](const ArrivalMargins& left, const ArrivalMargins& right) {
                     return left.from < right.from;
                   });
  record.margins = std::move(margins_);
  record.states = std::move(states_);
  record.telemetry = std::move(telemetry_);
  ReadMatch read{std::move(record), std::move(damage_), {}};
  std::sort(beyond_.begin(), beyond_.end(), precedes);
  read.beyond.reserve(beyond_.size());
  for (const EventView& event : beyond_)
    read.beyond.push_back(to_owned(event));
  return read;
}

void MatchAssembler::build_log(MatchRecord& record) {
  if (!std::is_sorted(events_.begin(), events_.end(), precedes)) {
    std::sort(events_.begin(), events_.end(), precedes);
  }
  Log& log = record.log;
  Tick horizon = horizon_;
  for (const EventView& event : events_) {
    if (log.ended() && !is_correction(event)) {
      // Some readers would stop at the end and others go on.
      lose(0, 0,
           "the match ends at tick " + std::to_string(log.ended()->value) +
               " and is played on at tick " + std::to_string(event.tick.value));
      horizon = log.last_event();
      break;
    }
    if (log.add(event) == Log::Added::yes) continue;
    // Twice the same place in the order, or beyond a limit: no relay accepts that.
    lose(0, 0, "the events of tick " + std::to_string(event.tick.value) + " contradict the rules");
    horizon = std::min(horizon, event.tick - 1);
    break;
  }
  if (log.ended() && horizon > log.last_event()) {
    lose(0, 0,
         "the match ends at tick " + std::to_string(log.ended()->value) +
             " and is written on through tick " + std::to_string(horizon.value));
    horizon = log.last_event();
  }
  log.close(horizon);
}

void MatchAssembler::build_digests(MatchRecord& record) {
  record.digests.reserve(digests_.size());
  for (const DecodedDigest& digest : digests_) {
    const std::optional<Head> head = digest.head ? digest.head : record.log.head(digest.tick);
    if (head) record.digests.push_back({digest.tick, *head, digest.state, digest.is_short});
  }
  std::stable_sort(record.digests.begin(), record.digests.end(),
                   [](const RecordedDigest& left, const RecordedDigest& right) {
                     return left.tick < right.tick;
                   });
}

void MatchAssembler::build_end(MatchRecord& record) {
  if (!end_) return;
  if (record.log.horizon() == end_->tick && record.log.head() == end_->head &&
      record.log.last_event() <= end_->tick) {
    record.end = end_->reason;
    record.is_unwritten = end_->is_unwritten;
  } else {
    lose(0, 0,
         "the events are not those that the match ended with at tick " +
             std::to_string(end_->tick.value));
  }
}

}  // namespace tutti

// Writes match files. Twice over the match: the first walk finds which digest is the last one, and
// whether all of the match can be read at all; the second one writes.

#include <algorithm>

#include "head_signer.hpp"
#include "match_walk.hpp"
#include "payloads.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti {

namespace {

/// Bytes of events after which a batch is closed: a cut in a file can cost this much. Two players'
/// controls of about two minutes; packing smaller batches saves less.
constexpr std::size_t batch_bytes = 4096;
/// A closed file keeps the first digest of each so many ticks, unless the match's terms ask for
/// all.
constexpr std::int64_t digest_every_ticks = 300;
/// About what an event costs besides its payload.
constexpr std::size_t event_overhead_bytes = 2;
/// Arrival margins of one record.
constexpr std::uint64_t margins_of_a_record = 32'768;

/// Finds the last digest of a match that is one of its own log.
class LastDigest final : public MatchVisitor {
 public:
  void reach(Tick, const Head&) override {}
  void take(const RecordedDigest&, bool is_of_this_log) override {
    ++count_;
    if (is_of_this_log) number_ = count_;
  }
  Result<void> take(std::span<const EventView>) override { return {}; }

  /// Counted from 1; 0 if there is none.
  std::uint64_t number() const { return number_; }

 private:
  std::uint64_t count_ = 0;
  std::uint64_t number_ = 0;
};

/// Of the digests a closed file keeps enough to find the first tick that differs to within some
/// seconds of folding, or all, as the match's terms ask. The last one in full, and all that tell of
/// another log.
class KeptDigests {
 public:
  KeptDigests(const Setup& setup, std::uint64_t last)
      : is_dense_(setup.terms.has_dense_digests), last_(last) {}

  void take(RecordedDigest digest, bool is_of_this_log) {
    const bool is_last = ++count_ == last_;
    if (!is_of_this_log) return items.add(digest, true);
    const std::int64_t period = digest.tick.value / digest_every_ticks;
    if (!is_last && !is_dense_ && period == period_kept_) return;
    if (!is_last) {
      std::fill(digest.state.bytes.begin() + short_digest_bytes, digest.state.bytes.end(),
                std::byte{0});
      digest.is_short = true;
    }
    period_kept_ = period;
    items.add(digest, false);
  }

  DigestItems items;  // that are not written yet

 private:
  bool is_dense_;
  std::uint64_t last_;
  std::uint64_t count_ = 0;
  std::int64_t period_kept_ = 0;
};

/// Events of whole ticks, until they are written as one record.
class Batch {
 public:
  bool is_full() const { return bytes_ >= batch_bytes; }
  void take(const EventView& event) {
    events_.push_back(event);
    payloads_.insert(payloads_.end(), event.payload.begin(), event.payload.end());
    bytes_ += event.payload.size() + event_overhead_bytes;
  }
  void move_to(Bytes& file, Tick horizon) {
    BytesView payloads(payloads_);
    for (EventView& event : events_) {
      event.payload = payloads.first(event.payload.size());
      payloads = payloads.subspan(event.payload.size());
    }
    append_packed_events(file, only_match, {sequence_, events_, horizon});
    sequence_ += events_.size();
    events_.clear();
    payloads_.clear();
    bytes_ = 0;
  }
  std::uint64_t next_sequence() const { return sequence_; }

 private:
  std::uint64_t sequence_ = 1;
  std::vector<EventView> events_;
  Bytes payloads_;
  std::size_t bytes_ = 0;
};

class MatchWriter final : public MatchVisitor {
 public:
  /// `key`: null to write the signatures that the match has.
  MatchWriter(const MatchParts& match, FewNotes notes, const SigningKey* key,
              std::uint64_t last_digest, const ByteSink& sink)
      : match_(match),
        notes_(std::move(notes)),
        sink_(&sink),
        digests_(match.rest->log.setup(), last_digest),
        roster_(match.rest->log.setup()) {
    if (key == nullptr) return;
    signer_.emplace(*match.rest, notes_.client_keys, *key);
    signatures_.reserve(static_cast<std::size_t>(match.horizon.value / signature_every_ticks + 1));
  }

  Result<void> write() {
    append_file_header(piece_);
    append_setup(piece_, only_match, opening());
    if (Result<void> walked = walk(match_, *this); !walked) return walked;
    if (Result<void> written = write_batch(match_.horizon); !written) return written;
    for (const DesyncFinding& finding : notes_.desyncs)
      append_desync(piece_, only_match, finding);
    if (Result<void> written = write_margins(); !written) return written;
    write_end();
    if (Result<void> written = write_proofs(); !written) return written;
    for (const Mark& mark : match_.rest->marks)
      append_mark(piece_, only_match, mark);
    for (const SavedState& state : match_.rest->states) {
      append_state(piece_, only_match, state);
      if (Result<void> written = hand_on(); !written) return written;
    }
    for (const Telemetry& piece : match_.rest->telemetry) {
      append_telemetry(piece_, only_match, piece);
      if (Result<void> written = hand_on(); !written) return written;
    }
    append_index(piece_, only_match, summary());
    return hand_on();
  }

  void reach(Tick tick, const Head& head) override {
    if (!signer_) return;
    for (; next_signed_ < std::min(tick, match_.horizon);
         next_signed_ = next_signed_ + signature_every_ticks)
      signatures_.push_back(signer_->sign(next_signed_, head));
  }

  void take(const RecordedDigest& digest, bool is_of_this_log) override {
    digests_.take(digest, is_of_this_log);
  }

  Result<void> take(std::span<const EventView> events_of_a_tick) override {
    const Tick tick = events_of_a_tick.front().tick;
    if (batch_.is_full()) {
      Result<void> written = write_batch(std::min(match_.horizon, tick - 1));
      if (!written) return written;
    }
    for (const EventView& event : events_of_a_tick) {
      batch_.take(event);
      roster_.take(event);
      if (signer_ && tick <= match_.horizon) signer_->take(event);
    }
    return {};
  }

 private:
  MatchOpening opening() const {
    const MatchRecord& rest = *match_.rest;
    return {rest.room, rest.started_utc, rest.build, rest.log.setup()};
  }
  MatchSummary summary() const {
    return summary_of(opening(), roster_, batch_.next_sequence(), match_.horizon, match_.head,
                      match_.rest->end);
  }

  Result<void> hand_on() {
    Result<void> taken = (*sink_)(piece_);
    piece_.clear();
    return taken;
  }

  Result<void> write_batch(Tick horizon) {
    batch_.move_to(piece_, horizon);
    if (!digests_.items.is_empty()) digests_.items.move_to(piece_, only_match);
    return hand_on();
  }

  Result<void> write_margins() {
    ItemWalk<ArrivalMargins> walk(match_, &MatchPage::margins, &MatchRecord::margins);
    MarginItems items;
    for (;;) {
      const auto next = walk.next();
      if (!next) return Unexpected{next.error()};
      if (next->empty()) break;
      for (const ArrivalMargins& item : *next) {
        items.add(item);
        if (items.count() < margins_of_a_record) continue;
        items.move_to(piece_, only_match);
        if (Result<void> written = hand_on(); !written) return written;
      }
    }
    if (items.count() > 0) items.move_to(piece_, only_match);
    return hand_on();
  }

  void write_end() {
    if (!match_.rest->end) return;
    append_end(piece_, only_match,
               {match_.horizon, match_.head, *match_.rest->end, match_.rest->is_unwritten});
  }

  Result<void> write_proofs() {
    if (signer_) signatures_.push_back(signer_->sign(match_.horizon, match_.head));
    for (const HeadSignature& signature : signer_ ? signatures_ : match_.rest->signatures) {
      append_signature(piece_, only_match, signature);
      if (Result<void> written = hand_on(); !written) return written;
    }
    for (const ClientKey& key : notes_.client_keys)
      append_client_key(piece_, only_match, key);
    for (const PlayerSignature& signature : notes_.player_signatures)
      append_player_signature(piece_, only_match, signature);
    return hand_on();
  }

  MatchParts match_;
  FewNotes notes_;
  const ByteSink* sink_;
  Bytes piece_;  // of the file: what the sink has not got yet
  Batch batch_;
  KeptDigests digests_;
  Roster roster_;
  std::optional<HeadSigner> signer_;
  Tick next_signed_{signature_every_ticks};
  std::vector<HeadSignature> signatures_;
};

Result<void> write(const MatchParts& match, const SigningKey* key, const ByteSink& sink) {
  const Log& log = match.rest->log;
  TUTTI_ASSERT(!match.rest->end || log.last_event() <= match.horizon, log.last_event(),
               match.horizon);
  LastDigest last;
  if (Result<void> walked = walk(match, last); !walked) return walked;
  Result<FewNotes> notes = few_notes_of(match);
  if (!notes) return Unexpected{notes.error()};
  return MatchWriter(match, std::move(*notes), key, last.number(), sink).write();
}

}  // namespace

Bytes write_match(const MatchRecord& record) {
  Bytes file;
  const MatchPages none;
  const MatchParts match{&record, &none, record.log.horizon(), record.log.head()};
  const Result<void> written = write(match, nullptr, [&](BytesView piece) -> Result<void> {
    file.insert(file.end(), piece.begin(), piece.end());
    return {};
  });
  TUTTI_ASSERT(written.has_value());
  return file;
}

Result<void> write_match(const JournaledMatch& match, const std::optional<SigningKey>& key,
                         const ByteSink& sink) {
  return write({&match.rest, &match.pages, match.horizon, match.head}, key ? &*key : nullptr, sink);
}

}  // namespace tutti

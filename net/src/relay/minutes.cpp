#include "relay/minutes.hpp"

#include <algorithm>

#include "tutti/replay/signature.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// Marks beyond these are made one: a disk may take nothing for a long time.
constexpr std::size_t marks_most = 256;

/// Ticks between two signatures of a client, at least.
std::int64_t minute_of(const RelayMatch& match) {
  return std::int64_t{60} * match.log().setup().tick_rate;
}

template <class Item>
void erase_first(std::vector<Item>& items, std::size_t count) {
  items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count));
}

template <class Item>
std::size_t bytes_of(const std::vector<Item>& items) {
  return items.capacity() * sizeof(Item);
}

}  // namespace

Minutes::Minutes(Journal& journal, const MatchOpening& opening)
    : journal_(&journal),
      number_(journal.begin(opening)),
      room_(opening.room),
      started_utc_(opening.started_utc),
      door_(opening.door),
      history_(journal, number_) {}

Minutes::Minutes(Journal& journal, MatchNumber number, const MatchRecord& record)
    : journal_(&journal),
      number_(number),
      room_(record.room),
      started_utc_(record.started_utc),
      door_(record.door),
      history_(journal, number),
      digests_(record.digests),
      desyncs_(record.desyncs),
      margins_(record.margins),
      client_keys_(record.client_keys) {
  for (const PlayerSignature& signature : record.player_signatures)
    player_signatures_[{signature.player, signature.key.bytes}] = signature;
  // A power loss may have left digests of ticks that it took away.
  std::erase_if(digests_, [&](const RecordedDigest& digest) {
    return digest.tick > record.log.horizon() || record.log.head(digest.tick) != digest.head;
  });
}

std::size_t Minutes::write(const RelayMatch& match) {
  std::vector<EventView> events;
  for (std::uint32_t i = events_; i < match.accepted_count(); ++i) {
    events.push_back(match.accepted(i).event);
  }
  const std::optional<JournalPosition> at =
      journal_->append(number_, EventBatch{.first_sequence = std::uint64_t{events_} + 1,
                                           .events = events,
                                           .horizon = match.horizon()});
  events_ = match.accepted_count();
  horizon_ = match.horizon();
  note_written(at);
  return events.size();
}

void Minutes::note_written(std::optional<JournalPosition> at) {
  if (!at) return;
  through_ = *at;
  if (marks_.size() == marks_most) marks_.pop_back();
  marks_.push_back({*at, horizon_});
}

std::size_t Minutes::write_recovered(const RelayMatch& match, const Log& found) {
  std::vector<EventView> events;
  for (const EventView& event : match.log().events()) {
    const auto known = found.events_at(event.tick);
    const bool is_found = std::any_of(known.begin(), known.end(), [&](const EventView& other) {
      return canonical_order(other, event) == 0;
    });
    if (!is_found) events.push_back(event);
  }
  events_ = match.accepted_count();
  horizon_ = match.horizon();
  if (!TUTTI_MUTANT(restart_is_not_written)) {
    note_written(journal_->append(number_, EventBatch{.first_sequence = found.events().size(),
                                                      .events = events,
                                                      .horizon = match.horizon()}));
  }
  return events.size();
}

void Minutes::write(const RecordedDigest& digest) {
  digests_.push_back(digest);
  journal_->append(number_, std::span(&digest, 1));
}

void Minutes::write(const DesyncFinding& finding) {
  desyncs_.push_back(finding);
  journal_->append(number_, finding);
}

void Minutes::write(std::span<const ArrivalMargins> margins) {
  if (margins.empty()) return;
  margins_.insert(margins_.end(), margins.begin(), margins.end());
  journal_->append(number_, margins);
}

void Minutes::write(const ClientKey& key) {
  const auto has_hash = [&](const ClientKey& other) {
    return other.resume_hash == key.resume_hash;
  };
  if (std::ranges::any_of(client_keys_, has_hash)) return;
  client_keys_.push_back(key);
  journal_->append(number_, key);
}

void Minutes::write(const PlayerSignature& signature) {
  player_signatures_[{signature.player, signature.key.bytes}] = signature;
  journal_->append(number_, signature);
}

bool Minutes::take(const Signer& signer, const Vouch& vouch, const RelayMatch& match) {
  const auto head = match.log().head(vouch.tick);
  if (!head || vouch.tick > match.horizon()) return false;
  const PlayerSignature signature{.player = signer.player,
                                  .tick = vouch.tick,
                                  .first_counter = vouch.first_counter,
                                  .key = signer.key,
                                  .bytes = vouch.signature};
  const Tick earliest =
      match.log().ended() == vouch.tick ? vouch.tick : vouch.tick - minute_of(match);
  if (has_signed(signer.player, signer.key, earliest)) return false;
  if (!is_authentic(signature, *head, room_)) return false;
  write(signature);
  return true;
}

bool Minutes::has_signed(PlayerId player, const PublicKey& key, Tick tick) const {
  const auto found = player_signatures_.find({player, key.bytes});
  return found != player_signatures_.end() && found->second.tick >= tick;
}

void Minutes::write_end(const Log& log, EndReason reason) {
  journal_->append(number_, MatchEnd{*log.ended(), log.head(), reason, is_unwritten_});
}

void Minutes::put_away(const RelayMatch& match) {
  // Younger ones tell whether a client may sign again.
  const Tick through = match.horizon() - 2 * minute_of(match);
  std::vector<PlayerSignature> signatures;
  for (const auto& [signer, signature] : player_signatures_) {
    if (signature.tick < through) signatures.push_back(signature);
  }
  if (!history_.put(match, {digests_, margins_, desyncs_, client_keys_, signatures})) return;
  put_ = {digests_.size(), desyncs_.size(), margins_.size(), client_keys_.size(),
          std::move(signatures)};
}

void Minutes::forget_put() {
  const Put put = std::exchange(put_, {});
  erase_first(digests_, put.digests);
  erase_first(desyncs_, put.desyncs);
  erase_first(margins_, put.margins);
  erase_first(client_keys_, put.client_keys);
  for (const PlayerSignature& signature : put.player_signatures) {
    const auto found = player_signatures_.find({signature.player, signature.key.bytes});
    // It may have signed again since.
    if (found != player_signatures_.end() && found->second == signature) {
      player_signatures_.erase(found);
    }
  }
}

void Minutes::look_whether_written(RelayMatch& match) {
  while (!marks_.empty() && marks_.front().through <= journal_->status().durable) {
    durable_ = std::max(durable_, marks_.front().horizon);
    marks_.pop_front();
  }
  const bool is_behind = through_ > journal_->status().written;
  if (is_behind || journal_->is_unwritten(number_)) is_unwritten_ = true;
  history_.tidy();
  if (history_.settle(match)) forget_put();
}

JournaledMatch Minutes::journaled(const RelayMatch& match, std::optional<EndReason> end) const {
  const Log& log = match.log();
  MatchRecord rest(MatchOpening{.room = room_,
                                .started_utc = started_utc_,
                                .build = {},
                                .setup = log.setup(),
                                .door = end ? Bytes() : door_});
  for (std::uint32_t i = match.first_kept(); i < match.accepted_count(); ++i) {
    const Log::Added added = rest.log.add(match.accepted(i).event);
    TUTTI_ASSERT(added == Log::Added::yes, match.accepted(i).event.tick);
  }
  rest.digests = digests_;
  rest.desyncs = desyncs_;
  rest.margins = margins_;
  rest.client_keys = client_keys_;
  std::ranges::sort(rest.client_keys, {}, &ClientKey::resume_hash);
  for (const auto& [signer, signature] : player_signatures_)
    rest.player_signatures.push_back(signature);
  std::ranges::stable_sort(rest.player_signatures, {}, &PlayerSignature::tick);
  rest.end = end;
  rest.is_unwritten = is_unwritten_;
  if (!history_.has_pages()) {
    rest.log.close(log.horizon());
    return JournaledMatch(std::move(rest));
  }
  JournaledMatch journaled(std::move(rest), history_.pages(), log.horizon(), log.head());
  journaled.is_played |= history_.is_played();
  return journaled;
}

Result<MatchNumber> Minutes::copy_into(Journal& journal, const RelayMatch& match,
                                       std::optional<EndReason> end) {
  JournaledMatch whole = journaled(match, end);
  whole.rest.door = TUTTI_MUTANT(doors_stay_in_the_old_journal) ? Bytes() : door_;
  Result<CopiedMatch> copied = journal.copy(whole);
  if (!copied) return Unexpected{copied.error()};
  history_.note_copied(std::move(copied->places));
  return copied->number;
}

std::size_t Minutes::memory_bytes() const {
  constexpr std::size_t node_bytes = 48;  // what a map adds to an entry
  using Signed = decltype(player_signatures_)::value_type;
  return history_.memory_bytes() + bytes_of(digests_) + bytes_of(desyncs_) + bytes_of(margins_) +
         bytes_of(client_keys_) + bytes_of(put_.player_signatures) +
         player_signatures_.size() * (sizeof(Signed) + node_bytes);
}

void Minutes::continue_in(Journal& journal, MatchNumber number, const RelayMatch& match) {
  journal_ = &journal;
  number_ = number;
  history_.continue_in(journal, number);
  events_ = match.accepted_count();
  durable_ = horizon_ = match.horizon();
  through_ = {};  // a place in the other journal; in this one all of it is written, and durable
  marks_.clear();
}

}  // namespace tutti::detail

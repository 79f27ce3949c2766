#pragma once
// The payloads of records, as FORMAT.md lays them out. Decoders trust nothing; their results point
// into the bytes that they were given.

#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "tutti/replay/format.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti {

/// The number of the match in a file that holds one.
inline constexpr MatchNumber only_match{1};

/// Whether it is a referee's word about the match, which alone may follow the end.
bool is_correction(const EventView& event);

/// The payload of SETUP.
void write_opening(ByteWriter& out, const MatchOpening& opening);
void append_setup(Bytes& file, MatchNumber match, const MatchOpening& opening);
void append_events(Bytes& file, MatchNumber match, const EventBatch& batch);
/// The same, packed if that makes it smaller.
void append_packed_events(Bytes& file, MatchNumber match, const EventBatch& batch);
/// The items of a DIGESTS record, by tick, as bytes.
class DigestItems {
 public:
  /// Precondition: not before the tick of the one before. Without its head it is one of this very
  /// log.
  void add(const RecordedDigest& digest, bool has_head);
  bool is_empty() const { return count_ == 0; }
  /// Writes the record, and has none from then on.
  void move_to(Bytes& file, MatchNumber match);

 private:
  Bytes items_;
  std::uint64_t count_ = 0;
  Tick previous_;
};
/// Precondition: by tick. The heads that `log` gives for the same ticks are left out; without a log
/// all are written.
void append_digests(Bytes& file, MatchNumber match, std::span<const RecordedDigest> digests,
                    const Log* log);
void append_end(Bytes& file, MatchNumber match, const MatchEnd& end);
void append_signature(Bytes& file, MatchNumber match, const HeadSignature& signature);
void append_client_key(Bytes& file, MatchNumber match, const ClientKey& key);
void append_player_signature(Bytes& file, MatchNumber match, const PlayerSignature& signature);
void append_mark(Bytes& file, MatchNumber match, const Mark& mark);
/// The summary of a match with so many events, `MatchStarted` among them.
MatchSummary summary_of(MatchOpening opening, const Roster& roster, std::uint64_t events, Tick last,
                        const Head& head, std::optional<EndReason> end);
/// The INDEX record and, behind it, the FOOTER that leads to it.
void append_index(Bytes& file, MatchNumber match, const MatchSummary& summary);
/// The items of a MARGINS record, by span and player, as bytes.
class MarginItems {
 public:
  /// Precondition: its span does not begin before that of the one before.
  void add(const ArrivalMargins& item);
  std::uint64_t count() const { return count_; }
  /// Writes the record, and has none from then on.
  void move_to(Bytes& file, MatchNumber match);

 private:
  Bytes items_;
  std::uint64_t count_ = 0;
  Tick previous_;
};
/// Precondition: by span and player.
void append_margins(Bytes& file, MatchNumber match, std::span<const ArrivalMargins> margins);
std::optional<std::vector<ArrivalMargins>> decode_margins(BytesView payload);
void append_desync(Bytes& file, MatchNumber match, const DesyncFinding& finding);
/// These two packed, if that makes them smaller.
void append_state(Bytes& file, MatchNumber match, const SavedState& state);
void append_telemetry(Bytes& file, MatchNumber match, const Telemetry& piece);

template <std::size_t size>
void read_array(ByteReader& in, std::array<std::byte, size>& array) {
  const BytesView bytes = in.raw(size);
  if (bytes.size() == size) std::memcpy(array.data(), bytes.data(), size);
}

/// A tick between 0 and limits::match_ticks, or failure.
inline Tick read_tick(ByteReader& in) {
  const std::uint64_t value = in.varint();
  if (value > static_cast<std::uint64_t>(limits::match_ticks)) in.fail();
  return Tick{in.ok() ? static_cast<std::int64_t>(value) : 0};
}

struct DecodedEvents {
  std::uint64_t first_sequence = 0;
  Tick horizon;
  std::vector<EventView> events;
};
struct DecodedDigest {
  Tick tick;
  std::optional<Head> head{};
  Digest state;
  bool is_short = false;
};

std::optional<MatchOpening> decode_setup(BytesView payload);
std::optional<DecodedEvents> decode_events(BytesView payload);
std::optional<std::vector<DecodedDigest>> decode_digests(BytesView payload);
std::optional<MatchEnd> decode_end(BytesView payload);
std::optional<HeadSignature> decode_signature(BytesView payload);
std::optional<ClientKey> decode_client_key(BytesView payload);
std::optional<PlayerSignature> decode_player_signature(BytesView payload);
std::optional<Mark> decode_mark(BytesView payload);
std::optional<MatchSummary> decode_index(BytesView payload);
/// The size of the INDEX record before the footer.
std::optional<std::uint32_t> decode_footer(BytesView payload);
std::optional<DesyncFinding> decode_desync(BytesView payload);
std::optional<SavedState> decode_state(BytesView payload);
/// Nothing for telemetry of a kind that this version does not know.
std::optional<Telemetry> decode_telemetry(BytesView payload);

}  // namespace tutti

#pragma once
// Puts the records of one match together. Events are only collected while records come and enter
// the log at the end, sorted: a file that was made to arrive in the worst order costs no more than
// an honest one.

#include <deque>
#include <optional>
#include <vector>

#include "payloads.hpp"
#include "tutti/replay/reader.hpp"

namespace tutti {

class MatchAssembler {
 public:
  /// `offset`: where in the file the record begins. The payload must outlive the assembler.
  void take(const Record& record, std::uint64_t offset);
  /// For a match whose SETUP is lost: the copy of it in this INDEX record.
  void take_opening_of(const Record& index);
  Result<ReadMatch> finish() &&;

 private:
  /// Each returns a sentence if the record cannot be used.
  std::optional<std::string> take_setup(BytesView payload);
  std::optional<std::string> take_events(const Record& record);
  std::optional<std::string> take_digests(BytesView payload);
  std::optional<std::string> take_margins(BytesView payload);
  std::optional<std::string> take_end(BytesView payload);
  std::optional<std::string> take_desync(BytesView payload);
  std::optional<std::string> take_signature(BytesView payload);
  std::optional<std::string> take_client_key(BytesView payload);
  std::optional<std::string> take_player_signature(BytesView payload);
  std::optional<std::string> take_mark(BytesView payload);
  std::optional<std::string> take_snapshot(const Record& record);
  std::optional<std::string> take_telemetry(const Record& record);
  std::optional<std::string> find_fault(const EventView& event) const;
  std::optional<DecodedEvents> decode(const Record& record);
  void keep_beyond(const Record& record);
  void lose(std::uint64_t offset, std::uint64_t bytes, std::string sentence);
  void build_log(MatchRecord& record);
  void build_digests(MatchRecord& record);
  void build_end(MatchRecord& record);

  std::optional<MatchOpening> opening_;
  std::vector<EventView> events_;
  std::vector<EventView> beyond_;  // whole events behind the damage
  std::deque<Bytes> unpacked_;     // events of packed records point into these
  std::uint64_t next_sequence_ = 1;
  Tick horizon_;
  std::vector<DecodedDigest> digests_;
  std::vector<ArrivalMargins> margins_;
  std::vector<DesyncFinding> desyncs_;
  std::optional<MatchEnd> end_;
  std::vector<HeadSignature> signatures_;
  std::vector<ClientKey> client_keys_;
  std::vector<PlayerSignature> player_signatures_;
  std::vector<Mark> marks_;
  std::vector<SavedState> states_;
  std::vector<Telemetry> telemetry_;
  std::optional<Damage> damage_;  // set once; every later record of the match is lost with it
  std::optional<Error> refusal_;
};

}  // namespace tutti

#pragma once
// Reads match files and journals, whole or damaged, honest or hostile: bytes in, matches out. No
// file is known here, and no length is trusted: time and memory grow with the input. A log in
// memory takes about 60 times the bytes of its unpacked file if its events have one byte each, and
// at most 80 times for any file; a packed file is at most 4 times smaller than an unpacked one.

#include <map>
#include <optional>
#include <vector>

#include "tutti/replay/format.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// A match as far as it could be read.
struct ReadMatch {
  MatchRecord record;              ///< the match, through its last whole tick
  std::optional<Damage> damage{};  ///< nothing if every byte was understood
  /// Events behind the damage, in canonical order. They are no part of the log, since no state can
  /// be folded from them.
  std::vector<Event> beyond{};
};

/// Reads bytes that hold one match: a match file, a client's recording or a journal of one. Where
/// they are cut or damaged, it returns the match up to there, the events of whole records behind
/// it, and the loss. Errors (Fault::bad_data): foreign or empty bytes, no beginning, several
/// matches, or a record that this version must not skip.
TUTTI_API Result<ReadMatch> read_match(BytesView file);

/// Reads the matches of a journal, ended or not, one at a time.
class TUTTI_API JournalReader {
 public:
  /// Lists the records. The bytes must outlive the reader. Errors: those of `read_match`, but any
  /// number of matches will do.
  static Result<JournalReader> open(BytesView file);

  /// The matches in the order in which they were opened.
  std::vector<MatchNumber> matches() const;
  /// Reads one match. Damage to one leaves the others whole. The error says why nothing of it can
  /// be used.
  Result<ReadMatch> read(MatchNumber match) const;
  /// The bytes that are no record: the first such place, and how many bytes are lost in all.
  const std::optional<Damage>& damage() const { return damage_; }

 private:
  JournalReader() = default;
  void note_damage(std::uint64_t offset, std::size_t bytes);
  void describe_damage(bool is_at_end);

  BytesView file_;
  std::map<MatchNumber, std::vector<Record>> records_;
  std::optional<Damage> damage_;
  std::uint64_t damaged_places_ = 0;
};

}  // namespace tutti

#pragma once
// Reading what was written, by whom and however badly: bytes in, matches out, no file known. Never
// trusts a length: time and memory grow with the input. A log in memory takes about 60 times the
// bytes of its unpacked file if its events are of one byte each, and no file makes it more than 80
// times; a packed file is at most 4 times smaller than that.

#include <map>
#include <optional>
#include <vector>

#include "tutti/replay/format.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti {

/// A match as far as it could be read.
struct ReadMatch {
  MatchRecord record;
  std::optional<Damage> damage{};  ///< nothing if every byte was understood
  /// Events behind the damage, in canonical order: what was done there is known, but no state can
  /// be folded from it. They are no part of the log.
  std::vector<Event> beyond{};
};

/// Reads bytes that hold one match: a match file, a client's recording or a journal of one. What
/// lies before a cut or a damage is returned, what whole records behind it say, and the loss.
/// Errors (Fault::bad_data): foreign, empty, without a beginning, several matches, or a record that
/// this version must not skip.
Result<ReadMatch> read_match(BytesView file);

/// Reads the matches of a journal, ended or not, one at a time.
class JournalReader {
 public:
  /// Lists the records; the bytes must outlive the reader. Errors as for `read_match`, except that
  /// any number of matches will do.
  static Result<JournalReader> open(BytesView file);

  /// In the order in which they were opened.
  std::vector<MatchNumber> matches() const;
  /// Damage to one match leaves the others whole. The error says why nothing of it can be used.
  Result<ReadMatch> read(MatchNumber match) const;
  /// Bytes that are no record; the first of several such places, and all that is lost.
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

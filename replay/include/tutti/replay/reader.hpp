#pragma once
// Reading what was written, by whom and however badly: bytes in, matches out, no file known. Never
// trusts a length: time and memory grow with the input. A log in memory takes about 60 times the
// bytes of its file if its events are of one byte each; no file makes it more than 80 times.

#include <map>
#include <optional>
#include <vector>

#include "tutti/replay/format.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti {

/// A match as far as it could be read.
struct ReadMatch {
  MatchRecord record;
  std::optional<Damage> damage;  ///< nothing if every byte was understood
};

/// Reads bytes that hold one match: a match file, a client's recording or a journal of one. What
/// lies before a cut or a damage is returned, the loss stated. Errors (Fault::bad_data): foreign,
/// empty, without a beginning, several matches, or a record that this version must not skip.
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
  /// Bytes at the end that are no record.
  const std::optional<Damage>& damage() const { return damage_; }

 private:
  JournalReader() = default;

  BytesView file_;
  std::map<MatchNumber, std::vector<Record>> records_;
  std::optional<Damage> damage_;
};

}  // namespace tutti

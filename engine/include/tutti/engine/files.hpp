#pragma once
// The places of files, and their names.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tutti/replay/journaled_match.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/replay/storage.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// `$XDG_DATA_HOME/tutti/matches`, or `~/.local/share/tutti/matches`; the working directory if the
/// system names no home.
TUTTI_API std::string default_matches_folder();

/// `$XDG_STATE_HOME/tutti`, or `~/.local/state/tutti`; the working directory if the system names no
/// home.
TUTTI_API std::string default_state_folder();

/// The compiler, its optimisation, and the machine that this program is built for: the first
/// suspect where two machines compute otherwise.
TUTTI_API std::string build_text();

/// The writer of a match's file, which its name shows: a relay and a player's machine may keep the
/// same match in the same folder.
enum class MatchWriter : std::uint8_t {
  relay,    ///< `20261120T122454Z-pong-K7Q2M.tutti`
  machine,  ///< `20261120T122454Z-pong-K7Q2M-own.tutti`: its own recording
};

/// `<utc>-<game>-<code>.tutti`, see MatchWriter. `rules` is a rules id. Characters of the game's
/// name or of the code that are unsafe in a file's name become underscores.
TUTTI_API std::string match_file_name(std::int64_t started_utc, std::string_view rules,
                                      std::string_view room,
                                      MatchWriter writer = MatchWriter::relay);

/// A file that was kept.
struct KeptFile {
  std::string path{};      ///< the file, which may have got another name than asked for
  bool was_there = false;  ///< the same match was in it already
};

/// Writes a match into a folder under `name`, or if that is taken under the next name that is not:
/// `-2`, `-3` and so on before the extension. Nothing is ever replaced. A file that holds this very
/// log, and all that the record keeps beside it, is left as it is and counts as kept. Errors: the
/// storage's.
TUTTI_API Result<KeptFile> keep_match_file(const MatchRecord& record, const std::string& folder,
                                           const std::string& name,
                                           Storage& storage = posix_storage());
/// The same for a match of which a journal has the older part, in little memory, signed with `key`:
/// a file that holds exactly its bytes counts as kept. Errors: those of `write_match` too.
TUTTI_API Result<KeptFile> keep_match_file(const JournaledMatch& match,
                                           const std::optional<SigningKey>& key,
                                           const std::string& folder, const std::string& name,
                                           Storage& storage = posix_storage());
/// The same for any bytes: a file that holds exactly them counts as kept.
TUTTI_API Result<KeptFile> keep_file(BytesView bytes, const std::string& folder,
                                     const std::string& name, Storage& storage = posix_storage());

}  // namespace tutti

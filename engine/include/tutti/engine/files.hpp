#pragma once
// The places of files, and their names.

#include <cstdint>
#include <string>
#include <string_view>

namespace tutti {

/// `$XDG_DATA_HOME/tutti/matches`, or `~/.local/share/tutti/matches`; the working directory if the
/// system names no home.
std::string default_matches_folder();

/// `$XDG_STATE_HOME/tutti`, or `~/.local/state/tutti`; the working directory if the system names no
/// home.
std::string default_state_folder();

/// The compiler, its optimisation, and the machine that this program is built for: the first
/// suspect where two machines compute otherwise.
std::string build_text();

/// `<utc>-<game>-<code>.tutti`, e.g. `20261120T122454Z-pong-K7Q2M.tutti`. `rules` is a rules id.
std::string match_file_name(std::int64_t started_utc, std::string_view rules,
                            std::string_view room);

}  // namespace tutti

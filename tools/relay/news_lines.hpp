#pragma once
// The relay's news as lines of its log. Here it is decided what a log has: slots and numbers of
// connections, reasons, times, and rooms by their tags; never a name, an address, or a code, which
// lets its reader in.

#include <functional>

#include "relay/log.hpp"
#include "tutti/engine/relay_service.hpp"

namespace tutti::tool {

/// Gives the tag of a room's code.
using TagOf = std::function<std::string(const std::string&)>;

LogLine line_of(const RelayNews& news, const TagOf& tag_of);
/// A file that was written.
LogLine line_of(const WrittenFile& file, const TagOf& tag_of);
/// A sentence about a file's trouble, in which the names of match files have no codes any more.
Error without_codes(const Error& trouble);
/// `<utc>-<game>` of a file's name: without the room's code behind it.
std::string without_code(const WrittenFile& file);

}  // namespace tutti::tool

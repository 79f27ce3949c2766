#pragma once
// The lines of the pages on which a player hosts a room or joins one.

#include <string>
#include <vector>

#include "program/options.hpp"
#include "program/settings.hpp"
#include "render/menu_page.hpp"

namespace counterpoint {

/// Characters of a relay's address, as it is typed.
inline constexpr std::size_t relay_length_max = 60;

/// The lines about the room on the page to host one, below those about the match.
enum HostLine : std::size_t { host_name = 3, host_password, host_asks, host_spectators };
/// The lines of the page to join one; that behind the last joins, the next one watches.
enum JoinLine : std::size_t { join_name, join_relay, join_code, join_password, join_line };

void add_host_lines(MenuPage& page, const Options& wanted, const Settings& settings);
/// The next or the last value of a line that has some; false for other lines.
bool change_host_line(std::size_t line, int by, Options& wanted);

/// What is typed to join a room, or comes with an invitation.
class JoinForm {
 public:
  void add_lines(MenuPage& page, const Options& wanted, const Settings& settings) const;
  /// Takes what is pasted: a token, an invitation such as a host copies it, an address with a code
  /// behind it. False if none of these is there: the words are for one line.
  bool paste(std::vector<std::string> words, Settings& settings, Options& wanted);
  /// The key of the relay at this address, if the invitation had it; else empty.
  std::string key_of(const std::string& relay) const { return relay == relay_ ? key_ : ""; }

  std::string code{};

 private:
  bool take_invitation(const std::string& word, Settings& settings);

  std::string relay_;  // of the invitation,
  std::string key_;    // and its key
};

}  // namespace counterpoint

#pragma once
// A machine's description of itself in evidence, as a line of text: all that decides about the
// results of floating-point operations beside the rules.

#include <map>
#include <string>

#include "tutti/sim/export.hpp"

namespace tutti {

/// See the top of this file.
struct MachineWords {
  std::string build{};      ///< the compiler and the architecture: "g++ 12.2.0 x86-64"
  std::string floats{};     ///< the thread's floating-point environment; empty for the default one
  std::string processor{};  ///< as the system names it; empty if it does not
  /// The libraries that the process has loaded, and the program itself: file names without folders,
  /// and the first eight digits of their build ids.
  std::map<std::string, std::string> libraries{};

  bool operator==(const MachineWords&) const = default;
};

/// "g++ 12.2.0 x86-64; floats rounds upwards; processor AMD EPYC; libraries libc.so.6 1a2b3c4d,
/// ...", at most limits::machine_bytes: what does not fit is left out.
TUTTI_API std::string to_text(const MachineWords& words);
/// The words of such a text. Any other text is all `build`.
TUTTI_API MachineWords machine_words(const std::string& text);

}  // namespace tutti

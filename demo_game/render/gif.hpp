#pragma once
// A short moving picture as a GIF, in 255 colours that are chosen for all of it.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "render/canvas.hpp"
#include "tutti/sim/result.hpp"

namespace counterpoint {

/// Writes pictures of one size, each shown for so many hundredths of a second, again and again.
/// Faults: usage for none, or sizes that differ or are beyond 65535; system, if it cannot be
/// written.
tutti::Result<void> save_gif(std::span<const Canvas> pictures, int hundredths,
                             const std::string& path);

/// The bytes of it. Precondition: at least one picture, all of one size below 65536 each way.
std::vector<std::uint8_t> encode_gif(std::span<const Canvas> pictures, int hundredths);

}  // namespace counterpoint

#pragma once
// The properties of this machine on which the results of floating-point operations depend.

#include <string>

namespace tutti {

/// The build, the libraries that the process has loaded, the floating-point environment of this
/// thread if it is not the default one, and the processor, separated by "; ":
/// "g++ 12.2.0 x86-64; libs 1a2b3c4d; floats up+flush; AMD EPYC". At most limits::build_bytes. Two
/// processes have the same number for their libraries if these have the same build ids.
std::string machine_text();

}  // namespace tutti

#pragma once
// The parts of `tutti archive`.

#include "base/command.hpp"

namespace tutti::tool {

void add_archive_project(Command& archive);

}  // namespace tutti::tool

#pragma once
// The parts of `tutti archive`.

#include "archive/folding.hpp"
#include "base/command.hpp"
#include "fleet/fleet_choice.hpp"

namespace tutti::tool {

struct ProjectOptions {
  GameChoice choice;
  FleetChoice fleet;
  std::string folder;
  std::string database;
  bool follows = false;
  bool json = false;
};
/// `tutti archive project --fleet`.
Exit project_fleet(const ProjectOptions& options);
/// The report of both ways, with what was wrong in the end.
Exit report_projected(const ProjectOptions& options, const Totals& totals, const Result<void>& done,
                      bool is_whole);

void add_archive_project(Command& archive);
void add_archive_send(Command& archive);

}  // namespace tutti::tool

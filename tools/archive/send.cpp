// tutti archive send: match files of a folder into a fleet's archive.

#include "archive/parts.hpp"
#include "base/match_files.hpp"
#include "base/print.hpp"
#include "tutti/engine/fleet_archive.hpp"

namespace tutti::tool {

namespace {

struct SendOptions {
  FleetChoice fleet;
  std::string folder;
  bool json = false;
};

/// Errors: Fault::bad_data for a file that nobody should get.
Result<void> send_one(ArchiveStore& archive, const std::string& file) {
  const auto match = read_match_file(file);
  if (!match) return Unexpected{match.error()};
  if (match->damage) {
    return fail(Fault::bad_data, match->damage->sentence + "; recover it first");
  }
  const auto sent = archive_file(archive, posix_storage(), file);
  return sent ? Result<void>() : Unexpected{sent.error()};
}

Exit send(const SendOptions& options) {
  const auto files = match_files(options.folder);
  if (!files) return complain(files.error());
  const auto archive = open_archive(options.fleet);
  if (!archive) return complain(archive.error());
  std::int64_t sent = 0, failed = 0;
  {
    Progress progress("sending");
    for (const std::string& file : *files) {
      const Result<void> done = send_one(**archive, file);
      if (!done && done.error().fault == Fault::system) return complain(done.error());
      if (!done) complain(done.error());
      ++(done ? sent : failed);
      progress.show(sent + failed, static_cast<std::int64_t>(files->size()));
    }
  }
  Report report;
  report.add("matches_in_archive", sent);
  report.add("matches_failed", failed);
  report.print(options.json);
  return failed > 0 ? Exit::bad : Exit::done;
}

}  // namespace

void add_archive_send(Command& archive) {
  auto options = std::make_shared<SendOptions>();
  Command& command = archive.subcommand("send", "Put match files into a fleet's archive");
  command.argument("folder", options->folder, "a folder with match files (.tutti)");
  options->fleet.add_to(command);
  command.json(options->json);
  command.examples(R"(
The relays of a fleet send their matches by themselves. This is for those that were played before
there was a fleet, and for those that tutti fleet save has made. A file is in the archive once,
however often it is sent. A damaged one is not sent; exit status 3 then.
Example:
  tutti archive send ~/.local/share/tutti/matches --fleet nats://10.0.0.1:4222)");
  command.action([options] { return send(*options); });
}

}  // namespace tutti::tool

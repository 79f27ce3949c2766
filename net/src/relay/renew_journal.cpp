// A journal that takes the place of another while its matches run.

#include "tutti/net/server.hpp"
#include "tutti/replay/journal_recovery.hpp"

namespace tutti {

Result<RenewedJournal> renew_journal(Storage& storage, const std::string& path, RelayServer& server,
                                     std::span<const MatchRecord> over) {
  const std::string next = next_journal_path(path);
  if (Result<void> cleared = storage.replace(next, {}); !cleared) {
    return Unexpected{cleared.error()};
  }
  Result<Journal> opened = Journal::open(storage, next);
  if (!opened) return Unexpected{opened.error()};
  RenewedJournal renewed{.journal = std::move(*opened)};
  Result<std::vector<MatchNumber>> numbers = server.copy_matches(renewed.journal);
  if (!numbers) return Unexpected{numbers.error()};
  renewed.numbers = std::move(*numbers);
  for (const MatchRecord& record : over)
    renewed.journal.copy(record);
  if (const auto& error = renewed.journal.flush_and_sync().error) return Unexpected{*error};
  if (Result<void> renamed = storage.rename(next, path); !renamed) {
    return Unexpected{renamed.error()};
  }
  return renewed;
}

}  // namespace tutti

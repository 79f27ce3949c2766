#pragma once
// Sends the match files of a relay's outbox to its fleet's archive, one after the other, each until
// it is there. It knows no clock and no thread.

#include <memory>
#include <string>

#include "tutti/engine/fleet_archive.hpp"
#include "tutti/engine/match_outbox.hpp"

namespace tutti::detail {

class MatchSender {
 public:
  /// What became of a pass.
  enum class Pass : std::uint8_t {
    idle,    ///< there is nothing to send
    sent,    ///< one file more is there
    failed,  ///< `trouble` says why; the file is tried again after all others
  };

  /// Both stores must outlive this.
  MatchSender(ArchiveStore& archive, Storage& storage, std::shared_ptr<MatchOutbox> outbox)
      : archive_(&archive), storage_(&storage), outbox_(std::move(outbox)) {}

  /// Sends one file, which may take seconds.
  Pass pass();
  std::uint64_t sent() const { return sent_; }
  /// Files that were gone before they could be sent.
  std::uint64_t lost() const { return lost_; }
  const std::string& trouble() const { return trouble_; }

 private:
  ArchiveStore* archive_;
  Storage* storage_;
  std::shared_ptr<MatchOutbox> outbox_;
  std::string tried_;  // the last one
  std::uint64_t sent_ = 0;
  std::uint64_t lost_ = 0;
  std::string trouble_;
};

}  // namespace tutti::detail

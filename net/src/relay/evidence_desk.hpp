#pragma once
// The evidence about one difference that has been judged: every side's states, as they come in
// pieces, for the file that people look into. Pure.

#include <map>
#include <optional>
#include <set>

#include "relay/dispute.hpp"

namespace tutti::detail {

class EvidenceDesk {
 public:
  /// The sides' states are waited for until then. `referee`: the relay's own side, if it has one.
  EvidenceDesk(const Dispute& dispute, const DesyncFinding& finding, const DesyncSide* referee,
               Instant until);

  void take(PlayerId player, const Evidence& evidence);
  /// Whether there is nothing more to wait for.
  bool is_complete(Instant now) const;
  std::size_t memory_bytes() const;
  /// All that has come.
  DesyncBundle bundle() &&;

 private:
  struct Side {
    DesyncSide side{};
    bool is_expected = false;
    std::set<Evidence::Kind> kinds{};  // that have come whole
  };

  DesyncFinding finding_;
  std::map<PlayerId, Side> sides_;
  std::optional<DesyncSide> referee_;
  Instant until_;
};

}  // namespace tutti::detail

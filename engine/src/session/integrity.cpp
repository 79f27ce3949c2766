#include "session/integrity.hpp"

#include "tutti/net/client.hpp"

namespace tutti {

namespace {

/// How long the relay's word about a state that was put right is waited for.
constexpr std::chrono::seconds resyncing_most{5};
constexpr std::size_t desyncs_most = 64;

}  // namespace

std::optional<Tick> Findings::diverged() const {
  for (const Desync& desync : desyncs) {
    const DesyncVerdict verdict = desync.finding.verdict;
    const bool is_mended = verdict == DesyncVerdict::mended;
    if (verdict == DesyncVerdict::disputed || (desync.is_ours && !is_mended)) {
      return desync.finding.first.value_or(desync.finding.tick);
    }
  }
  return std::nullopt;
}

Integrity::Integrity(const AnyGame& game, const Setup& setup, bool is_compared) {
  if (is_compared) check_.emplace(game, setup);
}

void Integrity::look(Client& client, PlayerId player, Timeline& timeline, Findings& findings,
                     Instant now, Budget& budget) {
  if (!check_) return;
  check_->agree(client.agreed());
  while (const auto diverged = client.next_diverged())
    check_->suspect(*diverged);
  if (const auto answer = check_->fold(timeline, budget)) {
    if (answer->fault) findings.resyncing_until = now + resyncing_most;
    client.answer(*answer);
  }
  while (const auto settled = client.next_settled()) {
    SelfCheck::Proof proof = check_->prove(settled->finding, timeline.log());
    for (const Evidence& piece : proof.pieces)
      client.answer(piece);
    if (findings.desyncs.size() == desyncs_most) findings.desyncs.erase(findings.desyncs.begin());
    findings.desyncs.push_back(
        {settled->finding, settled->finding.is_wrong(player), std::move(proof.fields)});
    findings.resyncing_until.reset();
  }
  if (findings.resyncing_until && now >= *findings.resyncing_until) {
    findings.resyncing_until.reset();
  }
}

}  // namespace tutti

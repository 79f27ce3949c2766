#pragma once
// A ticket lets a player come back into its match after its process died: it is the secret by
// which the relay knows the player, in a file that only its user can read. A living process holds
// its file's lock, so that two players on one machine never take each other's place.

#include <optional>
#include <string>
#include <string_view>

#include "tutti/net/messages.hpp"

namespace tutti {

class ReturnTicket {
 public:
  /// The first ticket for this room of this relay that no living process holds, or a new one.
  /// Nothing if the folder cannot be used: then there is no coming back, and play goes on.
  static std::optional<ReturnTicket> take(const std::string& folder, std::string_view relay,
                                          std::string_view room);
  ReturnTicket(ReturnTicket&& other) noexcept;
  ReturnTicket& operator=(ReturnTicket&& other) noexcept;
  /// The next process may take the ticket, if it holds a secret.
  ~ReturnTicket();

  /// The secret that the process before this one left.
  const std::optional<ResumeSecret>& secret() const { return secret_; }
  void keep(const ResumeSecret& secret);
  /// There is nothing to come back to.
  void tear();

 private:
  ReturnTicket(std::string path, int file) : path_(std::move(path)), file_(file) {}
  void read();

  std::string path_;
  int file_ = -1;  // locked while this lives
  std::optional<ResumeSecret> secret_;
};

}  // namespace tutti

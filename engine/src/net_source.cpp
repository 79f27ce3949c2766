#include "net_source.hpp"

namespace tutti {

NetSource::NetSource(std::unique_ptr<Link> link, PeerId relay, Hello hello,
                     std::shared_ptr<HostedRelay> hosted)
    : hosted_(std::move(hosted)),
      link_(std::move(link)),
      client_(*link_, relay, Client::Options{.hello = std::move(hello)}) {}

Status NetSource::status() const {
  switch (client_.phase()) {
    case Client::Phase::connecting:
      return Status::connecting;
    case Client::Phase::failed:
      return Status::failed;
    case Client::Phase::playing:
      return client_.is_reconnecting() ? Status::reconnecting : Status::playing;
    case Client::Phase::ended:
      return Status::playing;
  }
  return Status::failed;
}

void NetSource::leave() { client_.leave(); }

AnySession AnySession::over(AnyGame game, std::unique_ptr<Link> link, PeerId relay, Hello hello,
                            SessionOptions options) {
  return AnySession(std::move(game),
                    std::make_unique<NetSource>(std::move(link), relay, std::move(hello)), options);
}

}  // namespace tutti

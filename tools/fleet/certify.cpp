// tutti fleet key, tutti fleet certify: each relay of a fleet has a key of its own.

#include <ctime>
#include <filesystem>

#include "base/key_choice.hpp"
#include "base/print.hpp"
#include "fleet/fleet_choice.hpp"
#include "tutti/engine/key_files.hpp"
#include "tutti/net/relay_certificate.hpp"

namespace tutti::tool {

namespace {

struct CertifyOptions {
  std::string key;
  std::string relay;
  std::int64_t days = 365;
};

Exit make_key(const CertifyOptions& options) {
  if (std::filesystem::exists(options.key)) {
    return complain({Fault::usage, options.key + " is there already; a fleet's key is never "
                                                 "replaced, since all its links would be void"});
  }
  const auto key = load_or_make_key(options.key);
  if (!key) return complain(key.error());
  say("{}", to_hex(key->public_key()));
  return Exit::done;
}

Exit certify_relay(const CertifyOptions& options) {
  const auto key = load_key(options.key);
  if (!key) return complain(key.error());
  const auto relay = read_public_key(options.relay);
  if (!relay) return complain(relay.error());
  constexpr std::int64_t seconds_a_day = 24 * 3600;
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  say("{}", to_text(certify(*key, *relay, now + options.days * seconds_a_day)));
  return Exit::done;
}

}  // namespace

void add_fleet_certify(Command& fleet) {
  auto options = std::make_shared<CertifyOptions>();
  Command& maker = fleet.subcommand("key", "Make the key by which players know a fleet");
  maker.argument("file", options->key,
                 "the file for the secret key, such as fleet.key; fleet.pub gets the public one");
  maker.examples(R"(
It prints the public key, which is in the links that players get. Keep the file secret, and off the
relays: it is enough to pass for the fleet. A key that is there already is never replaced.
Example:
  tutti fleet key fleet.key)");
  maker.action([options] { return make_key(*options); });

  Command& command = fleet.subcommand("certify", "Say that a relay is one of the fleet's");
  command.option("--key", options->key, "the file with the fleet's secret key");
  command.require("--key");
  command.argument("relay", options->relay, "the relay's public key, or its relay.pub");
  command.option("--days", options->days, 1, 3660, "the days until it has to be said again");
  command.examples(R"(
It prints the certificate: put it into the relay's folder, as relay.cert, and start the relay. Each
relay has a key of its own, made at its first start, in relay.key; players know all of them by the
fleet's. Whoever steals a relay's key passes for that relay until the certificate expires.
Example:
  tutti fleet certify relay.pub --key fleet.key > relay.cert)");
  command.action([options] { return certify_relay(*options); });
}

}  // namespace tutti::tool

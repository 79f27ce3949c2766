// A fleet's store is opened in a real nats-server, and what is there already may be somebody
// else's.

#include "support/nats_server.hpp"
#include "tutti/engine/fleet_store.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// Makes the stream TUTTI_LOG as something else than a relay would; gives the server's answer.
std::string make_stream(const NatsServer& server, const std::string& description) {
  return server.ask("$JS.API.STREAM.CREATE.TUTTI_LOG",
                    "{\"name\":\"TUTTI_LOG\",\"subjects\":[\"tutti.log.*\"]" + description + "}");
}

/// The sentence that refuses to open it.
std::string why_not(FleetStoreOptions options, Fault fault) {
  const auto store = open_jetstream(options);
  REQUIRE_FALSE(store);
  CHECK(store.error().fault == fault);
  return store.error().sentence;
}

}  // namespace

TEST_CASE("jetstream: a stream that was made by an earlier relay is read from any server by now") {
  const NatsServer server("earlier");
  make_stream(server, ",\"description\":\"tutti fleet log, records 1\"");
  const auto flag = [&] { return server.ask("$JS.API.STREAM.INFO.TUTTI_LOG", ""); };
  CHECK_THAT(flag(), contains("\"allow_direct\":false"));
  CHECK_FALSE(open_jetstream({.servers = {server.url()}, .is_for_reading = true}));
  CHECK_THAT(flag(), contains("\"allow_direct\":false"));
  CHECK(open_jetstream({.servers = {server.url()}, .copies = 1}));
  CHECK_THAT(flag(), contains("\"allow_direct\":true"));
}

TEST_CASE("jetstream: what cannot be used is one sentence") {
  SECTION("nobody answers") {
    NatsServer server("gone");
    const std::string url = server.url();
    server.kill();
    CHECK_THAT(why_not({.servers = {url}, .copies = 1}, Fault::system),
               contains("no NATS server answers at " + url));
  }
  SECTION("the credentials are wrong, and are not repeated") {
    const NatsServer server("locked", {.more = {"--user", "tutti", "--pass", "swordfish"}});
    const std::string why =
        why_not({.servers = {"nats://tutti:sardine@127.0.0.1:" + server.port()}, .copies = 1},
                Fault::system);
    CHECK_THAT(why, contains("does not take these credentials"));
    CHECK(why.find("sardine") == why.npos);
    CHECK(open_jetstream(
        {.servers = {"nats://tutti:swordfish@127.0.0.1:" + server.port()}, .copies = 1}));
  }
  SECTION("there is no JetStream") {
    const NatsServer server("plain", {.has_jetstream = false});
    CHECK_THAT(why_not({.servers = {server.url()}, .copies = 1}, Fault::system),
               contains("has no JetStream"));
  }
  SECTION("one server keeps no three copies") {
    const NatsServer server("single");
    CHECK_THAT(why_not({.servers = {server.url()}, .copies = 3}, Fault::system),
               contains("cannot keep 3 copies"));
  }
  SECTION("messages may not be as large as entries are") {
    const NatsServer server("narrow", {.config = "max_payload: 65536"});
    CHECK_THAT(why_not({.servers = {server.url()}, .copies = 1}, Fault::system),
               contains("takes messages of 65536 bytes"));
  }
  SECTION("the stream was made by something else") {
    const NatsServer server("foreign");
    REQUIRE_THAT(make_stream(server, ""), contains("stream_create_response"));
    CHECK_THAT(why_not({.servers = {server.url()}, .copies = 1}, Fault::bad_data),
               contains("was made by something else"));
    CHECK_THAT(why_not({.servers = {server.url()}, .is_for_reading = true}, Fault::bad_data),
               contains("was made by something else"));
  }
  SECTION("the stream has records of another version") {
    const NatsServer server("later");
    make_stream(server, ",\"description\":\"tutti fleet log, records 2\"");
    CHECK_THAT(why_not({.servers = {server.url()}, .copies = 1}, Fault::bad_data),
               contains("has records of another version"));
  }
  SECTION("the stream keeps another number of copies") {
    const NatsServer server("copies");
    make_stream(server, ",\"description\":\"tutti fleet log, records 1\"");
    CHECK_THAT(why_not({.servers = {server.url()}, .copies = 2}, Fault::bad_data),
               contains("keeps 1 copies, and not 2"));
    CHECK(open_jetstream({.servers = {server.url()}, .copies = 1}));
  }
  SECTION("nothing was kept there") {
    const NatsServer server("empty");
    CHECK_THAT(why_not({.servers = {server.url()}, .is_for_reading = true}, Fault::system),
               contains("no relay has kept anything"));
  }
}

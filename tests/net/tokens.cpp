// A relay that lets in holders of an operator's token only: each token one player, once.

#include "gatehouse.hpp"
#include "tutti/net/used_tokens.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* tokens_path = "relay.tokens";
const std::int64_t now_utc = Gatehouse::utc;

const SigningKey& boss() {
  static const SigningKey key = key_of('0');
  return key;
}

// Its relay asks for tokens by this operator.
struct Guarded : Gatehouse {
  explicit Guarded(std::size_t most = 100) {
    on_begin = [this, most](RelayServer& relay) {
      used.reset();
      auto opened = UsedTokens::open(storage, tokens_path, utc, most);
      REQUIRE(opened);
      used.emplace(std::move(*opened));
      relay.require_tokens(boss().public_key(), *used);
    };
    on_begin(*server);
  }
  ~Guarded() { server.reset(); }

  std::optional<UsedTokens> used;
};

Token token_for(char client) {
  return {.room = "KAZ22", .expires_utc = now_utc + 60, .client = key_of(client).public_key()};
}
ClientIdentity with(char client, const Token& token) {
  return {.key = key_of(client), .token = token};
}
// A client with a token chooses its secret.
Hello chosen_hello(char secret = 1) {
  Hello hello = hello_for("KAZ22", 3);
  hello.resume = ResumeSecret{static_cast<std::byte>(secret)};
  return hello;
}

// Why a client of key a with this token is not let in; empty if it is.
std::string refusal_of(const Token& token, const Hello& hello = chosen_hello(), char client = 'a') {
  Guarded house;
  auto& guest = house.come(hello, with(client, token));
  CHECK(guest.is_in() != guest.is_refused());
  CHECK(house.used->size() == (guest.is_in() ? 1 : 0));
  return guest.is_in() ? "" : guest.refusal();
}

}  // namespace

TEST_CASE("tokens: without an operator's key a relay asks for none") {
  Gatehouse house;
  CHECK(house.come(hello_for("KAZ22"), std::nullopt).is_in());
  CHECK(house.come(hello_for("KAZ22"), ClientIdentity{.key = key_of('a')}).is_in());
}

TEST_CASE("tokens: with it, nobody comes without one") {
  Guarded house;
  for (const auto& identity :
       {std::optional<ClientIdentity>(), std::optional(ClientIdentity{.key = key_of('a')})}) {
    auto& guest = house.come(chosen_hello(), identity);
    CHECK(guest.is_refused());
    CHECK_THAT(guest.refusal(), contains("ask its operator for one"));
  }
  CHECK(house.server->room_count() == 0);
  CHECK(house.server->statistics().refused_hellos == 2);
}

TEST_CASE("tokens: a client that does not have the key of its hello is not let in") {
  Guarded house;
  MemoryEnd end(house.network, at(50), {.peers_max = 8}, std::nullopt);
  const PeerId relay = end.link->connect({house.relay_port->own()}, std::nullopt).value();
  const auto run = [&] {
    for (int i = 0; i < 40; ++i) {
      house.run(4ms);
      end.step(house.network.now);
    }
  };
  run();
  const auto hash = end.link->connection_hash(relay);
  REQUIRE(hash);
  const ClientIdentity identity = with('a', make_token(token_for('a'), boss()));
  const auto answer_to = [&](const ConnectionHash& proven) {
    end.arrivals.clear();
    Hello hello = chosen_hello();
    hello.admission = encode(admission_of(identity, proven));
    end.link->send_control(relay, encode(ControlMessage{hello}));
    run();
    const auto answer = std::ranges::find(end.arrivals, Arrival::Kind::control, &Arrival::kind);
    REQUIRE(answer != end.arrivals.end());
    return decode_control(answer->bytes).value();
  };
  // As it was heard on another connection.
  const ControlMessage copied = answer_to(ConnectionHash{std::byte{1}});
  REQUIRE(std::holds_alternative<Refused>(copied));
  CHECK_THAT(std::get<Refused>(copied).sentence, contains("does not have the key"));
  CHECK(house.used->size() == 0);
  const ControlMessage own = answer_to(*hash);
  CHECK(std::holds_alternative<Welcome>(own));
}

TEST_CASE("tokens: one that fits lets its player in") {
  CHECK(refusal_of(make_token(token_for('a'), boss())) == "");
  Token any = token_for('a');
  any.room.clear();
  CHECK(refusal_of(make_token(any, boss())) == "");
}

TEST_CASE("tokens: one that does not fit lets nobody in, and its sentence says why") {
  CHECK_THAT(refusal_of(make_token(token_for('a'), key_of('1'))),
             contains("not by this relay's operator"));
  CHECK_THAT(refusal_of(make_token(token_for('b'), boss())), contains("another player's key"));
  Token token = token_for('a');
  token.expires_utc = now_utc;
  CHECK_THAT(refusal_of(make_token(token, boss())), contains("has expired"));
  token = token_for('a');
  token.room = "ABC23";
  CHECK_THAT(refusal_of(make_token(token, boss())), contains("for room ABC23"));
  token = token_for('a');
  token.name = "Ada";
  CHECK_THAT(refusal_of(make_token(token, boss())), contains("for another name"));
  token = token_for('a');
  token.role = Role::spectator;
  CHECK_THAT(refusal_of(make_token(token, boss())), contains("for a spectator"));
  token = make_token(token_for('a'), boss());
  token.expires_utc += 1000;  // as its holder would like it
  CHECK_THAT(refusal_of(token), contains("not by this relay's operator"));
  Hello hello = chosen_hello();
  hello.others = {"another"};
  CHECK_THAT(refusal_of(make_token(token_for('a'), boss()), hello), contains("one player"));
  hello = chosen_hello();
  hello.resume.reset();
  CHECK_THAT(refusal_of(make_token(token_for('a'), boss()), hello), contains("its secret"));
}

TEST_CASE("tokens: shards share no memory of used ones, so each has to name its room") {
  Guarded house;
  const std::uint16_t own = shard_of("KAZ22", 2);
  house.options.shard = {.count = 2, .index = own, .first_port = 5000};
  house.begin();
  Token any = token_for('a');
  any.room.clear();
  auto& guest = house.come(chosen_hello(), with('a', make_token(any, boss())));
  REQUIRE(guest.is_refused());
  CHECK_THAT(guest.refusal(), contains("names no room"));
  CHECK(house.come(chosen_hello(), with('a', make_token(token_for('a'), boss()))).is_in());
  // Nor is it worth anything at the other one, where nobody knows that it was used
  Guarded other;
  other.options.shard = {
      .count = 2, .index = static_cast<std::uint16_t>(1 - own), .first_port = 5000};
  other.begin();
  Hello liar = chosen_hello(2);
  liar.is_sent_on = true;
  auto& twice = other.come(liar, with('a', make_token(token_for('a'), boss())));
  REQUIRE(twice.is_refused());
  CHECK_THAT(twice.refusal(), contains("there is no room"));
  CHECK(other.server->room_count() == 0);
}

TEST_CASE("tokens: one that was used lets nobody else in, and its player back") {
  Guarded house;
  const Token token = make_token(token_for('a'), boss());
  auto& guest = house.come(chosen_hello(), with('a', token));
  REQUIRE(guest.is_in());
  auto& second = house.come(chosen_hello(2), with('a', token));
  CHECK(second.is_refused());
  CHECK_THAT(second.refusal(), contains("used already"));
  CHECK(house.server->match("KAZ22")->player_count() <= 1);
  // The first one's address dies; it comes back over a new connection
  house.guests.erase(house.guests.begin() + 1);
  guest.port->move_to(at(200));
  house.run(8s);
  CHECK(guest.is_in());
  CHECK(house.server->statistics().refused_hellos == 1);
}

TEST_CASE("tokens: a relay that was started again knows which were used") {
  Guarded house;
  const Token token = make_token(token_for('a'), boss());
  REQUIRE(house.come(chosen_hello(), with('a', token)).is_in());
  house.guests.clear();
  Random random(1);
  house.server.reset();
  house.used.reset();
  house.storage.lose_power(random);
  house.begin();
  auto& again = house.come(chosen_hello(2), with('a', token));
  CHECK(again.is_refused());
  CHECK_THAT(again.refusal(), contains("used already"));
}

TEST_CASE("tokens: a full memory refuses, and forgets what has expired only") {
  Guarded house(2);
  for (const char client : {'a', 'b'}) {
    REQUIRE(house.come(chosen_hello(client), with(client, make_token(token_for(client), boss())))
                .is_in());
  }
  auto& third = house.come(chosen_hello('c'), with('c', make_token(token_for('c'), boss())));
  CHECK(third.is_refused());
  CHECK_THAT(third.refusal(), contains("remember no more used tokens"));
  CHECK(house.used->size() == 2);
  CHECK(house.used->use(make_token(token_for('c'), boss()), {}, now_utc + 60) ==
        UsedTokens::Outcome::first);
  CHECK(house.used->size() == 1);
}

TEST_CASE("tokens: nobody comes by a token whose use the disk did not take") {
  Guarded house;
  house.storage.set_faults({.syncs_fail = true});
  auto& guest = house.come(chosen_hello(), with('a', make_token(token_for('a'), boss())));
  CHECK(guest.is_refused());
  CHECK_THAT(guest.refusal(), contains("cannot write down"));
  house.storage.set_faults({});
  CHECK(house.come(chosen_hello(), with('a', make_token(token_for('a'), boss()))).is_in());
}

TEST_CASE("tokens: one whose player did not get in after all can be used again") {
  Guarded house;
  Hello hello = chosen_hello();
  hello.create->players = 1;
  REQUIRE(house.come(hello, with('a', make_token(token_for('a'), boss()))).is_in());
  const Token token = make_token(token_for('b'), boss());
  hello.resume = ResumeSecret{std::byte{2}};
  auto& guest = house.come(hello, with('b', token));
  CHECK(guest.is_refused());
  CHECK_THAT(guest.refusal(), contains("is full"));
  CHECK(house.used->size() == 1);
  CHECK(house.used->use(token, {}, now_utc) == UsedTokens::Outcome::first);
}

TEST_CASE("tokens: one whose player waits for a host and does not get in can be used again") {
  Guarded house;
  Hello hello = chosen_hello();
  hello.terms.asks_for_players = true;
  auto& ada = house.come(hello, with('a', make_token(token_for('a'), boss())));
  REQUIRE(ada.is_in());
  const Token token = make_token(token_for('b'), boss());
  const auto is_free = [&] {
    const auto outcome = house.used->use(token, {}, now_utc);
    if (outcome == UsedTokens::Outcome::first) house.used->give_back(token);
    return outcome == UsedTokens::Outcome::first;
  };
  auto& bob = house.come(chosen_hello(2), with('b', token));
  REQUIRE(ada.client->room().newcomers.size() == 1);
  CHECK_FALSE(is_free());
  const bool comes_again = GENERATE(true, false);
  const bool is_let_in = GENERATE(true, false);
  if (comes_again) {  // over another connection, with its secret: the token goes on with it
    bob.client.reset();
    bob.link.reset();
    house.guests.pop_back();
    house.come(chosen_hello(2), with('b', token));
    REQUIRE(ada.client->room().newcomers.size() == 1);
    CHECK_FALSE(is_free());
  }
  ada.client->decide(ada.client->room().newcomers.front().id,
                     is_let_in ? HostWish::let_in : HostWish::turn_away);
  house.run(300ms);
  CHECK(house.guests.back()->is_in() == is_let_in);
  house.run(11s);
  CHECK(is_free() == !is_let_in);
}

TEST_CASE("tokens: the file of used ones is begun anew, and damage in it is not passed over") {
  SimulatedStorage storage;
  const auto open = [&] { return UsedTokens::open(storage, tokens_path, now_utc); };
  {
    auto used = open();
    REQUIRE(used);
    const Token token = make_token(token_for('a'), boss());
    for (int i = 0; i < 1500; ++i) {
      REQUIRE(used->use(token, {}, now_utc) == UsedTokens::Outcome::first);
      used->give_back(token);
    }
    for (const char client : {'b', 'c'})
      used->use(make_token(token_for(client), boss()), {}, now_utc);
    CHECK(storage.statistics().bytes < 1500 * 58);
  }
  REQUIRE(open());
  CHECK(open()->size() == 2);
  auto bytes = storage.read(tokens_path);
  REQUIRE(bytes);
  Bytes torn = *bytes;
  torn.resize(torn.size() - 3);
  REQUIRE(storage.replace(tokens_path, torn));
  CHECK(open()->size() == 1);
  (*bytes)[20] ^= std::byte{1};
  REQUIRE(storage.replace(tokens_path, *bytes));
  const auto damaged = open();
  REQUIRE_FALSE(damaged);
  CHECK_THAT(damaged.error().sentence, contains("is damaged"));
}

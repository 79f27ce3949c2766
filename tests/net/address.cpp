// Addresses are read as people write them, and errors say what to write instead.

#include "tutti/net/address.hpp"

#include <string>
#include <utility>

#include "support/catch.hpp"
#include "tutti/net/invitation.hpp"
#include "tutti/net/reach.hpp"

using tutti::Address;
using tutti::Fault;
using tutti::Invitation;
using tutti::test::contains;

TEST_CASE("an address is a host, a host and a port, or a port") {
  CHECK(Address::parse("relay.example.org").value() == Address{"relay.example.org", 4747});
  CHECK(Address::parse("192.0.2.1:80").value() == Address{"192.0.2.1", 80});
  CHECK(Address::parse(":5000").value() == Address{"", 5000});
  CHECK(Address::parse("localhost:0").value() == Address{"localhost", 0});
  CHECK(Address::parse("a_b-c:65535").value() == Address{"a_b-c", 65535});
  CHECK(Address::parse("[2001:db8::1]").value() == Address{"2001:db8::1", 4747});
  CHECK(Address::parse("[::]:80").value() == Address{"::", 80});
}

TEST_CASE("an address reads back what it writes") {
  for (const Address& address :
       {Address{"localhost"}, Address{"", 1}, Address{"10.0.0.1", 0}, Address{"2001:db8::1", 7}})
    CHECK(Address::parse(address.text()).value() == address);
}

TEST_CASE("a wrong address is answered by a sentence") {
  const auto [text, part] =
      GENERATE(std::pair<std::string, std::string>{"", "empty"},
               std::pair<std::string, std::string>{"host:", "\"\" is not a port"},
               std::pair<std::string, std::string>{"host:65536", "\"65536\" is not a port"},
               std::pair<std::string, std::string>{"host:-1", "is not a port"},
               std::pair<std::string, std::string>{"host:80x", "is not a port"},
               std::pair<std::string, std::string>{"host: 80", "is not a port"},
               std::pair<std::string, std::string>{"::1:80", "in brackets"},
               std::pair<std::string, std::string>{"[::1", "not an IPv6 address"},
               std::pair<std::string, std::string>{"[::1]80", "not an IPv6 address"},
               std::pair<std::string, std::string>{"[host]:80", "not an IPv6 address"},
               std::pair<std::string, std::string>{"[::1]:x", "is not a port"},
               std::pair<std::string, std::string>{"my host", "\"my host\" is not a host"},
               std::pair<std::string, std::string>{"http://x", "is not a port"},
               std::pair<std::string, std::string>{std::string(300, 'a'), "is not a host"});
  const auto address = Address::parse(text);
  REQUIRE_FALSE(address);
  CHECK(address.error().fault == Fault::usage);
  CHECK_THAT(address.error().sentence, contains(part));
}

TEST_CASE("an invitation is an address, perhaps with a room and the relay's key") {
  const tutti::PublicKey key = tutti::SigningKey::create().public_key();
  const Invitation whole{{"relay.example.org", 80}, "K7Q2M", key};
  CHECK(whole.text() == "relay.example.org:80/K7Q2M#" + tutti::to_hex(key));
  for (const Invitation& invitation :
       {whole, Invitation{{"::1", 4747}, "", key}, Invitation{{"10.0.0.1", 1}, "K7Q2M", {}},
        Invitation{{"localhost", 4747}, "", {}}}) {
    CHECK(Invitation::parse(invitation.text()).value() == invitation);
  }
  // The relays of a fleet
  const Invitation fleet = Invitation::parse("a.example.org,[::1]:80,10.0.0.3/K7Q2M").value();
  CHECK(fleet.relay == Address{"a.example.org", 4747});
  CHECK(fleet.others == std::vector<Address>{{"::1", 80}, {"10.0.0.3", 4747}});
  CHECK(fleet.room == "K7Q2M");
  CHECK(Invitation::parse(fleet.text()).value() == fleet);
  CHECK_THAT(Invitation::parse("a,b c/K7Q2M").error().sentence, contains("is not a host"));
  CHECK_THAT(Invitation::parse("a,b,c,d,e,f,g").error().sentence, contains("at most 6 relays"));
  CHECK(Invitation::parse("host/k7q2m").value() == Invitation{{"host", 4747}, "K7Q2M", {}});
  CHECK(Invitation::parse("host/K7Q2M-ABCDE").value() ==
        Invitation{{"host", 4747}, "K7Q2MABCDE", {}});
  CHECK_THAT(Invitation::parse("host/K7Q2").error().sentence, contains("'K7Q2' is no room code"));
  CHECK_THAT(Invitation::parse("host#12").error().sentence, contains("'12' is no key"));
  CHECK_THAT(Invitation::parse("ho st/K7Q2M").error().sentence, contains("is not a host"));
}

TEST_CASE("an address is of the internet or it is not") {
  for (const char* host : {"8.8.8.8", "1.1.1.1", "172.32.0.1", "100.63.0.1", "192.169.0.1",
                           "2a00:1450::1", "2001:4860:4860::8888"}) {
    CAPTURE(host);
    CHECK(tutti::is_public_address(host));
    CHECK(tutti::is_public({host, 4747}));
  }
  for (const char* host :
       {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.5", "127.0.0.1", "169.254.3.4",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1",
        "ff02::1", "localhost", "", "not a host"}) {
    CAPTURE(host);
    CHECK_FALSE(tutti::is_public_address(host));
  }
  CHECK_FALSE(tutti::is_public({"127.0.0.1", 4747}));
  CHECK_FALSE(tutti::is_public({"localhost", 4747}));
}

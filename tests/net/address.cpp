// Addresses are read as people write them, and errors say what to write instead.

#include "tutti/net/address.hpp"

#include <string>
#include <utility>

#include "support/catch.hpp"

using tutti::Address;
using tutti::Fault;
using tutti::test::contains;

TEST_CASE("an address is a host, a host and a port, or a port") {
  CHECK(Address::parse("relay.example.org").value() == Address{"relay.example.org", 4747});
  CHECK(Address::parse("192.0.2.1:80").value() == Address{"192.0.2.1", 80});
  CHECK(Address::parse(":5000").value() == Address{"", 5000});
  CHECK(Address::parse("localhost:0").value() == Address{"localhost", 0});
  CHECK(Address::parse("a_b-c:65535").value() == Address{"a_b-c", 65535});
}

TEST_CASE("an address reads back what it writes") {
  for (const Address& address : {Address{"localhost"}, Address{"", 1}, Address{"10.0.0.1", 0}})
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
               std::pair<std::string, std::string>{"[::1]:80", "more than one colon"},
               std::pair<std::string, std::string>{"::1", "IPv6"},
               std::pair<std::string, std::string>{"my host", "\"my host\" is not a host"},
               std::pair<std::string, std::string>{"http://x", "is not a port"},
               std::pair<std::string, std::string>{std::string(300, 'a'), "is not a host"});
  const auto address = Address::parse(text);
  REQUIRE_FALSE(address);
  CHECK(address.error().fault == Fault::usage);
  CHECK_THAT(address.error().sentence, contains(part));
}

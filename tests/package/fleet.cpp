// A program that would keep its relay's logs off its machine, where nobody takes them.

#include <cstdio>
#include <tutti/engine/fleet.hpp>

int main() {
  const auto fleet = tutti::Fleet::open({.store = {.servers = {"nats://127.0.0.1:1"}}});
  if (fleet) return std::puts("somebody answers at port 1"), 1;
  return std::puts(fleet.error().sentence.c_str()), 0;
}

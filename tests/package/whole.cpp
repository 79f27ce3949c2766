// A whole program as somebody else would write it: hosts a match of the rules of rules.cpp, plays a
// second of it through a relay of its own, and plays the same rules from a module that it loads.
//
//   whole FOLDER MODULE     a folder for its files, and the rules as a game module

#include <chrono>
#include <cstdio>
#include <thread>
#include <tutti/engine/catalog.hpp>
#include <tutti/tutti.hpp>

#define main rules_main
#include "rules.cpp"
#undef main

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  auto module = tutti::GameCatalog::load(argv[2]);
  if (!module) return std::puts(module.error().sentence.c_str()), 1;
  if (module->rules() != tutti::any_game<Tug>().rules()) return std::puts("other rules"), 1;

  tutti::HostOptions options;
  options.listen = "127.0.0.1:0";
  options.logs = options.state_folder = argv[1];
  auto session = tutti::AnySession::host(*module, options);
  if (!session) return std::puts(session.error().sentence.c_str()), 1;
  for (int frame = 0; frame < 1000 && session->statistics().confirmed < tutti::Tick{60}; ++frame) {
    session->advance(std::chrono::steady_clock::now());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::printf("%s, room %s, tick %lld\n", to_text(session->status()), session->room().c_str(),
              static_cast<long long>(session->statistics().confirmed.value));
  return session->status() == tutti::Status::playing ? 0 : 1;
}

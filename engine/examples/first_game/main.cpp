#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <tutti/tutti.hpp>

#include "tag.hpp"

int main(int argc, char** argv) {
  auto session =
      argc == 3 ? tutti::join<Tag>({.relay = argv[1], .room = argv[2]}) : tutti::host<Tag>();
  if (!session) return std::puts(session.error().sentence.c_str()), 1;
  pollfd keyboard{.fd = 0, .events = POLLIN, .revents = 0};
  while (session->status() < tutti::Status::ended) {
    char key = 0;
    if (poll(&keyboard, 1, 16) > 0 && read(0, &key, 1) < 1) keyboard.fd = -1;
    if (key == 'q') break;
    if (key >= ' ') session->set_input({.way = std::int8_t(key == 'a' ? -1 : key == 'd')});
    session->advance(std::chrono::steady_clock::now());

    const Tag::State& s = session->state();
    std::string track(Tag::width, '.');
    for (int i : {0, 1}) track[std::size_t(s.place[std::size_t(i)])] = i == s.it ? '#' : 'o';
    std::fprintf(stderr, "\r%s %s %s  %d:%d ", session->room().c_str(), track.c_str(),
                 to_text(session->status()), s.caught[0], s.caught[1]);
  }
  if (session->status() == tutti::Status::failed) std::puts(session->failure().sentence.c_str());
}

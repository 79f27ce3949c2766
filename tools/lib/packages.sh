# shellcheck shell=bash
# Debian 12 packages, one list per purpose; the only place where they are named. Sourced.
# shellcheck disable=SC2034  # read by the scripts that source this

# The engine, the command line and the bundled game.
packages_play=(
  cmake g++ ninja-build pkg-config
  libcereal-dev                                                   # sim: serialisation
  libxxhash-dev                                                   # replay: checksums
  libzstd-dev                                                     # replay: closed files
  libsodium-dev                                                   # replay: signatures; net: sealing
  libcli11-dev nlohmann-json3-dev libsqlite3-dev                  # the command line
  libtomlplusplus-dev libspdlog-dev                               # tutti relay: file, log
  prometheus-cpp-dev libcivetweb-dev                              # tutti relay: metrics, over HTTP
  libfmt-dev                                                      # its sentences and the game's
  libsdl2-dev libsdl2-ttf-dev libsdl2-mixer-dev libsdl2-image-dev # the game
  libimgui-dev                                                    # the window of tutti inspect
  fonts-dejavu-core
)

# Tests need these on top of that.
packages_test=(
  catch2
  clang clang-format clang-tidy # the second compiler, the sanitizers, the style
  ccache git
  libnats-dev nats-server # engine: what a relay can keep off its machine, and where
  libpq-dev postgresql-15 # the command line: read models in PostgreSQL, and where
  python3 # the package for Python, the checks of documents, headers and structs
  libode-dev liblua5.4-dev wabt # examples: physics, a script, WebAssembly
)

# And what only tests that take long need.
packages_full=(
  libbenchmark-dev                # the benchmarks
  gcovr dpkg-dev fakeroot doxygen # the coverage; Debian packages; all names
)
